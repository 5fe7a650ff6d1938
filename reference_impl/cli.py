"""The node's command line: `init DIR`, `serve DIR [--defect NAME]...`, `defects`."""

from pathlib import Path

import click

from reference_impl.config import ConfigError, load_config


class _Problem(click.ClickException):
    exit_code = 2


@click.group()
def main() -> None:
    """The reference e-cert node: a small complete system that does everything right, or one thing wrong."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make a new node's FOLDER: configuration, invented keys and sample certificates.

    Example: python -m reference_impl init my-node
    """
    from reference_impl.setup.initial import initialize  # noqa: PLC0415 - each command loads what it needs

    try:
        click.echo(f"made {initialize(folder)}")
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


@main.command("defects")
def list_defects() -> None:
    """List the defects, each with a sentence on what it does.

    Example: python -m reference_impl defects
    """
    from reference_impl.defects import DEFECTS  # noqa: PLC0415 - each command loads what it needs

    for name in sorted(DEFECTS):
        click.echo(f"{name}: {DEFECTS[name].sentence}")
