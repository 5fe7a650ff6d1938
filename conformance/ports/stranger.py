"""Certificates nobody trusts: made on the spot, for the judge's own misbehaviour as a server or client."""

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID


@cache
def stranger_pem() -> tuple[bytes, bytes]:
    """Certificate and key (PEM): self-signed, for localhost and 127.0.0.1, as server and client, valid for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stranger.invalid")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return (
        certificate.public_bytes(Encoding.PEM),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


@contextmanager
def stranger_file() -> Iterator[Path]:
    """A file with the stranger's certificate and key, in a private folder that is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="stranger-") as folder:
        file = Path(folder) / "stranger.pem"
        file.write_bytes(b"".join(stranger_pem()))
        yield file


def load_stranger(context: ssl.SSLContext) -> None:
    """Give a context the stranger's certificate and key."""
    with stranger_file() as file:
        context.load_cert_chain(file)


@cache
def stranger_context() -> ssl.SSLContext:
    """A server's context that is right in everything but its issuer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load_stranger(context)
    return context
