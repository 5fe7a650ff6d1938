"""The end of a run: its reports, its summary, its exit code."""

import json
from collections import Counter
from pathlib import Path

import click

from conformance.engine.exitcode import exit_code
from conformance.engine.reader import bodies_of, read_record
from conformance.model.record import RunRecord


def counts_of(record: RunRecord) -> dict[str, int]:
    """Return how many cases ended with each verdict."""
    return dict(sorted(Counter(result.verdict.value for result in record.results).items()))


def write_reports_of(run: Path) -> tuple[Path, ...]:
    """Write the reports of a run into its folder; the HTML one comes first."""
    from conformance.reporting import write_reports  # noqa: PLC0415 - jinja2 only when a report is written

    record = read_record(run)
    return write_reports(record, bodies_of(run), Path(record.folder))


def conclude(run: Path, *, as_json: bool) -> int:
    """Write the reports, print what came of the run, and return the exit code."""
    from conformance.reporting.summary import overall  # noqa: PLC0415

    record = read_record(run)
    code, result = exit_code(record), overall(record)
    paths = write_reports_of(run)
    if as_json:
        click.echo(
            json.dumps(
                {
                    "run": record.header.run_id,
                    "folder": str(run),
                    "exit_code": int(code),
                    "result": result.overall.value,
                    "sentence": result.sentence,
                    "complete": record.complete,
                    "counts": counts_of(record),
                    "reports": [str(path) for path in paths],
                }
            )
        )
        return code
    click.echo(", ".join(f"{number} {word}" for word, number in counts_of(record).items()) or "no cases")
    for deviation in record.deviations:
        if deviation.state != "as-expected":
            click.echo(f"expectation {deviation.state}: {deviation.case} (owner {deviation.owner})")
    click.echo(f"result: {result.overall.value} (exit code {int(code)})")
    click.echo(result.sentence)
    click.echo(f"report: {paths[0]}")
    return code
