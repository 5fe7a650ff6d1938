"""Whole TLS sessions no ordinary client holds: a second handshake inside one, a look at its tickets."""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tlslite.constants import ContentType, ExtensionType, HandshakeType
from tlslite.errors import BaseTLSException
from tlslite.extensions import RenegotiationInfoExtension, TLSExtension
from tlslite.handshakesettings import HandshakeSettings
from tlslite.messages import ClientHello, Finished
from tlslite.tlsconnection import TLSConnection

from conformance.ports.tls_hello import RENEGOTIATION_SIGNAL, Hello, Timed, client_hello
from conformance.ports.tls_suites import GOOD, suite_name

_READ = 4096


@dataclass(frozen=True)
class Renegotiated:
    """What came of a second handshake begun by the client. `first` is the suite of the first, "" when there was none.

    `accepted`: the server answered with a ServerHello. `said` is what it did instead.
    """

    first: str
    accepted: bool
    said: str


@dataclass(frozen=True)
class Tickets:
    """The session tickets a TLS 1.3 server gave. `early_data`: the most octets of 0-RTT data one of them allows.

    `version` is "" when there was no session at TLS 1.3, and `said` why.
    """

    version: str
    count: int
    early_data: int
    said: str = ""


def renegotiate(connection: socket.socket, host: str, *, secure: bool, seconds: float) -> Renegotiated:
    """Begin a second handshake in a TLS 1.2 session, `secure` with renegotiation_info (RFC 5746), else without it.

    Not secure, the first handshake is that of a client that does not know RFC 5746 either. The connection is closed
    afterwards.
    """
    session = _Session(Timed(connection, time.monotonic() + seconds))
    session.signals = secure
    first = ""
    try:
        with connection:
            session.handshakeClientCert(settings=_settings((3, 3)), serverName=_name(host))
            first = suite_name(session.session.cipherSuite)
            return Renegotiated(first, *session.begin_again(host, secure=secure))
    except TimeoutError:
        return Renegotiated(first, accepted=False, said=f"nothing within {seconds:g} s")
    except (OSError, BaseTLSException, SyntaxError, ValueError) as error:
        return Renegotiated(first, accepted=False, said=_said(error))


def tickets(connection: socket.socket, host: str, request: bytes, seconds: float) -> Tickets:
    """Make a TLS 1.3 session, send `request` so that the server has something to answer, and look at its tickets."""
    session = _Session(Timed(connection, time.monotonic() + seconds))
    try:
        with connection:
            session.handshakeClientCert(settings=_settings((3, 4)), serverName=_name(host))
            if session.version != (3, 4):
                return Tickets("", 0, 0, f"the server agreed to TLS {session.version[0] - 2}.{session.version[1] - 1}")
            session.write(request)
            session.read(max=_READ, min=1)
            return Tickets("TLSv1.3", len(session.tickets), max((_early(one) for one in session.tickets), default=0))
    except TimeoutError:
        return Tickets("", 0, 0, f"nothing within {seconds:g} s")
    except (OSError, BaseTLSException, SyntaxError, ValueError) as error:
        return Tickets("", 0, 0, _said(error))


class _Session(TLSConnection):  # type: ignore[misc]
    """Remembers what it ended its first handshake with, as a second one must repeat it (RFC 5746 section 3.5)."""

    verify_data = b""
    signals = True

    def _sendMsg(self, msg: Any, *more: Any, **named: Any) -> Iterator[int]:  # noqa: N802 - the library's name
        if isinstance(msg, Finished) and not self.verify_data:
            self.verify_data = bytes(msg.verify_data)
        if isinstance(msg, ClientHello) and not self.signals:
            msg.cipher_suites = [suite for suite in msg.cipher_suites if suite != RENEGOTIATION_SIGNAL]
        yield from super()._sendMsg(msg, *more, **named)

    def begin_again(self, host: str, *, secure: bool) -> tuple[bool, str]:
        hello: ClientHello = client_hello(host, Hello("again", GOOD))
        hello.cipher_suites = list(GOOD)  # the signalling suite is for a first handshake only
        hello.extensions.append(TLSExtension().create(ExtensionType.extended_master_secret, bytearray()))
        if secure:
            hello.extensions.append(RenegotiationInfoExtension().create(bytearray(self.verify_data)))
        for _ in self._sendMsg(hello):
            pass
        expected = (ContentType.handshake, ContentType.application_data)
        for answer in self._getMsg(expected, HandshakeType.server_hello):
            if answer not in (0, 1):
                accepted = getattr(answer, "handshakeType", None) == HandshakeType.server_hello
                return accepted, "a second ServerHello" if accepted else "data, as if nothing had been asked"
        return False, "nothing"


def _settings(version: tuple[int, int]) -> HandshakeSettings:
    settings = HandshakeSettings()
    settings.minVersion, settings.maxVersion = (3, 3), version
    settings.keyShares = ["secp256r1"]
    return settings


def _early(ticket: Any) -> int:
    found = ticket.getExtension(ExtensionType.early_data)
    return int.from_bytes(bytes(found.extData), "big") if found is not None else 0


def _name(host: str) -> str | None:
    return None if ":" in host or host.replace(".", "").isdigit() else host


def _said(error: Exception) -> str:
    return str(error) or f"the end of the connection ({type(error).__name__})"


__all__ = ["Renegotiated", "Tickets", "renegotiate", "tickets"]
