"""`ecert report`: write the reports of a run again."""

import json
from pathlib import Path

import click


@click.command(name="report", epilog="Example:  ecert report runs/20260301T101500Z-1a2b3c")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the paths as a JSON object.")
def command(run: Path, as_json: bool) -> None:
    """Write the reports of RUN (its folder or its record.jsonl) from the record alone."""
    from conformance.cli.ending import write_reports_of  # noqa: PLC0415 - jinja2 only here

    paths = write_reports_of(run)
    if as_json:
        click.echo(json.dumps({"reports": [str(path) for path in paths]}))
    else:
        click.echo("\n".join(str(path) for path in paths))
