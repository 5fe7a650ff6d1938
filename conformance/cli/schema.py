"""`ecert schema`: compare releases of the schema, and take in sets of others."""

import click

from conformance.cli.schema_diff import diff
from conformance.cli.schema_impact import impact
from conformance.cli.schema_import import command as import_


@click.group("schema")
def schema() -> None:
    """Compare releases of the schema, say what a draft breaks, and take in schema sets of others."""


schema.add_command(diff)
schema.add_command(impact)
schema.add_command(import_)
