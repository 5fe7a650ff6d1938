"""`ecert schema diff`: what differs between two schema sets."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from conformance.cli.schema_words import say, visible
from conformance.revision.change import Difference
from conformance.revision.diff import compare_sets
from conformance.revision.files import SetRefused
from conformance.revision.model import Problem
from conformance.revision.reader import SchemaSet
from conformance.revision.sets import Named, compile_problems, open_set
from conformance.revision.telling import values_together

_PATHS = 3


@dataclass(frozen=True, slots=True)
class Opened:
    """A schema set and what it is called."""

    named: Named
    schema: SchemaSet


def as_object(found: Difference) -> dict[str, Any]:
    """Return a difference as the JSON object that `--json` prints."""
    answer: dict[str, Any] = {
        "changes": [
            {"kind": one.kind.value, "path": one.path, "detail": one.detail, "effect": one.effect.value}
            for one in found.changes
        ],
        "backward": found.backward,
        "forward": found.forward,
    }
    problems = [
        {"set": side, "file": one.file, "line": one.line, "message": one.what}
        for side, problems in (("A", found.problems_before), ("B", found.problems_after))
        for one in problems
    ]
    if problems:
        answer["problems"] = problems
    if found.cut:
        answer["cut"] = True
    return answer


def load(first: str, second: str) -> tuple[Opened, Opened]:
    """Open two sets, or end as a usage error."""
    try:
        return Opened(*open_set(first)), Opened(*open_set(second))
    except SetRefused as error:
        raise click.UsageError(visible(str(error))) from None


def _with_compilers_word(found: Difference, old: Opened, new: Opened) -> Difference:
    """Return a difference with what libxml2 says of the sets, which is asked of sets from a folder alone."""
    sides: list[tuple[Problem, ...]] = []
    for opened, problems in ((old, found.problems_before), (new, found.problems_after)):
        told = {(one.file, one.line) for one in problems}
        more = [one for one in compile_problems(opened.named, opened.schema) if (one.file, one.line) not in told]
        sides.append((*problems, *more))
    return Difference(found.changes, found.backward, found.forward, sides[0], sides[1], found.cut)


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--html",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the difference as a page for a meeting.",
)
def diff(before: str, after: str, as_json: bool, html: Path | None) -> None:
    """Say what differs between two schema sets, A (old) and B (new): names of releases or imported sets, or folders.

    Only what documents show is told: names of types, files and prefixes do not count, nor do ways of writing the same.
    Each change is narrowing (some documents are refused now), widening (some more are accepted), both, or none. A
    draft that does not compile is compared as far as it can be read. Documents that name a type with xsi:type are left
    out of account.

    \b
    Example: ecert schema diff 17A 18B
             ecert schema diff --html draft.html 17A draft/
             ecert schema diff --json 17A draft/
    """
    old, new = load(before, after)
    found = _with_compilers_word(compare_sets(old.schema, new.schema), old, new)
    if html:
        from conformance.reporting.revision_html import diff_page  # noqa: PLC0415 - only where a page is wanted

        html.write_text(diff_page((old.named, new.named), found), encoding="utf-8")
    if as_json:
        click.echo(json.dumps(as_object(found), ensure_ascii=True))
    else:
        _tell(found, old, new)


def _tell(found: Difference, old: Opened, new: Opened) -> None:
    say(f"{old.named.shown} -> {new.named.shown}")
    for one in (old.named, new.named):
        if one.standing == "inferred":
            say(f"{one.name} is not the published set: {one.rests_on}")
    for side, problems in ((old, found.problems_before), (new, found.problems_after)):
        for problem in problems:
            say(f"  problem in {side.named.name}: {problem}", err=True)
    groups = values_together(found.changes)
    if groups:
        counted = Counter(group.change.effect.value for group in groups)
        word = "change" if len(groups) == 1 else "changes"
        parts = ", ".join(f"{count} {effect}" for effect, count in counted.most_common())
        say(f"{len(groups)} {word} at {len({one.path for one in found.changes})} places: {parts}")
    for group in groups:
        say(f"{group.change.effect.value:<9} {group.change.kind.value:<24} {group.change.detail}")
        for path in group.paths[:_PATHS]:
            say(f"          {path}")
        if len(group.paths) > _PATHS:
            say(f"          and {len(group.paths) - _PATHS} more places")
    if not found.changes:
        known = found.backward and found.forward
        say("no change that a document could show" if known else "no change in what could be compared")
    stay = "stay" if found.backward else "do not all stay"
    fit = "are" if found.forward else "are not all"
    say(f"documents of {old.named.name} {stay} valid; those of {new.named.name} {fit} valid under the old set")
