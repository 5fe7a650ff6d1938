"""`ecert convert`: a certificate of the 2009 format as SPSCertificate 17A, and back."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from lxml import etree

    from conformance.legacy.values import Addition, Loss

_SHOWN = 60
_LOSSES = 1


@click.command("convert")
@click.argument("file", metavar="FILE")
@click.option("--to", "target", type=click.Choice(["17A", "2009"]), required=True, help="The format wanted.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), metavar="XML",
              help="Write the document here instead of standard output; it must not be there yet.")  # fmt: skip
@click.option("--number", help="Which certificate of a 2009 file with several, by its number.")
@click.option("--type", "type_code", default="851", show_default=True, metavar="CODE",
              help="Document type, which the 2009 format does not carry.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, with the document in it unless --out.")
def convert(file: str, target: str, out: Path | None, number: str | None, type_code: str, as_json: bool) -> None:
    """Convert a certificate of the 2009 format to SPSCertificate 17A, or back. FILE may be - for standard input.

    What the other format has no place for is listed with its place, its value and the reason, on standard error or in
    the JSON: nothing is dropped silently. So is what the other format demands and nobody said.

    Exit codes: 0 everything was carried, 1 the document was written and something was lost, 2 not converted: wrong
    usage, or a file that cannot be read or is not valid.

    \b
    Example: ecert convert old.xml --to 17A --out certificate.xml
             ecert convert certificate.xml --to 2009 --json
    """
    from conformance.cli.check_one import read_capped, shown_name  # noqa: PLC0415 - `--help` needs none of it
    from conformance.engine.errors import UsageFault  # noqa: PLC0415
    from conformance.legacy.values import CannotMap  # noqa: PLC0415
    from conformance.parsing import Unreadable, parse  # noqa: PLC0415

    name = shown_name(file)
    try:
        data = read_capped(file)
        root = parse(data)
        document, losses, additions = (
            _to_17a(root, data, name, number, type_code) if target == "17A" else _to_2009(root, data, name, type_code)
        )
    except Unreadable as problem:
        raise UsageFault(f"{name} cannot be read: {problem}.") from None
    except CannotMap as problem:
        raise UsageFault(f"{name} cannot be converted. {problem}") from None
    if out is not None:
        _write(out, document)
    if as_json:
        click.echo(json.dumps(_as_object(name, target, out, document, losses, additions)))
    else:
        _tell(losses, additions)
        if out is None:
            click.echo(document, nl=False)
        else:
            click.echo(shown_name(os.fspath(out)))
    if losses:
        click.get_current_context().exit(_LOSSES)


Converted = tuple[bytes, "tuple[Loss, ...]", "tuple[Addition, ...]"]


def _to_17a(root: "etree._Element", data: bytes, name: str, number: str | None, type_code: str) -> Converted:
    from conformance.checks.legacy import is_legacy  # noqa: PLC0415
    from conformance.engine.errors import UsageFault  # noqa: PLC0415
    from conformance.legacy.reading import read_certificates  # noqa: PLC0415
    from conformance.legacy.to_sps import to_sps  # noqa: PLC0415
    from conformance.model.words import Layer  # noqa: PLC0415

    if not is_legacy(root):
        raise UsageFault(f"{name} is not of the 2009 format: its root is not 'certificates' without a namespace.")
    _refuse_invalid(data, name, frozenset({Layer.SCHEMA, Layer.RULES}))
    certificates = read_certificates(root)
    at_hand = ", ".join(one.number for one in certificates)
    if number is None and len(certificates) > 1:
        raise UsageFault(f"{name} holds {len(certificates)} certificates; name one with --number: {at_hand}.")
    chosen = [one for one in certificates if number in (None, one.number)]
    if not chosen:
        raise UsageFault(f"{name} holds no certificate {number}; it holds {at_hand}.")
    mapped = to_sps(chosen[0], type_code=type_code)
    _refuse_invalid(mapped.document, f"the result of converting {name}", frozenset({Layer.SCHEMA}))
    return mapped.document, mapped.losses, mapped.additions


def _to_2009(root: "etree._Element", data: bytes, name: str, type_code: str) -> Converted:
    from conformance.engine.errors import UsageFault  # noqa: PLC0415
    from conformance.legacy.from_sps import from_sps  # noqa: PLC0415
    from conformance.legacy.names import MESSAGE  # noqa: PLC0415
    from conformance.legacy.writing import write_certificates  # noqa: PLC0415
    from conformance.model.words import Layer  # noqa: PLC0415

    if root.tag != f"{{{MESSAGE}}}SPSCertificate":
        raise UsageFault(f"{name} is no SPSCertificate 17A: its root is not SPSCertificate in {MESSAGE}.")
    _refuse_invalid(data, name, frozenset({Layer.SCHEMA}))
    mapped = from_sps(root, type_code=type_code)
    document = write_certificates([mapped.certificate])
    _refuse_invalid(document, f"the result of converting {name}", frozenset({Layer.SCHEMA}))
    return document, mapped.losses, mapped.additions


def _refuse_invalid(data: bytes, name: str, layers: frozenset[str]) -> None:
    """Raise `UsageFault` with the first thing wrong with a document, for what is not valid has no certain meaning."""
    from conformance.checks.document import check_document  # noqa: PLC0415
    from conformance.engine.errors import UsageFault  # noqa: PLC0415
    from conformance.model.words import Layer  # noqa: PLC0415

    report = check_document(data, layers={Layer(one) for one in layers}, placement="enveloped")
    wrong = [finding for finding in report.findings if finding.level.binding]
    if wrong:
        first = wrong[0]
        place = f"line {first.where.line}, {first.where.path}" if first.where.line else first.where.path or "document"
        more = f" ({len(wrong) - 1} more: ecert check shows them)" if len(wrong) > 1 else ""
        raise UsageFault(
            f"{name} is not valid: {place}: {first.message}; expected {first.expected}, found {first.actual} "
            f"[{first.requirement}]{more}."
        )


def _write(out: Path, document: bytes) -> None:
    from conformance.engine.errors import UsageFault  # noqa: PLC0415

    try:
        with out.open("xb") as stream:
            stream.write(document)
    except FileExistsError:
        raise UsageFault(f"{out} is there already; name another file.") from None


def _as_object(
    name: str,
    target: str,
    out: Path | None,
    document: bytes,
    losses: "tuple[Loss, ...]",
    additions: "tuple[Addition, ...]",
) -> dict[str, object]:
    return {
        "file": name,
        "to": target,
        "whole": not losses,
        "losses": [{"path": one.path, "value": one.value, "why": one.why} for one in losses],
        "additions": [{"path": one.path, "value": one.value, "why": one.why} for one in additions],
        **({"document": document.decode()} if out is None else {"out": str(out)}),
    }


def _tell(losses: "tuple[Loss, ...]", additions: "tuple[Addition, ...]") -> None:
    for kind, entries in (("not carried", losses), ("not said", additions)):
        for one in entries:
            value = " ".join(one.value.split())
            shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
            click.echo(f"{kind}: {one.path}{f' = {shown}' if shown else ''}: {one.why}", err=True)
    if losses:
        click.echo(f"{len(losses)} not carried.", err=True)
