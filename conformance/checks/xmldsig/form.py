"""The form of a signature: what stands in it, what it refers to, and by which algorithms (profile 2.18 to 2.20).

The form is judged before any value, because what a library does not know it may skip; everything the profile does
not name is refused.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from lxml import etree

from conformance.checks.xmldsig.algorithms import (
    CANONICALISATIONS,
    DS,
    ENVELOPED,
    EXCLUSIVE,
    INCLUSIVE,
    Method,
    NotAllowed,
    digest_of,
    method_of,
)
from conformance.checks.xmldsig.notes import Notes

_IDS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_PREFIXES = f"{{{EXCLUSIVE}}}InclusiveNamespaces"
_PARTS = ("SignedInfo", "SignatureValue", "KeyInfo")


@dataclass(frozen=True)
class Canonicalisation:
    """A canonicalisation without comments: its identifier, and the PrefixList when it is the exclusive one."""

    algorithm: str
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Form:
    """A signature of an agreed form, ready to be verified.

    `reference` is how the signed octets are made; None means the octets as they are (a detached signature without a
    transform). `target` is the URI of the reference.
    """

    info: etree._Element
    value: etree._Element
    key: etree._Element
    target: str
    canonical: Canonicalisation
    reference: Canonicalisation | None
    method: Method
    digest: hashes.HashAlgorithm
    digest_value: etree._Element


def read_form(notes: Notes, element: etree._Element, placement: str) -> Form | None:
    """Return the parts of a ds:Signature, or None after adding findings about what is not as agreed."""
    before = len(notes.found)
    _refuse_hidden(notes, element)
    names = [*_PARTS, *(["Object"] if placement == "enveloping" else [])]
    # Whatever is added behind the parts, they themselves are still looked at, so that one run tells every fault.
    if not _has(notes, element, names, "SIG-002") and [_name(one) for one in elements(element)[:3]] != list(_PARTS):
        return None
    info, value, key = elements(element)[:3]
    if not _has(notes, info, ["CanonicalizationMethod", "SignatureMethod", "Reference"], "SIG-002"):
        return None
    how, by, reference = elements(info)
    parts = elements(reference)
    listed = elements(parts.pop(0)) if parts and _name(parts[0]) == "Transforms" else []
    wanted = ["Transforms"] * (len(parts) < len(elements(reference))) + ["DigestMethod", "DigestValue"]
    if not _has(notes, reference, wanted, "SIG-002"):
        return None
    digest_method, digest_value = parts
    canonical = _canonicalisation(notes, how, "SIG-004", "The canonicalisation of SignedInfo is not agreed.")
    target = _target(notes, element, reference, placement)
    transform = _transforms(notes, reference, listed, placement)
    try:
        method = method_of(by)
    except NotAllowed as error:
        message, agreed = "The signature algorithm is not on the list.", "RSA, RSA-PSS or ECDSA with"
        notes.add("SIG-005", message, f"{agreed} SHA-256, SHA-384 or SHA-512", str(error), by)
    try:
        digest = digest_of(digest_method)
    except NotAllowed as error:
        notes.add(
            "SIG-005",
            "The digest algorithm is not on the list.",
            "SHA-256, SHA-384 or SHA-512",
            str(error),
            digest_method,
        )
    if len(notes.found) > before or canonical is None or target is None:
        return None
    return Form(info, value, key, target, canonical, transform, method, digest, digest_value)


def _name(element: etree._Element) -> str:
    return str(element.tag).removeprefix(f"{{{DS}}}")


def elements(parent: etree._Element) -> list[etree._Element]:
    """Return the child elements; comments between them mean nothing."""
    return list(parent.iterchildren(etree.Element))


def _refuse_hidden(notes: Notes, element: etree._Element) -> None:
    """Refuse what splits a value in two for one reader and not for another: comments inside texts, instructions."""
    parts = [one for one in element if _name(one) != "Object"]
    for part in parts:
        for one in part.iter(etree.Comment, etree.ProcessingInstruction):
            above = one.getparent()
            if isinstance(one, etree._Comment) and above is not None and not _has_text(above):
                continue
            notes.add(
                "SIG-002",
                "A value in the signature holds a comment or an instruction.",
                "text only",
                str(one)[:80],
                above,
            )
            return


def _has_text(element: etree._Element) -> bool:
    return any((text or "").strip() for text in (element.text, *(one.tail for one in element)))


def _has(notes: Notes, parent: etree._Element, names: list[str], requirement: str) -> bool:
    """Tell whether the child elements are exactly these, in this order, with nothing but white space between them."""
    found = [_name(one) for one in elements(parent)]
    if found != names:
        message = f"{_name(parent)} is not made as the profile wants it."
        notes.add(requirement, message, ", ".join(names), ", ".join(found) or "nothing", parent)
        return False
    if _has_text(parent):
        notes.add(requirement, f"{_name(parent)} holds text between its elements.", "white space", "text", parent)
        return False
    return True


def _canonicalisation(notes: Notes, node: etree._Element, requirement: str, message: str) -> Canonicalisation | None:
    algorithm = node.get("Algorithm", "")
    if algorithm not in CANONICALISATIONS:
        notes.add(requirement, message, " or ".join(CANONICALISATIONS), algorithm or "none", node)
        return None
    inside = elements(node)
    if not inside:
        return Canonicalisation(algorithm)
    if algorithm != EXCLUSIVE or [str(one.tag) for one in inside] != [_PREFIXES] or elements(inside[0]):
        notes.add(requirement, message, "no parameters but a PrefixList", _name(inside[0]), node)
        return None
    return Canonicalisation(algorithm, tuple(str(inside[0].get("PrefixList", "")).split()))


def _transforms(
    notes: Notes, reference: etree._Element, nodes: list[etree._Element], placement: str
) -> Canonicalisation | None:
    algorithms = [one.get("Algorithm", "") if _name(one) == "Transform" else _name(one) for one in nodes]
    message = "The transforms are not the agreed ones."
    enveloped = placement == "enveloped"
    if enveloped and (not nodes or algorithms[0] != ENVELOPED or elements(nodes[0])):
        expected = f"{ENVELOPED}, then at most one canonicalisation"
        notes.add("SIG-003", message, expected, ", ".join(algorithms) or "none", reference)
        return None
    if placement == "detached":
        if nodes:
            notes.add("SIG-003", message, "no transform", ", ".join(algorithms), reference)
        return None
    rest = nodes[1:] if enveloped else nodes
    if len(rest) > 1 or any(_name(one) != "Transform" for one in rest):
        notes.add("SIG-003", message, "at most one canonicalisation", ", ".join(algorithms), reference)
        return None
    if rest:
        return _canonicalisation(notes, rest[0], "SIG-003", message)
    # XML Signature clause 4.4.3.2: a node-set becomes octets by Canonical XML 1.0 where nothing else is said.
    return Canonicalisation(INCLUSIVE)


def _target(notes: Notes, element: etree._Element, reference: etree._Element, placement: str) -> str | None:
    uri = reference.get("URI")
    if placement == "enveloped":
        root = element.getroottree().getroot()
        if uri == "" or (uri is not None and uri.startswith("#") and _identifies(root, root, uri[1:])):
            return uri
        message, expected = "The reference is not to the whole document.", 'URI="" or "#" and the Id of the root'
    elif placement == "enveloping":
        holder = next((one for one in elements(element) if _name(one) == "Object"), element)
        if uri is not None and uri.startswith("#") and _identifies(element, holder, uri[1:]):
            return uri
        message, expected = "The reference is not to the object with the document.", "the Id of the one ds:Object"
    else:
        if uri and not uri.startswith("#"):
            return uri
        message, expected = "The reference is not to the document.", "a URI that names the document"
    notes.add("SIG-002", message, expected, "no URI" if uri is None else f"URI={uri!r}", reference)
    return None


def _identifies(root: etree._Element, element: etree._Element, name: str) -> bool:
    """Tell whether `name` is the element's identifier and nobody else's, in whatever case the attribute is written."""
    if not name or name not in [element.get(one) for one in _IDS]:
        return False
    bearers = [
        one
        for one in root.iter(etree.Element)
        if any(value == name and etree.QName(str(key)).localname.lower() == "id" for key, value in one.attrib.items())
    ]
    return bearers == [element]
