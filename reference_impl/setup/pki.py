"""Invented certification authorities and what they issue. EC P-256 (quick), one RSA key for the RSA server."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A certificate and its private key."""

    certificate: x509.Certificate
    key: Key

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The key as PKCS #8 PEM, not encrypted: the file's mode keeps it."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@dataclass(frozen=True)
class Wanted:
    """What a certificate shall be good for. `server` is for names `hosts`; `days` count from `start` days ahead."""

    country: str
    organisation: str
    name: str
    kind: str  # "ca", "server", "client", "signer", "mail" (for address `hosts`), "agreement" (TLS keys only), "stamps"
    hosts: tuple[str, ...] = ("localhost", "127.0.0.1")
    days: int = 825
    start: int = -1
    rsa: bool = False


def load_issued(certificate: Path, key: Path) -> Issued:
    """Read back what `save` wrote."""
    loaded = load_pem_private_key(key.read_bytes(), None)
    if not isinstance(loaded, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise TypeError(f"{key}: neither an EC nor an RSA key")
    return Issued(x509.load_pem_x509_certificate(certificate.read_bytes()), loaded)


def save(issued: Issued, folder: Path, name: str) -> None:
    """Write `name`.pem and `name`.key (readable by the owner only)."""
    (folder / f"{name}.pem").write_bytes(issued.certificate_pem)
    path = folder / f"{name}.key"
    path.touch(mode=0o600)
    path.write_bytes(issued.key_pem)


def issue(wanted: Wanted, authority: Issued | None = None) -> Issued:
    """Make a key and a certificate for it, by `authority` or, without one, self-signed."""
    key: Key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if wanted.rsa
        else ec.generate_private_key(ec.SECP256R1())
    )
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, wanted.country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, wanted.organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, wanted.name),
        ]
    )
    issuer_key = authority.key if authority else key
    begin = datetime.now(UTC).replace(microsecond=0) + timedelta(days=wanted.start)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(authority.certificate.subject if authority else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + timedelta(days=wanted.days))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
    )
    return Issued(_for_kind(builder, wanted).sign(issuer_key, hashes.SHA256()), key)


def _for_kind(builder: x509.CertificateBuilder, wanted: Wanted) -> x509.CertificateBuilder:
    ca = wanted.kind == "ca"
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=1 if ca else None), critical=True)
    builder = builder.add_extension(_usage(wanted), critical=True)
    if wanted.kind == "server":
        names: list[x509.GeneralName] = [_general_name(host) for host in wanted.hosts]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    if wanted.kind == "mail":
        addresses: list[x509.GeneralName] = [x509.RFC822Name(address) for address in wanted.hosts]
        builder = builder.add_extension(x509.SubjectAlternativeName(addresses), critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
    if wanted.kind == "agreement":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    if wanted.kind == "stamps":  # RFC 3161 clause 2.3: critical, and the only purpose
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    if wanted.kind == "client":
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    return builder


def _general_name(host: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(host)) if host[0].isdigit() else x509.DNSName(host)


def _usage(wanted: Wanted) -> x509.KeyUsage:
    ca = wanted.kind == "ca"
    return x509.KeyUsage(
        digital_signature=wanted.kind not in ("ca", "agreement"),
        content_commitment=wanted.kind == "signer",
        # An RSA server key serves static-RSA key exchange as well, if somebody switches that on.
        key_encipherment=wanted.rsa and wanted.kind == "server",
        data_encipherment=False,
        key_agreement=wanted.kind in ("agreement", "mail"),
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def revocation_list(authority: Issued, revoked: tuple[x509.Certificate, ...] = (), days: int = 30) -> bytes:
    """A CRL as PEM, good for `days`."""
    now = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now)
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    for certificate in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number).revocation_date(now).build()
        builder = builder.add_revoked_certificate(entry)
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.PEM)
