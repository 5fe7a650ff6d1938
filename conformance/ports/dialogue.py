"""SMTP dialogues: a script of steps told beforehand, carried out on one connection, recorded as one exchange.

Because the script is fixed before the first octet is sent, what is judged depends on the server's replies only and a
recorded dialogue can be judged again.
"""

import base64
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from conformance.model.exchange import Answer, Failure, FailureKind, Message
from conformance.ports.smtp_wire import Reply, SmtpWire, WireError

MAX_REPLIES = 64
LINE = 998
GO_AHEAD = 354
READY = 220
PLEASE_CONTINUE = 334


@dataclass(frozen=True)
class Line:
    """Send one command line (without its CRLF) and read one reply."""

    text: str

    @property
    def name(self) -> str:
        """The step's name in the dialogue: the verb."""
        return self.text.split(" ", 1)[0].split(":", 1)[0].upper()


@dataclass(frozen=True)
class StartTls:
    """STARTTLS and the handshake. `injected` goes out in clear in the same packet, after the command."""

    injected: bytes = b""
    name = "STARTTLS"


@dataclass(frozen=True)
class Login:
    """AUTH PLAIN or LOGIN. In clear only with credentials that open nothing (`harmless`)."""

    username: str
    password: str
    mechanism: str = "PLAIN"
    harmless: bool = False
    name = "AUTH"

    def __repr__(self) -> str:
        """Name the mechanism only: credentials are never printed."""
        return f"Login({self.mechanism})"


@dataclass(frozen=True)
class Data:
    """DATA and, if the server says 354, the content. `raw` sends it as it is, with its own ending.

    `padding` is how many octets of nothing follow the message, where MIME has its epilogue; they are not recorded.
    """

    content: bytes
    raw: bool = False
    padding: int = 0
    name = "DATA"

    @property
    def octets(self) -> bytes:
        """What goes out: dots stuffed and CRLF . CRLF at the end, unless raw (RFC 5321 section 4.5.2)."""
        if self.raw:
            return self.content
        body = self.content if self.content.endswith(b"\r\n") else self.content + b"\r\n"
        stuffed = body.replace(b"\r\n.", b"\r\n..")
        return (b"." if stuffed.startswith(b".") else b"") + stuffed + _epilogue(self.padding) + b".\r\n"


@dataclass(frozen=True)
class Quit:
    """QUIT, then read every reply until the server closes: replies to commands nobody sent show up here."""

    name = "QUIT"


Script = Sequence[Line | StartTls | Login | Data | Quit]


@dataclass(frozen=True)
class Said:
    """One reply and the step it was read for ("CONNECT" for the greeting)."""

    step: str
    reply: Reply


@dataclass(frozen=True)
class Dialogue:
    """What a dialogue came to: the replies in order, and why it ended early if it did."""

    said: tuple[Said, ...]
    failure: Failure | None
    transcript: str

    def reply(self, step: str, nth: int = -1) -> Reply | None:
        """Return the last (or nth) reply to a step of that name, or None."""
        found = [said.reply for said in self.said if said.step == step]
        try:
            return found[nth]
        except IndexError:
            return None

    @property
    def last(self) -> Reply | None:
        """The last reply before QUIT: the one that decided."""
        return next((said.reply for said in reversed(self.said) if said.step != "QUIT"), None)


def shown(script: Script) -> str:
    """The script for people, without credentials."""
    return "\n".join(step.text if isinstance(step, Line) else step.name for step in script)


def carry_out(connect: Callable[[], SmtpWire], script: Script, context: Callable[[], ssl.SSLContext]) -> Answer:
    """Carry a script out. Stops at the first step that cannot be taken; never raises for what the server does."""
    try:
        wire = connect()
    except WireError as error:
        return Answer(failure=Failure(error.kind, error.text))
    said: list[Said] = []
    failure: Failure | None = None
    try:
        said.append(Said("CONNECT", wire.read_reply()))
        for step in script:
            if not _take(wire, step, said, context):
                break
    except WireError as error:
        failure = Failure(error.kind, error.text)
    finally:
        wire.close()
    facts = tuple(
        (f"reply {number:02d} {one.step}", f"{one.reply.code} " + "\n".join(one.reply.lines))
        for number, one in enumerate(said)
    )
    text = "\n".join(wire.transcript)
    return Answer(Message("text/plain; charset=utf-8", text.encode()), failure, (*facts, ("tls", wire.tls_version)))


