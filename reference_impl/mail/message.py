"""Mail messages of the push access, built and taken apart (profile, part 4)."""

import base64
import binascii
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageDefect
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from enum import StrEnum

from reference_impl.clock import Clock

MAX_PARTS = 10
XML_TYPES = ("application/xml", "text/xml")
SIGNATURE_TYPE = "application/xmldsig+xml"
_SUBJECT = re.compile(
    r"ECERT (CERTIFICATE|NOTICE|ACKNOWLEDGEMENT|INQUIRY|ANSWER) ([A-Z]{2}) ([A-Z]{2}) (\S{1,70}) ([A-Z0-9]{1,4})"
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]+@[!-;=?-~]+>")
_BASE64 = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}\s*")


class Kind(StrEnum):
    """What a message carries; the second word of its subject."""

    CERTIFICATE = "CERTIFICATE"
    NOTICE = "NOTICE"
    ACKNOWLEDGEMENT = "ACKNOWLEDGEMENT"
    INQUIRY = "INQUIRY"
    ANSWER = "ANSWER"


class Refused(Exception):
    """A message that is not taken at all; the text goes behind `554 5.6.0`."""


@dataclass(frozen=True)
class Subject:
    """The subject line: `ECERT <kind> <from> <to> <number> <status>`."""

    kind: Kind
    sender: str
    recipient: str
    number: str
    status: str

    def __str__(self) -> str:
        return f"ECERT {self.kind} {self.sender} {self.recipient} {self.number} {self.status}"


@dataclass(frozen=True)
class Incoming:
    """A message as received: what it says it is, its one document's octets, and how it may be answered.

    `signature` holds the octets of a detached signature, None without one. `message_id` is empty when the message had
    none. `replies_to` holds the Message-IDs it answers.
    """

    subject: Subject
    document: bytes
    message_id: str
    replies_to: tuple[str, ...]
    automatic_reply: bool
    signature: bytes | None = None


@dataclass(frozen=True)
class Outgoing:
    """What is to be sent: a document of one kind between two addresses, perhaps in answer to a message.

    `signature` holds the octets of a detached signature, which becomes a part of its own. `smime` is "", `signed` or
    `encrypted`.
    """

    subject: Subject
    document: bytes
    sender: str
    recipient: str
    in_reply_to: str = ""
    signature: bytes | None = None
    smime: str = ""


def build(outgoing: Outgoing, clock: Clock) -> tuple[str, bytes]:
    """Make a message: returns its new Message-ID and its octets, lines at most 76 characters of base64.

    Raises `ValueError` when a header value would break out of its line.
    """
    message = EmailMessage(policy=SMTP)
    domain = outgoing.sender.rpartition("@")[2]
    message_id = make_msgid(domain=domain)
    message["From"] = Address(addr_spec=outgoing.sender)
    message["To"] = Address(addr_spec=outgoing.recipient)
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = message_id
    message["Subject"] = str(outgoing.subject)
    answer = outgoing.subject.kind in (Kind.ACKNOWLEDGEMENT, Kind.ANSWER)
    message["Auto-Submitted"] = "auto-replied" if answer else "auto-generated"
    if outgoing.in_reply_to:
        message["In-Reply-To"] = outgoing.in_reply_to
        message["References"] = outgoing.in_reply_to
    message.set_content(
        outgoing.document,
        maintype="application",
        subtype="xml",
        cte="base64",
        disposition="attachment",
        filename=filename(outgoing.subject),
    )
    if outgoing.signature is not None:
        message.add_attachment(
            outgoing.signature,
            maintype="application",
            subtype=SIGNATURE_TYPE.partition("/")[2],
            cte="base64",
            filename=f"{filename(outgoing.subject)}.sig",
        )
    return message_id, message.as_bytes()


def filename(subject: Subject) -> str:
    """The name of the XML part: the number with everything but letters, digits, dot and dash made a dash."""
    safe = re.sub(r"[^A-Za-z0-9.-]", "-", subject.number).strip(".")
    return f"{safe}.xml" if subject.kind is Kind.CERTIFICATE else f"{safe}-{subject.kind.lower()}.xml"


