"""`ecert reference`: take the reference node's answers anew, for the reports."""

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from conformance.engine.selection import Selection


@click.command(name="reference", epilog="Example:  ecert reference")
@click.option(
    "--run",
    "runs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="From this run instead of a new one; repeatable.",
)
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), help="The file; without it the installed one.")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when the cases or their steps have changed.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(runs: tuple[Path, ...], to: Path | None, check: bool, as_json: bool) -> None:
    """Run every case against the clean reference node and keep its answers, which reports show beside a partner's.

    To be repeated when a case is added or what goes over the wire has changed.
    """
    from conformance.cli.run import interruptible  # noqa: PLC0415 - `--help` needs none of it
    from conformance.data import data_path  # noqa: PLC0415
    from conformance.engine.reader import read_record  # noqa: PLC0415
    from conformance.reporting.reference import PLACE, from_text, to_text  # noqa: PLC0415
    from conformance.reporting.reference_build import NotClean, build, shape  # noqa: PLC0415

    target = to or data_path(*PLACE)
    try:
        if runs:
            made = build(*map(read_record, runs))
        else:
            interruptible()
            with tempfile.TemporaryDirectory(prefix="ecert-reference-") as temporary:
                made = build(*map(read_record, run_all(Path(temporary))))
    except NotClean as error:
        click.echo(f"ecert: the answers were not taken, {error}", err=True)
        raise SystemExit(1) from None
    old = shape(from_text(target.read_text("utf-8"))) if check else {}
    new = shape(made)
    changed = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name)) if check else []
    if not check:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(to_text(made), "utf-8")
    steps = sum(map(len, made.cases.values()))
    if as_json:
        told = {"file": str(target), "cases": len(made.cases), "steps": steps, "changed": changed}
        click.echo(json.dumps(told, ensure_ascii=False))
    elif check:
        click.echo("\n".join(f"changed: {name}" for name in changed) or "The reference answers are of now.")
    else:
        click.echo(f"{target}: {steps} answers of {len(made.cases)} cases")
    raise SystemExit(1 if changed else 0)


def run_all(folder: Path) -> list[Path]:
    """Run every case against a clean node, its files in a folder, and return the folders of the runs.

    What that node's declaration rules out is run against nodes whose signatures are elsewhere.
    """
    from conformance.engine.reader import read_record  # noqa: PLC0415
    from conformance.engine.selection import Selection  # noqa: PLC0415
    from conformance.model.words import Verdict  # noqa: PLC0415

    made = [_run(folder, Selection(), "enveloped")]
    for placement in ("detached", "xades-t"):
        left = tuple(r.case.id for r in read_record(made[-1]).results if r.verdict is Verdict.NOT_APPLICABLE)
        if left:
            made.append(_run(folder, Selection(ids=left), placement))
    return made


def _run(folder: Path, selection: "Selection", signature: str) -> Path:
    from conformance.cli.demo import served_node  # noqa: PLC0415
    from conformance.cli.progress import progress  # noqa: PLC0415
    from conformance.cli.run import levels  # noqa: PLC0415
    from conformance.engine.run import Plan, new_folder, run  # noqa: PLC0415

    made = new_folder(folder).resolve()
    with served_node(made / "node", signature=signature) as partner_file, progress() as shown:
        run(partner_file, Plan(selection=selection, folder=made, seed=1, levels=levels()), shown)
    return made
