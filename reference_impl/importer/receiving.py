"""What comes by mail to the importing side: certificates are judged, kept and answered, notices applied."""

from lxml import etree
from sqlalchemy import Connection

from reference_impl.certificates.messages import Acknowledgement, Notice, acknowledgement_xml
from reference_impl.certificates.parsing import NotReadable
from reference_impl.certificates.reading import Summary, summarize
from reference_impl.certificates.validation import InvalidDocument
from reference_impl.clock import parse_instant
from reference_impl.importer.examiner import Decision, Examiner, Expected
from reference_impl.importer.inbox import Inbox, Kept
from reference_impl.importer.soap import field
from reference_impl.mail import Dispatch
from reference_impl.mail.intake import Delivery, ForeignAccount
from reference_impl.mail.message import Kind, Refused, Subject
from reference_impl.node import Node

RECEIVED, REJECTED = "74", "41"


class Receiver:
    """Handles mail for the importing side. Everything it takes is on the disk when a method returns."""

    def __init__(self, node: Node, inbox: Inbox, examiner: Examiner, dispatch: Dispatch) -> None:
        self.node = node
        self.inbox = inbox
        self.examiner = examiner
        self.dispatch = dispatch

    def receive(self, delivery: Delivery) -> None:
        """Take a certificate or a notice. Raises `Refused` or `ForeignAccount`."""
        if delivery.incoming.subject.kind is Kind.NOTICE:
            self.notice(delivery)
        else:
            self.certificate(delivery)

    def certificate(self, delivery: Delivery) -> None:
        """Judge a certificate, keep it or put it aside, and queue the answer, all in one transaction."""
        incoming = delivery.incoming
        try:
            self.check_subject(incoming.subject, summarize(self.examiner.read(incoming.document)))
        except NotReadable as error:
            raise Refused(str(error)) from error
        expected = Expected(delivery.country, number=incoming.subject.number, signature=incoming.signature)
        decision = self.examiner.examine(incoming.document, expected, self.node.clock.now())
        with self.node.database.write() as connection:
            answer = self.keep(connection, delivery, decision)
            if self.may_answer(delivery):
                self.answer(connection, delivery.country, answer, decision.number, incoming.message_id)
        self.dispatch.queue.wake()

    def check_subject(self, subject: Subject, summary: Summary) -> None:
        """Raise `Refused` when the subject line speaks of another document."""
        for said, found in (
            (subject.number, (summary.number,)),
            (subject.status, (summary.status,)),
            (subject.sender, (summary.export_country,)),
            (subject.recipient, (summary.import_country, *summary.transit)),
        ):
            if any(found) and said not in found:
                raise Refused("Subject and document disagree")

    def keep(self, connection: Connection, delivery: Delivery, decision: Decision) -> Acknowledgement:
        """Keep the document or put it aside; returns what is to be answered."""
        document, message_id = delivery.incoming.document, delivery.incoming.message_id
        if not decision.good:
            self.inbox.put_aside(connection, delivery.country, decision, document, "push", decision.reason)
            return Acknowledgement(REJECTED, (decision.reason,), (decision.number,))
        kept = self.inbox.keep(connection, delivery.country, decision, document, "push", message_id)
        if kept is Kept.CONFLICT:
            conflict = "the number is known with other content; the first is kept"
            return Acknowledgement(REJECTED, (conflict,), (decision.number,))
        return Acknowledgement(RECEIVED, (), (decision.number,))

    def may_answer(self, delivery: Delivery) -> bool:
        """Automatic messages and those with a null reverse-path are never answered (RFC 3834, RFC 5321 4.5.5)."""
        return not (delivery.null_path or delivery.incoming.automatic_reply)

    def answer(
        self, connection: Connection, country: str, answer: Acknowledgement, number: str, message_id: str
    ) -> None:
        """Queue an SPSAcknowledgement to the country, linked to the message it answers."""
        document = acknowledgement_xml(answer, self.node.clock.now())
        subject = Subject(Kind.ACKNOWLEDGEMENT, self.node.config.country, country, number, answer.status)
        outgoing = self.dispatch.outgoing(subject, document, message_id)
        if outgoing is not None:
            self.dispatch.queue.add(connection, outgoing)

    def notice(self, delivery: Delivery) -> None:
        """Apply a notice of the issuing country, from its own account only."""
        try:
            root = self.examiner.read(delivery.incoming.document)
            self.node.validator.check_notice(root)
        except (NotReadable, InvalidDocument) as error:
            raise Refused(str(error)) from error
        notice, subject = read_notice(root), delivery.incoming.subject
        if (subject.number, subject.status, subject.sender) != (notice.number, notice.status, notice.sender):
            raise Refused("Subject and document disagree")
        if notice.recipient != self.node.config.country:
            raise Refused(f"the notice is for {notice.recipient}")
        self.check_origin(notice, delivery.country)
        with self.node.database.write() as connection:
            self.inbox.apply(connection, notice)

    def check_origin(self, notice: Notice, country: str) -> None:
        """Raise `ForeignAccount` unless the account is that of the issuing country."""
        held = self.inbox.named(notice.number)
        if notice.sender != country or (held is not None and held.country != country):
            raise ForeignAccount(f"this account does not speak for the issuer of {notice.number}")


def read_notice(root: etree._Element) -> Notice:
    """Read a StateNotice tree that is valid against the schema."""
    return Notice(
        number=field(root, "Number"),
        sender=field(root, "From").strip(),
        recipient=field(root, "To").strip(),
        status=field(root, "StatusCode").strip(),
        changed=parse_instant(field(root, "ChangeDateTime")),
        replaced_by=field(root, "ReplacedBy"),
        reason=field(root, "Reason"),
    )
