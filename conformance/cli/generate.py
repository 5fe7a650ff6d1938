"""`ecert generate`: documents and whole corpora from a schema set, and the smallest form of one that fails."""

import json
import re
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import click

from conformance.engine.errors import UsageFault

_SIZE = re.compile(r"(\d+)(?:-(\d+))?")
_LARGEST = 20_000_000


class Size(click.ParamType[tuple[int, int]]):
    """Octets of a document: one number or two, as 31000 or 3000-300000."""

    name = "octets"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, int]:
        """Return least and most, or fail as a usage error."""
        if isinstance(value, tuple):
            return value
        match = _SIZE.fullmatch(str(value).strip())
        least, most = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if least > most or most > _LARGEST:
            self.fail(f"{value!r} is no size; write octets as 31000 or 3000-300000", param, ctx)
        return least, most


def _languages(_ctx: click.Context, _param: click.Parameter, value: str) -> tuple[str, ...]:
    from conformance.vectors.words import LANGUAGES  # noqa: PLC0415 - `--help` needs none of it

    wanted = tuple(dict.fromkeys(word.strip() for word in value.split(",") if word.strip()))
    if wanted == ("all",):
        return LANGUAGES
    strange = [word for word in wanted if word not in LANGUAGES]
    if strange or not wanted:
        raise click.BadParameter(f"{', '.join(strange) or 'none'} is not among {', '.join(LANGUAGES)}; or write all")
    return wanted


@click.command("generate")
@click.option("--count", default=1, show_default=True, type=click.IntRange(1, 10_000_000), help="How many documents.")
@click.option("--first", default=1, show_default=True, type=click.IntRange(0), help="Number of the first document.")
@click.option("--size", type=Size(), default="0", help="Octets of a document: 31000, or 3000-300000.")
@click.option("--seed", default=0, show_default=True, help="The same seed gives the same documents.")
@click.option("--release", default="17A", show_default=True, metavar="NAME", help="Release or imported set.")
@click.option("--schema", metavar="PATH", help="A folder of XSDs or one XSD file, instead of --release.")
@click.option("--message", default="SPSCertificate", show_default=True, help="SPSCertificate or SPSAcknowledgement.")
@click.option("--languages", default="en", show_default=True, callback=_languages,
              help="Of en, fr, es, ru, zh, ar, th, with commas between; or all.")  # fmt: skip
@click.option(
    "--profile", metavar="NAME", help="Documents that keep every rule of a document profile, by name or file."
)
@click.option("--any-content", is_flag=True, help="Whatever the schema allows, not what a certificate would say.")
@click.option("--volume", is_flag=True, help="Vary 25 generated documents: thousands a second.")
@click.option(
    "--mutations", is_flag=True, help="Every single mutation of the schema and of the rules, each beside its twin."
)
@click.option("--out", metavar="DIR|FILE.tar|-", help="Where to: a folder, a new archive, - for an archive on stdout.")
@click.option("--shrink", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path),
              help="Cut FILE down to what still fails, and keep that as a numbered vector (below --out).")  # fmt: skip
@click.option("--while", "command", metavar="COMMAND", help="With --shrink: it fails while COMMAND FILE exits not 0.")
@click.option("--json", "as_json", is_flag=True, help="Say what was written as one JSON object.")
def generate(**options: Any) -> None:
    """Generate documents from a schema set, valid by construction, or every single mutation of them.

    With --profile (exchange, ippc, traces, intercom, uncefact, or a file) each document keeps the rules and the advice
    of that profile, as `ecert check --profile` will say. --mutations breaks everything the schema demands, and every
    rule of the profile (exchange without --profile), once each; the manifest names the requirement.

    Without --out, one document is written to standard output. A corpus comes with a manifest.json
    (schemas/json/fixtures-1.json) that says of each document whether it must be accepted. Nothing is overwritten.

    \b
    Example: ecert generate --seed 7 > certificate.xml
             ecert generate --count 1000 --size 3000-300000 --languages zh,ar,th --out corpus
             ecert generate --profile ippc --count 100 --out phytosanitary
             ecert generate --mutations --out mutations
             ecert generate --shrink failing.xml --while "my-importer --check" --out vectors
    """
    from conformance.checks.rules.profile import DEFAULT  # noqa: PLC0415 - `--help` needs none of it
    from conformance.checks.rules.stock import RuleError  # noqa: PLC0415 - `--help` needs none of it

    try:
        if options["shrink"] is not None:
            from conformance.cli.generate_shrink import shrink  # noqa: PLC0415

            profile = options["profile"] or DEFAULT
            shrink(options["shrink"], options["command"], options["out"], profile, as_json=options["as_json"])
        else:
            _generate(**options)
    except (ValueError, LookupError) as error:
        raise UsageFault(str(error.args[0] if error.args else error)) from None
    except RuleError as problem:
        raise click.BadParameter(str(problem), param_hint="--profile") from None
    except Exception as error:
        if not _about_schema(error):
            raise
        where = options["schema"] or options["release"]
        text = " ".join(str(error).split("Schema component:")[0].split())[:300]
        raise UsageFault(f"{where} is no schema set that can be generated from: {text}") from None


