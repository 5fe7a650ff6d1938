"""`ecert init`: write a starter partner.toml and a throw-away test PKI for the judge."""

import sys
from pathlib import Path

import click

from conformance.partner.starter import PARTNER_FILE, PKI_FOLDER, write_starter

_NEXT = """\
{file} written, and a test PKI of the judge in {pki} (thirty days, keys readable by you only).

Register in the partner's system:
  {pki}/own.pem         client certificate of the judge as NZ
  {pki}/other.pem       client certificate of the judge as AU
  {pki}/ca.pem          the authority of both, and of the judge's servers
  {pki}/signing-ca.pem  signing anchor of NZ (role importer)

Then fill in {file} and look it over: ecert review {file}
Keep {pki} out of version control; never register it in production."""


@click.command(name="init", short_help="Write a starter partner.toml.", epilog="Example: ecert init my-partner")
@click.argument("folder", metavar="[DIR]", type=click.Path(path_type=Path), default=".")
def command(folder: Path) -> None:
    """Write a starter partner.toml and a test PKI for the judge into DIR (default: here).

    Nothing is overwritten. Exit code 0: written; 2: something is there already or cannot be written.
    """
    try:
        write_starter(folder)
    except FileExistsError as error:
        click.echo(f"ecert: {error} is there already; name another folder, nothing was written", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"ecert: {error.filename}: cannot be written ({error.strerror}); name another folder", err=True)
        sys.exit(2)
    click.echo(_NEXT.format(file=folder / PARTNER_FILE, pki=folder / PKI_FOLDER))
