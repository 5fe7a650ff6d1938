"""The six operations. Each takes the caller and the valid request element and returns the answer element."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import etree

from reference_impl.actor import Deed
from reference_impl.certificates.messages import Acknowledgement, read_acknowledgement
from reference_impl.certificates.names import EXCHANGE, UNPREFIXED
from reference_impl.certificates.parsing import NotReadable, parse
from reference_impl.certificates.validation import InvalidDocument
from reference_impl.clock import instant, parse_instant
from reference_impl.config import PartnerConfig
from reference_impl.inquiries.measures import BadMeasure
from reference_impl.lifecycle import IllegalChange
from reference_impl.soap.cursor import Cursors
from reference_impl.soap.faults import SoapFault, invalid
from reference_impl.store.certificates import Certificate, Item, Query

if TYPE_CHECKING:
    from reference_impl.node import Node


@dataclass(frozen=True)
class Answer:
    """An answer element of which some children are still empty, and the base64 text of each by its name.

    A text of many kilobytes is put in when the answer is written: as octets, without going through the tree.
    """

    element: etree._Element
    texts: Mapping[str, bytes]


Reply = etree._Element | Answer
Operation = Callable[[PartnerConfig, etree._Element], Reply]


def _text(element: etree._Element, name: str) -> str:
    return element.findtext(f"{{{EXCHANGE}}}{name}") or ""


def _texts(element: etree._Element, name: str) -> tuple[str, ...]:
    return tuple((e.text or "").strip() for e in element.iterfind(f"{{{EXCHANGE}}}{name}"))


def answer(name: str, *fields: tuple[str, str | None]) -> etree._Element:
    """An answer element; fields of None are left out."""
    root = etree.Element(f"{{{EXCHANGE}}}{name}", nsmap=UNPREFIXED)
    append(root, *fields)
    return root


def append(parent: etree._Element, *fields: tuple[str, str | None]) -> None:
    """Add children with text; those of None are left out."""
    for name, text in fields:
        if text is not None:
            etree.SubElement(parent, f"{{{EXCHANGE}}}{name}").text = text


class Operations:
    """The operations by name. Methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node
        self.cursors = Cursors(node.config.signing.key.read_bytes())

    def named(self, name: str) -> Operation | None:
        """The operation of a body element, None when there is no such."""
        return {
            "Echo": self.echo,
            "ListCertificates": self.list_certificates,
            "GetCertificate": self.get_certificate,
            "GetStatus": self.get_status,
            "AcknowledgeReceipt": self.acknowledge_receipt,
            "SubmitAcknowledgement": self.submit_acknowledgement,
        }.get(name)

    def echo(self, caller: PartnerConfig, request: etree._Element) -> etree._Element:  # noqa: ARG002 - same for all
        """Give back the text and the time."""
        return answer("EchoResponse", ("Text", _text(request, "Text")), ("Time", instant(self.node.clock.now())))

    def list_certificates(self, caller: PartnerConfig, request: etree._Element) -> etree._Element:
        """One page of what changed in a half-open window."""
        query = self.query(caller, request)
        self.check_window(query)
        self.check_types(caller, query)
        cursor = request.findtext(f"{{{EXCHANGE}}}Cursor")
        if cursor is not None:
            query = self.go_on(query, cursor.strip())
        found = self.node.certificates.page(query)
        root = answer("ListCertificatesResponse")
        page = found[: query.size]
        for item in page:
            element = etree.SubElement(root, f"{{{EXCHANGE}}}Item")
            append(element, *self.item(item))
        if len(found) > query.size:
            append(root, ("NextCursor", self.next_cursor(query, page[-1])))
        return root

    def query(self, caller: PartnerConfig, request: etree._Element) -> Query:
        """The request as a query."""
        try:
            begin, end = (parse_instant(_text(request, n)) for n in ("ChangedFrom", "ChangedBefore"))
        except (ValueError, OverflowError) as error:
            raise invalid("ChangedFrom and ChangedBefore must be moments of the years 1 to 9999") from error
        return Query(
            country=caller.country,
            changed_from=begin,
            changed_before=end,
            types=_texts(request, "TypeCode"),
            states=_texts(request, "StatusCode"),
            size=int(_text(request, "PageSize") or "100"),
        )

    def check_window(self, query: Query) -> None:
        """The window must not be empty by construction."""
        if query.changed_from >= query.changed_before:
            raise invalid("ChangedFrom must lie before ChangedBefore")

    def check_types(self, caller: PartnerConfig, query: Query) -> None:
        """Only types agreed with the caller may be asked for."""
        for code in query.types:
            if code not in caller.types:
                raise SoapFault("NotEnabled", f"type {code} is not agreed with {caller.country}")

    def go_on(self, query: Query, cursor: str) -> Query:
        """The query from the cursor's place on."""
        try:
            return replace(query, after=self.cursors.open(query, cursor))
        except ValueError as error:
            raise invalid(str(error)) from error

    def next_cursor(self, query: Query, last: Item) -> str:
        """The cursor of the page that follows."""
        return self.cursors.make(query, last)

    def item(self, item: Item) -> tuple[tuple[str, str | None], ...]:
        """The fields of one item."""
        return (
            ("Number", item.number),
            ("TypeCode", item.type_code),
            ("StatusCode", item.status),
            ("ChangeDateTime", item.changed),
            ("DocumentDigest", item.digest),
        )

    def visible(self, caller: PartnerConfig, number: str) -> Certificate:
        """The certificate, if the caller may see it; else `NotFound` or `PermissionDenied`."""
        certificate = self.find(number)
        if certificate is None or certificate.status in self.node.certificates.hidden_states:
            raise SoapFault("NotFound", "there is no certificate of this number", number=number)
        self.check_addressed(caller, certificate)
        return certificate

    def find(self, number: str) -> Certificate | None:
        """The certificate of exactly this number."""
        return self.node.certificates.get(number)

    def check_addressed(self, caller: PartnerConfig, certificate: Certificate) -> None:
        """Another country's certificate is refused."""
        if caller.country not in certificate.addressees:
            raise SoapFault("PermissionDenied", "the certificate is addressed to another", number=certificate.number)

    def get_certificate(self, caller: PartnerConfig, request: etree._Element) -> Reply:
        """The document, octet for octet; it may be fetched again."""
        certificate = self.visible(caller, _text(request, "Number"))
        self.node.audit.owe(Deed("retrieved", certificate.number))
        document = self.document(certificate)
        root = self.certificate_answer(certificate, document)
        texts = {"Document": self.node.certificates.documents.encoded(certificate.digest, document)}
        signature = self.signature(certificate)
        if signature is not None:
            append(root, ("DetachedSignature", ""))
            texts["DetachedSignature"] = base64.b64encode(signature)
        return Answer(root, texts)

    def document(self, certificate: Certificate) -> bytes:
        """The octets that go out."""
        return certificate.document

    def signature(self, certificate: Certificate) -> bytes | None:
        """The detached signature that goes out beside the octets, None where they carry their own."""
        return certificate.signature

    def certificate_answer(self, certificate: Certificate, document: bytes) -> etree._Element:  # noqa: ARG002 - a seam
        """The answer around the octets; type and status are those inside the document."""
        return answer(
            "GetCertificateResponse",
            ("Number", certificate.number),
            ("TypeCode", certificate.type_code),
            ("StatusCode", certificate.document_status),
            ("DocumentDigest", certificate.digest),
            ("Document", ""),
        )

    def get_status(self, caller: PartnerConfig, request: etree._Element) -> etree._Element:
        """State, delivery and history."""
        certificate = self.visible(caller, _text(request, "Number"))
        root = answer(
            "GetStatusResponse",
            ("Number", certificate.number),
            ("StatusCode", certificate.status),
            ("DeliveryState", self.node.deliveries.get(certificate.number, caller.country).state),
            ("ReplacedBy", certificate.replaced_by),
            ("Replaces", certificate.replaces),
        )
        for change in self.node.certificates.history(certificate.number):
            entry = etree.SubElement(root, f"{{{EXCHANGE}}}History")
            append(
                entry,
                ("StatusCode", change.status),
                ("ChangeDateTime", instant(change.at)),
                ("Reason", change.reason or None),
            )
        return root

    def acknowledge_receipt(self, caller: PartnerConfig, request: etree._Element) -> etree._Element:
        """Write down what became of a certificate; repeated, the same answer."""
        certificate = self.visible(caller, _text(request, "Number"))
        receipt = _text(request, "Receipt").strip()
        try:
            delivery = self.node.lifecycle.acknowledge(
                certificate.number, caller.country, receipt, _text(request, "Text")
            )
        except IllegalChange as error:
            raise invalid(str(error)) from error
        at = delivery.acknowledged or self.node.clock.now()
        return answer(
            "AcknowledgeReceiptResponse",
            ("Number", certificate.number),
            ("DeliveryState", delivery.state),
            ("AcknowledgedDateTime", instant(at)),
        )

    def submit_acknowledgement(self, caller: PartnerConfig, request: etree._Element) -> etree._Element:
        """Keep an SPSAcknowledgement about certificates of the caller."""
        document = base64.b64decode(_text(request, "Document"))
        try:
            root = parse(document)
            self.node.validator.check_acknowledgement(root)
        except (NotReadable, InvalidDocument) as error:
            raise invalid(f"Document: {error}") from error
        value = read_acknowledgement(root)
        try:
            self.node.measures.check(value)
        except BadMeasure as error:
            raise invalid(f"Document: {error}") from error
        self.check_references(caller, value)
        at = self.node.lifecycle.clear(caller.country, value, document)
        return answer(
            "SubmitAcknowledgementResponse",
            ("DocumentDigest", hashlib.sha256(document).hexdigest().upper()),
            ("ReceivedDateTime", instant(at)),
        )

    def check_references(self, caller: PartnerConfig, value: Acknowledgement) -> None:
        """Every certificate spoken of must be addressed to the caller."""
        for number in value.numbers:
            if not number or any(c.isspace() or not c.isprintable() for c in number) or len(number) > 70:  # noqa: PLR2004
                raise invalid("Document: a reference is not a certificate number")
            self.visible(caller, number)
