"""May this certificate sign documents: path to the registered anchor, time, usage, strength, revocation, names.

The path itself is judged by pyhanko-certvalidator (RFC 5280 section 6); what the profile adds is judged here, each
point with a requirement of its own, so that a report says which one was broken.
"""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.authority import CertTrustAnchor
from pyhanko_certvalidator.errors import PathBuildingError, PathValidationError, ValidationError

from conformance.model.finding import Finding, Where
from conformance.model.words import Layer

RSA_BITS, EC_BITS = 2048, 256
_BROKEN = {"sha1", "md5"}
_TLS_ONLY = {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
Crl = x509.CertificateRevocationList


def finding(requirement: str, message: str, expected: str, actual: str) -> Finding:
    """A finding of the signature layer about the signer's certificate."""
    where = Where("signer certificate", path="ds:Signature/ds:KeyInfo/ds:X509Data/ds:X509Certificate")
    return Finding(requirement, message, expected, actual, where, layer=Layer.SIGNATURE)


def read_anchors(pem: bytes) -> list[x509.Certificate]:
    """All certificates of a PEM text; raises `ValueError` when there is none."""
    return x509.load_pem_x509_certificates(pem)


def read_crl(data: bytes) -> Crl:
    """A revocation list in PEM or DER; raises `ValueError` when it is neither."""
    return x509.load_pem_x509_crl(data) if data.lstrip().startswith(b"-----") else x509.load_der_x509_crl(data)


def check_path(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    *,
    crls: Sequence[Crl] = (),
    country: str | None = None,
) -> list[Finding]:
    """Return every reason why `signer` may not sign documents at the time `at`; none means it may.

    `others` are further certificates sent along, in any order. `country` is that of the registered authority; None
    leaves unjudged whom the certificate names.
    """
    found = [*_time(signer, at), *_usage(signer), *_strength((signer, *others)), *_names(signer, country)]
    found += _revocation(signer, anchors, others, crls, at)
    weak = [_weak_hash(one) for one in (signer, *others) if one not in anchors and _weak_hash(one)]
    if weak:
        message, expected = "A certificate of the path is signed with a broken hash.", "SHA-256 or stronger"
        return [*found, finding("PKI-015", message, expected, ", ".join(weak))]
    if not _reaches(signer, others, anchors):
        names = ", ".join(one.subject.rfc4514_string() for one in anchors) or "none"
        actual = f"issued by {signer.issuer.rfc4514_string()}, which no registered anchor has signed"
        message = "The signer's certificate does not chain to the registered anchor."
        return [*found, finding("SIG-011", message, f"a path to {names}", actual)]
    codes = {one.requirement for one in found}
    failure = _validate(signer, tuple(others), tuple(anchors), at)
    # The library stops at its first reason; when that is one told already, it is not told twice.
    if failure is not None and not codes & {"PKI-002", "PKI-003", "PKI-011"}:
        found.append(failure)
    return found


def _reaches(signer: x509.Certificate, others: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]) -> bool:
    """Tell whether signatures lead from the signer to an anchor; names alone prove nothing."""
    reached, waiting = [signer], [signer]
    while waiting:
        present = waiting.pop()
        if present in anchors or any(_issued(one, present) for one in anchors):
            return True
        above = [one for one in others if one not in reached and _issued(one, present)]
        reached += above
        waiting += above
    return False


def way_to_anchor(
    signer: x509.Certificate, others: Sequence[x509.Certificate], anchors: Sequence[x509.Certificate]
) -> list[x509.Certificate]:
    """Return the shortest way by signatures from the signer to an anchor, both included; where none leads there, the
    signer alone. It is for showing: whether the way may be gone is for `check_path`.
    """
    ways = [[signer]]
    seen = [signer]
    while ways:
        way = ways.pop(0)
        if way[-1] in anchors:
            return way
        for one in (*anchors, *others):
            if one not in seen and _issued(one, way[-1]):
                seen.append(one)
                ways.append([*way, one])
    return [signer]


def _issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    try:
        subject.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _time(signer: x509.Certificate, at: datetime) -> list[Finding]:
    begin, end = signer.not_valid_before_utc, signer.not_valid_after_utc
    window = f"valid at {at:%Y-%m-%dT%H:%M:%SZ}"
    if at > end:
        return [finding("PKI-002", "The signer's certificate has expired.", window, f"valid until {end.isoformat()}")]
    if at < begin:
        return [
            finding("PKI-003", "The signer's certificate is not valid yet.", window, f"valid from {begin.isoformat()}")
        ]
    return []


