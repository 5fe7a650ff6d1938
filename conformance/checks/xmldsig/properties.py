"""The signed and unsigned properties of XAdES baseline B-B and B-T (ETSI EN 319 132-1; profile 2.28).

What the profile names is read; every other property is refused, because a receiver that does not know it would pass
over what the signer meant.
"""

import binascii
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import tsp
from cryptography import x509
from lxml import etree

from conformance.checks.xmldsig.algorithms import DS, AllowList, NotAllowed, digest_of
from conformance.checks.xmldsig.form import XADES_NAMESPACE, elements
from conformance.checks.xmldsig.hidden import has_text
from conformance.checks.xmldsig.keyinfo import decoded
from conformance.checks.xmldsig.notes import Notes

XA = f"{{{XADES_NAMESPACE}}}"
TOLERANCE = timedelta(minutes=5)  # the clocks of profile 2.8
_SIGNATURE_PROPERTIES = ("SigningTime", "SigningCertificateV2", "SignatureProductionPlaceV2", "SignerRoleV2")
_OBJECT_PROPERTIES = ("DataObjectFormat",)
_MAX_STAMPS = 5


@dataclass(frozen=True)
class Properties:
    """The properties of one signature: the time the signer claims, and the elements of its certificates and stamps."""

    signing_time: datetime
    certificates: etree._Element
    stamps: tuple[etree._Element, ...] = ()


def read_properties(
    notes: Notes, signature: etree._Element, holder: etree._Element, placement: str
) -> Properties | None:
    """Return the properties in the ds:Object of a signature, or None after adding findings."""
    before = len(notes.found)
    qualifying = _only(notes, holder, [f"{XA}QualifyingProperties"])
    if qualifying is None:
        return None
    name, target = signature.get("Id"), qualifying[0].get("Target")
    if not name or target != f"#{name}":
        message, expected = "The properties are not those of this signature.", "Target: # and the Id of the signature"
        notes.add("SIG-015", message, expected, f"Target={target!r}, Id={name!r}", qualifying[0])
    stamped = placement == "xades-t"
    parts = _only(notes, qualifying[0], [f"{XA}SignedProperties", *([f"{XA}UnsignedProperties"] if stamped else [])])
    if parts is None:
        return None
    signed = elements(parts[0])
    tags = [f"{XA}SignedSignatureProperties", f"{XA}SignedDataObjectProperties"]
    if [one.tag for one in signed] not in (tags[:1], tags):
        _refuse(notes, "SIG-015", parts[0], "SignedSignatureProperties, and SignedDataObjectProperties or nothing")
        return None
    _known(notes, signed[0], _SIGNATURE_PROPERTIES)
    for one in signed[1:]:
        _known(notes, one, _OBJECT_PROPERTIES)
        _check_formats(notes, one, signature)
    time = _signing_time(notes, signed[0])
    certificates = signed[0].find(f"{XA}SigningCertificateV2")
    if certificates is None:
        _refuse(notes, "SIG-015", signed[0], "SigningCertificateV2")
    stamps = _stamps(notes, parts[1]) if stamped else ()
    if time is None or certificates is None or len(notes.found) > before:
        return None
    return Properties(time, certificates, stamps)


def check_signer(
    notes: Notes, properties: Properties, signer: x509.Certificate, carried: tuple[x509.Certificate, ...],
    allowed: AllowList,
) -> None:  # fmt: skip
    """Add findings unless SigningCertificateV2 names the signer first, and after it only certificates carried."""
    named = elements(properties.certificates)
    for number, one in enumerate(named):
        meant = (signer,) if number == 0 else carried
        if one.tag != f"{XA}Cert" or not any(_names(one, certificate, allowed) for certificate in meant):
            message = "SigningCertificateV2 does not name the certificate that signed."
            expected = "the digest, issuer and serial number of the signer's certificate, then of those above"
            notes.add("SIG-015", message, expected, "another certificate, or an algorithm that is not agreed", one)
    if not named:
        _refuse(notes, "SIG-015", properties.certificates, "a Cert with the digest of the signer's certificate")


def check_time(notes: Notes, properties: Properties, signer: x509.Certificate, at: datetime) -> None:
    """Add a finding when the claimed time lies outside the certificate's validity, or after `at`, the time by which
    the signature is known to have been there.
    """
    time, node = properties.signing_time, properties.certificates.getparent()
    begin, end = signer.not_valid_before_utc, signer.not_valid_after_utc
    if not begin <= time <= end:
        message = "The signing time lies outside the validity of the signer's certificate."
        notes.add("SIG-017", message, f"{begin.isoformat()} to {end.isoformat()}", time.isoformat(), node)
    elif time > at + TOLERANCE:
        message = "The signing time lies after the time at which the signature was there."
        notes.add("SIG-017", message, f"not after {at.isoformat()}", time.isoformat(), node)