def read_back(answer: Answer) -> Dialogue:
    """Make the dialogue of a recorded answer."""
    said = []
    for name, value in answer.facts:
        if name.startswith("reply "):
            code, _, text = value.partition(" ")
            said.append(Said(name.split(" ", 2)[2], Reply(int(code), tuple(text.split("\n")))))
    transcript = answer.response.body.decode("utf-8", "replace") if answer.response else ""
    return Dialogue(tuple(said), answer.failure, transcript)


def _take(
    wire: SmtpWire, step: Line | StartTls | Login | Data | Quit, said: list[Said], context: Callable[[], ssl.SSLContext]
) -> bool:
    """Take one step; False when the steps after it make no sense any more."""
    if isinstance(step, Line):
        wire.send(step.text.encode() + b"\r\n", step.text)
        said.append(Said(step.name, wire.read_reply()))
        return True
    if isinstance(step, StartTls):
        injected = (
            f" (and in the same packet: {step.injected.decode('ascii', 'replace').strip()})" if step.injected else ""
        )
        wire.send(b"STARTTLS\r\n" + step.injected, f"STARTTLS{injected}")
        said.append(Said(step.name, wire.read_reply()))
        if said[-1].reply.code != READY:
            return False
        wire.start_tls(context())
        return True
    if isinstance(step, Login):
        return _log_in(wire, step, said)
    if isinstance(step, Data):
        wire.send(b"DATA\r\n", "DATA")
        said.append(Said(step.name, wire.read_reply()))
        if said[-1].reply.code == GO_AHEAD:
            _send_content(wire, step)
            said.append(Said(step.name, wire.read_reply()))
        return True
    _quit(wire, said)
    return False


def _send_content(wire: SmtpWire, step: Data) -> None:
    octets = step.octets
    padded = f", {step.padding} of them padding behind the last boundary" if step.padding else ""
    try:
        wire.send(octets, f"({len(octets)} octets of message{padded})")
    except WireError as error:
        # A server may refuse in the middle and close; what it said can still be read.
        if error.kind is not FailureKind.CLOSED:
            raise
        wire.transcript.append(f"-- {error.text}")


def _epilogue(octets: int) -> bytes:
    line = b"x" * (LINE - 2) + b"\r\n"
    whole, rest = divmod(octets, LINE)
    return line * whole + (b"x" * max(0, rest - 2) + b"\r\n" if rest else b"")


def _log_in(wire: SmtpWire, step: Login, said: list[Said]) -> bool:
    if not wire.tls_version and not step.harmless:
        wire.transcript.append("-- the judge does not send credentials without TLS")
        return False
    if step.mechanism == "PLAIN":
        secret = base64.b64encode(f"\0{step.username}\0{step.password}".encode())
        wire.send(b"AUTH PLAIN " + secret + b"\r\n", "AUTH PLAIN (credentials not shown)")
        said.append(Said(step.name, wire.read_reply()))
        return True
    wire.send(b"AUTH LOGIN\r\n", "AUTH LOGIN")
    said.append(Said(step.name, wire.read_reply()))
    for part in (step.username, step.password):
        if said[-1].reply.code != PLEASE_CONTINUE:
            break
        wire.send(base64.b64encode(part.encode()) + b"\r\n", "(credentials not shown)")
        said.append(Said(step.name, wire.read_reply()))
    return True


def _quit(wire: SmtpWire, said: list[Said]) -> None:
    wire.send(b"QUIT\r\n", "QUIT")
    for _ in range(MAX_REPLIES):
        try:
            said.append(Said("QUIT", wire.read_reply()))
        except WireError as error:
            if error.kind is FailureKind.CLOSED:
                return
            raise
    raise WireError(FailureKind.TOO_LARGE, f"The server sent more than {MAX_REPLIES} replies after QUIT.")
