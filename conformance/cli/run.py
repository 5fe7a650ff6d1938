"""`ecert run`: test a partner."""

import signal
import sys
from pathlib import Path
from types import FrameType

import click

from conformance.cli.progress import progress
from conformance.model.words import Access, Level, Role


def interruptible() -> None:
    """Let a request to end (SIGTERM) do what Ctrl-C does: close the record, end the children."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


def levels() -> dict[str, Level]:
    """Return the level of every requirement of the catalogue."""
    from conformance.catalogue import load_catalogue  # noqa: PLC0415

    return {name: Level(requirement.level) for name, requirement in load_catalogue().requirements.items()}


@click.command(name="run", epilog="Example:  ecert run partner.toml --case 'PULL-*' --expectations known-failures.toml")
@click.argument("partner", type=click.Path(path_type=Path))
@click.option("--case", "cases", multiple=True, metavar="ID", help="Only this case, or those a glob fits; repeatable.")
@click.option(
    "--access", "accesses", multiple=True, type=click.Choice([a.value for a in Access]), help="Only this access."
)
@click.option("--role", "roles", multiple=True, type=click.Choice([r.value for r in Role]), help="Only this role.")
@click.option("--seed", type=click.IntRange(0), help="Chance begins here; without it a new seed is taken and recorded.")
@click.option("--strict", is_flag=True, help="A broken SHOULD decides too.")
@click.option("--expectations", type=click.Path(path_type=Path), help="TOML file of known failures.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runs"),
    show_default=True,
    help="Folder in which the run's folder is made.",
)
@click.option(
    "--max-seconds", type=click.FloatRange(1), default=900.0, show_default=True, help="Time of the whole run."
)
@click.option("--cases-from", type=click.Path(path_type=Path, file_okay=False), hidden=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object at the end.")
def command(
    partner: Path,
    cases: tuple[str, ...],
    accesses: tuple[str, ...],
    roles: tuple[str, ...],
    seed: int | None,
    strict: bool,
    expectations: Path | None,
    out: Path,
    max_seconds: float,
    cases_from: Path | None,
    as_json: bool,
) -> None:
    """Test the system that PARTNER (a partner.toml) describes, and write record and reports."""
    from conformance.cli.ending import conclude  # noqa: PLC0415 - `ecert run --help` needs none of it
    from conformance.engine.expectations import load_expectations  # noqa: PLC0415
    from conformance.engine.run import Plan, run  # noqa: PLC0415
    from conformance.engine.selection import CASES, Selection, discover_cases  # noqa: PLC0415

    folder = cases_from or CASES
    known = None
    if expectations is not None:
        load_expectations(expectations)
        known = {case.id for case in discover_cases(folder).cases}
    plan = Plan(
        selection=Selection(cases, tuple(Access(a) for a in accesses), tuple(Role(r) for r in roles)),
        runs=out,
        seed=seed,
        expected=load_expectations(expectations, known) if expectations else (),
        levels=levels(),
        max_seconds=max_seconds,
        cases_folder=folder,
        strict=strict,
    )
    interruptible()
    with progress() as shown:
        made = run(partner, plan, shown)
    sys.exit(conclude(made, as_json=as_json))
