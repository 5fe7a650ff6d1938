"""`ecert init`: write a starter partner.toml and a throw-away test PKI for the judge, or look at a page."""

import sys
from pathlib import Path

import click

from conformance.cli.init_page import PageNotRead, propose
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
@click.option("--page", metavar="URL", default="", help="Look at this verification page and print its description.")
@click.option("--number", default="", help="With --page: a test certificate to look up.")
@click.option("--code", default="", help="With --page: its verification code, or what stands for one.")
@click.option("--ca", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="With --page: PEM of its CA.")
def command(folder: Path, page: str, number: str, code: str, ca: Path | None) -> None:
    """Write a starter partner.toml and a test PKI for the judge into DIR (default: here).

    With --page nothing is written: the page is looked at, and what describes it in a partner file is printed, each line
    with how sure it is and why. Only that host is visited; with --number and --code two look-ups are made there, one of
    them with a wrong code.

    Nothing is overwritten. Exit code 0: written or printed; 2: something is there already or cannot be written, or the
    address is none; 3: the page cannot be reached.
    """
    if page:
        _propose(page, number, code, ca)
        return
    if number or code or ca is not None:
        click.echo("ecert: --number, --code and --ca belong to --page; name the page's address", err=True)
        sys.exit(2)
    try:
        write_starter(folder)
    except FileExistsError as error:
        click.echo(f"ecert: {error} is there already; name another folder, nothing was written", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"ecert: {error.filename}: cannot be written ({error.strerror}); name another folder", err=True)
        sys.exit(2)
    click.echo(_NEXT.format(file=folder / PARTNER_FILE, pki=folder / PKI_FOLDER))


def _propose(page: str, number: str, code: str, ca: Path | None) -> None:
    if not page.startswith("https://") or bool(number) is not bool(code):
        wrong = "--number and --code go together" if page.startswith("https://") else f"{page} is no https:// address"
        click.echo(f"ecert: {wrong}; `ecert init --help` shows how", err=True)
        sys.exit(2)
    try:
        click.echo(propose(page, number, code, ca), nl=False)
    except PageNotRead as error:
        click.echo(f"ecert: {page} cannot be looked at: {str(error).removesuffix('.')}", err=True)
        sys.exit(3)
