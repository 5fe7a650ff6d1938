"""Reading a mail message without trusting it: headers, leaves, the one XML part, what it speaks of."""

import base64
import binascii
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message as MimePart
from email.policy import compat32

MAX_PARTS = 50
XML_TYPES = ("application/xml",)
SUBJECT = re.compile(r"ECERT (CERTIFICATE|NOTICE|ACKNOWLEDGEMENT) ([A-Z]{2}) ([A-Z]{2}) (\S(?:.*\S)?) (\d{1,3})")
INQUIRY_SUBJECT = re.compile(r"ECERT (INQUIRY|ANSWER) ([A-Z]{2}) ([A-Z]{2}) (\S{1,70}) ([A-Z]{4})")
MESSAGE_ID = re.compile(r"<[^\s<>@]+@[^\s<>@]+>")


@dataclass(frozen=True)
class Part:
    """One leaf of a message: its media type, transfer encoding, file name, encoded text and decoded octets."""

    media_type: str
    encoding: str
    filename: str
    text: bytes
    octets: bytes | None

    @property
    def is_xml(self) -> bool:
        """True when the part's declared type is the agreed one."""
        return self.media_type in XML_TYPES


@dataclass(frozen=True)
class Subject:
    """The machine-readable subject of the profile."""

    kind: str
    sender: str
    recipient: str
    number: str
    status: str


@dataclass(frozen=True)
class Mail:
    """What a message says of itself. Header values are unfolded; `headers` keeps order and repetition."""

    headers: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    raw: bytes

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header."""
        return tuple(value for key, value in self.headers if key.lower() == name.lower())

    def header(self, name: str) -> str:
        """The first value of a header, or the empty text."""
        return next(iter(self.all(name)), "")

    @property
    def message_id(self) -> str:
        """The Message-ID with its angle brackets, or the empty text."""
        return self.header("Message-ID").strip()

    @property
    def subject(self) -> Subject | None:
        """The subject, if it follows the profile's pattern."""
        said = self.header("Subject").strip()
        found = SUBJECT.fullmatch(said) or INQUIRY_SUBJECT.fullmatch(said)
        return Subject(*found.groups()) if found else None

    @property
    def xml_parts(self) -> tuple[Part, ...]:
        """The parts declared as XML."""
        return tuple(part for part in self.parts if part.is_xml)

    @property
    def xml(self) -> bytes | None:
        """The octets of the one XML part; None when there is not exactly one that decodes."""
        return self.xml_parts[0].octets if len(self.xml_parts) == 1 else None

    @property
    def references(self) -> tuple[str, ...]:
        """The message ids named by In-Reply-To and References."""
        return tuple(MESSAGE_ID.findall(self.header("In-Reply-To") + " " + self.header("References")))

    def speaks_of(self, number: str) -> bool:
        """True when the number stands in the subject or as a whole element's text in any part."""
        if re.search(rf"(?<!\S){re.escape(number)}(?!\S)", self.header("Subject")):
            return True
        wanted = re.compile(rb">\s*" + re.escape(number.encode()) + rb"\s*<")
        return any(part.octets is not None and wanted.search(part.octets) for part in self.parts)

    @property
    def kind(self) -> str:
        """What it carries by its content, not its subject: certificate, notice, acknowledgement, report or ""."""
        roots = (
            (b"SPSAcknowledgement", "acknowledgement"),
            (b"StateNotice", "notice"),
            (b"SPSCertificate", "certificate"),
            (b"InquiryReport", "report"),
        )
        for part in self.parts:
            start = (part.octets or b"")[:4000]
            for name, kind in roots:
                if re.search(rb"<(?:[\w.-]+:)?" + name + rb"[\s>]", start):
                    return kind
        return ""


def read_mail(raw: bytes) -> Mail:
    """Read a message. Never raises for its content: what cannot be decoded has `octets` None."""
    try:
        message = message_from_bytes(raw, policy=compat32)
        headers = tuple((name, _unfold(str(value))) for name, value in message.items())
        parts = tuple(_part(leaf) for leaf in _leaves(message))
    except (MessageError, ValueError, LookupError, RecursionError):
        return Mail((), (), raw)
    return Mail(headers, parts, raw)


def decode_base64(text: bytes) -> bytes | None:
    """Decode base64 strictly (RFC 2045 section 6.8, line ends allowed); None when it is broken."""
    try:
        return base64.b64decode(re.sub(rb"[\r\n \t]", b"", text), validate=True)
    except (binascii.Error, ValueError):
        return None


def _unfold(value: str) -> str:
    return re.sub(r"\r?\n(?=[ \t])", "", value)


def _leaves(message: MimePart) -> list[MimePart]:
    leaves: list[MimePart] = []
    waiting = [message]
    while waiting and len(leaves) < MAX_PARTS:
        part = waiting.pop(0)
        inner = part.get_payload()
        if isinstance(inner, list):
            waiting.extend(child for child in inner if isinstance(child, MimePart))
        else:
            leaves.append(part)
    return leaves


def _part(leaf: MimePart) -> Part:
    payload = leaf.get_payload()
    text = payload.encode("utf-8", "surrogateescape") if isinstance(payload, str) else b""
    encoding = str(leaf.get("Content-Transfer-Encoding", "")).strip().lower()
    octets: bytes | None
    if encoding == "base64":
        octets = decode_base64(text)
    else:
        decoded = leaf.get_payload(decode=True)
        octets = decoded if isinstance(decoded, bytes) else None
    return Part(leaf.get_content_type(), encoding, str(leaf.get_filename() or ""), text, octets)
