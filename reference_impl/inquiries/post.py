"""The inquiry by mail: the same desk, with a report back at once and at each answer."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from lxml import etree
from sqlalchemy import Connection

from reference_impl.certificates.parsing import NotReadable, first_error, parse
from reference_impl.inquiries.messages import INQUIRY, BadMessage, question, thread
from reference_impl.inquiries.values import ACKNOWLEDGED, ANSWERED, CLOSED, IN_PROGRESS, OPENED, REOPENED, Inquiry
from reference_impl.mail.dispatch import Dispatch
from reference_impl.mail.intake import Delivery
from reference_impl.mail.message import Kind, Refused, Subject
from reference_impl.soap.wsdl import message_schema

if TYPE_CHECKING:
    from reference_impl.node import Node

MAIL = "mail"
# How a Subject says the state: its last word has at most four characters.
SHORT = {OPENED: "OPEN", ACKNOWLEDGED: "ACKN", IN_PROGRESS: "PROG", ANSWERED: "ANSW", CLOSED: "CLOS", REOPENED: "REOP"}


class InquiryPost:
    """Takes inquiries from the intake and puts reports into the outbox."""

    def __init__(self, node: "Node", dispatch: Dispatch) -> None:
        self.node = node
        self.dispatch = dispatch
        node.inquiries.listeners.append(self.answered)

    def receive(self, delivery: Delivery) -> None:
        """Open an inquiry and queue the receipt. Raises `Refused`."""
        incoming = delivery.incoming
        root = self.read(incoming.document)
        try:
            asked = question(root, delivery.country, MAIL, self.node.attachments.accept, incoming.message_id)
        except BadMessage as error:
            raise Refused(str(error)) from error
        if incoming.subject.number != asked.client_id or incoming.subject.sender != delivery.country:
            raise Refused("Subject and document disagree")
        made = self.node.inquiries.open(asked)
        if not (delivery.null_path or incoming.automatic_reply):
            with self.node.database.write() as connection:
                self.report(connection, made, incoming.message_id)
            self.dispatch.queue.wake()

    def read(self, document: bytes) -> etree._Element:
        """The OpenInquiry of a message. Raises `Refused`."""
        try:
            root = parse(document)
        except NotReadable as error:
            raise Refused(str(error)) from error
        schema = message_schema("inquiry-1")
        if root.tag != f"{{{INQUIRY}}}OpenInquiry" or not schema.validate(root):
            said = first_error(schema)[1] if root.tag == f"{{{INQUIRY}}}OpenInquiry" else "it is no OpenInquiry"
            raise Refused(f"the inquiry is not valid: {said}".replace(f"{{{INQUIRY}}}", ""))
        return root

    def answered(self, connection: Connection, inquiry: Inquiry) -> Callable[[], None] | None:
        """Listener of the desk: send the answer of an inquiry that came by mail, in the transaction of the answer."""
        if inquiry.channel != MAIL:
            return None
        self.report(connection, inquiry, inquiry.message_id)
        return self.dispatch.queue.wake

    def report(self, connection: Connection, inquiry: Inquiry, message_id: str) -> None:
        """Queue what became of an inquiry, in answer to that message."""
        root = thread("InquiryReport", inquiry, self.node.inquiries.entries_in(connection, inquiry.id))
        octets = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
        home = self.node.config.country
        subject = Subject(Kind.ANSWER, home, inquiry.country, inquiry.client_id, SHORT[inquiry.state])
        outgoing = self.dispatch.outgoing(subject, octets, message_id)
        if outgoing is not None:
            self.dispatch.queue.add(connection, outgoing)
