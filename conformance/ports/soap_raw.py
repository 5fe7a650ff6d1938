"""SOAP requests as octets: envelopes, the contract's operations, and the headers that go with them."""

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from conformance.checks.soap import ENVELOPES, EXCHANGE

OPERATIONS = (
    "Echo", "ListCertificates", "GetCertificate", "GetStatus", "AcknowledgeReceipt", "SubmitAcknowledgement",
)  # fmt: skip


def envelope(content: str, *, version: str = "1.1", header: str = "", space: str = "", after: str = "") -> bytes:
    """An envelope around `content` (XML text). `space` another namespace, `after` XML placed behind Body."""
    uri = space or ENVELOPES[version]
    head = f"<soap:Header>{header}</soap:Header>" if header else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="{uri}">{head}'
        f"<soap:Body>{content}</soap:Body>{after}</soap:Envelope>"
    ).encode()


def headers(
    operation: str, *, version: str = "1.1", action: str | None = None, space: str = EXCHANGE
) -> tuple[tuple[str, str], ...]:
    """Content-Type and SOAPAction of an operation in the namespace `space`; `action` sets another value, as it is."""
    value = f'"{space}/{operation}"' if action is None else action
    if version == "1.2":
        return (("Content-Type", f"application/soap+xml; charset=utf-8; action={value}"),)
    return (("Content-Type", "text/xml; charset=utf-8"), ("SOAPAction", value))


def instant(at: datetime) -> str:
    """A moment as InstantType has it."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def element(operation: str, fields: Iterable[tuple[str, str]]) -> str:
    """One request element with its children in the order given; values are escaped."""
    inner = "".join(f"<x:{name}>{escape(value)}</x:{name}>" for name, value in fields)
    return f'<x:{operation} xmlns:x="{EXCHANGE}">{inner}</x:{operation}>'


def echo(text: str) -> str:
    """The Echo request."""
    return element("Echo", [("Text", text)])


def get(number: str) -> str:
    """The GetCertificate request."""
    return element("GetCertificate", [("Number", number)])


def acknowledge(number: str, receipt: str = "Received", text: str = "") -> str:
    """The AcknowledgeReceipt request."""
    return element(
        "AcknowledgeReceipt", [("Number", number), ("Receipt", receipt), *([("Text", text)] if text else [])]
    )


def submit(document: bytes) -> str:
    """The SubmitAcknowledgement request."""
    return element("SubmitAcknowledgement", [("Document", base64.b64encode(document).decode())])
