"""Reading an SPSAcknowledgement: its status, its reasons and the numbers it speaks of."""

from dataclasses import dataclass

from lxml import etree

from conformance.parsing import Unreadable, parse


@dataclass(frozen=True)
class Acknowledgement:
    """What an SPSAcknowledgement says; `status` is a code of UNTDID 4405 as used by the profile."""

    status: str
    reasons: tuple[str, ...]
    numbers: tuple[str, ...]


def read_acknowledgement(octets: bytes) -> Acknowledgement | None:
    """Read one; None when the octets are no XML or another document."""
    try:
        root = parse(octets)
    except Unreadable:
        return None
    if etree.QName(root).localname != "SPSAcknowledgement":
        return None
    own = [one for one in root.iter() if isinstance(one.tag, str)]
    document = next((one for one in own if etree.QName(one).localname == "SPSAcknowledgementDocument"), None)
    if document is None:
        return None
    references = [one for one in document.iterchildren() if _is(one, "ReferenceSPSReferencedDocument")]
    return Acknowledgement(
        next((_text(one) for one in document.iterchildren() if _is(one, "StatusCode")), ""),
        tuple(_text(one) for one in document.iterchildren() if _is(one, "ReasonInformation")),
        tuple(_text(one) for reference in references for one in reference.iterchildren() if _is(one, "ID")),
    )


def _is(element: etree._Element, name: str) -> bool:
    return isinstance(element.tag, str) and etree.QName(element).localname == name


def _text(element: etree._Element) -> str:
    return "".join(str(piece) for piece in element.itertext()).strip()
