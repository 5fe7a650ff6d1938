"""The judge as a mail server: what arrives, under which conditions, and what the judge answers to it.

The server runs in a thread of its own on the loopback address. Cases never read it directly: `Mailbox` does, through
the tape.
"""

import asyncio
import ssl
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, AnyStr

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

MAX_MESSAGE = 30_000_000
MAX_KEPT = 200_000_000
MAX_SESSIONS = 5_000
IDLE_SECONDS = 60
MAX_COMMANDS = 100


class Mode(StrEnum):
    """How the judge's mail server presents itself."""

    GOOD = "STARTTLS with the registered certificate"
    NO_STARTTLS = "no STARTTLS offered"
    UNKNOWN_CA = "STARTTLS with a certificate nobody issued"
    MISNAMED = "STARTTLS with a certificate for another host"
    EXPIRED = "STARTTLS with a certificate that has expired"
    REVOKED = "STARTTLS with a certificate that was revoked"
    OLD_VERSION = "STARTTLS with TLS 1.1 at most"
    STARTTLS_REFUSED = "STARTTLS offered, and answered with 454"
    INJECTED = "an answer put before the TLS handshake, and EHLO refused inside"


# In the clear, AUTH is offered on purpose: a careless sender would take it.
_IN_CLEAR = (Mode.NO_STARTTLS, Mode.STARTTLS_REFUSED)
_INJECTION = "\r\n250-judge.invalid\r\n250-AUTH LOGIN PLAIN\r\n250 SIZE 30000000"


@dataclass(frozen=True)
class Arrival:
    """One message that reached the judge up to the final dot, and what the judge answered ("" = connection dropped).

    `at` is the time of arrival in seconds since 1970.
    """

    at: float
    sender: str
    recipients: tuple[str, ...]
    username: str
    tls: str
    reply: str
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class ClientSession:
    """One connection of a sender: the commands it gave, each marked when it came in clear."""

    started: float
    mode: Mode
    commands: tuple[str, ...] = ()
    ended: bool = False


@dataclass
class Account:
    """What the partner's sender must log in with."""

    username: str
    password: str = field(repr=False)


Judgement = Callable[[bytes], str | None]


