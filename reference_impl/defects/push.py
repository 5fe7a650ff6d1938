"""Defects of the push access, receiving: what the intake takes and what becomes of it."""

from collections.abc import Sequence
from dataclasses import replace
from email import message_from_bytes
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import Connection, func, select, update

from reference_impl.certificates.messages import Acknowledgement, Notice
from reference_impl.certificates.reading import summarize
from reference_impl.defects.defect import Collection
from reference_impl.defects.sessions import AnyOrder, KeepsBuffer, LooseLines, QuietlyInsecure, TrustsDeclaredSize
from reference_impl.importer import ImportOffice
from reference_impl.importer.examiner import Decision
from reference_impl.importer.inbox import Held, Kept
from reference_impl.mail import MailService
from reference_impl.mail.intake import Delivery, Intake
from reference_impl.mail.message import Incoming, Kind, Subject, decode, leaves, parse, read_subject, xml_part
from reference_impl.node import Node
from reference_impl.store.tables import inbox

defects = Collection()


def _intake(node: Node) -> Intake:
    return next(s for s in node.services if isinstance(s, MailService)).intake


def _office(node: Node) -> ImportOffice:
    if not isinstance(node.importer, ImportOffice):
        raise TypeError("the node's importer is not the one these defects know")
    return node.importer


@defects.add("ehlo-empty", "The intake answers EHLO without any extension.", "SMTP-001")
def _ehlo_empty(node: Node) -> None:
    async def handle(
        _server: SMTP, session: Session, _envelope: Envelope, hostname: str, _responses: Sequence[str]
    ) -> list[str]:
        session.host_name = hostname
        return ["250 localhost"]

    setattr(_intake(node), "handle_EHLO", handle)  # noqa: B010 - the clean intake has no such hook


@defects.add("mail-before-tls", "The intake takes mail in clear, from anybody.", "SMTP-003")
def _mail_before_tls(node: Node) -> None:
    intake = _intake(node)
    intake.options.update(require_starttls=False, auth_required=False)
    clean = intake.sender_refused
    intake.sender_refused = (  # type: ignore[method-assign]
        lambda session, address: None if session.ssl is None else clean(session, address)
    )


@defects.add("keeps-plaintext-buffer", "Commands sent in clear behind STARTTLS are obeyed under TLS.", "SMTP-004")
def _keeps_plaintext_buffer(node: Node) -> None:
    _intake(node).session_class = KeepsBuffer


@defects.add("auth-before-tls", "AUTH is offered and taken before TLS.", "SMTP-006")
def _auth_before_tls(node: Node) -> None:
    intake = _intake(node)
    intake.session_class = QuietlyInsecure
    intake.options.update(require_starttls=False, auth_require_tls=False)


@defects.add("no-sender-check", "Anybody may send, with any sender address.", "SMTP-007")
def _no_sender_check(node: Node) -> None:
    intake = _intake(node)
    intake.options.update(auth_required=False)
    intake.sender_refused = lambda _session, _address: None  # type: ignore[method-assign,assignment]


@defects.add("open-relay", "Any recipient is taken.", "SMTP-009")
def _open_relay(node: Node) -> None:
    _intake(node).recipient_refused = lambda _address: None  # type: ignore[method-assign,assignment]


@defects.add("no-size-limit", "SIZE is neither announced nor enforced.", "SMTP-010")
def _no_size_limit(node: Node) -> None:
    _intake(node).options.update(data_size_limit=None)


@defects.add("trusts-declared-size", "The size limit is kept only against declared sizes.", "SMTP-010")
def _trusts_declared_size(node: Node) -> None:
    _intake(node).session_class = TrustsDeclaredSize


@defects.add("forgets-after-250", "The final dot is answered 250 and the certificate is lost.", "SMTP-011", "SMTP-001")
def _forgets_after_250(node: Node) -> None:
    intake = _intake(node)
    clean = intake.receive

    def receive(delivery: Delivery) -> None:
        if delivery.incoming.subject.kind is not Kind.CERTIFICATE:
            clean(delivery)

    intake.receive = receive


@defects.add("bare-lf-ends-data", "A dot between bare line feeds ends the data (SMTP smuggling).", "SMTP-012")
def _bare_lf_ends_data(node: Node) -> None:
    _intake(node).session_class = LooseLines


@defects.add("any-order", "Commands are taken in any order.", "SMTP-026")
def _any_order(node: Node) -> None:
    _intake(node).session_class = AnyOrder


def _another(
    connection: Connection, node: Node, known: Held, decision: Decision, document: bytes, channel: str
) -> None:
    copies = select(func.max(inbox.c.copy)).where(inbox.c.country == known.country, inbox.c.number == known.number)
    last = connection.execute(copies).scalar_one()
    _office(node).inbox.insert(connection, known.country, decision, document, channel, known.message_id, last + 1)


