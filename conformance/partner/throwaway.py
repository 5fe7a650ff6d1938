"""A throw-away PKI for the judge: EC P-256, thirty days, no value beyond a test."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_DAYS = 30
_BACKDATE = timedelta(hours=1)  # a partner's clock may be a little behind


@dataclass(frozen=True)
class _Pair:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def make_test_pki(country: str = "NZ", other: str = "AU") -> dict[str, bytes]:
    """Return file names and PEM contents: two authorities, TLS server, clients `own` and `other`, signer, `tsa`."""
    authority = _authority("Judge Test CA (not for production)", country)
    signing = _authority("Judge Test Signing CA (not for production)", country)
    server = _issue(
        authority,
        "localhost",
        country,
        usage=ExtendedKeyUsageOID.SERVER_AUTH,
        names=(x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))),
    )
    pairs = {
        "ca": authority,
        "server": server,
        "own": _issue(authority, "judge-own", country, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
        "other": _issue(authority, "judge-other", other, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
        "signing-ca": signing,
        "signing": _issue(signing, "Judge Test Signer", country),
        "tsa": _issue(signing, "Judge Test Stamps", country, usage=ExtendedKeyUsageOID.TIME_STAMPING, critical=True),
    }
    files: dict[str, bytes] = {}
    for name, pair in pairs.items():
        files[f"{name}.pem"] = pair.certificate.public_bytes(Encoding.PEM)
        files[f"{name}.key"] = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return files


def make_partner_pki(country: str, host: str = "localhost") -> dict[str, bytes]:
    """Return file names and PEM contents for a partner that has nothing yet: a root and what it issues, with keys.

    Issued are `signer`, TLS `server` and `client`, `tsa` (time stamps, RFC 3161 clause 2.3) and `ocsp` (answers about
    revocation, RFC 6960 clause 4.2.2.2); `root.crl` is the root's revocation list, which names nobody.
    `country` is the ISO 3166-1 code the names carry, `host` the DNS name of the server. Valid for thirty days.
    """
    root = _authority("Test Root (not for production)", country)
    names: tuple[x509.GeneralName, ...] = (x509.DNSName(host),)
    if host == "localhost":
        names = (*names, x509.IPAddress(IPv4Address("127.0.0.1")))
    pairs = {
        "root": root,
        "signer": _issue(root, "Test Signer", country),
        "server": _issue(root, host, country, usage=ExtendedKeyUsageOID.SERVER_AUTH, names=names),
        "client": _issue(root, "Test Client", country, usage=ExtendedKeyUsageOID.CLIENT_AUTH),
        # RFC 3161 clause 2.3: critical, and the only purpose.
        "tsa": _issue(root, "Test Time Stamps", country, usage=ExtendedKeyUsageOID.TIME_STAMPING, critical=True),
        "ocsp": _issue(root, "Test Revocation Answers", country, usage=ExtendedKeyUsageOID.OCSP_SIGNING),
    }
    files: dict[str, bytes] = {}
    for name, pair in pairs.items():
        files[f"{name}.pem"] = pair.certificate.public_bytes(Encoding.PEM)
        files[f"{name}.key"] = pair.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return {**files, "root.crl": _empty_list(root)}


def _empty_list(authority: _Pair) -> bytes:
    """A revocation list that names nobody, good for as long as the certificates."""
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(now - _BACKDATE)
        .next_update(now + timedelta(days=_DAYS))
        .add_extension(x509.CRLNumber(1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    return builder.sign(authority.key, SHA256()).public_bytes(Encoding.PEM)


def _name(common: str, country: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test Competent Authority"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _builder(common: str, country: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
    now = datetime.now(UTC).replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(_name(common, country))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATE)
        .not_valid_after(now + timedelta(days=_DAYS))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def _authority(common: str, country: str) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(common, country, key)
        .issuer_name(_name(common, country))
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(_usage(signs_certificates=True), critical=True)
    )
    return _Pair(builder.sign(key, SHA256()), key)


def _issue(
    issuer: _Pair,
    common: str,
    country: str,
    *,
    usage: x509.ObjectIdentifier | None = None,
    critical: bool = False,
    names: tuple[x509.GeneralName, ...] = (),
) -> _Pair:
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        _builder(common, country, key)
        .issuer_name(issuer.certificate.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_certificates=False), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False)
    )
    if usage is not None:
        builder = builder.add_extension(x509.ExtendedKeyUsage([usage]), critical=critical)
    if usage == ExtendedKeyUsageOID.OCSP_SIGNING:
        # RFC 6960 clause 4.2.2.2.1: nobody asks in turn whether the one that answers is revoked.
        builder = builder.add_extension(x509.OCSPNoCheck(), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return _Pair(builder.sign(issuer.key, SHA256()), key)
