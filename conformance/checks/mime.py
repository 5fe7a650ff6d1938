"""The rules of the profile for what a sender of mail puts on the wire.

Sources: RFC 5322 (headers), RFC 2045 (MIME), RFC 5321 section 4.5.3.1.6 (line length), profile chapter push.
"""

import re
from email.utils import getaddresses, parsedate_to_datetime

from conformance.checks.mail import MESSAGE_ID, Mail
from conformance.model.finding import Finding, Where
from conformance.model.words import Level

MAX_LINE = 998
MAX_BASE64_LINE = 76
SIGNATURE_TYPE = "application/xmldsig+xml"


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


def check_xml_part(mail: Mail, *, detached: bool = False) -> list[Finding]:
    """MIME-003: exactly one application/xml part, base64 with lines of at most 76, with a file name.

    `detached`: a part with the signature stands beside it (`check_signature_part` judges that).
    """
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
    beside = (SIGNATURE_TYPE,) if detached else ()
    others = [one.media_type for one in mail.parts if not one.is_xml and one.media_type not in beside]
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


def check_signature_part(mail: Mail) -> list[Finding]:
    """SIG-026: beside the XML part stands exactly one part with its detached signature, base64 with a file name."""
    found = [one for one in mail.parts if one.media_type == SIGNATURE_TYPE]
    wrong = f"{len(found)} such parts"
    if len(found) == 1:
        (part,) = found
        wrong = "" if part.encoding == "base64" and part.octets and part.filename else "not base64, or without a name"
    if not wrong:
        return []
    message = "The detached signature is not in a part of its own."
    expected = f"one part {SIGNATURE_TYPE} in base64 with a file name"
    return [_finding("SIG-026", message, expected, wrong, "Content-Type")]


def check_subject(mail: Mail, kind: str, *, sender: str, recipient: str, number: str, status: str) -> list[Finding]:
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
    return [
        _finding(
            "PULL-015",
            f"The answer's {name} does not name the message it answers.",
            message_id,
            mail.header(name) or "none",
            name,
            Level.SHOULD,
        )
        for name in ("In-Reply-To", "References")
        if message_id not in MESSAGE_ID.findall(mail.header(name))
    ]


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


def _finding(
    requirement: str, message: str, expected: str, actual: str, path: str, level: Level = Level.MUST
) -> Finding:
    return Finding(requirement, message, expected, actual[:300], Where("mail message", None, path), level)


def _is_date(text: str) -> bool:
    try:
        return parsedate_to_datetime(text).tzinfo is not None
    except (TypeError, ValueError):
        return False
