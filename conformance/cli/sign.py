"""`ecert sign`: sign a document by the profile."""

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import click

from conformance.cli.check import PLACEMENTS, Moment

if TYPE_CHECKING:
    from datetime import datetime

    from cryptography import x509

    from conformance.vectors.sealing import Key
    from conformance.vectors.stamping import Authority

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_METHODS = [
    *(f"{family}-sha{bits}" for family in ("rsa", "rsa-pss", "ecdsa") for bits in ("256", "384", "512")),
    *(f"{family}-sha3-{bits}" for family in ("rsa-pss", "ecdsa") for bits in ("256", "384", "512")),
    "ed25519",
]


@click.command("sign")
@click.argument("file", type=_FILE, metavar="FILE")
@click.option("--key", "key_file", required=True, type=_FILE, metavar="PEM", help="The signer's private key.")
@click.option("--cert", required=True, type=_FILE, metavar="PEM", help="The signer's certificate.")
@click.option("--chain", type=_FILE, metavar="PEM", help="Intermediate certificates to send along.")
@click.option(
    "--placement",
    type=click.Choice(PLACEMENTS),
    default="enveloped",
    show_default=True,
    help="What signature is made, and where it is put.",
)
@click.option("--method", type=click.Choice(_METHODS), help="Signature method; without it, the one that fits the key.")
@click.option("--at", type=Moment(), help="Signing time that xades-b and xades-t state; without it, now.")
@click.option("--tsa-key", type=_FILE, metavar="PEM", help="Key of a time-stamp authority of your own, for xades-t.")
@click.option("--tsa-cert", type=_FILE, metavar="PEM", help="Its certificate, and further ones to send along.")
@click.option("--passphrase-env", metavar="NAME", help="Environment variable with the passphrase of the key.")
@click.option("--passphrase-file", type=_FILE, metavar="FILE", help="File with the passphrase of the key.")
@click.option(
    "--out",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where the signed document is written, with --placement detached the signature alone.",
)
def sign(
    file: Path,
    key_file: Path,
    cert: Path,
    chain: Path | None,
    placement: str,
    method: str | None,
    at: "datetime | None",
    tsa_key: Path | None,
    tsa_cert: Path | None,
    passphrase_env: str | None,
    passphrase_file: Path | None,
    out: Path,
) -> None:
    """Sign a document as the exchange profile wants it. What is signed already is refused, and nothing overwritten.

    The result is verified before it is written. Exit code 0: written. 2: it cannot be signed so; nothing is written.

    \b
    Example: ecert sign --key signer.key --cert signer.pem --out signed.xml certificate.xml
             ecert sign --key signer.key --cert signer.pem --placement detached --out sig.xml certificate.xml
             ecert sign --placement xades-t --tsa-key tsa.key --tsa-cert tsa.pem --key signer.key \\
                        --cert signer.pem --out signed.xml certificate.xml
             KEY_PASS=... ecert sign --passphrase-env KEY_PASS --key k.pem --cert c.pem --out s.xml certificate.xml
    """  # fmt: skip
    from conformance.cli.check_one import read_capped  # noqa: PLC0415 - `--help` needs none of it
    from conformance.parsing import Unreadable  # noqa: PLC0415
    from conformance.vectors.sealing import Seal, Unsignable, default_method, seal  # noqa: PLC0415

    if out.exists():
        raise click.BadParameter(f"{out} is there already; name another file", param_hint="--out")
    signer = _certificates(cert, "--cert")[0]
    others = tuple(_certificates(chain, "--chain")) if chain else ()
    key = _key(key_file, _passphrase(passphrase_env, passphrase_file))
    if key.public_key() != signer.public_key():
        raise click.BadParameter(f"{key_file} is not the key of the certificate in {cert}", param_hint="--key")
    try:
        made = seal(
            read_capped(str(file)),
            Seal(signer, key, method or default_method(key), others, at, _authority(tsa_key, tsa_cert)),
            placement,
            quote(file.name),
        )
    except (Unreadable, Unsignable) as problem:
        raise click.BadParameter(f"{file} cannot be signed: {problem}", param_hint="FILE") from None
    with out.open("xb") as stream:
        stream.write(made)
    click.echo(f"{out} written, signed by {signer.subject.rfc4514_string()}")


def _authority(key_file: Path | None, cert: Path | None) -> "Authority | None":
    from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: PLC0415

    from conformance.vectors.stamping import Authority  # noqa: PLC0415

    if (key_file is None) != (cert is None):
        raise click.UsageError("--tsa-key goes with --tsa-cert, and --tsa-cert with it")
    if key_file is None or cert is None:
        return None
    key = _key(key_file, None)
    first, *others = _certificates(cert, "--tsa-cert")
    if isinstance(key, ed25519.Ed25519PrivateKey) or key.public_key() != first.public_key():
        raise click.BadParameter(
            f"{key_file} is not the RSA or EC key of the certificate in {cert}", param_hint="--tsa-key"
        )
    return Authority(first, key, tuple(others))


def _certificates(path: Path, option: str) -> "list[x509.Certificate]":
    from conformance.checks.path import read_anchors  # noqa: PLC0415

    try:
        return read_anchors(path.read_bytes())
    except ValueError:
        raise click.BadParameter(f"{path} holds no PEM certificate that can be read", param_hint=option) from None


def _passphrase(variable: str | None, path: Path | None) -> bytes | None:
    from conformance.partner import Secret  # noqa: PLC0415

    if variable is not None and path is not None:
        raise click.UsageError("--passphrase-env or --passphrase-file, not both")
    if variable is None and path is None:
        return None
    option = "--passphrase-env" if variable else "--passphrase-file"
    return Secret(option, Path("ecert sign"), variable=variable, file=path).reveal().encode()


def _key(path: Path, passphrase: bytes | None) -> "Key":
    """Read a private key; what is wrong is told without the passphrase."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

    octets = path.read_bytes()
    try:
        key = load_pem_private_key(octets, passphrase)
    except TypeError:
        wanted = "is encrypted; give its passphrase with --passphrase-env or --passphrase-file"
        text = wanted if passphrase is None else "is not encrypted; leave the passphrase out"
        raise click.BadParameter(f"{path} {text}", param_hint="--key") from None
    except (ValueError, UnsupportedAlgorithm):
        text = "holds no private key that can be read" + ("" if passphrase is None else ", or the passphrase is wrong")
        raise click.BadParameter(f"{path} {text}", param_hint="--key") from None
    if not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey):
        raise click.BadParameter(f"{path} is neither an RSA nor an EC nor an Ed25519 key", param_hint="--key")
    return key
