"""`ecert pki crl` and `ecert pki ocsp`: revocation in a folder that `ecert pki init` has made."""

from collections.abc import Callable
from pathlib import Path

import click

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_DAYS = click.IntRange(-3650, 3650)


@click.command("crl")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.option("--revoke", "names", multiple=True, metavar="NAME", help="Revoke NAME.pem of DIR; may be repeated.")
@click.option("--days", type=_DAYS, default=30, show_default=True, help="When the list is over; -1: it was yesterday.")
def crl(folder: Path, names: tuple[str, ...], days: int) -> None:
    """Make the revocation list DIR/root.crl anew, with the certificates named; who was revoked stays so.

    Exit code 0: written. 2: DIR is no folder of `ecert pki init`, or holds no such certificate.

    \b
    Example: ecert pki crl my-pki
             ecert pki crl --revoke signer my-pki
             ecert pki crl --days -1 my-pki
    """
    from conformance.partner.throwaway_revocation import renewed_list  # noqa: PLC0415 - `--help` needs none of it

    files = [_read(folder, f"{name}.pem") for name in names]
    former, root, key = (_read(folder, name) for name in ("root.crl", "root.pem", "root.key"))
    made = _made(folder, lambda: renewed_list(former, root, key, tuple(files), days))
    (folder / "root.crl").write_bytes(made)
    click.echo(f"{folder / 'root.crl'} is made anew{', with ' + ', '.join(names) if names else ''}.")


@click.command("ocsp")
@click.argument("folder", metavar="DIR", type=_FOLDER)
@click.argument("name", metavar="NAME")
@click.option("--days", type=_DAYS, default=2, show_default=True, help="When the answer is over; -1: it was yesterday.")
def ocsp(folder: Path, name: str, days: int) -> None:
    """Write DIR/NAME.ocsp: an answer about NAME.pem, as the list DIR/root.crl says, signed with ocsp.key.

    Exit code 0: written. 2: DIR is no folder of `ecert pki init`, or holds no such certificate.

    \b
    Example: ecert pki ocsp my-pki signer
    """
    from conformance.partner.throwaway_revocation import stored_answer  # noqa: PLC0415 - `--help` needs none of it

    about = _read(folder, f"{name}.pem")
    root, responder, key, listed = (_read(folder, one) for one in ("root.pem", "ocsp.pem", "ocsp.key", "root.crl"))
    made = _made(folder, lambda: stored_answer(about, root, responder, key, listed, days))
    (folder / f"{name}.ocsp").write_bytes(made)
    click.echo(f"{folder / f'{name}.ocsp'} is written.")


def _read(folder: Path, name: str) -> bytes:
    if Path(name).name != name:
        raise click.BadParameter(f"{name!r} is no name of a file in {folder}", param_hint="NAME")
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        why = error.strerror or str(error)
        raise click.BadParameter(f"{folder / name}: {why}; `ecert pki init` makes it", param_hint="DIR") from None


def _made(folder: Path, make: Callable[[], bytes]) -> bytes:
    try:
        return make()
    except (ValueError, TypeError) as error:
        raise click.BadParameter(f"{folder} holds what cannot be used: {error}", param_hint="DIR") from None
