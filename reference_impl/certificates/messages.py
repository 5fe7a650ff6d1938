"""The two small messages: SPSAcknowledgement 17A and our state notice."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from reference_impl.certificates.names import ACKNOWLEDGEMENT, EXCHANGE, RAM, UDT, UNPREFIXED, add, add_moment
from reference_impl.clock import instant


@dataclass(frozen=True)
class Acknowledgement:
    """An SPSAcknowledgement: its status (74 received, 39 approved, 41 rejected), reasons, numbers spoken of."""

    status: str
    reasons: tuple[str, ...]
    numbers: tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """A change of state told to the importing country."""

    number: str
    sender: str
    recipient: str
    status: str
    changed: datetime
    replaced_by: str = ""
    reason: str = ""


def acknowledgement_xml(value: Acknowledgement, at: datetime) -> bytes:
    """Write an SPSAcknowledgement of the moment `at`."""
    root = etree.Element(
        f"{{{ACKNOWLEDGEMENT}}}SPSAcknowledgement", nsmap={"rsm": ACKNOWLEDGEMENT, "ram": RAM, "udt": UDT}
    )
    document = add(root, "SPSAcknowledgementDocument", namespace=ACKNOWLEDGEMENT)
    add_moment(document, "IssueDateTime", at.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    add(document, "StatusCode", value.status)
    for reason in value.reasons:
        add(document, "ReasonInformation", reason, languageID="en")
    for number in value.numbers:
        reference = add(document, "ReferenceSPSReferencedDocument")
        add(reference, "RelationshipTypeCode", "ACW")
        add(reference, "ID", number)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def read_acknowledgement(root: etree._Element) -> Acknowledgement:
    """Read a tree that is valid against the schema."""
    document = root[0]
    return Acknowledgement(
        (document.findtext(f"{{{RAM}}}StatusCode") or "").strip(),
        tuple(e.text or "" for e in document.iterfind(f"{{{RAM}}}ReasonInformation")),
        tuple(e.text or "" for e in document.iterfind(f"{{{RAM}}}ReferenceSPSReferencedDocument/{{{RAM}}}ID")),
    )


def notice_xml(notice: Notice) -> bytes:
    """Write a StateNotice."""
    root = etree.Element(f"{{{EXCHANGE}}}StateNotice", nsmap=UNPREFIXED)
    fields = (
        ("Number", notice.number),
        ("From", notice.sender),
        ("To", notice.recipient),
        ("StatusCode", notice.status),
        ("ChangeDateTime", instant(notice.changed)),
        ("ReplacedBy", notice.replaced_by),
        ("Reason", notice.reason),
    )
    for name, text in fields:
        if text:
            add(root, name, text, EXCHANGE)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
