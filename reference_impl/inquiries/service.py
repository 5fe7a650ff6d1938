"""The inquiry by SOAP: beside the pull access, with its identities, faults and rates."""

from typing import TYPE_CHECKING

from lxml import etree

from reference_impl.config import PartnerConfig
from reference_impl.inquiries.desk import IllegalStep
from reference_impl.inquiries.messages import INQUIRY, BadMessage, addition, field, question, receipt, thread
from reference_impl.inquiries.values import Inquiry
from reference_impl.soap.faults import SoapFault, invalid
from reference_impl.soap.operations import Operation
from reference_impl.soap.service import SoapService

if TYPE_CHECKING:
    from reference_impl.node import Node

SOAP = "soap"


class InquiryOperations:
    """The three operations. Methods may be replaced."""

    def __init__(self, node: "Node") -> None:
        self.node = node

    def named(self, name: str) -> Operation | None:
        """The operation of a body element, None when there is no such."""
        return {"OpenInquiry": self.open, "AddToInquiry": self.add, "GetInquiry": self.get}.get(name)

    def open(self, caller: PartnerConfig, request: etree._Element) -> etree._Element:
        """Open an inquiry and answer with the receipt."""
        try:
            made = self.node.inquiries.open(question(request, caller.country, SOAP, self.node.attachments.accept))
        except BadMessage as error:
            raise invalid(str(error)) from error
        return receipt("OpenInquiryResponse", made, made.opened)

    def add(self, caller: PartnerConfig, request: etree._Element) -> etree._Element:
        """Carry an inquiry on."""
        known = self.readable(caller, request)
        try:
            step = addition(request, caller.country, SOAP, self.node.attachments.accept)
            changed = self.node.inquiries.add(known.id, step)
        except (BadMessage, IllegalStep) as error:
            raise invalid(str(error)) from error
        entered = next(one for one in self.node.inquiries.entries(known.id) if one.client_id == step.client_id)
        return receipt("AddToInquiryResponse", changed, entered.at)

    def get(self, caller: PartnerConfig, request: etree._Element) -> etree._Element:
        """The whole thread."""
        known = self.readable(caller, request)
        return thread("GetInquiryResponse", known, self.node.inquiries.entries(known.id))

    def readable(self, caller: PartnerConfig, request: etree._Element) -> Inquiry:
        """The inquiry named, when the caller is a party of it; others are told that there is none."""
        wanted = field(request, "InquiryId").strip()
        known = self.node.inquiries.readable(wanted, caller.country)
        if known is None:
            raise SoapFault("NotFound", "there is no such inquiry", number=wanted)
        return known


class InquiryService(SoapService):
    """An ASGI application beside the pull service; identity and rate are judged by its parts."""

    path = "/inquiry"
    contract = "inquiry-1"
    namespace = INQUIRY

    def __init__(self, node: "Node") -> None:
        super().__init__(node)
        self.authenticator = node.exchange.authenticator
        self.limiter = node.exchange.limiter
        self.operations = InquiryOperations(node)

    def named(self, name: str) -> Operation | None:
        """The operation of a body element, None when there is no such."""
        return self.operations.named(name)
