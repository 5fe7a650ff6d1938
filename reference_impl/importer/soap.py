"""SOAP 1.1 envelopes of the pull access, written and read by the node as a client."""

from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from reference_impl.certificates.names import EXCHANGE
from reference_impl.certificates.parsing import NotReadable, parse
from reference_impl.certificates.validation import InvalidDocument, Validator
from reference_impl.clock import parse_instant

SOAP11 = "http://schemas.xmlsoap.org/soap/envelope/"
MAX_FAULT_TEXT = 300


class CallFailed(Exception):
    """A call came to no usable answer; it may be repeated. The text says why."""


class Fault(CallFailed):
    """The partner answered with a fault. `name` is the typed detail (`NotFound` ...), empty without one."""

    def __init__(self, name: str, text: str, retry_after: float | None = None) -> None:
        super().__init__(f"{name or 'fault'}: {text}")
        self.name = name
        self.retry_after = retry_after

    @property
    def final(self) -> bool:
        """True when the same call would be refused again."""
        return self.name in ("NotFound", "PermissionDenied", "InvalidRequest")


@dataclass(frozen=True)
class ListedItem:
    """One line of a partner's list; `digest` in upper-case hexadecimal."""

    number: str
    type_code: str
    status: str
    changed: datetime
    digest: str


def envelope(operation: str, fields: tuple[tuple[str, str], ...]) -> bytes:
    """The octets of a request: an operation and its fields in order."""
    root = etree.Element(f"{{{SOAP11}}}Envelope", nsmap={"soap": SOAP11})
    body = etree.SubElement(root, f"{{{SOAP11}}}Body")
    request = etree.SubElement(body, f"{{{EXCHANGE}}}{operation}", nsmap={None: EXCHANGE})  # type: ignore[dict-item]
    for name, text in fields:
        etree.SubElement(request, f"{{{EXCHANGE}}}{name}").text = text
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def read_answer(octets: bytes, operation: str, validator: Validator) -> etree._Element:
    """The response element of an answer, valid against the schema. Raises `Fault` or `CallFailed`."""
    try:
        root = parse(octets, limit=40 * 1024 * 1024)
    except NotReadable as error:
        raise CallFailed(f"the answer cannot be read: {error}") from error
    body = root.find(f"{{{SOAP11}}}Body") if root.tag == f"{{{SOAP11}}}Envelope" else None
    if body is None or len(body) != 1:
        raise CallFailed("the answer is not a SOAP 1.1 envelope with one element in its body")
    if body[0].tag == f"{{{SOAP11}}}Fault":
        raise read_fault(body[0])
    # A tree of its own, so that paths and errors speak of the response alone.
    response = etree.fromstring(etree.tostring(body[0], with_tail=False), _PARSER)
    try:
        validator.check_schema(response, EXCHANGE, f"{operation}Response")
    except InvalidDocument as error:
        raise CallFailed(f"the answer is not valid: {error}") from error
    return response


def read_fault(fault: etree._Element) -> Fault:
    """The typed detail and the text of a fault."""
    text = " ".join((fault.findtext("faultstring") or "").split())[:MAX_FAULT_TEXT]
    detail = fault.find("detail")
    if detail is None or not len(detail) or not isinstance(detail[0].tag, str):
        return Fault("", text)
    typed = detail[0]
    name = etree.QName(typed).localname if etree.QName(typed).namespace == EXCHANGE else ""
    seconds = typed.findtext(f"{{{EXCHANGE}}}RetryAfterSeconds") or ""
    return Fault(name, text, float(seconds) if seconds.strip().isdigit() else None)


def field(element: etree._Element, name: str) -> str:
    """The text of a child of the exchange namespace, empty when missing."""
    return element.findtext(f"{{{EXCHANGE}}}{name}") or ""


def read_items(response: etree._Element) -> tuple[list[ListedItem], str]:
    """The items of a page and the cursor of the next one, empty on the last."""
    items = [
        ListedItem(
            field(item, "Number"),
            field(item, "TypeCode").strip(),
            field(item, "StatusCode").strip(),
            parse_instant(field(item, "ChangeDateTime")),
            field(item, "DocumentDigest").strip().upper(),
        )
        for item in response.iterfind(f"{{{EXCHANGE}}}Item")
    ]
    return items, field(response, "NextCursor").strip()


_PARSER = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True)
