"""`ecert compare`: what changed between two runs."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from conformance.cli.progress import printable

if TYPE_CHECKING:
    from conformance.engine.compare import Change, Comparison

_HEADINGS = {
    "newly-failing": "Newly failing",
    "failing-otherwise": "Failing as before, and breaking another requirement",
    "no-longer-proven": "Passed before, without that verdict now",
    "mended": "Mended",
    "otherwise": "Other changes",
    "only-before": "In the first run only",
    "only-after": "In the second run only",
}
_LONGEST = 110


@click.command(name="compare", epilog="Example:  ecert compare runs/last-week runs/today")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(before: Path, after: Path, as_json: bool) -> None:
    """Say which cases fail newly, which are mended, and which are as they were.

    Exit code 1 when the second run is worse: a case fails newly, breaks another requirement, or no longer passes.
    """
    from conformance.engine.compare import compare  # noqa: PLC0415
    from conformance.engine.reader import read_record  # noqa: PLC0415

    found = compare(read_record(before), read_record(after))
    if as_json:
        click.echo(json.dumps({
            "worse": found.worse,
            "groups": {group.name: [_object(change) for change in group.changes] for group in found.groups},
            "unchanged": found.unchanged, "notes": list(found.notes),
        }, ensure_ascii=False))  # fmt: skip
    else:
        _tell(found)
    sys.exit(1 if found.worse else 0)


def _object(change: "Change") -> dict[str, str | None]:
    return {
        "case": change.case,
        "before": change.before,
        "after": change.after,
        "title": change.title,
        "reason": change.reason,
    }


def _tell(found: "Comparison") -> None:
    for note in found.notes:
        click.echo(f"note: {printable(note)}")
    for group in found.groups:
        if group.changes:
            click.echo(f"\n{_HEADINGS[group.name]} ({len(group.changes)}):")
        for change in group.changes:
            click.echo(f"  {change.case:<18} {change.before or 'not run'} -> {change.after or 'not run'}")
            why = " ".join(printable(change.reason or change.title).split())
            click.echo(f"      {why if len(why) <= _LONGEST else why[:_LONGEST] + ' ...'}")
    click.echo(f"\n{found.unchanged} unchanged. {'Worse than before.' if found.worse else 'Nothing is worse.'}")