def _usage(signer: x509.Certificate) -> list[Finding]:
    wanted = "keyUsage digitalSignature or contentCommitment, not a TLS certificate"
    message = "The signer's certificate is not for signing documents."
    try:
        usages = {type(one.value): one.value for one in signer.extensions}
    except ValueError as error:
        return [finding("PKI-005", "The certificate's extensions cannot be read.", wanted, str(error))]
    usage = usages.get(x509.KeyUsage)
    # RFC 5280 clause 4.2.1.3: the extension restricts; a certificate without it may sign.
    if isinstance(usage, x509.KeyUsage) and not (usage.digital_signature or usage.content_commitment):
        return [finding("PKI-005", message, wanted, "another key usage")]
    purposes = usages.get(x509.ExtendedKeyUsage)
    extended = set(purposes) if isinstance(purposes, x509.ExtendedKeyUsage) else set()
    if extended and extended <= _TLS_ONLY:
        return [finding("PKI-005", message, wanted, "extended key usage for TLS only")]
    return []


def _strength(certificates: Sequence[x509.Certificate]) -> list[Finding]:
    found = []
    for certificate in certificates:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey) and key.key_size < RSA_BITS:
            found.append(
                finding("PKI-011", "A key of the path is too weak.", "RSA 2048 bit or more", f"RSA {key.key_size}")
            )
        if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < EC_BITS:
            found.append(finding("PKI-011", "A key of the path is too weak.", "256 bit or more", key.curve.name))
    return found


def _weak_hash(certificate: x509.Certificate) -> str:
    """Name the hash a certificate is signed with when it is broken, else ""."""
    try:
        name = getattr(certificate.signature_hash_algorithm, "name", "")
    except UnsupportedAlgorithm:
        # MD2 and the like: too old for the library to know.
        return certificate.signature_algorithm_oid.dotted_string
    return str(name) if name in _BROKEN else ""


def _names(signer: x509.Certificate, country: str | None) -> list[Finding]:
    if country is None:
        return []
    names = [str(one.value) for one in signer.subject.get_attributes_for_oid(NameOID.COUNTRY_NAME)]
    found = []
    if names != [country]:
        message = "The signer's certificate does not name the issuing country."
        found.append(finding("SIG-014", message, f"C={country}", ", ".join(names) or "no country"))
    if not signer.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME):
        found.append(finding("SIG-014", "The signer's certificate names no authority.", "an organisation", "none"))
    return found


def _revocation(
    signer: x509.Certificate,
    anchors: Sequence[x509.Certificate],
    others: Sequence[x509.Certificate],
    crls: Sequence[Crl],
    at: datetime,
) -> list[Finding]:
    issuers = [one for one in (*anchors, *others) if one.subject == signer.issuer]
    mine = [crl for crl in crls if crl.issuer == signer.issuer and any(_signed_by(crl, one) for one in issuers)]
    for crl in mine:
        entry = crl.get_revoked_certificate_by_serial_number(signer.serial_number)
        if entry is not None and entry.revocation_date_utc <= at:
            text = f"revoked {entry.revocation_date_utc.isoformat()}"
            return [finding("PKI-007", "The signer's certificate is revoked.", "not revoked", text)]
    ends = [crl.next_update_utc for crl in mine if crl.next_update_utc is not None]
    if mine and ends and max(ends) < at:
        return [
            finding(
                "PKI-007", "The revocation list is stale.", "one that is not over", f"ended {max(ends).isoformat()}"
            )
        ]
    return []


def _signed_by(crl: Crl, issuer: x509.Certificate) -> bool:
    try:
        return crl.is_signature_valid(issuer.public_key())  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return False


@lru_cache(maxsize=256)
def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


# Many documents of one authority are checked at one time; for each, the path is the same.
@lru_cache(maxsize=256)
def _validate(
    signer: x509.Certificate, others: tuple[x509.Certificate, ...], anchors: tuple[x509.Certificate, ...], at: datetime
) -> Finding | None:
    context = ValidationContext(
        # What an anchor's own certificate says of depth and names binds those below it.
        trust_roots=[CertTrustAnchor(_asn1(one), derive_default_quals_from_cert=True) for one in anchors],
        allow_fetching=False,
        moment=at,
        best_signature_time=at,
        # Revocation is judged above with lists the partner gave; the library would fetch or be silent.
        revocation_mode="soft-fail",
        time_tolerance=timedelta(0),
    )
    validator = CertificateValidator(_asn1(signer), [_asn1(one) for one in others], validation_context=context)
    try:
        asyncio.run(validator.async_validate_path())
    except PathBuildingError as error:
        return finding(
            "SIG-011",
            "The signer's certificate does not chain to the registered anchor.",
            "a path to the registered anchor",
            _one_line(error),
        )
    except (PathValidationError, ValidationError) as error:
        return finding("PKI-001", "The certification path is not valid.", "a path valid by RFC 5280", _one_line(error))
    except (ValueError, TypeError, KeyError, NotImplementedError) as error:
        return finding(
            "PKI-001", "The certification path cannot be read.", "a path valid by RFC 5280", _one_line(error)
        )
    return None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
