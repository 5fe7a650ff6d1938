"""The node's command line: `init`, `serve`, `officials`, `audit`, `defects`."""

from pathlib import Path

import click

from reference_impl.config import PLACEMENTS, ConfigError, load_config


class _Problem(click.ClickException):
    exit_code = 2


@click.group()
def main() -> None:
    """The reference e-cert node: a small complete system that does everything right, or one thing wrong."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--signature",
    type=click.Choice(PLACEMENTS),
    default=PLACEMENTS[0],
    show_default=True,
    help="Where the node's signatures are, in the document or beside it, or what kind of XAdES they are.",
)
def init(folder: Path, signature: str) -> None:
    """Make a new node's FOLDER: configuration, invented keys and sample certificates in every state.

    `partner.toml`, which the judge needs, is written by `serve`: only then the ports are known.

    Example: python -m reference_impl init my-node
    """
    from reference_impl.setup.initial import initialize  # noqa: PLC0415 - each command loads what it needs

    try:
        click.echo(f"made {initialize(folder, signature)}")
    except (ConfigError, OSError) as error:
        raise _Problem(str(error)) from error


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--defect", "defects", multiple=True, help="Do this one thing wrong; may be repeated.")
def serve(folder: Path, defects: tuple[str, ...]) -> None:
    """Run the node of FOLDER until it is told to end; prints `ready` and the path of partner.toml.

    Example: python -m reference_impl serve my-node --defect envelope-status-differs
    """
    try:
        config = load_config(folder)
        from reference_impl.serving import serve as run  # noqa: PLC0415 - each command loads what it needs

        run(config, list(defects), lambda path: click.echo(f"ready {path}"))
    except ConfigError as error:
        raise _Problem(str(error)) from error


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("count", type=click.IntRange(1, 10_000))
@click.option("--country", default="NZ", show_default=True, help="Whose officials they are (ISO 3166).")
def officials(folder: Path, count: int, country: str) -> None:
    """Make COUNT accounts of invented officials in FOLDER's node, for a load test, and write them down.

    `serve` names the file in partner.toml, so make them before.

    Example: python -m reference_impl officials my-node 500
    """
    from reference_impl.setup.officials import make_officials  # noqa: PLC0415 - each command loads what it needs

    try:
        config = load_config(folder)
        if config.partner(country) is None:
            raise _Problem(f"{country} is no partner of this node: give the country of one in --country")
        click.echo(f"made {count} officials of {country}, named in {make_officials(config, count, country)}")
    except (ConfigError, OSError) as error:
        raise _Problem(str(error)) from error


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--number", default="", help="Print the lines about this certificate only; all are verified.")
@click.option("--head", default="", help="A last digest noted earlier: it must still be in the trail.")
def audit(folder: Path, number: str, head: str) -> None:
    """Verify the audit trail of FOLDER's node and print it, a line for each act; the last line is its head digest.

    Exit code 1 when the trail was altered. Whoever notes the head elsewhere can prove later that nothing was cut off.

    Example: python -m reference_impl audit my-node --number CN-2026-00000001
    """
    from reference_impl.clock import Clock  # noqa: PLC0415 - each command loads what it needs
    from reference_impl.store.audit import AuditTrail, BrokenTrail  # noqa: PLC0415
    from reference_impl.store.database import Database  # noqa: PLC0415

    try:
        path = load_config(folder).database
        database = Database(path) if path.is_file() else None
    except ConfigError as error:
        raise _Problem(str(error)) from error
    if database is None:
        raise _Problem(f"{path}: no such database, so the node of {folder} has no trail yet")
    trail = AuditTrail(database, Clock())
    try:
        count, last = trail.verify(head)
        for line in trail.lines(number):
            click.echo("\t".join((line.at, line.who, line.what, line.number or "-", line.origin, line.detail)))
        click.echo(f"{count} lines, unaltered; head {last}")
    except BrokenTrail as error:
        raise click.ClickException(str(error)) from error
    finally:
        trail.close()
        database.close()


@main.command("defects")
def list_defects() -> None:
    """List the defects, each with a sentence on what it does.

    Example: python -m reference_impl defects
    """
    from reference_impl.defects import DEFECTS  # noqa: PLC0415 - each command loads what it needs

    for name in sorted(DEFECTS):
        click.echo(f"{name}: {DEFECTS[name].sentence}")
