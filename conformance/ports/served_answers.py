"""What the judge's pull service answers: requests read, answers written and checked before they leave (law 6)."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from lxml import etree

from conformance.checks.soap import ENVELOPES, EXCHANGE, exchange_schema, read_answer
from conformance.model.exchange import Message
from conformance.parsing import Unreadable, parse
from conformance.ports import soap_raw
from conformance.ports.pull_values import moment
from conformance.ports.served_http import Incoming, Outgoing
from conformance.ports.wss import WSSE

_NUMBERED = ("NotFound", "PermissionDenied")
_STATES = {
    "Received": "Delivered",
    "ReceivedWithWarnings": "DeliveredWithWarnings",
    "NotReadable": "DeliveredNotReadable",
}


@dataclass(frozen=True)
class Offer:
    """A certificate the judge offers. `listed_digest` is what the list says, when it shall not be the true one."""

    number: str
    document: bytes
    changed: datetime
    digest: str
    type_code: str = "851"
    status_code: str = "70"
    listed_digest: str = ""
    replaced_by: str = ""
    signature: bytes | None = None


@dataclass(frozen=True)
class FaultScript:
    """A fault to answer with, and the HTTP status it goes out with."""

    name: str
    status: int = 500


@dataclass(frozen=True)
class Asked:
    """A request, read: operation, the fields of its element in order, whether a user name token came with it."""

    operation: str
    number: str
    fields: tuple[tuple[str, str], ...]
    token: bool
    version: str


class BadRequest(Exception):
    """A request that is no SOAP request of the contract; the text says why."""


def read_request(incoming: Incoming) -> Asked:
    """Read a request. Raises `BadRequest`."""
    try:
        root = parse(incoming.body)
    except Unreadable as error:
        raise BadRequest(f"The request is not readable XML: {error}.") from error
    version = next((key for key, space in ENVELOPES.items() if root.tag == f"{{{space}}}Envelope"), "")
    body = root.find(f"{{{ENVELOPES[version]}}}Body") if version else None
    content = [] if body is None else list(body.iterchildren(etree.Element))
    if len(content) != 1:
        raise BadRequest("The request is not a SOAP envelope with one element in its body.")
    element = content[0]
    try:
        exchange_schema().assertValid(parse(etree.tostring(element, with_tail=False)))
    except etree.DocumentInvalid as error:
        raise BadRequest(f"{element.tag} is not valid against the contract: {error}.") from error
    fields = tuple((etree.QName(one).localname, one.text or "") for one in element.iterchildren(etree.Element))
    number = next((value for name, value in fields if name == "Number"), "")
    token = root.find(f".//{{{WSSE}}}UsernameToken") is not None
    return Asked(etree.QName(element).localname, number, fields, token, version)


def fault(name: str, text: str, number: str = "", *, status: int = 500) -> Outgoing:
    """A SOAP 1.1 fault with its typed detail."""
    fields = [("Number", number)] if name in _NUMBERED and number else []
    fields += [("Text", text)]
    fields += [("RetryAfterSeconds", "1")] if name == "TooManyRequests" else []
    detail = soap_raw.element(name, fields)
    head = f"<faultcode>soap:Client</faultcode><faultstring>{name}</faultstring>"
    content = f"<soap:Fault>{head}<detail>{detail}</detail></soap:Fault>"
    return Outgoing(status, "text/xml; charset=utf-8", soap_raw.envelope(content))


def answer_operation(asked: Asked, offers: Mapping[str, Offer], blame: Callable[[str], None]) -> Outgoing:
    """The proper answer to a request; `blame` hears when the judge's own answer does not pass its own checks."""
    if asked.operation in ("GetCertificate", "GetStatus", "AcknowledgeReceipt") and asked.number not in offers:
        return fault("NotFound", "There is no such certificate.", asked.number)
    write = _ANSWERS.get(asked.operation)
    if write is None:
        return fault("InvalidRequest", f"{asked.operation} is not an operation.")
    media = "text/xml; charset=utf-8" if asked.version == "1.1" else "application/soap+xml; charset=utf-8"
    outgoing = Outgoing(200, media, soap_raw.envelope(write(asked, offers), version=asked.version))
    reading = read_answer(
        Message(media, outgoing.body), 200, version=asked.version, expected=f"{asked.operation}Response"
    )
    if reading.findings:
        blame(f"the judge's own answer to {asked.operation} is wrong: {reading.findings[0].message}")
    return outgoing


