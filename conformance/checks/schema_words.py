"""What a schema's types and elements are called towards people, and which requirement a breach belongs to."""

from typing import TYPE_CHECKING

from conformance.model.finding import Finding, Where
from conformance.model.words import Layer

if TYPE_CHECKING:
    from xmlschema.validators import XsdType

SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}Signature"
HEAD_ELEMENTS = frozenset({"ID", "TypeCode", "StatusCode", "IssueDateTime", "SignatorySPSAuthentication"})
_LISTED = 12
_QUOTED = 80
_BUILT_IN = {
    "decimal": "a decimal number",
    "dateTime": "a date and time as 2026-11-23T09:30:00+01:00",
    "date": "a date as 2026-11-23",
    "boolean": "true, false, 1 or 0",
    "base64Binary": "base64 text",
    "anyURI": "a URI",
    "token": "text",
    "string": "text",
}


_OF_VALUE = {
    ("SPSExchangedDocument", "StatusCode"): "DOC-007",
    ("SPSAcknowledgementDocument", "StatusCode"): "DOC-007",
    ("SPSExchangedDocument", "TypeCode"): "DOC-006",
    ("PhysicalSPSPackage", "TypeCode"): "DOC-024",
    ("MainCarriageSPSTransportMovement", "ModeCode"): "DOC-025",
    ("ReferenceSPSReferencedDocument", "RelationshipTypeCode"): "DOC-039",
    ("ReferenceSPSReferencedDocument", "AttachmentBinaryObject"): "DOC-037",
}


def local(tag: str) -> str:
    """Return a name without its namespace."""
    return tag.rpartition("}")[2]


def type_words(kind: "XsdType | None") -> str:
    """Say in words what values a type allows."""
    from xmlschema.validators import XsdSimpleType, XsdUnion  # noqa: PLC0415 - slow to load, needed for faults only

    if kind is None:
        return "no value"
    if isinstance(kind, XsdUnion):
        return " or ".join(type_words(member) for member in kind.member_types)
    codes = kind.enumeration if isinstance(kind, XsdSimpleType) else None
    if codes:
        named = local(kind.name or "").removesuffix("ContentType")
        if len(codes) > _LISTED:
            return f"one of the {len(codes)} codes of {named}"
        return "one of " + ", ".join(str(code) for code in codes) if len(codes) > 1 else f"the code {codes[0]}"
    name = local(kind.name or "")
    if name in _BUILT_IN:
        return _BUILT_IN[name]
    base = kind.base_type
    return type_words(base) if base is not None and base is not kind else (name or "another value")


def occurrence_requirement(parent: str, element: str) -> str:
    """Return the requirement broken when an element occurs too seldom or too often in its parent."""
    if parent == "SPSExchangedDocument" and element in HEAD_ELEMENTS:
        return "DOC-004"
    if parent == "IncludedSPSTradeLineItem" and element == "Description":
        return "DOC-022"
    return "DOC-002"


def value_requirement(parent: str, element: str) -> str:
    """Return the requirement broken when an element has a value its type does not allow."""
    return _OF_VALUE.get((parent, element), "DOC-002")


def finding(requirement: str, message: str, expected: str, actual: str, place: Where) -> Finding:
    """Return a finding of the schema layer."""
    return Finding(requirement, message, expected, actual, place, layer=Layer.SCHEMA)


def quoted(text: str) -> str:
    """Return a value as a person may read it: one line, not too long."""
    flat = " ".join(text.split())
    return f"'{flat}'" if len(flat) <= _QUOTED else f"'{flat[: _QUOTED - 20]}…' ({len(text):,} characters)"
