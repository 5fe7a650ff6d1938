"""Revocation lists of the registered test anchor, and one that is not (RFC 5280 clause 5)."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from conformance.vectors.signing import Key, Signer


def revocation_list(
    anchor: Signer,
    at: datetime,
    *,
    revoked: Sequence[x509.Certificate] = (),
    ends: timedelta = timedelta(days=1),
    key: Key | None = None,
) -> str:
    """Return a list of the anchor's as PEM, in force until `ends` after `at`; `key`, if given, signs it instead."""
    begins = at + min(-timedelta(minutes=30), ends - timedelta(days=1))
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(anchor.certificate.subject)
        .last_update(begins.replace(microsecond=0))
        .next_update((at + ends).replace(microsecond=0))
        .add_extension(x509.CRLNumber(int(at.timestamp())), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(anchor.key.public_key()), critical=False)
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(one.serial_number)
        builder = builder.add_revoked_certificate(entry.revocation_date(begins.replace(microsecond=0)).build())
    return builder.sign(key or anchor.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()