def _now() -> str:
    return soap_raw.instant(datetime.now(UTC))


def _value(asked: Asked, name: str) -> str:
    return next((value for key, value in asked.fields if key == name), "")


def _echo(asked: Asked, _: Mapping[str, Offer]) -> str:
    return soap_raw.element("EchoResponse", [("Text", _value(asked, "Text")), ("Time", _now())])


def _list(asked: Asked, offers: Mapping[str, Offer]) -> str:
    begin, end = moment(_value(asked, "ChangedFrom").strip()), moment(_value(asked, "ChangedBefore").strip())
    wanted = {
        name: {value.strip() for key, value in asked.fields if key == name} for name in ("TypeCode", "StatusCode")
    }
    listed = sorted(
        (
            one for one in offers.values()
            if begin <= one.changed < end
            and (not wanted["TypeCode"] or one.type_code in wanted["TypeCode"])
            and (not wanted["StatusCode"] or one.status_code in wanted["StatusCode"])
        ),
        key=lambda one: (one.changed, one.number),
    )  # fmt: skip
    items = "".join(
        soap_raw.element("Item", [
            ("Number", one.number), ("TypeCode", one.type_code), ("StatusCode", one.status_code),
            ("ChangeDateTime", soap_raw.instant(one.changed)),
            ("DocumentDigest", (one.listed_digest or one.digest).upper()),
        ])
        for one in listed
    )  # fmt: skip
    return f'<x:ListCertificatesResponse xmlns:x="{EXCHANGE}">{items}</x:ListCertificatesResponse>'


def _get(asked: Asked, offers: Mapping[str, Offer]) -> str:
    one = offers[asked.number]
    # The envelope says what the document says; the present state is on the list and in GetStatus.
    return soap_raw.element("GetCertificateResponse", [
        ("Number", one.number), ("TypeCode", one.type_code), ("StatusCode", "70"),
        ("DocumentDigest", one.digest.upper()), ("Document", base64.b64encode(one.document).decode()),
        *([("DetachedSignature", base64.b64encode(one.signature).decode())] if one.signature is not None else []),
    ])  # fmt: skip


def _status(asked: Asked, offers: Mapping[str, Offer]) -> str:
    one = offers[asked.number]
    history = soap_raw.element(
        "History", [("StatusCode", one.status_code), ("ChangeDateTime", soap_raw.instant(one.changed))]
    )
    head = soap_raw.element("GetStatusResponse", [
        ("Number", one.number), ("StatusCode", one.status_code), ("DeliveryState", "Pending"),
        *([("ReplacedBy", one.replaced_by)] if one.replaced_by else []),
    ])  # fmt: skip
    return head.replace("</x:GetStatusResponse>", f"{history}</x:GetStatusResponse>")


def _acknowledge(asked: Asked, _: Mapping[str, Offer]) -> str:
    state = _STATES[_value(asked, "Receipt").strip()]
    return soap_raw.element(
        "AcknowledgeReceiptResponse",
        [("Number", asked.number), ("DeliveryState", state), ("AcknowledgedDateTime", _now())],
    )


def _submit(asked: Asked, _: Mapping[str, Offer]) -> str:
    document = base64.b64decode(_value(asked, "Document"))
    digest = sha256(document).hexdigest().upper()
    return soap_raw.element("SubmitAcknowledgementResponse", [("DocumentDigest", digest), ("ReceivedDateTime", _now())])


_ANSWERS: dict[str, Callable[[Asked, Mapping[str, Offer]], str]] = {
    "Echo": _echo,
    "ListCertificates": _list,
    "GetCertificate": _get,
    "GetStatus": _status,
    "AcknowledgeReceipt": _acknowledge,
    "SubmitAcknowledgement": _submit,
}
