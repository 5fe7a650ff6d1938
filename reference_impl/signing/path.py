"""Is a signer's certificate good: chain to the registered anchor, validity, usage, revocation, names."""

from collections.abc import Sequence
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

MAX_PATH = 5


class UntrustedSigner(Exception):
    """The signer's certificate is refused; the text says why."""


def check_path(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    crls: Sequence[x509.CertificateRevocationList],
    country: str,
    at: datetime,
) -> None:
    """Raise `UntrustedSigner` unless `signer` may sign documents of `country` at the time `at`."""
    names = [a.value for a in signer.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)]
    if names != [country]:
        raise UntrustedSigner(f"the signer's certificate names country {', '.join(map(str, names)) or 'none'}")
    _check_usage(signer)
    _check_time(signer, at)
    chain, anchor = _chain(signer, others, anchors, at)
    for certificate, issuer in zip(chain, [*chain[1:], anchor], strict=True):
        _check_revocation(certificate, issuer, crls, at)


def _chain(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
) -> tuple[list[x509.Certificate], x509.Certificate]:
    chain = [signer]
    for _ in range(MAX_PATH):
        for anchor in anchors:
            if _issued(anchor, chain[-1]):
                _check_time(anchor, at)
                return chain, anchor
        above = next((c for c in others if c not in chain and _issued(c, chain[-1])), None)
        if above is None:
            raise UntrustedSigner("the signer's certificate does not chain to the registered anchor")
        _check_time(above, at)
        chain.append(above)
    raise UntrustedSigner(f"the signer's path is longer than {MAX_PATH} certificates")


def _issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    try:
        subject.verify_directly_issued_by(issuer)
        constraints = issuer.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (ValueError, TypeError, InvalidSignature, x509.ExtensionNotFound):
        return False
    return constraints.ca


def _check_time(certificate: x509.Certificate, at: datetime) -> None:
    if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
        raise UntrustedSigner(f"a certificate of the signer's path is not valid at {at:%Y-%m-%dT%H:%M:%SZ}")


def _check_usage(certificate: x509.Certificate) -> None:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except (ValueError, x509.ExtensionNotFound) as error:
        raise UntrustedSigner("the signer's certificate has no key usage") from error
    if not (usage.digital_signature or usage.content_commitment) or usage.key_cert_sign:
        raise UntrustedSigner("the signer's certificate is not for signing documents")
    try:
        extended = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return
    tls = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    if set(extended) <= tls:
        raise UntrustedSigner("the signer's certificate is for TLS, not for signing documents")


def _check_revocation(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    crls: Sequence[x509.CertificateRevocationList],
    at: datetime,
) -> None:
    for crl in crls:
        if crl.issuer != certificate.issuer or not crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
            continue
        entry = crl.get_revoked_certificate_by_serial_number(certificate.serial_number)
        if entry is not None and entry.revocation_date_utc <= at:
            raise UntrustedSigner("a certificate of the signer's path is revoked")
