"""Is a document signed as the profile wants it (XML Signature 1.1, profile 2.18 to 2.25)?

Order matters: first the form (one signature, at its place, one reference to the whole, agreed algorithms), because
what is not of that form must not even be tried; then the value, by the keys KeyInfo proposes; then the digest of the
document itself; and only then whether the signer may sign.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from lxml import etree

from conformance.checks.path import check_path, check_stamping, read_anchors
from conformance.checks.revocation import read_answer, read_crl
from conformance.checks.xmldsig.advanced import Advanced, check_advanced
from conformance.checks.xmldsig.algorithms import BLANKS, DS, PROFILE, AllowList
from conformance.checks.xmldsig.canonical import canonical_document, canonical_part
from conformance.checks.xmldsig.core import check_digest, check_value, without
from conformance.checks.xmldsig.form import IN_DOCUMENT, Form, elements, read_form
from conformance.checks.xmldsig.hidden import refuse_twins
from conformance.checks.xmldsig.keyinfo import check_key_info, read_certificates
from conformance.checks.xmldsig.notes import Notes
from conformance.checks.xmldsig.stamp import Stamp
from conformance.model.finding import Finding
from conformance.model.words import Revocation
from conformance.parsing import Unreadable, parse

# UTF8 and UTF16 are no registered names, and mean nothing else.
_ENCODINGS = {"", "UTF-8", "UTF8", "UTF-16", "UTF16", "UTF-16LE", "UTF-16BE"}


@dataclass(frozen=True)
class Examination:
    """Everything that was seen in judging one signature; what was not reached is None or empty.

    `steps` are those begun, in their order (place, form, key-info, value, reference, properties, time, path),
    each with what it found. `octets` are the canonical ones that were signed: "signed-info", "reference" and
    "properties". `signing_time` is what the signer claims, `stamps` the time stamps that hold.
    """

    steps: Mapping[str, tuple[Finding, ...]]
    octets: Mapping[str, bytes]
    form: Form | None = None
    certificates: tuple[x509.Certificate, ...] = ()
    signer: x509.Certificate | None = None
    signing_time: datetime | None = None
    stamps: tuple[Stamp, ...] = ()

    @property
    def findings(self) -> list[Finding]:
        """Every finding, in the order of the steps."""
        return [finding for found in self.steps.values() for finding in found]


def check_signature(
    data: bytes,
    *,
    anchors: bytes | Sequence[bytes] | None = None,
    at: datetime | None = None,
    placement: str = "enveloped",
    crls: Sequence[bytes] = (),
    answers: Sequence[bytes] = (),
    revocation: Revocation | None = None,
    signature: bytes | None = None,
    country: str | None = None,
    authorities: Sequence[bytes] = (),
    allowed: AllowList = PROFILE,
) -> list[Finding]:
    """Return every breach of the signature rules; none means the document is signed as agreed.

    `data` are the document's octets (with placement "enveloping" the ds:Signature document around it), `signature`
    the octets of a detached one. `anchors` are PEM certificates; none leaves trust unjudged. `at` is the time of
    checking (now when None), `crls` revocation lists in PEM or DER, `answers` stored ones of OCSP in DER, `revocation`
    how much must be known (see `check_path`). `country` is the registered country of the signer; None leaves unjudged
    whether the signer's name is that of the authority. `authorities` are PEM anchors of time-stamp authorities (those
    of the signer when empty), `allowed` the algorithms agreed.
    """
    return examine_signature(
        data, anchors=anchors, at=at, placement=placement, crls=crls, answers=answers, revocation=revocation,
        signature=signature, country=country, authorities=authorities, allowed=allowed,
    ).findings  # fmt: skip


def examine_signature(
    data: bytes,
    *,
    anchors: bytes | Sequence[bytes] | None = None,
    at: datetime | None = None,
    placement: str = "enveloped",
    crls: Sequence[bytes] = (),
    answers: Sequence[bytes] = (),
    revocation: Revocation | None = None,
    signature: bytes | None = None,
    country: str | None = None,
    authorities: Sequence[bytes] = (),
    allowed: AllowList = PROFILE,
) -> Examination:
    """Judge as `check_signature` does, and return what was seen on the way."""
    notes = Notes()
    notes.begin("place")
    moment = at or datetime.now(UTC)
    try:
        root = parse(data)
        holder = root if placement != "detached" else parse(signature or b"")
    except Unreadable as error:
        text = "a signature" if placement == "detached" and not signature else "readable XML"
        notes.add("SIG-001", "The signature cannot be checked.", text, str(error))
        return _seen(notes)
    element = _located(notes, root, holder, placement)
    if element is None:
        return _seen(notes)
    notes.begin("form")
    form = read_form(notes, element, placement, allowed)
    if form is None:
        return _seen(notes)
    refuse_twins(notes, holder)
    notes.begin("key-info")
    certificates = tuple(read_certificates(notes, form.key))
    if not certificates:
        return _seen(notes, form)
    signer = check_value(notes, form, certificates)
    if signer is None:
        return _seen(notes, form, certificates)
    check_key_info(notes, form.key, signer, certificates, allowed)
    notes.begin("reference")
    _check_document(notes, form, data, root, element, placement)
    pem = _joined(anchors)
    advanced = Advanced()
    lists, said = [read_crl(one) for one in crls], [read_answer(one) for one in answers]
    if form.properties is not None:
        trusted = _joined(authorities) or pem

        def revoked(stamp: Stamp) -> list[Finding]:
            others = [one for one in stamp.carried if one != stamp.certificate]
            return check_stamping(
                stamp.certificate, others, read_anchors(trusted), moment, stamp.time, crls=lists, answers=said,
                revocation=revocation,
            )  # fmt: skip

        advanced = check_advanced(
            notes, form, element, placement, signer, certificates, trusted, moment, allowed, revoked
        )  # fmt: skip
    if pem:
        notes.begin("path")
        # What a good time stamp proves was signed at its time is judged for that time (EN 319 102-1 clause 5.5).
        then = min((one.time for one in advanced.stamps), default=moment)
        told: list[tuple[x509.Certificate, list[Finding]]] = []
        # A renewed certificate may stand beside the old one of the same key; XAdES says which of them is meant.
        alike = [one for one in certificates if one.public_key() == signer.public_key()]
        for one in [signer] if form.properties else alike:
            others = [other for other in certificates if other != one]
            found = check_path(
                one, others, read_anchors(pem), then, crls=lists, answers=said, revocation=revocation, country=country
            )
            told.append((one, found))
        signer, found = min(told, key=lambda each: sum(finding.level.binding for finding in each[1]))
        notes.found += found
    return _seen(notes, form, certificates, signer, advanced)


def _seen(
    notes: Notes,
    form: Form | None = None,
    certificates: tuple[x509.Certificate, ...] = (),
    signer: x509.Certificate | None = None,
    advanced: Advanced | None = None,
) -> Examination:
    begins = [*notes.steps.values(), len(notes.found)]
    steps = {name: tuple(notes.found[begins[at] : begins[at + 1]]) for at, name in enumerate(notes.steps)}
    told = advanced or Advanced()
    return Examination(steps, notes.octets, form, certificates, signer, told.signing_time, told.stamps)


def _joined(pem: bytes | Sequence[bytes] | None) -> bytes:
    return pem if isinstance(pem, bytes) else b"\n".join(pem or ())


def _located(notes: Notes, root: etree._Element, holder: etree._Element, placement: str) -> etree._Element | None:
    """Return the one signature at its agreed place, or None after adding a finding."""
    information = holder.getroottree().docinfo
    encoding = (information.encoding or "").upper()
    if encoding not in _ENCODINGS or information.xml_version != "1.0":
        actual = f"XML {information.xml_version} in {encoding}"
        notes.add("SIG-001", "The document is not in a form that may be signed.", "XML 1.0 in UTF-8 or UTF-16", actual)
        return None
    found = list(holder.iter(f"{{{DS}}}Signature"))
    if not found:
        notes.add("SIG-001", "The document is not signed.", "one ds:Signature", "none")
        return None
    inside = [] if holder is root else list(root.iter(f"{{{DS}}}Signature"))
    if len(found) + len(inside) > 1:
        actual = f"{len(found) + len(inside)}"
        notes.add("SIG-001", "The document has several signatures.", "one ds:Signature", actual, (found + inside)[1])
        return None
    element = found[0]
    if placement not in IN_DOCUMENT:
        if element is holder:
            return element
        message, expected = "The signature is not the root of its document.", "ds:Signature as root"
    else:
        if element.getparent() is holder and element.getnext() is None and not (element.tail or "").strip(BLANKS):
            return element
        message, expected = "The signature is not the last child of the root.", "the last child of the root"
    notes.add("SIG-002", message, expected, str(holder.getroottree().getpath(element)), element)
    return None


def _check_document(
    notes: Notes, form: Form, data: bytes, root: etree._Element, element: etree._Element, placement: str
) -> None:
    """Add a finding unless the digest in the reference is that of the document."""
    how, target = form.document.canonical, form.document.target
    try:
        if how is None:
            octets = data
        elif placement == "enveloping":
            octets = canonical_part(elements(element)[3], how.algorithm, how.prefixes)
        else:
            make = canonical_part if target.startswith("#") else canonical_document
            with without(root, element):
                octets = make(root, how.algorithm, how.prefixes)
    except ValueError as error:
        notes.add("SIG-001", "The document cannot be canonicalised.", "a canonical form", str(error), element)
        return
    check_digest(notes, form.document, octets, "The document is not the one that was signed.", "reference")