def _only(notes: Notes, parent: etree._Element, tags: list[str]) -> list[etree._Element] | None:
    found = elements(parent)
    if [one.tag for one in found] != tags:
        # Whether there are time stamps is what B-T is about; the rest is of B-B.
        requirement = "SIG-016" if tags[-1].endswith("UnsignedProperties") and len(found) == 1 else "SIG-015"
        _refuse(notes, requirement, parent, ", ".join(etree.QName(one).localname for one in tags))
        return None
    if has_text(parent):
        message = f"{etree.QName(parent).localname} holds text between its elements."
        notes.add("SIG-015", message, "white space", "text", parent)
        return None
    return found


def _known(notes: Notes, parent: etree._Element, names: tuple[str, ...]) -> None:
    found = [str(one.tag).removeprefix(XA) for one in elements(parent)]
    once = [one for one in found if one != "DataObjectFormat"]
    if not set(found) <= set(names) or len(set(once)) != len(once):
        _refuse(notes, "SIG-015", parent, f"only {', '.join(names)}, each once")


def _check_formats(notes: Notes, parent: etree._Element, signature: etree._Element) -> None:
    """Refuse a DataObjectFormat about anything but the reference to the document."""
    names = {f"#{one.get('Id')}" for one in signature.iter(f"{{{DS}}}Reference") if one.get("Id")}
    for one in parent.iterfind(f"{XA}DataObjectFormat"):
        if one.get("ObjectReference") not in names:
            _refuse(notes, "SIG-015", one, "ObjectReference: # and the Id of a Reference of this signature")


def _signing_time(notes: Notes, parent: etree._Element) -> datetime | None:
    node = parent.find(f"{XA}SigningTime")
    text = "" if node is None else (node.text or "").strip()
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        time = None
    if time is None or time.tzinfo is None or "T" not in text or (node is not None and len(node)):
        message, expected = "The signing time cannot be read.", "SigningTime: date and time with an offset or Z"
        notes.add("SIG-015", message, expected, text or "none", parent if node is None else node)
        return None
    return time


def _stamps(notes: Notes, unsigned: etree._Element) -> tuple[etree._Element, ...]:
    parts = _only(notes, unsigned, [f"{XA}UnsignedSignatureProperties"])
    found = elements(parts[0]) if parts else []
    if parts and any(has_text(one) for one in (parts[0], *found)):
        _refuse(notes, "SIG-016", unsigned, "no text between the elements")
        return ()
    if not 0 < len(found) <= _MAX_STAMPS or any(one.tag != f"{XA}SignatureTimeStamp" for one in found):
        _refuse(notes, "SIG-016", unsigned, f"1 to {_MAX_STAMPS} SignatureTimeStamp, and nothing else")
        return ()
    return tuple(found)


def _names(node: etree._Element, certificate: x509.Certificate, allowed: AllowList) -> bool:
    """Tell whether a Cert is about the certificate: its digest, and issuer and serial number where they stand."""
    parts = {str(one.tag): one for one in elements(node)}
    digest = parts.get(f"{XA}CertDigest")
    if digest is None or not set(parts) <= {f"{XA}CertDigest", f"{XA}IssuerSerialV2"}:
        return False
    inside = elements(digest)
    if [one.tag for one in inside] != [f"{{{DS}}}DigestMethod", f"{{{DS}}}DigestValue"]:
        return False
    try:
        if decoded(inside[1]) != certificate.fingerprint(digest_of(inside[0], allowed)):
            return False
        serial = parts.get(f"{XA}IssuerSerialV2")
        return serial is None or _is_issuer_serial(decoded(serial), certificate)
    except (ValueError, TypeError, binascii.Error, NotAllowed):
        return False


def _is_issuer_serial(octets: bytes, certificate: x509.Certificate) -> bool:
    read = tsp.IssuerSerial.load(octets, strict=True)
    names = list(read["issuer"])
    return (
        read["serial_number"].native == certificate.serial_number
        and len(names) == 1
        and names[0].name == "directory_name"
        and names[0].chosen.untag().dump() == certificate.issuer.public_bytes()
    )


def _refuse(notes: Notes, requirement: str, node: etree._Element, expected: str) -> None:
    actual = ", ".join(etree.QName(one).localname for one in elements(node)) or "nothing"
    message = f"{etree.QName(node).localname} is not made as the profile wants it."
    notes.add(requirement, message, expected, actual, node)
