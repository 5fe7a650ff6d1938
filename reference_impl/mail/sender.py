"""Sends one message by SMTP: STARTTLS with a verified certificate, or nothing."""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Result(Enum):
    """What became of one try."""

    ACCEPTED = auto()
    TEMPORARY = auto()
    PERMANENT = auto()


@dataclass(frozen=True)
class Outcome:
    """The result and the sentence behind it, fit for a log (no secrets in it)."""

    result: Result
    text: str


@dataclass(frozen=True)
class Relay:
    """Where a partner's intake listens and how we sign in there."""

    host: str
    port: int
    username: str
    password: str


@dataclass(frozen=True)
class Envelope:
    """The addresses of the SMTP dialogue and the message's octets."""

    sender: str
    recipient: str
    message: bytes


class _Connection(smtplib.SMTP):
    """smtplib without Nagle's delay: without this each small answer costs up to 40 ms."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connection = socket.create_connection((host, port), timeout)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection


class Sender:
    """Sends messages. Blocking: call it in a thread."""

    def __init__(self, trust: Callable[[], ssl.SSLContext], timeout: float = 10.0) -> None:
        """`trust` makes the context that verifies servers; `timeout` in seconds is for each wait on the socket."""
        self.trust = trust
        self.timeout = timeout
        self._active: set[smtplib.SMTP] = set()
        self._ended = False

    def abort(self) -> None:
        """Break off what is being sent in other threads, and send no more: every `send` then ends as temporary."""
        self._ended = True
        for connection in tuple(self._active):
            if connection.sock is not None:
                with contextlib.suppress(OSError):
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def send(self, relay: Relay, envelope: Envelope) -> Outcome:
        """Try once. Never raises for what the other side does.

        A certificate that does not verify, or no STARTTLS, is temporary: nothing was sent, and a person may mend it.
        """
        connection = _Connection(timeout=self.timeout)
        self._active.add(connection)
        try:
            if self._ended:
                return Outcome(Result.TEMPORARY, "the node is ending")
            self._greet(connection, relay)
            self.secure(connection, relay)
            self.sign_in(connection, relay)
            return self._transfer(connection, envelope)
        except smtplib.SMTPAuthenticationError as error:
            return _answered(error.smtp_code, "sign-in refused")
        except smtplib.SMTPResponseException as error:
            return _answered(error.smtp_code, _text(error.smtp_error))
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return Outcome(Result.TEMPORARY, f"{type(error).__name__}: {error}")
        finally:
            self._active.discard(connection)
            with contextlib.suppress(OSError):
                connection.close()

    def _greet(self, connection: smtplib.SMTP, relay: Relay) -> None:
        code, text = connection.connect(relay.host, relay.port)
        if code != 220:  # noqa: PLR2004 - RFC 5321 4.3.2
            raise smtplib.SMTPResponseException(code, text)
        connection.ehlo()

    def secure(self, connection: smtplib.SMTP, relay: Relay) -> None:
        """Turn the connection into a verified TLS connection, or raise (RFC 3207 clause 6)."""
        # starttls() verifies against the name the connection was made to.
        connection._host = relay.host  # type: ignore[attr-defined]  # noqa: SLF001 - connect() does not set it
        connection.starttls(context=self.trust())
        connection.ehlo()

    def sign_in(self, connection: smtplib.SMTP, relay: Relay) -> None:
        """Authenticate with the account the partner gave us."""
        connection.login(relay.username, relay.password)

    def _transfer(self, connection: smtplib.SMTP, envelope: Envelope) -> Outcome:
        options = [f"SIZE={len(envelope.message)}"] if connection.has_extn("size") else []
        steps: tuple[Callable[[], tuple[int, bytes]], ...] = (
            lambda: connection.mail(envelope.sender, options),
            lambda: connection.rcpt(envelope.recipient),
            lambda: connection.data(envelope.message),
        )
        for step in steps:
            code, text = step()
            if code // 100 != 2:  # noqa: PLR2004 - RFC 5321 4.2.1
                return _answered(code, _text(text))
        with contextlib.suppress(smtplib.SMTPException, OSError):
            connection.quit()
        return Outcome(Result.ACCEPTED, "accepted")


def _answered(code: int, text: str) -> Outcome:
    permanent = 500 <= code < 600  # noqa: PLR2004 - RFC 5321 4.2.1
    return Outcome(Result.PERMANENT if permanent else Result.TEMPORARY, f"{code} {text}"[:300])


def _text(answer: bytes | str) -> str:
    text = answer.decode("ascii", "replace") if isinstance(answer, bytes) else answer
    return " ".join(text.split())