class MailServer:
    """Thread-safe: the SMTP side adds, the judge's side reads under `changed`."""

    def __init__(self, host: str, port: int, contexts: Callable[[Mode], ssl.SSLContext], account: Account) -> None:
        """`contexts` gives the TLS settings of a mode; port 0 means any free one."""
        self._wish = (host, port)
        self._contexts = contexts
        self.account = account
        self.changed = threading.Condition()
        self.mode = Mode.GOOD
        self.arrivals: list[Arrival] = []
        self.sessions: dict[int, ClientSession] = {}
        self.decide: Judgement = lambda _raw: "250 2.0.0 taken"
        self._kept = 0
        self._last = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="judge-mailbox", daemon=True)
        self._ready = threading.Event()
        self._failed: OSError | None = None
        self.host, self.port = host, port

    def start(self) -> None:
        """Listen; raises OSError when the address cannot be used."""
        self._thread.start()
        self._ready.wait(10)
        if self._failed is not None:
            raise self._failed

    def stop(self) -> None:
        """Stop listening and end the thread."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    def clear(self) -> None:
        """Forget what has arrived and answer everything with 250 again."""
        with self.changed:
            self.arrivals.clear()
            self.sessions.clear()
            self._kept = 0
            self.mode = Mode.GOOD
            self.decide = lambda _raw: "250 2.0.0 taken"

    def room_for(self, octets: int) -> bool:
        """True while another message of that size may be kept."""
        return self._kept + octets <= MAX_KEPT

    def add(self, arrival: Arrival) -> None:
        """Keep an arrival and wake who waits for it."""
        with self.changed:
            self._kept += len(arrival.raw)
            self.arrivals.append(arrival)
            self.changed.notify_all()

    def begin(self, mode: Mode) -> int:
        """Write the beginning of a session down and return its key; 0 when there are too many."""
        with self.changed:
            if len(self.sessions) >= MAX_SESSIONS:
                return 0
            self._last += 1
            self.sessions[self._last] = ClientSession(time.time(), mode)
            return self._last

    def tell(self, key: int, command: str = "", *, ended: bool = False) -> None:
        """Write a command of a session down, or its end. Sessions begun before `clear` are no longer known."""
        with self.changed:
            known = self.sessions.get(key)
            if known is None:
                return
            commands = (*known.commands, command) if command and len(known.commands) < MAX_COMMANDS else known.commands
            self.sessions[key] = replace(known, commands=commands, ended=ended or known.ended)
            self.changed.notify_all()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            server = self._loop.run_until_complete(self._loop.create_server(self._protocol, *self._wish))
        except OSError as error:
            self._failed = error
            self._ready.set()
            self._loop.close()
            return
        self.host, self.port = server.sockets[0].getsockname()[:2]
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            server.close()
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    def _protocol(self) -> SMTP:
        mode = self.mode
        secure = mode not in _IN_CLEAR
        return _Watched(
            self,
            mode,
            data_size_limit=MAX_MESSAGE,
            ident="ESMTP",
            hostname="judge.invalid",
            tls_context=self._contexts(mode) if mode is not Mode.NO_STARTTLS else None,
            require_starttls=secure,
            auth_required=secure,
            auth_require_tls=secure,
            authenticator=_authenticator(self),
            timeout=IDLE_SECONDS,
            loop=self._loop,
        )


class _Watched(SMTP):
    """aiosmtpd's server, told who listens to it."""

    def __init__(self, mail: MailServer, mode: Mode, **options: Any) -> None:
        self._mail = mail
        self._mode = mode
        self.key = 0
        super().__init__(_Handler(mail), **options)

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - the library's name
        if self._mode is Mode.STARTTLS_REFUSED:
            await self.push("454 4.7.0 TLS is not available for the moment")
            return
        await super().smtp_STARTTLS(arg)

    async def push(self, status: AnyStr) -> None:
        if self._mode is Mode.INJECTED and isinstance(status, str) and status.startswith("220 Ready"):
            # RFC 3207 clause 6: what came before the handshake counts for nothing. In one piece with the word to
            # begin, so that it is read together.
            await super().push(status + _INJECTION)
            return
        await super().push(status)

    @property
    def closed_to_all(self) -> bool:
        """Whether EHLO is refused inside TLS."""
        return self._mode is Mode.INJECTED

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        # STARTTLS makes the connection a second time; it is the same session.
        self.key = self.key or self._mail.begin(self._mode)

    def connection_lost(self, error: Exception | None) -> None:
        self._mail.tell(self.key, ended=True)
        if self.transport is not None:
            super().connection_lost(error)


def _authenticator(mail: MailServer) -> Callable[[SMTP, Session, Envelope, str, object], AuthResult]:
    def check(server: SMTP, session: Session, _envelope: Envelope, mechanism: str, data: object) -> AuthResult:
        mail.tell(_key(server), f"AUTH {mechanism}{_clear(session)}")
        given = data if isinstance(data, LoginPassword) else LoginPassword(b"", b"")
        wanted = LoginPassword(mail.account.username.encode(), mail.account.password.encode())
        good = given == wanted
        return AuthResult(success=good, handled=False, auth_data=given.login.decode("utf-8", "replace"))

    return check


def _key(server: SMTP) -> int:
    return server.key if isinstance(server, _Watched) else 0


def _clear(session: Session) -> str:
    return "" if session.ssl else " (in clear)"


class _Handler:
    """The hooks of aiosmtpd; their names and arguments are its own."""

    def __init__(self, mail: MailServer) -> None:
        self._mail = mail

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        self._mail.tell(_key(server), f"EHLO{_clear(session)}")
        if session.ssl and isinstance(server, _Watched) and server.closed_to_all:
            return ["554 5.3.2 this server takes no mail"]
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._mail.tell(_key(server), f"MAIL{_clear(session)}")
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 sender taken"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self._mail.tell(_key(server), f"RCPT{_clear(session)}")
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 recipient taken"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = bytes(envelope.original_content or b"")
        self._mail.tell(_key(server), f"DATA{_clear(session)}")
        if not self._mail.room_for(len(raw)):
            return "452 4.3.1 the judge's mailbox is full"
        reply = self._mail.decide(raw)
        secured = session.ssl.get("cipher") if isinstance(session.ssl, dict) else None
        self._mail.add(
            Arrival(
                time.time(),
                envelope.mail_from or "",
                tuple(envelope.rcpt_tos),
                str(session.auth_data or ""),
                str(secured[1]) if secured else "",
                reply or "",
                raw,
            )
        )
        if reply is None:
            transport = server.transport
            if isinstance(transport, asyncio.Transport):
                transport.abort()
            raise ConnectionResetError("the judge drops the connection after the final dot")
        return reply
