"""May this certificate sign documents: path to the registered anchor, time, usage, strength, revocation, names.

The path itself is judged by pyhanko-certvalidator (RFC 5280 section 6); what the profile adds is judged here, each
point with a requirement of its own, so that a report says which one was broken.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conformance.checks.finished import finished
from conformance.checks.path_library import Way, ways
from conformance.checks.revocation import Answer, Crl, Material, State
from conformance.model.finding import Finding, Where
from conformance.model.words import Layer, Level, Revocation

RSA_BITS, EC_BITS = 2048, 256
_BROKEN = {"sha1", "md5"}
# Reasons after which what a time-stamp authority stamped before stays good (RFC 3161 section 4, 1).
_HARMLESS = {"affiliation_changed", "superseded", "cessation_of_operation"}
# Purposes that are not the signing of documents; a certificate for these alone is for something else.
_OTHER_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH: "TLS servers",
    ExtendedKeyUsageOID.CLIENT_AUTH: "TLS clients",
    ExtendedKeyUsageOID.TIME_STAMPING: "time stamps",
    ExtendedKeyUsageOID.OCSP_SIGNING: "answers about revocation",
}


def finding(requirement: str, message: str, expected: str, actual: str, level: Level = Level.MUST) -> Finding:
    """A finding of the signature layer about the signer's certificate."""
    where = Where("signer certificate", path="ds:Signature/ds:KeyInfo/ds:X509Data/ds:X509Certificate")
    return Finding(requirement, message, expected, actual, where, level, Layer.SIGNATURE)


def read_anchors(pem: bytes) -> list[x509.Certificate]:
    """All certificates of a PEM text; raises `ValueError` when there is none."""
    return x509.load_pem_x509_certificates(pem)


def check_path(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    *,
    crls: Sequence[Crl] = (),
    answers: Sequence[Answer] = (),
    revocation: Revocation | None = None,
    country: str | None = None,
) -> list[Finding]:
    """Return every reason why `signer` may not sign documents at the time `at`; none that binds means it may.

    `others` are further certificates sent along, in any order. `crls` and `answers` (OCSP) are what is at hand about
    revocation; `revocation` says how much must be known (profile 2.33): where it is None, what is at hand is used, and
    where nothing is, nothing is asked. What need not be known and is not is a finding that does not bind.
    `country` is that of the registered authority; None leaves unjudged whom the certificate names.
    """
    mode = revocation or (Revocation.IF_AVAILABLE if crls or answers else Revocation.NONE)
    found = [*_time(signer, at), *_usage(signer), *_names(signer, country)]
    others = [one for one in dict.fromkeys(others) if one != signer]
    lists, told = (tuple(one.public_bytes(Encoding.DER) for one in each) for each in (crls, answers))
    on_path = list(_on_path(signer, tuple(others), tuple(anchors), at, lists, told, mode))
    # The library stops at its first reason; when that is one told already, it is not told twice.
    if {one.requirement for one in found} & {"PKI-002", "PKI-003"}:
        on_path = [one for one in on_path if one.requirement != "PKI-001"]
    return [*found, *on_path]


# Many documents of one authority are checked at one time; for each, the path is the same.
@lru_cache(maxsize=256)
def _on_path(
    signer: x509.Certificate,
    others: tuple[x509.Certificate, ...],
    anchors: tuple[x509.Certificate, ...],
    at: datetime,
    lists: tuple[bytes, ...],
    answers: tuple[bytes, ...],
    mode: Revocation,
) -> tuple[Finding, ...]:
    """Return the findings of the best way to an anchor, or why there is no way."""
    material = None if mode is Revocation.NONE else Material(lists, answers)
    found = finished(ways(signer, others, anchors, at, material))
    good = [one for one in found if one.good]
    if good:
        told = [(*_strength(one.certificates), *_revocation(one, mode, at)) for one in good]
        return min(told, key=lambda findings: (sum(one.level.binding for one in findings), len(findings)))
    strength = _strength((signer, *others, *(one for way in found for one in way.certificates)))
    weak = [_weak_hash(one) for one in (signer, *others) if one not in anchors and _weak_hash(one)]
    if weak:
        message, expected = "A certificate of the path is signed with a broken hash.", "SHA-256 or stronger"
        return (*strength, finding("PKI-015", message, expected, ", ".join(weak)))
    malformed = next((one.malformed for one in found if one.malformed), "")
    if malformed:
        return (finding("PKI-001", "A certificate of the path is malformed.", "one of RFC 5280", malformed),)
    if not _reaches(signer, others, anchors):
        names = ", ".join(one.subject.rfc4514_string() for one in anchors) or "none"
        actual = f"issued by {signer.issuer.rfc4514_string()}, which no registered anchor has signed"
        message = "The signer's certificate does not chain to the registered anchor."
        return (*strength, finding("SIG-011", message, f"a path to {names}", actual))
    if strength:
        return tuple(strength)
    problem = found[0].problem if found else "no way by names leads from the signer to an anchor"
    return (finding("PKI-001", "The certification path is not valid.", "a path valid by RFC 5280", problem),)


