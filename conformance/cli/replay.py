"""`ecert replay`: judge a record again."""

import dataclasses
import json
import sys
from pathlib import Path

import click

from conformance.cli.progress import printable


@click.command(name="replay", epilog="Example:  ecert replay runs/20260301T101500Z-1a2b3c")
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--partner", type=click.Path(path_type=Path), help="The partner file, when it is not where it was.")
@click.option("--cases-from", type=click.Path(path_type=Path, file_okay=False), hidden=True)
@click.option("--strict", is_flag=True, help="A broken SHOULD decides too, also where the run was not strict.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(run: Path, partner: Path | None, cases_from: Path | None, strict: bool, as_json: bool) -> None:
    """Judge the record of RUN again, without a network, and say which verdicts differ from those written.

    Exit code 4 when a verdict differs; otherwise that of the run.
    """
    from conformance.cli.ending import counts_of  # noqa: PLC0415
    from conformance.cli.run import levels  # noqa: PLC0415
    from conformance.engine.exitcode import ExitCode, exit_code  # noqa: PLC0415
    from conformance.engine.replay import replay  # noqa: PLC0415
    from conformance.engine.selection import CASES  # noqa: PLC0415

    record, differences = replay(run, levels=levels(), partner_file=partner, cases_folder=cases_from or CASES)
    if strict:
        record = dataclasses.replace(record, header=dataclasses.replace(record.header, strict=True))
    code = ExitCode.JUDGE_FAULT if differences else exit_code(record)
    if as_json:
        told = [{"case": d.case, "before": d.before, "after": d.after, "reason": d.reason} for d in differences]
        click.echo(json.dumps({"run": record.header.run_id, "exit_code": int(code), "counts": counts_of(record),
                               "differences": told}))  # fmt: skip
        sys.exit(code)
    click.echo(", ".join(f"{number} {word}" for word, number in counts_of(record).items()) or "no cases")
    for one in differences:
        click.echo(f"{one.case}: {one.before} when recorded, {one.after} now: {printable(one.reason)}")
    click.echo("The verdicts differ from those written." if differences else "The verdicts are those written.")
    sys.exit(code)
