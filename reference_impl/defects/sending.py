"""Defects of the push access, sending: certificates, notices and answers that leave the node by mail."""

import re
import smtplib
import ssl
from collections.abc import Callable
from email.utils import make_msgid

from reference_impl.certificates.messages import Acknowledgement
from reference_impl.defects.defect import Collection
from reference_impl.mail import Dispatch
from reference_impl.mail.outbox import CERTIFICATE, Queued
from reference_impl.mail.sender import Outcome, Relay, Result
from reference_impl.node import Node

defects = Collection()
_MESSAGE_ID = re.compile(rb"(?im)^Message-ID:(?:[^\r\n]|\r\n[ \t])*\r\n")
_SUBJECT = re.compile(rb"(?im)^Subject:(?:[^\r\n]|\r\n[ \t])*\r\n")


def _dispatch(node: Node) -> Dispatch:
    if not isinstance(node.outbox, Dispatch):
        raise TypeError("the node's outbox is not the one these defects know")
    return node.outbox


@defects.add("never-pushes", "Certificates do not leave the node by mail.", "MIME-000")
def _never_pushes(node: Node) -> None:
    _dispatch(node).enqueue_certificate = lambda number, country, smime="": None  # type: ignore[method-assign]  # noqa: ARG005


def _rewrite(node: Node, change: Callable[[bytes, int], bytes]) -> None:
    """Send messages with certificates as `change` makes them of the octets and the number of the try."""
    queue = _dispatch(node).queue
    clean = queue.octets

    def octets(queued: Queued, attempts: int) -> bytes:
        message = clean(queued, attempts)
        return change(message, attempts) if queued.kind == CERTIFICATE else message

    queue.octets = octets  # type: ignore[method-assign]


@defects.add("pushes-without-signature", "Mails the document alone, without the signature beside it.", "SIG-026")
def _pushes_without_signature(node: Node) -> None:
    _dispatch(node).signature = lambda _certificate: None  # type: ignore[method-assign,assignment]


@defects.add("reuses-message-id", "Every certificate is sent with the same Message-ID.", "MIME-001")
def _reuses_message_id(node: Node) -> None:
    _rewrite(node, lambda message, _: _MESSAGE_ID.sub(b"Message-ID: <all@ecert.example>\r\n", message, count=1))


@defects.add("text-plain-xml", "The XML part of a certificate is called text/plain.", "MIME-003")
def _text_plain_xml(node: Node) -> None:
    def renamed(message: bytes) -> bytes:
        # Inside a signed message the part stays: to alter it would break the signature, which is another matter.
        if b"multipart/signed" in message:
            return message
        return message.replace(b"Content-Type: application/xml", b"Content-Type: text/plain", 1)

    _rewrite(node, lambda message, _: renamed(message))


@defects.add("free-subject", "The Subject of a certificate is free text.", "MIME-011")
def _free_subject(node: Node) -> None:
    def retitled(message: bytes) -> bytes:
        # Of an encrypted message the Subject is all that can be seen.
        if b"application/pkcs7-mime" in message:
            return message
        return _SUBJECT.sub(b"Subject: Your electronic certificate\r\n", message, count=1)

    _rewrite(node, lambda message, _: retitled(message))


@defects.add(
    "undeclared-connection-code",
    "Names itself by the code of one of its lines, which nobody has agreed.",
    "DOC-011",
    "MIME-011",
)
def _undeclared_connection_code(node: Node) -> None:
    home = node.config.country.encode()
    said, code = b"ECERT CERTIFICATE " + home + b" ", b"ECERT CERTIFICATE " + home + b"2 "
    _rewrite(node, lambda message, _: message.replace(said, code, 1))


@defects.add("sends-in-clear", "Without STARTTLS, or with any certificate at all, the message is sent.", "SMTP-005")
def _sends_in_clear(node: Node) -> None:
    sender = _dispatch(node).queue.sender
    clean = sender.sign_in

    def secure(connection: smtplib.SMTP, relay: Relay) -> None:
        if connection.has_extn("starttls"):
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            connection._host = relay.host  # type: ignore[attr-defined]  # noqa: SLF001 - connect() does not set it
            connection.starttls(context=context)
            connection.ehlo()

    def sign_in(connection: smtplib.SMTP, relay: Relay) -> None:
        if connection.has_extn("auth"):
            clean(connection, relay)

    sender.secure = secure  # type: ignore[method-assign]
    sender.sign_in = sign_in  # type: ignore[method-assign]


@defects.add("no-retry", "What is refused for the time being is given up.", "SMTP-014", "SMTP-016")
def _no_retry(node: Node) -> None:
    queue = _dispatch(node).queue
    queue.pause = lambda attempts: None  # type: ignore[method-assign]  # noqa: ARG005


@defects.add("retries-evenly", "What is refused for the time being is tried again at even intervals.", "SMTP-014")
def _retries_evenly(node: Node) -> None:
    queue = _dispatch(node).queue
    pause = queue.pause
    queue.pause = lambda attempts: queue.schedule.first if pause(attempts) else None  # type: ignore[method-assign]


@defects.add("retries-forever", "What is refused for good is tried again and again.", "SMTP-015")
def _retries_forever(node: Node) -> None:
    queue = _dispatch(node).queue
    clean = queue.conclude

    def conclude(queued: Queued, attempts: int, outcome: Outcome) -> None:
        if outcome.result is Result.PERMANENT:
            outcome = Outcome(Result.TEMPORARY, outcome.text)
        clean(queued, attempts, outcome)

    pause = queue.pause
    queue.pause = lambda attempts: pause(attempts) or queue.schedule.first  # type: ignore[method-assign]
    queue.conclude = conclude  # type: ignore[method-assign]


@defects.add("new-id-on-retry", "Each try has a Message-ID of its own.", "SMTP-016")
def _new_id_on_retry(node: Node) -> None:
    def change(message: bytes, attempts: int) -> bytes:
        if attempts == 1:
            return message
        fresh = f"Message-ID: {make_msgid(domain='ecert.example')}\r\n".encode("ascii")
        return _MESSAGE_ID.sub(fresh, message, count=1)

    _rewrite(node, change)


@defects.add("ignores-answers", "Acknowledgements that come by mail are taken and forgotten.", "SMTP-022")
def _ignores_answers(node: Node) -> None:
    def link(_country: str, _answer: Acknowledgement, _document: bytes) -> None:
        return

    _dispatch(node).link = link  # type: ignore[method-assign,assignment]
