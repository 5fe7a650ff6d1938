"""The judge's mailbox: what the partner's sender delivers, and how the judge's server behaves towards it.

One server serves a whole lane of cases; `attach` begins a case with an empty mailbox and good behaviour.
"""

import json
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from conformance.checks.mail import Mail, read_mail
from conformance.model.exchange import Answer, Failure, FailureKind, Message
from conformance.model.outcome import Inconclusive, JudgeFault, Nonconformity
from conformance.partner import Partner
from conformance.ports.answers import breach, case_requirement
from conformance.ports.mail_server import Account, Arrival, ClientSession, MailServer, Mode
from conformance.ports.served_tls import legacy_context, server_context
from conformance.ports.stranger import stranger_context
from conformance.ports.tape import Tape

PORT = "mailbox"
TAKEN = "250 2.0.0 taken"


@dataclass(frozen=True)
class Received:
    """One message as the case sees it: how it came, and what it says."""

    at: float
    sender: str
    recipients: tuple[str, ...]
    username: str
    tls: str
    reply: str
    mail: Mail


@dataclass
class _Rule:
    number: str
    reply: str | None
    times: int


class Mailbox:
    """The judge as SMTP server: listens from the beginning, `attach` before each case, `close` at the end."""

    def __init__(self, partner: Partner) -> None:
        """Listen on the IXIT's mail_listen. That it cannot is said when a case waits for mail, not before."""
        self._partner = partner
        self._tape: Tape | None = None
        self._rules: list[_Rule] = []
        judge = partner.judge
        if judge.mail_listen is None or judge.mail_username is None or judge.mail_password is None:
            raise Inconclusive("[ixit.judge] does not say where the judge may receive mail, and with which log-in.")
        account = Account(judge.mail_username, judge.mail_password.reveal())
        self._server = MailServer(judge.mail_listen.host, judge.mail_listen.port, self._context, account)
        self._trouble = ""
        try:
            self._server.start()
        except OSError as error:
            where = f"{judge.mail_listen.host}:{judge.mail_listen.port}"
            self._trouble = f"The judge cannot listen for mail on {where}: {error.strerror or error}."

    def close(self) -> None:
        """Stop listening."""
        self._server.stop()

    @property
    def host(self) -> str:
        """The address the judge listens on."""
        return self._server.host

    @property
    def port(self) -> int:
        """The TCP port the judge listens on; 0 when it does not."""
        return self._server.port

    def attach(self, tape: Tape) -> None:
        """Begin a case: empty mailbox, good behaviour, everything goes through `tape`."""
        self._tape = tape
        self._rules = []
        self._server.clear()
        self._server.decide = self._decide

    # -- how the server behaves

    def answer_with(self, number: str, reply: str, *, times: int = 1_000_000) -> None:
        """Answer the final dot of the next `times` messages that speak of `number` with `reply`, then with 250."""
        self._rules.append(_Rule(number, reply, times))

    def drop_after_dot(self, number: str, *, times: int = 1) -> None:
        """Take the next `times` messages that speak of `number`, but drop the connection instead of answering."""
        self._rules.append(_Rule(number, None, times))

    @contextmanager
    def behaving(self, mode: Mode) -> Iterator[None]:
        """Serve new connections in this mode while inside."""
        with self._server.changed:
            self._server.sessions.clear()
            self._server.mode = mode
        try:
            yield
        finally:
            self._server.mode = Mode.GOOD

    # -- what came

    def receive(
        self, number: str, kind: str = "", *, seconds: float, nth: int = 1, in_reply_to: str = ""
    ) -> Received | None:
        """Return the nth message that speaks of `number`, waiting for it at most `seconds`; None if it did not come.

        `kind` is certificate, notice, acknowledgement, report or "" for any; `in_reply_to` asks for answers to it.
        Messages the judge answered with an error, or not at all, count as well.
        """
        wanted = f"{kind or 'message'} number {nth} about {number}" + (
            f" answering {in_reply_to}" if in_reply_to else ""
        )

        def fits(mail: Mail) -> bool:
            return (
                mail.speaks_of(number)
                and kind in ("", mail.kind)
                and (not in_reply_to or in_reply_to in mail.references)
            )

        request = Message("text/plain; charset=utf-8", f"waiting for {wanted}, at most {seconds:g} s".encode())
        exchange = self._own_tape.exchange(
            PORT, "receive", request, lambda: self._wait(lambda: self._nth(fits, nth), seconds, wanted)
        )
        return _received(exchange.answer)

    def wait_for(self, number: str, kind: str = "", *, seconds: float, nth: int = 1, in_reply_to: str = "") -> Received:
        """As `receive`, but what does not come is a breach."""
        found = self.receive(number, kind, seconds=seconds, nth=nth, in_reply_to=in_reply_to)
        if found is None:
            what = f"{kind or 'message'} about {number}" + (f" (number {nth})" if nth > 1 else "")
            text = f"No {what} reached the judge within {seconds:g} s."
            requirement = case_requirement(self._own_tape)
            raise Nonconformity(breach(requirement, text, what, "nothing", part="the judge's mailbox"))
        return found

    def watch(self, *, seconds: float) -> tuple[str, ...] | None:
        """Return the commands of the first connection since `behaving` began that ended or sent mail, or None.

        Commands given without TLS are marked "(in clear)".
        """
        request = Message("text/plain; charset=utf-8", f"watching for a connection, at most {seconds:g} s".encode())
        exchange = self._own_tape.exchange(
            PORT, "watch", request, lambda: self._wait(self._session, seconds, "connection")
        )
        response = exchange.answer.response
        return None if response is None else tuple(response.body.decode().splitlines())

    # -- inside

    @property
    def _own_tape(self) -> Tape:
        if self._tape is None:
            raise JudgeFault("The mailbox was used before it was attached to a case.")
        return self._tape

    def _context(self, mode: Mode) -> ssl.SSLContext:
        judge = self._partner.judge
        if mode is Mode.UNKNOWN_CA:
            return stranger_context()
        own = None if judge.certificate is None or judge.key is None else (judge.certificate, judge.key)
        pairs = {Mode.MISNAMED: judge.misnamed, Mode.EXPIRED: judge.expired, Mode.REVOKED: judge.revoked}
        pair = pairs.get(mode, own)
        if pair is None:
            raise Inconclusive(f"[ixit.judge] has no certificate and key for a server with {mode}.")
        return legacy_context(*pair) if mode is Mode.OLD_VERSION else server_context(*pair, None)

    def _decide(self, raw: bytes) -> str | None:
        mail = read_mail(raw)
        for rule in self._rules:
            if rule.times > 0 and mail.speaks_of(rule.number):
                rule.times -= 1
                return rule.reply
        return TAKEN

    def _wait(self, look: Callable[[], Answer | None], seconds: float, what: str) -> Answer:
        server = self._server
        if self._trouble:
            raise Inconclusive(self._trouble)
        deadline = time.monotonic() + seconds
        with server.changed:
            while True:
                found = look()
                left = deadline - time.monotonic()
                if found is not None:
                    return found
                if left <= 0:
                    return Answer(failure=Failure(FailureKind.TIMEOUT, f"no {what} within {seconds:g} s"))
                server.changed.wait(left)

    def _nth(self, fits: Callable[[Mail], bool], nth: int) -> Answer | None:
        found = [one for one in self._server.arrivals if fits(read_mail(one.raw))]
        return _written(found[nth - 1]) if len(found) >= nth else None

    def _session(self) -> Answer | None:
        sessions: list[ClientSession] = list(self._server.sessions.values())
        for one in sessions:
            telling = any(command.split(" ")[0] in ("AUTH", "MAIL", "DATA") for command in one.commands)
            if one.mode is self._server.mode and (one.ended or telling):
                return Answer(Message("text/plain; charset=utf-8", "\n".join(one.commands).encode()))
        return None


def _written(one: Arrival) -> Answer:
    envelope = {
        "at": one.at,
        "sender": one.sender,
        "recipients": list(one.recipients),
        "username": one.username,
        "tls": one.tls,
        "reply": one.reply,
    }
    return Answer(Message("message/rfc822", one.raw), facts=(("envelope", json.dumps(envelope)),))


def _received(answer: Answer) -> Received | None:
    if answer.response is None:
        return None
    envelope = json.loads(answer.fact("envelope") or "{}")
    return Received(
        envelope["at"],
        envelope["sender"],
        tuple(envelope["recipients"]),
        envelope["username"],
        envelope["tls"],
        envelope["reply"],
        read_mail(answer.response.body),
    )
