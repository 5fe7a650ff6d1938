"""The form of a signature: what stands in it, what it refers to, and by which algorithms (profile 2.18 to 2.20).

The form is judged before any value, because what a library does not know it may skip; everything the profile does
not name is refused.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from lxml import etree

from conformance.checks.xmldsig.algorithms import (
    BLANKS,
    DS,
    ENVELOPED,
    EXCLUSIVE,
    INCLUSIVE,
    PROFILE,
    AllowList,
    Method,
    NotAllowed,
    digest_of,
    method_of,
)
from conformance.checks.xmldsig.hidden import has_text, refuse_hidden
from conformance.checks.xmldsig.notes import Notes

_IDS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_PREFIXES = f"{{{EXCLUSIVE}}}InclusiveNamespaces"
XADES = ("xades-b", "xades-t")
# Where the signature is inside the document it signs, as the last child of its root.
IN_DOCUMENT = ("enveloped", *XADES)
PLACEMENTS = ("enveloped", "enveloping", "detached", *XADES)
XADES_NAMESPACE = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
_PROPERTIES = "signed properties"
_PARTS = ("SignedInfo", "SignatureValue", "KeyInfo")


@dataclass(frozen=True)
class Canonicalisation:
    """A canonicalisation without comments: its identifier, and the PrefixList when it is the exclusive one."""

    algorithm: str
    prefixes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reference:
    """One reference: its URI, how its octets are made, and the digest stated.

    `canonical` None means the octets as they are (a detached signature without a transform).
    """

    target: str
    canonical: Canonicalisation | None
    digest: hashes.HashAlgorithm
    digest_value: etree._Element


@dataclass(frozen=True)
class Form:
    """A signature of an agreed form, ready to be verified: `document` is the reference to what is signed.

    `properties` is the reference to the signed properties of XAdES, `holder` the ds:Object they stand in; both are
    None where the placement has none.
    """

    info: etree._Element
    value: etree._Element
    key: etree._Element
    canonical: Canonicalisation
    method: Method
    document: Reference
    properties: Reference | None = None
    holder: etree._Element | None = None


def read_form(notes: Notes, element: etree._Element, placement: str, allowed: AllowList = PROFILE) -> Form | None:
    """Return the parts of a ds:Signature, or None after adding findings about what is not as agreed."""
    before = len(notes.found)
    refuse_hidden(notes, element)
    advanced = placement in XADES
    names = [*_PARTS, *(["Object"] if placement == "enveloping" or advanced else [])]
    # Whatever is added behind the parts, they themselves are still looked at, so that one run tells every fault.
    if not _has(notes, element, names, "SIG-002") and [_name(one) for one in elements(element)[:3]] != list(_PARTS):
        return None
    info, value, key = elements(element)[:3]
    if placement == "enveloping" and len(elements(elements(element)[-1])) != 1:
        found = str(len(elements(elements(element)[-1])))
        notes.add("SIG-002", "The object does not hold one document.", "one element", found, elements(element)[-1])
    references = ["Reference"] * (2 if advanced else 1)
    if not _has(notes, info, ["CanonicalizationMethod", "SignatureMethod", *references], "SIG-002"):
        return None
    how, by, *listed = elements(info)
    canonical = _canonicalisation(notes, how, "SIG-004", "The canonicalisation of SignedInfo is not agreed.", allowed)
    method = None
    try:
        method = method_of(by, allowed)
    except NotAllowed as error:
        notes.add("SIG-005", "The signature algorithm is not on the list.", allowed.told(), str(error), by)
    signed = [one for one in listed if one.get("Type") == SIGNED_PROPERTIES] if advanced else []
    if len(signed) != advanced:
        message = "The signed properties are not referred to."
        notes.add("SIG-015", message, f"one Reference of the type {SIGNED_PROPERTIES}", str(len(signed)), info)
        return None
    document = _reference(notes, next(one for one in listed if one not in signed), placement, allowed, element)
    properties = _reference(notes, signed[0], _PROPERTIES, allowed, element) if signed else None
    if len(notes.found) > before or canonical is None or document is None or method is None:
        return None
    holder = elements(element)[3] if advanced else None
    return Form(info, value, key, canonical, method, document, properties, holder)


def _reference(
    notes: Notes, node: etree._Element, placement: str, allowed: AllowList, signature: etree._Element
) -> Reference | None:
    parts = elements(node)
    listed = elements(parts.pop(0)) if parts and _name(parts[0]) == "Transforms" else []
    wanted = ["Transforms"] * (len(parts) < len(elements(node))) + ["DigestMethod", "DigestValue"]
    if not _has(notes, node, wanted, "SIG-002"):
        return None
    target = _target(notes, signature, node, placement)
    before = len(notes.found)
    canonical = _transforms(notes, node, listed, placement, allowed)
    try:
        digest = digest_of(parts[0], allowed)
    except NotAllowed as error:
        expected = " or ".join(one.name.upper() for one in allowed.digests.values())
        notes.add("SIG-005", "The digest algorithm is not on the list.", expected, str(error), parts[0])
        return None
    if target is None or len(notes.found) > before:
        return None
    return Reference(target, canonical, digest, parts[1])


def _name(element: etree._Element) -> str:
    return str(element.tag).removeprefix(f"{{{DS}}}")


def elements(parent: etree._Element) -> list[etree._Element]:
    """Return the child elements; comments between them mean nothing."""
    return list(parent.iterchildren(etree.Element))


def _has(notes: Notes, parent: etree._Element, names: list[str], requirement: str) -> bool:
    """Tell whether the child elements are exactly these, in this order, with nothing but white space between them."""
    found = [_name(one) for one in elements(parent)]
    if found != names:
        message = f"{_name(parent)} is not made as the profile wants it."
        notes.add(requirement, message, ", ".join(names), ", ".join(found) or "nothing", parent)
        return False
    if has_text(parent):
        notes.add(requirement, f"{_name(parent)} holds text between its elements.", "white space", "text", parent)
        return False
    return True


def _canonicalisation(
    notes: Notes, node: etree._Element, requirement: str, message: str, allowed: AllowList
) -> Canonicalisation | None:
    algorithm = node.get("Algorithm", "")
    if algorithm not in allowed.canonicalisations:
        notes.add(requirement, message, " or ".join(allowed.canonicalisations), algorithm or "none", node)
        return None
    inside = elements(node)
    if not inside:
        return Canonicalisation(algorithm)
    if algorithm != EXCLUSIVE or [str(one.tag) for one in inside] != [_PREFIXES] or elements(inside[0]):
        notes.add(requirement, message, "no parameters but a PrefixList", _name(inside[0]), node)
        return None
    return Canonicalisation(algorithm, tuple(str(inside[0].get("PrefixList", "")).split()))


def _transforms(
    notes: Notes, reference: etree._Element, nodes: list[etree._Element], placement: str, allowed: AllowList
) -> Canonicalisation | None:
    algorithms = [one.get("Algorithm", "") if _name(one) == "Transform" else _name(one) for one in nodes]
    message = "The transforms are not the agreed ones."
    enveloped = placement in IN_DOCUMENT
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
        return _canonicalisation(notes, rest[0], "SIG-003", message, allowed)
    # XML Signature clause 4.4.3.2: a node-set becomes octets by Canonical XML 1.0 where nothing else is said.
    if INCLUSIVE not in allowed.canonicalisations:
        notes.add("SIG-003", message, "one canonicalisation", "none, which stands for Canonical XML 1.0", reference)
    return Canonicalisation(INCLUSIVE)


def _target(notes: Notes, element: etree._Element, reference: etree._Element, placement: str) -> str | None:
    uri = reference.get("URI")
    if placement in IN_DOCUMENT:
        root = element.getroottree().getroot()
        if uri == "" or (uri is not None and uri.startswith("#") and _identifies(root, root, uri[1:])):
            return uri
        message, expected = "The reference is not to the whole document.", 'URI="" or "#" and the Id of the root'
    elif placement == "enveloping":
        holder = next((one for one in elements(element) if _name(one) == "Object"), element)
        if uri is not None and uri.startswith("#") and _identifies(element, holder, uri[1:]):
            return uri
        message, expected = "The reference is not to the object with the document.", "the Id of the one ds:Object"
    elif placement == _PROPERTIES:
        root = element.getroottree().getroot()
        held = next(element.iter(f"{{{XADES_NAMESPACE}}}SignedProperties"), None)
        if held is not None and uri is not None and uri.startswith("#") and _identifies(root, held, uri[1:]):
            return uri
        message, expected = "The reference is not to the signed properties.", "the Id of SignedProperties, borne once"
        notes.add("SIG-015", message, expected, "no URI" if uri is None else f"URI={uri!r}", reference)
        return None
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
    bearers = [one for one in root.iter(etree.Element) if any(_names(*pair, name) for pair in one.attrib.items())]
    return bearers == [element]


def _names(attribute: object, value: object, name: str) -> bool:
    """Tell whether an attribute is an identifier of this value, white space around it left out as in xml:id."""
    return str(value).strip(BLANKS) == name and etree.QName(str(attribute)).localname.lower() == "id"
