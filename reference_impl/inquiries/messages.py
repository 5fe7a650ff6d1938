"""Inquiries as XML: what comes by SOAP and mail, and what goes back."""

import base64
import binascii
from collections.abc import Callable

from lxml import etree

from reference_impl.clock import parse_instant
from reference_impl.inquiries.values import Entry, Inquiry, Question, Step
from reference_impl.uploads import Document, RefusedUpload

INQUIRY = "urn:ecert:inquiry:1"
Accept = Callable[[str, bytes], Document]
_PLAIN: dict[str, str] = {None: INQUIRY}  # type: ignore[dict-item]  # the stubs forget the default namespace
WHY = {
    "empty": "it is empty",
    "large": "it is larger than 5 MB",
    "type": "it is no PDF, PNG or JPEG",
    "active": "the PDF contains a program or other files",
}


class BadMessage(Exception):
    """The message is valid against the schema and cannot be taken all the same; the text says why."""


def question(root: etree._Element, country: str, channel: str, accept: Accept, message_id: str = "") -> Question:
    """Read an OpenInquiry that is valid against the schema; `accept` takes its files. Raises `BadMessage`."""
    try:
        answer_by = parse_instant(field(root, "AnswerBy"))
    except (ValueError, OverflowError) as error:
        raise BadMessage("AnswerBy must be a moment of the years 1 to 9999") from error
    return Question(
        country=country,
        client_id=field(root, "ClientId").strip(),
        number=field(root, "Number"),
        reason=field(root, "Reason").strip(),
        text=field(root, "Text"),
        contact=field(root, "Contact"),
        answer_by=answer_by,
        channel=channel,
        by=country,
        files=files(root, accept),
        message_id=message_id,
    )


def addition(root: etree._Element, country: str, channel: str, accept: Accept) -> Step:
    """Read an AddToInquiry that is valid against the schema. Raises `BadMessage`."""
    return Step(
        by=country,
        channel=channel,
        text=field(root, "Text"),
        state=field(root, "State").strip(),
        client_id=field(root, "ClientId").strip(),
        files=files(root, accept),
    )


def files(root: etree._Element, accept: Accept) -> tuple[Document, ...]:
    """The attachments. Raises `BadMessage` for one that is not taken."""
    taken = []
    for element in root.iterfind(f"{{{INQUIRY}}}Attachment"):
        name = element.get("name", "")
        try:
            octets = base64.b64decode("".join((element.text or "").split()), validate=True)
            taken.append(accept(name, octets))
        except binascii.Error as error:
            raise BadMessage(f"the attachment {name!r} is not base64") from error
        except RefusedUpload as error:
            raise BadMessage(f"the attachment {name!r} is not taken: {WHY[error.reason]}") from error
    return tuple(taken)


def receipt(name: str, inquiry: Inquiry, at: str) -> etree._Element:
    """The answer to an OpenInquiry or AddToInquiry; `at` is when it was received."""
    root = etree.Element(f"{{{INQUIRY}}}{name}", nsmap=_PLAIN)
    for part, text in (("InquiryId", inquiry.id), ("State", inquiry.state), ("ReceivedDateTime", at)):
        etree.SubElement(root, f"{{{INQUIRY}}}{part}").text = text
    return root


def thread(name: str, inquiry: Inquiry, entries: list[Entry]) -> etree._Element:
    """A whole inquiry."""
    root = etree.Element(f"{{{INQUIRY}}}{name}", nsmap=_PLAIN)
    for part, text in (
        ("InquiryId", inquiry.id),
        ("Number", inquiry.number),
        ("Reason", inquiry.reason),
        ("State", inquiry.state),
        ("AnswerBy", inquiry.answer_by),
    ):
        etree.SubElement(root, f"{{{INQUIRY}}}{part}").text = text
    for entry in entries:
        element = etree.SubElement(root, f"{{{INQUIRY}}}Entry")
        for part, text in (
            ("DateTime", entry.at),
            ("By", entry.by),
            ("State", entry.state),
            ("Answer", entry.answer),
            ("ReplacedBy", entry.replaced_by),
            ("Until", entry.until),
            ("Text", entry.text),
        ):
            if text:
                etree.SubElement(element, f"{{{INQUIRY}}}{part}").text = text
    return root


def field(root: etree._Element, name: str) -> str:
    """The text of a child, empty when it is not there."""
    return root.findtext(f"{{{INQUIRY}}}{name}") or ""
