"""The judge's mail messages as octets, by the rules of the profile (chapter push)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from random import Random
from xml.sax.saxutils import escape

NAMESPACE = "urn:ecert:exchange:1"
DOMAIN = "judge.invalid"


@dataclass(frozen=True)
class Attachment:
    """One XML part: its octets, its file name and its media type."""

    octets: bytes
    filename: str
    subtype: str = "xml"


@dataclass(frozen=True)
class Letter:
    """What a message is made of; `compose` turns it into octets. `date` is UTC."""

    sender: str
    recipient: str
    subject: str
    attachments: Sequence[Attachment]
    message_id: str
    date: datetime
    automatic: str = "auto-generated"
    in_reply_to: str = ""
    text: str = "This message was sent by a conformance test."


def new_message_id(run_id: str, random: Random) -> str:
    """Make a Message-ID that no other run and no other message of this run has."""
    return f"<{run_id}.{random.getrandbits(64):016x}@{DOMAIN}>"


def compose(letter: Letter) -> bytes:
    """Write the message: multipart/mixed with a text and base64 XML parts, CRLF, lines of at most 998 octets."""
    message = EmailMessage(policy=SMTP)
    message["From"] = letter.sender
    message["To"] = letter.recipient
    message["Date"] = format_datetime(letter.date)
    message["Message-ID"] = letter.message_id
    message["Subject"] = letter.subject
    message["Auto-Submitted"] = letter.automatic
    if letter.in_reply_to:
        message["In-Reply-To"] = letter.in_reply_to
        message["References"] = letter.in_reply_to
    message.set_content(letter.text)
    for one in letter.attachments:
        message.add_attachment(
            one.octets, maintype="application", subtype=one.subtype, filename=one.filename, cte="base64"
        )
    # The generator makes boundaries by chance; a fixed one keeps the message a function of the tape.
    message.set_boundary("judge-" + letter.message_id.strip("<>").split("@")[0].rsplit(".", 1)[-1])
    return message.as_bytes()


def state_notice(
    number: str, sender: str, recipient: str, status: str, changed: datetime, *, replaced_by: str = "", reason: str = ""
) -> bytes:
    """A StateNotice of the exchange schema: the certificate `number` has had state `status` since `changed` (UTC)."""
    optional = f"<ReplacedBy>{escape(replaced_by)}</ReplacedBy>" if replaced_by else ""
    optional += f"<Reason>{escape(reason)}</Reason>" if reason else ""
    instant = changed.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<StateNotice xmlns="{NAMESPACE}">'
        f"<Number>{escape(number)}</Number><From>{escape(sender)}</From><To>{escape(recipient)}</To>"
        f"<StatusCode>{escape(status)}</StatusCode><ChangeDateTime>{instant}</ChangeDateTime>{optional}</StateNotice>"
    ).encode()