def parse(octets: bytes) -> Incoming:
    """Take a message apart. Raises `Refused` with one sentence when it is not a message of the profile."""
    message = message_from_bytes(octets)
    subject = read_subject(_one(message, "Subject"))
    part, signature = xml_part(message), signature_part(message)
    message_id = _one(message, "Message-ID", needed=False).strip()
    if message_id and not _MESSAGE_ID.fullmatch(message_id):
        raise Refused("the Message-ID is not one <local@domain>")
    return Incoming(
        subject=subject,
        document=decode(part),
        message_id=message_id,
        replies_to=tuple(_MESSAGE_ID.findall(_one(message, "In-Reply-To", needed=False))),
        automatic_reply=_one(message, "Auto-Submitted", needed=False).strip().lower().startswith("auto-replied"),
        signature=None if signature is None else decode(signature),
    )


def read_subject(text: str) -> Subject:
    """Read a subject line. Raises `Refused` when it does not follow the pattern."""
    unfolded = re.sub(r"\r?\n[ \t]+", " ", text).strip()
    found = _SUBJECT.fullmatch(unfolded)
    if found is None:
        raise Refused("the Subject is not ECERT <kind> <from> <to> <number> <status>")
    return Subject(Kind(found[1]), found[2], found[3], found[4], found[5])


def xml_part(message: Message) -> Message:
    """The one XML part: the whole body, or in one multipart/mixed beside at most one text/plain. Else `Refused`.

    A detached signature may stand there too; it is no XML part.
    """
    parts = leaves(message)
    found = [p for p in parts if p.get_content_type() in XML_TYPES]
    if len(found) != 1:
        raise Refused(f"{len(found)} XML parts where one is wanted")
    if found[0].get_content_type() != "application/xml":
        raise Refused("the XML part is not application/xml")
    if message.is_multipart():
        others = [p for p in parts if p is not found[0] and p.get_content_type() != SIGNATURE_TYPE]
        if message.get_content_type() != "multipart/mixed":
            raise Refused(f"the message is {message.get_content_type()}, not multipart/mixed")
        if len(others) > 1 or any(p.get_content_type() != "text/plain" for p in others):
            raise Refused("beside the XML part stands more than one text/plain part")
    return found[0]


def signature_part(message: Message) -> Message | None:
    """The part with the detached signature, None without one. `Refused` when there are several."""
    found = [p for p in leaves(message) if p.get_content_type() == SIGNATURE_TYPE]
    if len(found) > 1:
        raise Refused(f"{len(found)} signatures where one is wanted")
    return found[0] if found else None


def leaves(message: Message) -> list[Message]:
    """The parts of a message, one level deep. Raises `Refused` for nested multiparts and for too many parts."""
    if not message.is_multipart():
        return [message]
    parts = [p for p in message.get_payload() if isinstance(p, Message)]
    if len(parts) > MAX_PARTS or any(p.is_multipart() for p in parts):
        raise Refused("nested or too many parts")
    return parts


def decode(part: Message) -> bytes:
    """The octets of a base64 part, decoded strictly. Raises `Refused`."""
    if str(part.get("Content-Transfer-Encoding", "")).strip().lower() != "base64":
        raise Refused("the XML part is not base64")
    payload = part.get_payload()
    if not isinstance(payload, str) or any(isinstance(d, MessageDefect) for d in part.defects):
        raise Refused("the XML part cannot be read")
    try:
        raw = payload.encode("ascii")
        if not _BASE64.fullmatch(raw):
            raise Refused("the base64 of the XML part is broken")
        return base64.b64decode(b"".join(raw.split()), validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise Refused("the base64 of the XML part is broken") from error


def _one(message: Message, name: str, *, needed: bool = True) -> str:
    values = message.get_all(name, [])
    if len(values) > 1 or (needed and not values):
        raise Refused(f"{len(values)} {name} headers where one is wanted")
    return str(values[0]) if values else ""
