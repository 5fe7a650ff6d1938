"""The exporting side of the push access: certificates and notices go out, acknowledgements come back."""

import logging
from dataclasses import replace

from sqlalchemy import Connection, and_, exists, select

from reference_impl.certificates.messages import Acknowledgement, Notice, notice_xml, read_acknowledgement
from reference_impl.certificates.parsing import NotReadable, parse
from reference_impl.certificates.validation import InvalidDocument
from reference_impl.clock import parse_instant
from reference_impl.inquiries.measures import BadMeasure
from reference_impl.lifecycle import REPLACED, WITHDRAWN, IllegalChange, StateChange
from reference_impl.mail.intake import Delivery as MailDelivery
from reference_impl.mail.intake import ForeignAccount
from reference_impl.mail.message import Kind, Outgoing, Refused, Subject
from reference_impl.mail.outbox import Outbox, Route
from reference_impl.mail.schedule import Schedule
from reference_impl.mail.sender import Relay, Sender
from reference_impl.mail.smime import ENCRYPTED, SIGNED, MailSigner, Smime
from reference_impl.node import Delivered, Node
from reference_impl.store.certificates import Certificate
from reference_impl.store.posts import OutboxDesk, Post
from reference_impl.store.tables import audience, certificates, history, outbox

RECEIVED, REJECTED = "74", "41"
TOLD = (REPLACED, WITHDRAWN)
logger = logging.getLogger(__name__)


def smime_of(node: Node) -> Smime | None:
    """The node's S/MIME, None where node.toml has no [smime]."""
    settings = node.config.smime
    if settings is None:
        return None
    return Smime(
        MailSigner(settings.certificate, settings.key, settings.decryption_certificate, settings.decryption_key)
    )