def check_stamping(
    authority: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    at: datetime,
    stamped: datetime,
    *,
    crls: Sequence[Crl] = (),
    answers: Sequence[Answer] = (),
    revocation: Revocation | None = None,
) -> list[Finding]:
    """Return what is wrong with the revocation of a time-stamp authority whose path is good else (profile 2.42).

    Arguments as of `check_path`; `stamped` is the time its stamp says.
    """
    mode = revocation or (Revocation.IF_AVAILABLE if crls or answers else Revocation.NONE)
    if mode is Revocation.NONE:
        return []
    lists, told = (tuple(one.public_bytes(Encoding.DER) for one in each) for each in (crls, answers))
    found = finished(ways(authority, others, anchors, at, Material(lists, told)))
    judged = [_revocation(one, mode, at, stamped) for one in found if one.good]
    return min(judged, key=lambda each: (sum(one.level.binding for one in each), len(each)), default=[])


def _revocation(way: Way, mode: Revocation, at: datetime, stamped: datetime | None = None) -> list[Finding]:
    """Judge what is known of the revocation of each certificate below the anchor (profile 2.33).

    `stamped` is the time of a stamp, where the way is that of its authority (2.42).
    """
    if mode is Revocation.NONE:
        return []
    found, unknown = [], []
    for certificate, status in zip(way.certificates, way.states, strict=False):
        name = certificate.subject.rfc4514_string()
        if status.state is State.REVOKED:
            if stamped and status.when and status.cause in _HARMLESS and stamped < status.when:
                continue
            message = f"A certificate of the {'authority' if stamped else 'signer'}'s path is revoked."
            found.append(finding("PKI-007", message, "not revoked", f"{name}: {status.reason}"))
        elif status.state is State.OVER:
            message = "What is at hand about the revocation of a certificate is over."
            expected = f"a list or answer in force at {at:%Y-%m-%dT%H:%M:%SZ}"
            found.append(finding("PKI-009", message, expected, f"{name}: {status.reason}"))
        elif status.state is State.UNKNOWN:
            unknown.append(f"{name}: {status.reason or 'no list and no answer of its authority'}")
    if unknown:
        required = mode is Revocation.REQUIRE
        message = f"Whether a certificate of the {'authority' if stamped else 'signer'}'s path is revoked is not known"
        message += "." if required else "; it was not demanded, and nothing is proved by it."
        level = Level.MUST if required else Level.SHOULD
        found.append(finding("PKI-008", message, "known not to be revoked", "; ".join(unknown), level))
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
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
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
    wanted = "keyUsage digitalSignature or contentCommitment, and no extended usage for something else alone"
    message = "The signer's certificate is not for signing documents."
    try:
        usages = {type(one.value): one.value for one in signer.extensions}
    except (ValueError, x509.DuplicateExtension):
        return []  # a malformed certificate: the path says so
    usage = usages.get(x509.KeyUsage)
    # RFC 5280 clause 4.2.1.3: the extension restricts; a certificate without it may sign.
    if isinstance(usage, x509.KeyUsage) and not (usage.digital_signature or usage.content_commitment):
        return [finding("PKI-005", message, wanted, "another key usage")]
    purposes = usages.get(x509.ExtendedKeyUsage)
    extended = set(purposes) if isinstance(purposes, x509.ExtendedKeyUsage) else set()
    if extended and extended <= _OTHER_PURPOSES.keys():
        only = " and ".join(text for one, text in _OTHER_PURPOSES.items() if one in extended)
        return [finding("PKI-005", message, wanted, f"extended key usage for {only} alone")]
    return []


def _strength(certificates: Sequence[x509.Certificate]) -> list[Finding]:
    found = []
    for certificate in dict.fromkeys(certificates):
        try:
            key = certificate.public_key()
        except (ValueError, UnsupportedAlgorithm):
            message, actual = "A key of the path cannot be read.", certificate.public_key_algorithm_oid.dotted_string
            found.append(finding("PKI-011", message, "a key of RSA or of an agreed curve", actual))
            continue
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
