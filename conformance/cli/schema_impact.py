"""`ecert schema impact`: what a revision does to a corpus of documents."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from conformance.cli.schema_words import say, visible

if TYPE_CHECKING:
    from conformance.cli.schema_diff import Opened
    from conformance.revision.impact import Fate, Impact, Shown
    from conformance.revision.sets import Named

_MOST = 15


def as_object(fate: "Fate") -> dict[str, Any]:
    """Return what becomes of a document as the JSON object that `--json` prints."""
    return {
        "file": fate.file,
        "before": "pass" if fate.before else "fail",
        "after": "pass" if fate.after else "fail",
        "changes": [
            {"kind": one.kind.value, "path": one.path, "detail": one.detail, "effect": one.effect.value}
            for one in fate.changes
        ],
    }


def documents(corpus: tuple[Path, ...]) -> Iterator[Path]:
    """Yield the files of a corpus: files as they are given, of folders every *.xml in them and below, in order."""
    for path in corpus:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*.xml") if one.is_file())
        else:
            yield path


@click.command("impact")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.argument("corpus", nargs=-1, required=True, metavar="CORPUS...", type=click.Path(exists=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line per document.")
@click.option("--html", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Write a report for a meeting.")  # fmt: skip
@click.option("--generate", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Write a document for each change that none of the corpus shows.")  # fmt: skip
def impact(
    before: str, after: str, corpus: tuple[Path, ...], as_json: bool, html: Path | None, generate: Path | None
) -> None:
    """Say what a revision does to documents: CORPUS are files, and folders with *.xml files.

    A document is judged against the schema sets A (old) and B (new): release names or folders. For each that changes
    its verdict, the changes through which it does are told. Exit code 0: no document that is valid under A is
    refused by B. 1: some are. 2: wrong usage, or a set that does not compile.

    \b
    Example: ecert schema impact 17A draft/ certificates/
             ecert schema impact --html impact.html --generate shown/ 17A draft/ certificates/
    """
    from conformance.cli.schema_diff import load  # noqa: PLC0415 - `--help` needs none of it
    from conformance.revision.compiling import DoesNotCompile  # noqa: PLC0415
    from conformance.revision.diff import revise  # noqa: PLC0415
    from conformance.revision.impact import Impact  # noqa: PLC0415

    first, second = load(before, after)
    for opened in (first, second):
        _tried(opened)
    try:
        work = Impact(revise(first.schema, second.schema))
    except DoesNotCompile as error:
        raise click.UsageError(f"documents cannot be judged, because a set does not compile: {error}") from None
    fates: list[Fate] = []
    broken = False
    for path in documents(corpus):
        fate = _one(work, path)
        broken = broken or (fate.before and not fate.after)
        if html or not as_json:
            fates.append(fate)
        if as_json:
            click.echo(json.dumps(as_object(fate), ensure_ascii=True))
    if html or generate or not as_json:
        shown = list(work.untouched())
        if generate:
            _write(generate, shown)
        if html:
            _page(html, (first.named, second.named), work, fates, shown)
        if not as_json:
            _tell(work, fates, shown)
    raise SystemExit(1 if broken else 0)


def _tried(opened: "Opened") -> None:
    """End as a usage error when a set does not compile: tried in a process of its own, for it may take hours."""
    from conformance.revision.sets import compile_problems  # noqa: PLC0415

    opened.schema.read_all()
    problems = compile_problems(opened.named, opened.schema)
    if opened.schema.symbols.too_large:
        problems = tuple(opened.schema.symbols.problems)
    if problems:
        name, told = opened.named.name, problems[0]
        raise click.UsageError(visible(f"documents cannot be judged, because {name} does not compile: {told}"))


def _one(work: "Impact", path: Path) -> "Fate":
    from conformance.cli.check_one import read_capped  # noqa: PLC0415
    from conformance.parsing import Unreadable  # noqa: PLC0415
    from conformance.revision.impact import Fate  # noqa: PLC0415

    try:
        return work.fate(str(path), read_capped(str(path), regular=True))
    except Unreadable as error:
        return Fate(str(path), before=False, after=False, changes=(), reason=str(error))


def _cases() -> Mapping[str, tuple[str, ...]]:
    from conformance.engine.selection import CASES, discover_cases  # noqa: PLC0415

    found: dict[str, tuple[str, ...]] = {}
    for case in discover_cases(CASES).cases:
        for requirement in case.requirements:
            found[requirement] = (*found.get(requirement, ()), case.id)
    return found


def _page(path: Path, sets: "tuple[Named, Named]", work: "Impact", fates: "list[Fate]", shown: "list[Shown]") -> None:
    from conformance.reporting.revision_html import impact_page  # noqa: PLC0415

    path.write_text(impact_page(sets, work.revision.difference, fates, shown, _cases()), encoding="utf-8")


def _write(folder: Path, shown: "list[Shown]") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for number, one in enumerate(shown, 1):
        if one.document is None:
            continue
        last = one.change.path.rpartition("/")[2].lstrip("@")
        name = f"{number:04d}-{one.change.kind.value}-{last}.xml"
        (folder / name).write_bytes(one.document)
        entries.append({
            "file": name, "kind": one.change.kind.value, "path": one.change.path, "detail": one.change.detail,
            "effect": one.change.effect.value, "before": "pass" if one.before else "fail",
            "after": "pass" if one.after else "fail",
        })  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def _tell(work: "Impact", fates: "list[Fate]", shown: "list[Shown]") -> None:
    from conformance.revision.impact import affected  # noqa: PLC0415
    from conformance.revision.touching import requirements_of  # noqa: PLC0415

    lost = [fate for fate in fates if fate.before and not fate.after]
    won = [fate for fate in fates if fate.after and not fate.before]
    unread = [fate for fate in fates if fate.reason]
    say(f"{len(fates)} documents: {len(lost)} refused newly, {len(won)} accepted newly, "
               f"{len(fates) - len(lost) - len(won)} as before ({len(unread)} not readable)")  # fmt: skip
    for title, some in (("refused newly", lost), ("accepted newly", won)):
        for fate in some[:_MOST]:
            reasons = "; ".join(f"{one.kind.value} {one.path}" for one in fate.changes[:3]) or "no single change"
            say(f"  {title}: {fate.file}: {reasons}")
        if len(some) > _MOST:
            say(f"  and {len(some) - _MOST} more")
    for change, count in sorted(affected(fates).items(), key=lambda pair: -pair[1])[:_MOST]:
        say(f"  {count:>6} documents through {change.kind.value} {change.path}: {change.detail}")
    touched = requirements_of(work.revision.difference.changes)
    say(f"requirements touched: {', '.join(touched) or 'none'}")
    written = sum(1 for one in shown if one.document is not None)
    say(f"{len(shown)} changes that no document shows; --generate writes documents for {written} of them")
