"""Revocation in a throw-away PKI: its list made anew, and stored answers of OCSP. No value beyond a test."""

from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import ocsp

_BACKDATE = timedelta(hours=1)


def renewed_list(former: bytes, authority: bytes, key: bytes, revoked: tuple[bytes, ...], days: int) -> bytes:
    """Return a revocation list (PEM) that names whom the former one named and the certificates `revoked`, from now on.

    All are PEM; `days` from now the list is over. Raises `ValueError` when one cannot be read, or is not of the
    authority.
    """
    before, issuer = x509.load_pem_x509_crl(former), x509.load_pem_x509_certificate(authority)
    now = datetime.now(UTC).replace(microsecond=0)
    entries = {one.serial_number: one for one in before}
    for pem in revoked:
        serial = _issued(pem, issuer).serial_number
        builder = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(now - timedelta(minutes=1))
        entries.setdefault(serial, builder.build())
    number = before.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(_begin(now, days))
        .next_update(now + timedelta(days=days))
        .add_extension(x509.CRLNumber(number + 1), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.public_key()), critical=False)  # type: ignore[arg-type]
    )
    for entry in entries.values():
        made = made.add_revoked_certificate(entry)
    return made.sign(_key(key), SHA256()).public_bytes(Encoding.PEM)


def stored_answer(about: bytes, authority: bytes, responder: bytes, key: bytes, listed: bytes, days: int) -> bytes:
    """Return an answer of OCSP (DER) about a certificate, as the list says, signed by the authority's delegate.

    The others are PEM; `days` from now the answer is over. Raises `ValueError` as `renewed_list` does.
    """
    issuer = x509.load_pem_x509_certificate(authority)
    certificate, delegate = _issued(about, issuer), _issued(responder, issuer)
    entry = x509.load_pem_x509_crl(listed).get_revoked_certificate_by_serial_number(certificate.serial_number)
    now = datetime.now(UTC).replace(microsecond=0)
    builder = ocsp.OCSPResponseBuilder().add_response(
        certificate, issuer, SHA1(),  # noqa: S303 - RFC 5019 clause 2.1.1: the name of a certificate, no more
        ocsp.OCSPCertStatus.REVOKED if entry else ocsp.OCSPCertStatus.GOOD,
        _begin(now, days), now + timedelta(days=days), entry.revocation_date_utc if entry else None, None,
    )  # fmt: skip
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.NAME, delegate).certificates([delegate])
    return builder.sign(_key(key), SHA256()).public_bytes(Encoding.DER)


def _begin(now: datetime, days: int) -> datetime:
    """Return when something begins that is over `days` from now: an hour ago, or an hour before its end."""
    return min(now, now + timedelta(days=days)) - _BACKDATE


def _issued(pem: bytes, issuer: x509.Certificate) -> x509.Certificate:
    certificate = x509.load_pem_x509_certificate(pem)
    if certificate.issuer != issuer.subject:
        raise ValueError(f"{certificate.subject.rfc4514_string()} was not issued by {issuer.subject.rfc4514_string()}")
    return certificate


def _key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = load_pem_private_key(pem, None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("the key is not on a curve")  # noqa: TRY004 - the file is wrong, not the call
    return key
