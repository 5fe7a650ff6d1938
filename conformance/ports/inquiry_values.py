"""Inquiries as frozen values, and as the XML of the contract: the same by SOAP and by mail (profile part 9)."""

import base64
from dataclasses import dataclass, replace
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from conformance.checks.soap_notes import INQUIRY_CONTRACT, schema_of
from conformance.model.outcome import JudgeFault
from conformance.parsing import Unreadable, parse
from conformance.ports.pull_values import moment
from conformance.ports.soap_raw import instant

INQUIRY = INQUIRY_CONTRACT.namespace
_N = f"{{{INQUIRY}}}"


@dataclass(frozen=True)
class File:
    """A file that is sent along."""

    name: str
    octets: bytes


@dataclass(frozen=True)
class Question:
    """An inquiry to be opened. A part that is None is left out, on purpose."""

    client_id: str
    number: str | None
    reason: str | None = "authenticity"
    text: str | None = "Is this certificate yours?"
    contact: str | None = "Border post, judge@nz.example"
    answer_by: datetime | None = None
    files: tuple[File, ...] = ()

    def xml(self) -> str:
        """The OpenInquiry element."""
        by = None if self.answer_by is None else instant(self.answer_by)
        return _element(
            "OpenInquiry",
            (
                ("ClientId", self.client_id),
                ("Number", self.number),
                ("Reason", self.reason),
                ("Text", self.text),
                ("Contact", self.contact),
                ("AnswerBy", by),
            ),
            self.files,
        )

    def document(self) -> bytes:
        """The element as a document of its own, for mail."""
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{self.xml()}'.encode()

    def check(self) -> None:
        """Raise `JudgeFault` when it is not what the contract wants (law 6)."""
        checked(self.xml())


@dataclass(frozen=True)
class Receipt:
    """What an inquiry or an addition is answered with."""

    id: str
    state: str
    at: datetime


@dataclass(frozen=True)
class Entry:
    """One thing said or done in a thread; parts that are not there are empty."""

    at: datetime
    by: str
    state: str
    answer: str
    replaced_by: str
    until: str
    text: str


@dataclass(frozen=True)
class Thread:
    """A whole inquiry."""

    id: str
    number: str
    reason: str
    state: str
    entries: tuple[Entry, ...]


def addition(inquiry: str, client_id: str, text: str, state: str = "") -> str:
    """The AddToInquiry element; `state` is closed, reopened, or "" when it stays."""
    fields = (("InquiryId", inquiry), ("ClientId", client_id), ("State", state or None), ("Text", text))
    return _element("AddToInquiry", fields)


def wanted(inquiry: str) -> str:
    """The GetInquiry element."""
    return _element("GetInquiry", (("InquiryId", inquiry),))


def checked(xml: str) -> str:
    """The same element. Raises `JudgeFault` when it is not valid against the contract's schema."""
    schema = schema_of(INQUIRY_CONTRACT)
    if not schema.validate(parse(xml.encode())):
        raise JudgeFault(f"The judge was about to send an inquiry that is not valid: {schema.error_log}")
    return xml


def read_receipt(body: etree._Element) -> Receipt:
    """Read an OpenInquiryResponse or AddToInquiryResponse that is valid against the schema."""
    return Receipt(_text(body, "InquiryId"), _text(body, "State"), moment(_text(body, "ReceivedDateTime")))


def read_thread(body: etree._Element) -> Thread:
    """Read a GetInquiryResponse or InquiryReport that is valid against the schema."""
    entries = tuple(
        Entry(
            moment(_text(one, "DateTime")),
            _text(one, "By"),
            _text(one, "State"),
            _text(one, "Answer"),
            _text(one, "ReplacedBy"),
            _text(one, "Until"),
            one.findtext(f"{_N}Text") or "",
        )
        for one in body.iterchildren(f"{_N}Entry")
    )
    number = body.findtext(f"{_N}Number") or ""
    return Thread(_text(body, "InquiryId"), number, _text(body, "Reason"), _text(body, "State"), entries)


def read_report(octets: bytes) -> Thread | None:
    """Read an InquiryReport that came by mail; None when it is none."""
    try:
        root = parse(octets)
    except Unreadable:
        return None
    if root.tag != f"{_N}InquiryReport" or not schema_of(INQUIRY_CONTRACT).validate(root):
        return None
    return read_thread(root)


def without(question: Question, part: str) -> Question:
    """The same inquiry with one part left out."""
    return replace(question, **{part: None})  # type: ignore[arg-type]  # every part but the client id may be None


def _element(name: str, fields: tuple[tuple[str, str | None], ...], files: tuple[File, ...] = ()) -> str:
    inner = "".join(f"<{part}>{escape(value)}</{part}>" for part, value in fields if value is not None)
    inner += "".join(
        f"<Attachment name={quoteattr(one.name)}>{base64.b64encode(one.octets).decode()}</Attachment>" for one in files
    )
    return f'<{name} xmlns="{INQUIRY}">{inner}</{name}>'


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(_N + name) or "").strip()
