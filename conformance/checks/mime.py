"""Mail messages: reading one without trusting it, and the rules of the profile for what a sender puts on the wire.

Sources: RFC 5322 (headers), RFC 2045 (MIME), RFC 5321 section 4.5.3.1.6 (line length), profile chapter push.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.message import Message as MimePart
from email.policy import compat32
from email.utils import getaddresses, parsedate_to_datetime

from conformance.model.finding import Finding, Where

MAX_PARTS = 50
MAX_LINE = 998
MAX_BASE64_LINE = 76
XML_TYPES = ("application/xml",)
SUBJECT = re.compile(r"ECERT (CERTIFICATE|NOTICE|ACKNOWLEDGEMENT) ([A-Z]{2}) ([A-Z]{2}) (\S(?:.*\S)?) (\d{1,3})")
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
        found = SUBJECT.fullmatch(self.header("Subject").strip())
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
        """What the message carries, told by its content, not its subject: certificate, notice, acknowledgement or ""."""
        roots = (
            (b"SPSAcknowledgement", "acknowledgement"),
            (b"StateNotice", "notice"),
            (b"SPSCertificate", "certificate"),
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


def check_headers(mail: Mail, seen_ids: tuple[str, ...] = ()) -> list[Finding]:
    """MIME-001: Date, From and Message-ID once each and readable; the id is none of `seen_ids`."""
    found = []
    for name in ("Date", "From", "Message-ID", "To", "MIME-Version", "Subject"):
        count = len(mail.all(name))
        if count != 1:
            found.append(_finding("MIME-001", f"The header {name} is there {count} times.", "once", str(count), name))
    if mail.all("Date") and not _is_date(mail.header("Date")):
        found.append(
            _finding(
                "MIME-001", "The Date is no RFC 5322 date.", "a date-time with offset", mail.header("Date"), "Date"
            )
        )
    if mail.all("From") and not any(address for _, address in getaddresses([mail.header("From")])):
        found.append(_finding("MIME-001", "From names no address.", "one address", mail.header("From"), "From"))
    if mail.all("Message-ID") and not MESSAGE_ID.fullmatch(mail.message_id):
        found.append(
            _finding(
                "MIME-001",
                "The Message-ID has not the form <left@right>.",
                "<left@right>",
                mail.message_id,
                "Message-ID",
            )
        )
    if mail.message_id in seen_ids:
        found.append(
            _finding(
                "MIME-001",
                "The Message-ID was used before for another message.",
                "an id never used before",
                mail.message_id,
                "Message-ID",
            )
        )
    return found


def check_xml_part(mail: Mail) -> list[Finding]:
    """MIME-003: exactly one application/xml part, base64 with lines of at most 76, with a file name."""
    if len(mail.xml_parts) != 1:
        types = ", ".join(part.media_type for part in mail.parts) or "no readable part"
        return [
            _finding(
                "MIME-003",
                f"The message has {len(mail.xml_parts)} parts of type application/xml.",
                "exactly one",
                types,
                "Content-Type",
            )
        ]
    part = mail.xml_parts[0]
    found = []
    if part.encoding != "base64":
        found.append(
            _finding(
                "MIME-003",
                "The XML part is not base64.",
                "base64",
                part.encoding or "none",
                "Content-Transfer-Encoding",
            )
        )
    elif part.octets is None:
        found.append(
            _finding(
                "MIME-003",
                "The base64 of the XML part does not decode.",
                "strict base64",
                "broken base64",
                "Content-Transfer-Encoding",
            )
        )
    longest = max((len(line) for line in part.text.splitlines()), default=0)
    if part.encoding == "base64" and longest > MAX_BASE64_LINE:
        found.append(
            _finding(
                "MIME-003",
                "A base64 line is too long.",
                f"at most {MAX_BASE64_LINE} characters",
                str(longest),
                "Content-Transfer-Encoding",
            )
        )
    if not part.filename:
        found.append(
            _finding(
                "MIME-003", "The XML part has no file name.", "a filename parameter", "none", "Content-Disposition"
            )
        )
    others = [one.media_type for one in mail.parts if not one.is_xml]
    if len(others) > 1 or any(kind != "text/plain" for kind in others):
        found.append(
            _finding(
                "MIME-003",
                "Besides the XML part only one text/plain part may be there.",
                "at most one text/plain",
                ", ".join(others),
                "Content-Type",
            )
        )
    return found


def check_subject(mail: Mail, kind: str, sender: str, recipient: str, number: str, status: str) -> list[Finding]:
    """MIME-011: the subject is the profile's pattern with these values."""
    expected = f"ECERT {kind} {sender} {recipient} {number} {status}"
    actual = mail.header("Subject").strip()
    if actual == expected:
        return []
    return [
        _finding("MIME-011", "The Subject does not follow the agreed pattern.", expected, actual or "none", "Subject")
    ]


def check_automatic(mail: Mail, expected: str) -> list[Finding]:
    """MIME-001: Auto-Submitted is there (RFC 3834), auto-generated for messages and auto-replied for answers."""
    actual = mail.header("Auto-Submitted").strip().lower()
    if actual == expected:
        return []
    return [
        _finding(
            "MIME-001", "Auto-Submitted is not what the profile asks for.", expected, actual or "none", "Auto-Submitted"
        )
    ]


def check_linked(mail: Mail, message_id: str) -> list[Finding]:
    """PULL-015: an answer by mail names the message it answers in In-Reply-To and References (RFC 5322 3.6.4)."""
    found = []
    for name in ("In-Reply-To", "References"):
        if message_id not in MESSAGE_ID.findall(mail.header(name)):
            found.append(
                _finding(
                    "PULL-015",
                    f"The answer's {name} does not name the message it answers.",
                    message_id,
                    mail.header(name) or "none",
                    name,
                )
            )
    return found


def check_lines(mail: Mail) -> list[Finding]:
    """SMTP-013: every line ends with CRLF and has at most 998 octets before it."""
    longest = max((len(line) for line in mail.raw.split(b"\r\n")), default=0)
    found = []
    if longest > MAX_LINE:
        found.append(
            _finding(
                "SMTP-013",
                "A line of the message is too long.",
                f"at most {MAX_LINE} octets",
                str(longest),
                "line length",
            )
        )
    if re.search(rb"(?<!\r)\n|\r(?!\n)", mail.raw):
        found.append(
            _finding("SMTP-013", "The message has a bare CR or LF.", "CRLF only", "a bare CR or LF", "line end")
        )
    return found


def _finding(requirement: str, message: str, expected: str, actual: str, path: str) -> Finding:
    return Finding(requirement, message, expected, actual[:300], Where("mail message", None, path))


def _is_date(text: str) -> bool:
    try:
        return parsedate_to_datetime(text).tzinfo is not None
    except (TypeError, ValueError):
        return False


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
