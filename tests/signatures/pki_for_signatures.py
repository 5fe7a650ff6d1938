"""Certificates for the tests of signatures: whatever a path can be made of, in one call."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
AUTOMATIC = "automatic"
_serials = count(1000)


def name(common: str, country: str = "NZ") -> x509.Name:
    """The name of somebody at an invented ministry."""
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Ministry of Invented Produce"),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def usage(*kinds: str) -> x509.KeyUsage:
    """A key usage with the bits named as in RFC 5280, in small letters with underscores."""
    every = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    return x509.KeyUsage(**{kind: kind in kinds for kind in every})


def make(
    subject: x509.Name,
    key: Key,
    issuer: x509.Name,
    issuer_key: Key,
    *,
    ca: bool | None = None,
    length: int | None = None,
    more: Sequence[tuple[x509.ExtensionType, bool]] = (),
    days: tuple[int, int] = (-90, 90),
    key_usage: x509.KeyUsage | str | None = AUTOMATIC,
) -> x509.Certificate:
    """Issue a certificate. `ca` None leaves basic constraints out; `more` are extensions and whether critical."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(next(_serials))
        .not_valid_before(NOW + timedelta(days=days[0]))
        .not_valid_after(NOW + timedelta(days=days[1]))
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=length), critical=True)
    if key_usage == AUTOMATIC:
        key_usage = usage("key_cert_sign", "crl_sign") if ca else usage("digital_signature")
    if isinstance(key_usage, x509.KeyUsage):
        builder = builder.add_extension(key_usage, critical=True)
    for extension, critical in more:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer_key, hashes.SHA256())


def signed_with_sha1(certificate: x509.Certificate, key: Key) -> x509.Certificate:
    """The same certificate with a SHA-1 signature, which the library makes for nobody."""
    read = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    algorithm = {"algorithm": "sha1_rsa" if isinstance(key, rsa.RSAPrivateKey) else "sha1_ecdsa"}
    read["tbs_certificate"]["signature"] = algorithm
    read["signature_algorithm"] = algorithm
    signed = read["tbs_certificate"].dump(True)
    if isinstance(key, rsa.RSAPrivateKey):
        read["signature_value"] = key.sign(signed, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303
    else:
        read["signature_value"] = key.sign(signed, ec.ECDSA(hashes.SHA1()))  # noqa: S303
    return x509.load_der_x509_certificate(read.dump(True))
