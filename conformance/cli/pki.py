"""`ecert pki init`: a test PKI for a partner that has none yet."""

import os
import re
from pathlib import Path

import click

from conformance.cli.pki_revocation import crl, ocsp

_README = """\
TEST MATERIAL, NOT FOR PRODUCTION

A test PKI written by `ecert pki init`. It is good for thirty days and for nothing but tests. Keep it out of version
control, and never register it in a production system.

root.pem      authority of all the others: the trust anchor to register at the test partner
root.crl      its revocation list, which names nobody; `ecert pki crl` makes it anew, with whom you revoke
signer.pem    signs documents:      ecert sign --key signer.key --cert signer.pem --out signed.xml document.xml
server.pem    TLS server ({host})
client.pem    TLS client
tsa.pem       signs time stamps (RFC 3161)
ocsp.pem      signs answers about revocation (OCSP, RFC 6960) for the root: `ecert pki ocsp` writes one
*.key         the private keys, readable by the owner only

Country in the names: {country}
"""
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,62})(\.[a-z0-9-]{1,63})*", re.IGNORECASE)


@click.group("pki")
def pki() -> None:
    """Make a test PKI, for whoever has none yet, and revoke what is in it.

    \b
    Example: ecert pki init my-pki
    """


@pki.command("init")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--country", default="NZ", show_default=True, metavar="CODE", help="ISO 3166-1 code in the names.")
@click.option("--host", default="localhost", show_default=True, metavar="NAME", help="DNS name of the TLS server.")
def init(folder: Path, country: str, host: str) -> None:
    """Write a root and what it issues into DIR: signer, TLS server and client, time stamps, OCSP, revocation list.

    Each certificate has its key beside it. DIR must not exist, or be empty; nothing is overwritten. Exit code 0:
    written. 2: it cannot be written there.

    \b
    Example: ecert pki init my-pki
             ecert pki init --country KE --host ecert.example.ke my-pki
    """
    from conformance.partner.throwaway import make_partner_pki  # noqa: PLC0415 - `--help` needs none of it

    if not re.fullmatch(r"[A-Z]{2}", country):
        raise click.BadParameter(f"{country!r} is not two capital letters, such as NZ", param_hint="--country")
    if not _HOST.fullmatch(host):
        raise click.BadParameter(f"{host!r} is not a DNS name, such as ecert.example.org", param_hint="--host")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise click.BadParameter(
            f"{folder} is there already; name another folder, nothing was written", param_hint="DIR"
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    files = make_partner_pki(country, host) | {"README.txt": _README.format(country=country, host=host).encode()}
    for name, content in files.items():
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(folder / name, flags, 0o600), "wb") as stream:
            stream.write(content)
    click.echo(
        f"A test PKI is in {folder} (thirty days, readable by you only); {folder / 'README.txt'} says what is what."
    )


pki.add_command(crl)
pki.add_command(ocsp)
