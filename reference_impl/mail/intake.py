"""The mail intake: an SMTP server that takes messages from registered senders only, over TLS only."""

import asyncio
import hmac
import logging
import re
import ssl
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from reference_impl.actor import acting
from reference_impl.mail.doorkeeper import BUSY, Doorkeeper, TurnedAway
from reference_impl.mail.message import Incoming, Refused, parse
from reference_impl.mail.smime import Unsafe

NULL_PATH = "<>"
BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
CALL_LIMITS = {"AUTH": 6, "STARTTLS": 3, "EHLO": 50, "HELO": 50, "NOOP": 1000, "*": 100_000}
SESSION_SECONDS = 60.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Account:
    """A partner's account at the intake: country, registered sender address, user name and password."""

    country: str
    address: str
    username: str
    password: str


@dataclass(frozen=True)
class Delivery:
    """A message the intake took apart: from which account's country, and whether its reverse-path was null."""

    country: str
    incoming: Incoming
    null_path: bool


class ForeignAccount(Exception):
    """The account may not send this; the text goes behind `554 5.7.1`."""


class StrictSession(SMTP):
    """One connection. aiosmtpd enforces order, TLS and sizes; here is what it leaves open."""

    def __init__(self, handler: "Intake", **options: Any) -> None:
        # aiosmtpd shares this table between all connections and lets it grow.
        self.command_size_limits = defaultdict(lambda: 512)
        self.doorkeeper = handler.doorkeeper
        super().__init__(handler, **options)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called at the beginning, and again when TLS is there."""
        peer = transport.get_extra_info("peername")
        if not self.doorkeeper.admit(self, str(peer[0]) if peer else ""):
            connection = cast("asyncio.Transport", transport)  # uvloop's is none by its class
            connection.set_protocol(TurnedAway())
            connection.write(BUSY)
            connection.close()
            return
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        """Called at the end."""
        self.doorkeeper.leave(self)
        super().connection_lost(error)


class Intake:
    """Listens, and gives each good message to `receive`, which keeps it on the disk before it returns.

    `receive` runs in a thread. It raises `Refused` or `ForeignAccount` for what is not taken; anything else it raises
    makes the sender try again later (451).
    """

    session_class: type[SMTP] = StrictSession

    def __init__(
        self,
        recipient: str,
        accounts: Sequence[Account],
        max_bytes: int,
        tls: ssl.SSLContext,
        receive: Callable[[Delivery], None],
        doorkeeper: Doorkeeper,
    ) -> None:
        self.doorkeeper = doorkeeper
        self.recipient = recipient
        self.accounts = tuple(accounts)
        self.receive = receive
        self.parse: Callable[[bytes], Incoming] = parse
        self.options: dict[str, Any] = {
            "data_size_limit": max_bytes,
            "hostname": "localhost",
            "ident": "ESMTP",
            "tls_context": tls,
            "require_starttls": True,
            "auth_required": True,
            "auth_require_tls": True,
            "authenticator": self.authenticate,
            "command_call_limit": CALL_LIMITS,
            "timeout": SESSION_SECONDS,
        }
        self.sealed_recipient = ""
        self.unseal: Callable[[bytes, Account], bytes] | None = None
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int:
        """The port listened on, 0 before `start`."""
        return int(self._server.sockets[0].getsockname()[1]) if self._server and self._server.sockets else 0

    async def start(self, host: str, port: int) -> None:
        """Listen. Raises `OSError` when the address cannot be had."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: self.session_class(self, loop=loop, **self.options), host, port)

    async def stop(self) -> None:
        """Stop listening."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def authenticate(
        self, _server: SMTP, session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        """Find the account; an unknown user and a wrong password look and take the same."""
        found = None
        for account in self.accounts:
            name = hmac.compare_digest(account.username.encode(), data.login)
            if hmac.compare_digest(account.password.encode(), data.password) and name:
                found = account
        session.authenticated_account = found  # type: ignore[attr-defined]
        return AuthResult(success=found is not None, handled=False)

    def account(self, session: Session) -> Account | None:
        """The account a session signed in with."""
        return getattr(session, "authenticated_account", None)

    def sender_refused(self, session: Session, address: str) -> str | None:
        """The answer to a MAIL command that is not taken, or None."""
        if session.ssl is None:
            return "530 5.7.0 Must issue a STARTTLS command first"
        account = self.account(session)
        if account is None:
            return "530 5.7.0 Authentication required"
        if address not in (NULL_PATH, "") and address.lower() != account.address.lower():
            return "550 5.7.1 This account sends from its registered address only"
        return None

    def recipient_refused(self, address: str) -> str | None:
        """The answer to a RCPT command that is not taken, or None."""
        if address.lower() not in (self.recipient.lower(), self.sealed_recipient.lower() or None):
            return "550 5.1.1 No such mailbox here"
        return None

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a sender."""
        refused = self.sender_refused(session, address)
        if refused is not None:
            return refused
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take or refuse a recipient."""
        refused = self.recipient_refused(address)
        if refused is not None:
            return refused
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Answer the final dot: 250 only when the message is on the disk."""
        octets = envelope.original_content or b""
        if BARE.search(octets):
            return "554 5.6.0 A line ends in a bare CR or LF"
        account = self.account(session)
        try:
            if self.unseal and account and self.sealed_recipient.lower() in map(str.lower, envelope.rcpt_tos):
                octets = await asyncio.to_thread(self.unseal, octets, account)
            incoming = self.parse(octets)
            country = account.country if account else incoming.subject.sender
            with acting(
                country, f"mail from {session.peer[0] if session.peer else 'unknown'} {incoming.message_id}".strip()
            ):
                await asyncio.to_thread(self.receive, Delivery(country, incoming, envelope.mail_from == NULL_PATH))
        except Unsafe as refused:
            return f"554 5.7.7 {_line(str(refused))}"
        except Refused as refused:
            return f"554 5.6.0 {_line(str(refused))}"
        except ForeignAccount as refused:
            return f"554 5.7.1 {_line(str(refused))}"
        except Exception:
            logger.exception("a message could not be kept")
            return "451 4.3.0 Cannot keep it now, try again later"
        return "250 2.6.0 Kept"

    async def handle_exception(self, error: Exception) -> str:
        """What a client sees when a session breaks: nothing of the inside."""
        logger.warning("a mail session failed: %s", type(error).__name__)
        return "451 4.3.0 Cannot do that now, try again later"


def _line(text: str) -> str:
    return " ".join(text.encode("ascii", "replace").decode("ascii").split())[:400]