@defects.add("stores-twice", "A repeated message makes a second record.", "SMTP-017", "IDEM-001")
def _stores_twice(node: Node) -> None:
    box = _office(node).inbox
    clean = box.repeated

    def repeated(connection: Connection, known: Held, decision: Decision, document: bytes, channel: str) -> Kept:
        if channel == known.channel == "push" and known.digest == decision.digest:
            _another(connection, node, known, decision, document, channel)
            return Kept.NEW
        return clean(connection, known, decision, document, channel)

    box.repeated = repeated  # type: ignore[method-assign]


@defects.add("two-channels-two-records", "Pull and push keep separate records of the same certificate.", "IDEM-001")
def _two_channels_two_records(node: Node) -> None:
    box = _office(node).inbox
    clean = box.repeated

    def repeated(connection: Connection, known: Held, decision: Decision, document: bytes, channel: str) -> Kept:
        if channel != known.channel and known.digest == decision.digest:
            _another(connection, node, known, decision, document, channel)
            return Kept.NEW
        return clean(connection, known, decision, document, channel)

    box.repeated = repeated  # type: ignore[method-assign]


@defects.add("overwrites", "The same number with other content overwrites the record.", "IDEM-002")
def _overwrites(node: Node) -> None:
    def repeated(connection: Connection, known: Held, decision: Decision, document: bytes, _channel: str) -> Kept:
        same = (inbox.c.country == known.country) & (inbox.c.number == known.number)
        connection.execute(update(inbox).where(same).values(document=document, digest=decision.digest))
        return Kept.SAME

    _office(node).inbox.repeated = repeated  # type: ignore[method-assign,assignment]


@defects.add("answers-auto-replies", "Automatic messages and those with a null reverse-path are answered.", "SMTP-018")
def _answers_auto_replies(node: Node) -> None:
    _office(node).receiver.may_answer = lambda _delivery: True  # type: ignore[method-assign,assignment]


@defects.add("takes-second-part", "Of two XML parts the second is taken.", "MIME-007")
def _takes_second_part(node: Node) -> None:
    def read(octets: bytes) -> Incoming:
        message = message_from_bytes(octets)
        found = [p for p in leaves(message) if p.get_content_type() == "application/xml"]
        if len(found) < 2:  # noqa: PLR2004 - the second part is what this is about
            return parse(octets)
        document = decode(found[-1])
        summary = _summary_subject(node, document, message)
        return Incoming(summary, document, str(message.get("Message-ID", "")).strip(), (), automatic_reply=False)

    _intake(node).parse = read


def _summary_subject(node: Node, document: bytes, message: Message) -> Subject:
    summary = summarize(_office(node).examiner.read(document))
    said = read_subject(str(message.get("Subject", "")))
    return replace(said, number=summary.number or said.number, status=summary.status or said.status)


@defects.add(
    "filename-as-path", "Documents are kept in files named as the attachment says, wherever that is.", "MIME-008"
)
def _filename_as_path(node: Node) -> None:
    intake, receiver = _intake(node), _office(node).receiver
    folder = (node.config.folder / "attachments").resolve()
    names: dict[str, str] = {}

    def read(octets: bytes) -> Incoming:
        incoming = parse(octets)
        names[incoming.subject.number] = xml_part(message_from_bytes(octets)).get_filename() or "unnamed.xml"
        return incoming

    clean = receiver.keep

    def keep(connection: Connection, delivery: Delivery, decision: Decision) -> Acknowledgement:
        path = (folder / names[delivery.incoming.subject.number].replace("\\", "/")).resolve()
        if not path.is_relative_to(folder):
            # The file would lie outside the store, where no look-up finds it. It is not really written there.
            return Acknowledgement("74", (), (decision.number,))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(delivery.incoming.document)
        return clean(connection, delivery, decision)

    intake.parse = read
    receiver.keep = keep  # type: ignore[method-assign]


@defects.add("answer-not-linked", "Answers by mail do not say which message they answer.", "PULL-015", "SMTP-022")
def _answer_not_linked(node: Node) -> None:
    receiver = _office(node).receiver
    clean = receiver.answer

    def answer(connection: Connection, country: str, value: Acknowledgement, number: str, _message_id: str) -> None:
        clean(connection, country, value, number, "")

    receiver.answer = answer  # type: ignore[method-assign,assignment]


@defects.add("accepts-invalid", "Documents are not checked against schema and rules.", "DOC-002")
def _accepts_invalid(node: Node) -> None:
    _office(node).examiner.check_valid = lambda _root, _at: None  # type: ignore[method-assign,assignment]


@defects.add("notice-from-anyone", "A notice is applied whoever sent it.", "SEC-015")
def _notice_from_anyone(node: Node) -> None:
    office = _office(node)
    clean = office.inbox.apply

    def apply(connection: Connection, notice: Notice) -> bool:
        held = office.inbox.named(notice.number)
        return clean(connection, replace(notice, sender=held.country if held else notice.sender))

    office.receiver.check_origin = lambda _notice, _country: None  # type: ignore[method-assign,assignment]
    office.inbox.apply = apply  # type: ignore[method-assign]
