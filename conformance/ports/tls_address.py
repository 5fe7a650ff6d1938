"""Where a partner speaks TLS, and a connection there up to the moment at which the handshake begins."""

import socket
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from conformance.model.exchange import FailureKind
from conformance.model.finding import Where
from conformance.partner import Partner
from conformance.ports.dialling import NoConnection, dial
from conformance.ports.smtp_wire import SmtpWire, WireError

PORT = "tls"
READY = 220


@dataclass(frozen=True)
class TlsAddress:
    """One access of the partner: where it is, which CA it is registered with, and whether STARTTLS comes first.

    `seconds` is the IXIT's limit for an answer.
    """

    access: str
    host: str
    port: int
    ca: Path | None
    seconds: float
    starttls: bool = False

    @property
    def place(self) -> str:
        """The address as the tape knows what was waited for."""
        return f"{PORT} {self.host}:{self.port}"


def where(address: TlsAddress) -> Where:
    """The place a finding about this access speaks of."""
    return Where(f"TLS at {address.access} ({address.host}:{address.port})")


def addresses_of(partner: Partner) -> tuple[TlsAddress, ...]:
    """The partner's accesses that speak TLS, in the order pull, push, verification."""
    found = []
    if partner.pull is not None:
        pull = partner.pull
        found.append(_of_url("pull", pull.url, pull.ca, pull.timeout))
    if partner.push is not None:
        push = partner.push
        found.append(TlsAddress("push", push.host, push.port, push.ca, push.timeout, starttls=True))
    if partner.verification is not None:
        page = partner.verification
        found.append(_of_url("verification", page.url, page.ca, page.timeout))
    return tuple(found)


def open_plain(address: TlsAddress, seconds: float) -> socket.socket:
    """Connect within `seconds`; at the mail access STARTTLS is said first.

    The caller closes the socket. Raises `NoConnection`.
    """
    if not address.starttls:
        return dial(address.host, address.port, seconds)
    try:
        return _mail_socket(address, seconds)
    except WireError as error:
        raise NoConnection(error.kind, error.text) from error


def _of_url(access: str, url: str, ca: Path | None, seconds: float) -> TlsAddress:
    parts = urlsplit(url)
    return TlsAddress(access, parts.hostname or "", parts.port or 443, ca, seconds)


def _mail_socket(address: TlsAddress, seconds: float) -> socket.socket:
    wire = SmtpWire(address.host, address.port, seconds)
    try:
        wire.read_reply()
        wire.send(b"EHLO judge.invalid\r\n", "EHLO judge.invalid")
        wire.read_reply()
        wire.send(b"STARTTLS\r\n", "STARTTLS")
        reply = wire.read_reply()
    except WireError:
        wire.close()
        raise
    if reply.code != READY:
        wire.close()
        raise WireError(FailureKind.PROTOCOL, f"STARTTLS was answered with {reply.text}")
    return wire.detach()
