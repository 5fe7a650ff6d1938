"""Defects of the push access, sending: certificates, notices and answers that leave the node by mail."""

import re
import smtplib
import ssl
from collections.abc import Callable
from email.utils import make_msgid
from io import BufferedReader, BytesIO

from reference_impl.certificates.messages import Acknowledgement
from reference_impl.defects.defect import Collection
from reference_impl.mail import Dispatch
from reference_impl.mail.outbox import CERTIFICATE, Queued
from reference_impl.mail.sender import Outcome, Relay, Result
from reference_impl.node import Node

defects = Collection()
BEGIN_TLS, TLS_NOT_AVAILABLE = 220, 454  # RFC 3207 clause 4
_MESSAGE_ID = re.compile(rb"(?im)^Message-ID:(?:[^\r\n]|\r\n[ \t])*\r\n")
_SUBJECT = re.compile(rb"(?im)^Subject:(?:[^\r\n]|\r\n[ \t])*\r\n")


def _dispatch(node: Node) -> Dispatch:
    if not isinstance(node.outbox, Dispatch):
        raise TypeError("the node's outbox is not the one these defects know")
    return node.outbox


@defects.add("never-pushes", "Certificates do not leave the node by mail.", "MIME-000")
def _never_pushes(node: Node) -> None:
    _dispatch(node).enqueue_certificate = lambda number, country, smime="": None  # type: ignore[method-assign]  # noqa: ARG005


@defects.add("tells-no-changes", "Sends certificates by mail, and never a notice of what became of them.", "WEB-004")
def _tells_no_changes(node: Node) -> None:
    _dispatch(node).state_changed = lambda change: None  # type: ignore[method-assign]  # noqa: ARG005


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


@defects.add(
    "sends-in-clear", "Without STARTTLS, or with any certificate at all, the message is sent.", "SMTP-005", "TLS-018",
)  # fmt: skip
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


@defects.add("sender-ignores-names", "Whose certificate a mail server shows does not matter.", "TLS-018")
def _sender_ignores_names(node: Node) -> None:
    sender = _dispatch(node).queue.sender
    clean = sender.trust

    def trust() -> ssl.SSLContext:
        context = clean()
        context.check_hostname = False
        return context

    sender.trust = trust


@defects.add("goes-on-without-tls", "Where STARTTLS is refused for the moment, mail is sent in clear.", "TLS-020")
def _goes_on_without_tls(node: Node) -> None:
    sender = _dispatch(node).queue.sender
    clean = sender.secure

    def secure(connection: smtplib.SMTP, relay: Relay) -> None:
        try:
            clean(connection, relay)
        except smtplib.SMTPResponseException as error:
            if error.smtp_code != TLS_NOT_AVAILABLE:
                raise

    sender.secure = secure  # type: ignore[method-assign]


class _Kept:
    """The answers of a server of which some were read before the handshake."""

    def __init__(self, before: bytes, file: BufferedReader) -> None:
        self._before = BytesIO(before)
        self._file = file

    def readline(self, most: int) -> bytes:
        """The next line, of what was read before first."""
        return self._before.readline(most) or self._file.readline(most)

    def close(self) -> None:
        """Close what is behind."""
        self._file.close()


@defects.add("keeps-answers-from-before", "What a server said before the handshake is read after it.", "TLS-020")
def _keeps_answers_from_before(node: Node) -> None:
    sender = _dispatch(node).queue.sender

    def secure(connection: smtplib.SMTP, relay: Relay) -> None:
        code, text = connection.docmd("STARTTLS")
        if code != BEGIN_TLS:
            raise smtplib.SMTPResponseException(code, text)
        sock, file = connection.sock, connection.file
        assert sock is not None  # noqa: S101 - it has just been spoken on
        sock.settimeout(0)  # what is there, and no waiting for more
        before = file.peek() if isinstance(file, BufferedReader) else b""
        sock.settimeout(sender.timeout)
        connection.sock = sender.trust().wrap_socket(sock, server_hostname=relay.host)
        connection.file = _Kept(before, connection.sock.makefile("rb"))
        connection.esmtp_features = {}
        connection.ehlo()

    sender.secure = secure  # type: ignore[method-assign]


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
