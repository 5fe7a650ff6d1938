"""`ecert compare`: what changed between two runs."""

import json
import sys
from pathlib import Path

import click


@click.command(name="compare", epilog="Example:  ecert compare runs/last-week runs/today")
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(before: Path, after: Path, as_json: bool) -> None:
    """Say which cases fail newly, which are mended, and which are as they were. Exit code 1 when one fails newly."""
    from conformance.engine.compare import compare  # noqa: PLC0415
    from conformance.engine.reader import read_record  # noqa: PLC0415

    found = compare(read_record(before), read_record(after))
    if as_json:
        click.echo(json.dumps({
            "groups": {group.name: [{"case": c.case, "before": c.before, "after": c.after} for c in group.changes]
                       for group in found.groups},
            "unchanged": found.unchanged, "notes": list(found.notes),
        }))  # fmt: skip
        sys.exit(1 if found.worse else 0)
    for note in found.notes:
        click.echo(f"note: {note}")
    for group in found.groups:
        for change in group.changes:
            click.echo(f"{group.name:<16} {change.case:<16} {change.before or '-'} -> {change.after or '-'}")
    click.echo(f"{found.unchanged} unchanged")
    sys.exit(1 if found.worse else 0)
