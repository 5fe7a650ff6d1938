"""What the pull access answers, as frozen values."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from conformance.checks.soap import EXCHANGE

_N = f"{{{EXCHANGE}}}"


@dataclass(frozen=True)
class Echoed:
    """Answer to Echo."""

    text: str
    time: datetime


@dataclass(frozen=True)
class Item:
    """One line of a list: the state is the present one, the digest (lower-case hexadecimal) never changes."""

    number: str
    type_code: str
    status_code: str
    changed: datetime
    digest: str


@dataclass(frozen=True)
class Page:
    """One page of a list; `next_cursor` is empty on the last."""

    items: tuple[Item, ...]
    next_cursor: str


@dataclass(frozen=True)
class Fetched:
    """Answer to GetCertificate. `document` are the octets as delivered; `message` the digest of the recorded answer."""

    number: str
    type_code: str
    status_code: str
    digest: str
    document: bytes
    signature: bytes | None
    message: str


@dataclass(frozen=True)
class Change:
    """One line of a certificate's history."""

    status_code: str
    at: datetime
    reason: str


@dataclass(frozen=True)
class Status:
    """Answer to GetStatus."""

    number: str
    status_code: str
    delivery_state: str
    replaced_by: str
    replaces: str
    history: tuple[Change, ...]


@dataclass(frozen=True)
class Acknowledged:
    """Answer to AcknowledgeReceipt."""

    number: str
    delivery_state: str
    at: datetime


@dataclass(frozen=True)
class Submitted:
    """Answer to SubmitAcknowledgement."""

    digest: str
    at: datetime


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(_N + name) or "").strip()


def moment(text: str) -> datetime:
    """An InstantType, read; fractions beyond microseconds are cut."""
    head, dot, rest = text.partition(".")
    digits = rest[: next((i for i, c in enumerate(rest) if not c.isdigit()), len(rest))]
    zone = rest[len(digits) :] if dot else ""
    return datetime.fromisoformat(f"{head}.{digits[:6].ljust(6, '0')}{zone}" if dot else text)


def _octets(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b""


def read_echo(body: etree._Element) -> Echoed:
    """Read an EchoResponse that is valid against the schema; so do the others for theirs."""
    return Echoed(body.findtext(_N + "Text") or "", moment(_text(body, "Time")))


def read_page(body: etree._Element) -> Page:
    """Read a ListCertificatesResponse."""
    items = tuple(
        Item(
            item.findtext(_N + "Number") or "",
            _text(item, "TypeCode"),
            _text(item, "StatusCode"),
            moment(_text(item, "ChangeDateTime")),
            _text(item, "DocumentDigest").lower(),
        )
        for item in body.iterchildren(_N + "Item")
    )
    return Page(items, _text(body, "NextCursor"))


def read_fetched(body: etree._Element, message: str) -> Fetched:
    """Read a GetCertificateResponse."""
    signature = body.findtext(_N + "DetachedSignature")
    return Fetched(
        body.findtext(_N + "Number") or "",
        _text(body, "TypeCode"),
        _text(body, "StatusCode"),
        _text(body, "DocumentDigest").lower(),
        _octets(body.findtext(_N + "Document") or ""),
        None if signature is None else _octets(signature),
        message,
    )


def read_status(body: etree._Element) -> Status:
    """Read a GetStatusResponse."""
    history = tuple(
        Change(_text(change, "StatusCode"), moment(_text(change, "ChangeDateTime")), _text(change, "Reason"))
        for change in body.iterchildren(_N + "History")
    )
    return Status(
        body.findtext(_N + "Number") or "",
        _text(body, "StatusCode"),
        _text(body, "DeliveryState"),
        _text(body, "ReplacedBy"),
        _text(body, "Replaces"),
        history,
    )


def read_acknowledged(body: etree._Element) -> Acknowledged:
    """Read an AcknowledgeReceiptResponse."""
    return Acknowledged(
        body.findtext(_N + "Number") or "", _text(body, "DeliveryState"), moment(_text(body, "AcknowledgedDateTime"))
    )


def read_submitted(body: etree._Element) -> Submitted:
    """Read a SubmitAcknowledgementResponse."""
    return Submitted(_text(body, "DocumentDigest").lower(), moment(_text(body, "ReceivedDateTime")))
