"""`ecert schema import`: take in the schema set of others."""

import json
from pathlib import Path

import click

from conformance.cli.schema_words import say, visible


@click.command("import")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", required=True, help="What to call the set from now on.")
@click.option("--replace", "again", is_flag=True, help="Put it in the place of an imported set of that name.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(folder: Path, name: str, again: bool, as_json: bool) -> None:
    """Take in an official or national XSD set from a folder, under a name of your own.

    The set is read without a network and tried out; its files are copied and their SHA-256 recorded. Then the name can
    be used wherever a release can: ecert check --release NAME, ecert schema diff, ecert schema impact. Imported sets
    lie in the folder that the environment variable ECERT_SCHEMAS names, else in the user's data folder
    (~/.local/share/ecert/schemas).

    \b
    Example: ecert schema import downloads/D18B/uncefact --name official-18B
             ecert check --release official-18B certificate.xml
    """
    from conformance.revision.files import SetRefused  # noqa: PLC0415 - `--help` needs none of it
    from conformance.revision.taking import take_in  # noqa: PLC0415

    try:
        taken = take_in(folder, name, again=again)
    except SetRefused as error:
        raise click.UsageError(visible(str(error))) from None
    if as_json:
        click.echo(json.dumps({
            "name": taken.name, "folder": str(taken.folder), "files": taken.files, "remarks": list(taken.remarks),
            "roots": [{"namespace": root.namespace, "message": root.local} for root in taken.roots],
        }))  # fmt: skip
        return
    say(f"{taken.name}: {taken.files} files, {', '.join(root.local for root in taken.roots)}")
    say(f"in {taken.folder}")
    for remark in taken.remarks:
        say(f"note: {remark}")
