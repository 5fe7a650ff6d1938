"""Lines of `ecert schema` for a person: what stands in a schema may hold anything."""

import click

from conformance.reporting.text import visible


def say(text: str, *, err: bool = False) -> None:
    """Print a line with every control and invisible character made visible."""
    click.echo(visible(text), err=err)


__all__ = ["say", "visible"]