def _about_schema(error: Exception) -> bool:
    """Return whether an error is one of a library that could not read a schema."""
    from lxml.etree import LxmlError  # noqa: PLC0415 - `--help` needs none of it
    from xmlschema import XMLSchemaException  # noqa: PLC0415

    return isinstance(error, (LxmlError, XMLSchemaException, SyntaxError))


def _generate(out: str | None, *, count: int, mutations: bool, as_json: bool, **options: Any) -> None:
    from conformance.vectors.generator import Recipe, generated  # noqa: PLC0415
    from conformance.vectors.sources import schema_file  # noqa: PLC0415

    file = schema_file(options["schema"] or options["release"], options["message"])
    least, most = options["size"]
    profile = options["profile"] or ""
    if profile and options["any_content"]:
        raise UsageFault("--any-content writes what the schema allows and knows no rules; --profile keeps them.")
    languages = options["languages"]
    recipe = Recipe(
        file, options["seed"], least, most, languages, not options["any_content"], options["volume"], "", profile
    )
    if out is None:
        if count > 1 or mutations:
            raise UsageFault("More than one document needs --out: a folder, a new .tar file, or - for standard output.")
        sys.stdout.buffer.write(generated(recipe, options["first"]))
        return
    written = _write(out, recipe, options["first"], count, mutations=mutations)
    told = {"out": out, **written}
    if as_json:
        click.echo(json.dumps(told), err=out == "-")
    else:
        unbroken = f"; {written['unbreakable']} things of the schema and rules cannot be broken" if mutations else ""
        click.echo(f"{written['documents']} documents, {written['octets']:,} octets: {out}{unbroken}", err=True)


def _write(out: str, recipe: Any, first: int, count: int, *, mutations: bool) -> dict[str, int]:
    """Write the corpus and return its figures."""
    from conformance.cli.generate_out import MANIFEST, manifest, sink  # noqa: PLC0415
    from conformance.vectors.corpus import all_mutations, mutated_documents, valid_documents  # noqa: PLC0415

    found = all_mutations(recipe) if mutations else None
    documents = mutated_documents(found) if found else valid_documents(recipe, first, count)
    total = len(found) if found else count
    entries: list[dict[str, Any]] = []
    octets = 0
    with sink(out) as where:
        for entry, data in _shown(documents, total):
            where.add(entry.file, data)
            entries.append(entry.as_object())
            octets += len(data)
        facts: dict[str, Any] = {"generator": _facts(recipe)}
        if recipe.profile and not mutations:
            facts["profile"] = recipe.profile
        if found:
            facts["unbreakable"] = [{"kind": o.kind, "subject": o.subject, "why": o.why} for o in found.unbreakable]
        where.add(MANIFEST, manifest(facts, entries))
    unbreakable = len(found.unbreakable) if found else 0
    return {"documents": len(entries), "octets": octets, "unbreakable": unbreakable}


def _facts(recipe: Any) -> dict[str, Any]:
    from importlib.metadata import version  # noqa: PLC0415

    return {
        "suite": version("ecert-conformance"), "seed": recipe.seed, "schema": recipe.file.name,
        "set": recipe.file.parent.name, "schema_sha256": sha256(recipe.file.read_bytes()).hexdigest(),
        "languages": list(recipe.languages),
        "content": "plausible" if recipe.plausible else "whatever the schema allows",
    }  # fmt: skip


def _shown(documents: Iterator[Any], total: int) -> Iterator[Any]:
    """Show a bar on a terminal while documents are written."""
    if not sys.stderr.isatty():
        yield from documents
        return
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("writing", total=total)
        for one in documents:
            yield one
            bar.advance(task)
