"""Keys and certificates as they are read from PEM files, once."""

from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from reference_impl.config import ConfigError


@dataclass(frozen=True)
class Credentials:
    """A private key and its certificate, both as PEM, and further certificates of the path."""

    key: bytes
    certificate: bytes
    intermediates: tuple[bytes, ...] = ()

    @property
    def x509(self) -> x509.Certificate:
        """The certificate, read."""
        return x509.load_pem_x509_certificate(self.certificate)


def load_credentials(key: Path, certificate: Path) -> Credentials:
    """Read both files. Raises `ConfigError` when one cannot be used."""
    pem = key.read_bytes()
    if b"PRIVATE KEY" not in pem:
        raise ConfigError(f"{key}: no private key in it. Put the PEM of the key there")
    found = load_certificates(certificate)
    first, *rest = (c.public_bytes(Encoding.PEM) for c in found)
    return Credentials(pem, first, tuple(rest))


def load_certificates(path: Path) -> list[x509.Certificate]:
    """All certificates of a PEM file. Raises `ConfigError` when there is none."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except ValueError as error:
        raise ConfigError(f"{path}: no certificate in it ({error}). Put the PEM of the certificate there") from error


def load_crl(path: Path) -> x509.CertificateRevocationList:
    """The revocation list of a PEM file. Raises `ConfigError` when it cannot be read."""
    try:
        return x509.load_pem_x509_crl(path.read_bytes())
    except ValueError as error:
        raise ConfigError(f"{path}: no revocation list in it ({error}). Put the PEM of the CRL there") from error
