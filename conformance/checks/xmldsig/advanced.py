"""What XAdES adds to a signature: properties the signer signed, and time stamps over its value (profile 2.28, 2.29)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from conformance.checks.xmldsig.algorithms import AllowList
from conformance.checks.xmldsig.canonical import canonical_part
from conformance.checks.xmldsig.core import check_digest
from conformance.checks.xmldsig.form import XADES_NAMESPACE, Form
from conformance.checks.xmldsig.notes import Notes
from conformance.checks.xmldsig.properties import check_signer, check_time, read_properties
from conformance.checks.xmldsig.stamp import Stamp, check_stamp
from conformance.model.finding import Finding


@dataclass(frozen=True)
class Advanced:
    """The time the signer claims, and the time stamps that hold."""

    signing_time: datetime | None = None
    stamps: tuple[Stamp, ...] = ()


def check_advanced(
    notes: Notes, form: Form, element: etree._Element, placement: str, signer: x509.Certificate,
    carried: tuple[x509.Certificate, ...], authorities: bytes, at: datetime, allowed: AllowList,
    revoked: Callable[[Stamp], list[Finding]],
) -> Advanced:  # fmt: skip
    """Judge the properties of a signature, and with placement "xades-t" its time stamps; add findings.

    `authorities` are PEM anchors of time-stamp authorities; none leaves the stamps unjudged. `at` is the time of
    checking, at which the authority's certificate must be good. `revoked` tells what is wrong with the revocation of
    the authority of a stamp.
    """
    notes.begin("properties")
    how = form.properties.canonical if form.properties else None
    if form.holder is None or form.properties is None or how is None:
        raise ValueError("a form without signed properties")
    properties = read_properties(notes, element, form.holder, placement)
    if properties is None:
        return Advanced()
    signed = next(form.holder.iter(f"{{{XADES_NAMESPACE}}}SignedProperties"))
    try:
        octets = canonical_part(signed, how.algorithm, how.prefixes)
    except ValueError as error:
        notes.add("SIG-001", "The properties cannot be canonicalised.", "a canonical form", str(error), signed)
        return Advanced()
    check_digest(notes, form.properties, octets, "The properties are not those that were signed.", "properties")
    check_signer(notes, properties, signer, carried, allowed)
    notes.begin("time")
    stamps: list[Stamp] = []
    if placement == "xades-t" and authorities:
        trusted = [one.public_bytes(Encoding.DER) for one in x509.load_pem_x509_certificates(authorities)]
        found = [check_stamp(notes, one, form.value, trusted, at, allowed) for one in properties.stamps]
        stamps = [one for one in found if one is not None and _stands(notes, revoked(one), element)]
    check_time(notes, properties, signer, min((one.time for one in stamps), default=at))
    return Advanced(properties.signing_time, tuple(stamps))


def _stands(notes: Notes, found: list[Finding], element: etree._Element) -> bool:
    """Add what was found about the revocation of a stamp's authority; tell whether the stamp stands in spite of it."""
    where = notes.where(element)
    for one in found:
        requirement = "SIG-016" if one.requirement == "PKI-007" else one.requirement
        notes.found.append(replace(one, requirement=requirement, where=where))
    return not any(one.level.binding for one in found)