class Dispatch:
    """The node's `outbox` component: what goes out by mail about our own certificates."""

    def __init__(self, node: Node) -> None:
        self.node = node
        mail = node.config.mail
        self.queue = Outbox(
            node.database,
            node.clock,
            Sender(lambda: node.tls.client()),  # noqa: PLW0108 - looked up anew each time
            self.route,
            self.reachable,
            Schedule(first=mail.retry_first_seconds, tries=mail.max_attempts),
            node.audit,
        )
        self.smime = smime_of(node)
        self.queue.seal = self.sealed
        self.desk = OutboxDesk(node.database, node.clock, node.audit)

    async def start(self) -> None:
        """Begin sending, after making up for notices a sudden end has left out."""
        self.catch_up()
        await self.queue.start()

    async def stop(self) -> None:
        """End sending."""
        await self.queue.stop()

    def route(self, country: str) -> Route | None:
        """How a country is reached by mail, as far as known."""
        partner = self.node.partners.get(country)
        if partner is None or not (partner.mail_host and partner.mail_port and partner.mail_recipient):
            return None
        relay = Relay(partner.mail_host, partner.mail_port, partner.our_mail_username, partner.our_mail_password)
        return Route(relay, self.node.config.mail.sender, partner.mail_recipient)

    def reachable(self) -> list[str]:
        """The countries a message can be sent to now."""
        return [country for country in tuple(self.node.partners) if self.route(country) is not None]

    def outgoing(
        self, subject: Subject, document: bytes, in_reply_to: str = "", signature: bytes | None = None
    ) -> Outgoing | None:
        """A message to the country the subject names, or None when it takes no mail."""
        partner = self.node.partners.get(subject.recipient)
        if partner is None or not partner.mail_recipient:
            return None
        return Outgoing(subject, document, self.node.config.mail.sender, partner.mail_recipient, in_reply_to, signature)

    def sealed(self, outgoing: Outgoing, message: bytes) -> bytes:
        """The message as it leaves: signed and encrypted where that was asked for."""
        if self.smime is None or not outgoing.smime:
            return message
        partner = self.node.partners[outgoing.subject.recipient]
        return self.smime.seal(message, partner.smime_certificate if outgoing.smime == ENCRYPTED else None)

    def enqueue_certificate(self, number: str, country: str, smime: str = "") -> None:
        """Put a certificate in the outbox, `smime` as `signed` or `encrypted` mail to the partner's mailbox for it.

        `ValueError`: no such certificate for the country, or no mail of that kind there.
        """
        certificate = self.node.certificates.get(number)
        if certificate is None or certificate.hidden or country not in certificate.addressees:
            raise ValueError(f"there is no certificate {number} for {country}")
        subject = Subject(Kind.CERTIFICATE, self.node.config.country, country, number, certificate.document_status)
        outgoing = self.outgoing(subject, certificate.document, signature=self.signature(certificate))
        if outgoing is None:
            raise ValueError(f"{country} takes no mail: its mail_recipient is not in node.toml")
        if smime:
            outgoing = self.by_smime(outgoing, smime)
        with self.node.database.write() as connection:
            self.queue.add(connection, outgoing)
        self.queue.wake()

    def by_smime(self, outgoing: Outgoing, smime: str) -> Outgoing:
        """The same for the mailbox for S/MIME. `ValueError`: that cannot be."""
        partner = self.node.partners[outgoing.subject.recipient]
        if self.smime is None or smime not in (SIGNED, ENCRYPTED) or not partner.smime_recipient:
            raise ValueError(f"S/MIME ({smime}) is not agreed with {partner.country}: see [smime] in node.toml")
        if smime == ENCRYPTED and partner.smime_certificate is None:
            raise ValueError(f"there is no smime_certificate of {partner.country} to encrypt to")
        return replace(outgoing, recipient=partner.smime_recipient, smime=smime)

    def signature(self, certificate: Certificate) -> bytes | None:
        """The detached signature that goes along, None where the document carries its own."""
        return certificate.signature

    def delivery(self, number: str, country: str) -> Delivered:
        """How far a certificate got."""
        known = self.node.deliveries.get(number, country)
        return Delivered(known.state, known.attempts, known.alarm)

    def posts(self, state: str) -> list[Post]:
        """The newest messages in a state of the outbox."""
        return self.desk.posts(state)

    def counts(self) -> dict[str, int]:
        """How many messages are in each state of the outbox."""
        return self.desk.counts()

    def resend(self, post: int) -> bool:
        """Have a message that was given up tried anew; False when there is none such."""
        done = self.desk.resend(post)
        self.queue.wake()
        return done

    def state_changed(self, change: StateChange) -> None:
        """Listener of the lifecycle: tell the importing countries of a replacement or withdrawal."""
        if change.status not in TOLD:
            return
        certificate = self.node.certificates.get(change.number)
        if certificate is None:
            return
        with self.node.database.write() as connection:
            for country in change.countries:
                self._notify(connection, certificate, country, change)
        self.queue.wake()

    def catch_up(self) -> None:
        """Put in the outbox the notices of changes that have none: the node ended between change and notice."""
        told = exists().where(
            outbox.c.kind == str(Kind.NOTICE),
            outbox.c.number == certificates.c.number,
            outbox.c.country == audience.c.country,
        )
        statement = (
            select(certificates.c.number, audience.c.country, history.c.status, history.c.at, history.c.reason)
            .join(audience, audience.c.number == certificates.c.number)
            .join(history, and_(history.c.number == certificates.c.number, history.c.status == certificates.c.status))
            .where(certificates.c.status.in_(TOLD), ~told)
        )
        with self.node.database.write() as connection:
            for number, country, status, at, reason in connection.execute(statement).all():
                certificate = self.node.certificates.find(connection, number)
                if certificate is not None:
                    change = StateChange(number, status, parse_instant(at), reason, (country,), certificate.replaced_by)
                    self._notify(connection, certificate, country, change)

    def _notify(self, connection: Connection, certificate: Certificate, country: str, change: StateChange) -> None:
        home = self.node.config.country
        replaced_by = change.replaced_by or certificate.replaced_by or ""
        notice = Notice(change.number, home, country, change.status, change.at, replaced_by, change.reason)
        subject = Subject(Kind.NOTICE, home, country, change.number, change.status)
        outgoing = self.outgoing(subject, notice_xml(notice))
        if outgoing is not None:
            self.queue.add(connection, outgoing)

    def acknowledged(self, delivery: MailDelivery) -> None:
        """Take an SPSAcknowledgement that came by mail: link it to the certificate, note receipt and clearance.

        Raises `Refused` when it is not valid, `ForeignAccount` when it speaks of a certificate that is not the
        account's to answer.
        """
        document = delivery.incoming.document
        try:
            root = parse(document)
            self.node.validator.check_acknowledgement(root)
            answer = read_acknowledgement(root)
            self.node.measures.check(answer)
        except (NotReadable, InvalidDocument, BadMeasure) as error:
            raise Refused(str(error)) from error
        subject = delivery.incoming.subject
        if subject.number not in answer.numbers or subject.status != answer.status:
            raise Refused("Subject and document disagree")
        for number in answer.numbers:
            certificate = self.node.certificates.get(number)
            if certificate is None or certificate.hidden or delivery.country not in certificate.addressees:
                raise ForeignAccount(f"there is no certificate {number} for {delivery.country}")
        self.link(delivery.country, answer, document)

    def link(self, country: str, answer: Acknowledgement, document: bytes) -> None:
        """Note what an acknowledgement means for delivery and clearance; the document's state stays as it is."""
        for number in answer.numbers:
            first = self.node.deliveries.get(number, country).receipt is None
            if first or answer.status == RECEIVED:
                receipt = "NotReadable" if answer.status == REJECTED else "Received"
                try:
                    self.node.lifecycle.acknowledge(number, country, receipt, "; ".join(answer.reasons))
                except IllegalChange as error:
                    logger.warning("%s", error)
        if answer.status != RECEIVED:
            self.node.lifecycle.clear(country, answer, document)
