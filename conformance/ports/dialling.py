"""Making a connection in bounded time, and saying plainly why there is none: what came, and where to look."""

import queue
import socket
import ssl
import threading
import time
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from conformance.model.exchange import FailureKind

IPV4 = 4
_LEAST = 0.05
# Seconds after which what came can only have come in single octets.
_TRICKLE = 1.0
_NO_RECORD = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG", "HTTP_REQUEST")
Address = tuple[Any, ...]


class NoConnection(Exception):
    """There is no connection; `kind` and the text say why."""

    def __init__(self, kind: FailureKind, text: str) -> None:
        """`text` is for people."""
        super().__init__(text)
        self.kind = kind
        self.text = text


def dial(host: str, port: int, seconds: float, source: str = "") -> socket.socket:
    """Open a TCP connection within `seconds`, name look-up included; `source` is the judge's own address to call from.

    Raises `NoConnection` of kind `unreachable`.
    """
    where = f"{host}:{port}"
    deadline = time.monotonic() + seconds
    last: OSError | None = None
    for family, address in _resolved(host, port, seconds):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            connection.settimeout(max(_LEAST, deadline - time.monotonic()))
            if source:
                connection.bind((source, 0))
            connection.connect(address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            connection.close()
            last = error
        else:
            return connection
    raise NoConnection(FailureKind.UNREACHABLE, _why_not(where, last, seconds))


def _why_not(where: str, error: OSError | None, seconds: float) -> str:
    if isinstance(error, TimeoutError):
        return (
            f"{where} accepted no connection within {seconds:g} s; is the address right, and does a firewall on the "
            "way let the judge through?"
        )
    if isinstance(error, ConnectionRefusedError):
        return f"nothing listens at {where} (connection refused); is the system running, and is this its port?"
    reason = (error.strerror or str(error)) if error else "the name has no address"
    return f"{where} cannot be reached ({reason}); look at the address in partner.toml and at the way there"


def _resolved(host: str, port: int, seconds: float) -> list[tuple[int, Address]]:
    """Return the addresses of a host. The system's own look-up knows no limit, so it runs beside the clock."""
    with suppress(ValueError):  # what is an address already needs no looking up
        family = socket.AF_INET if ip_address(host).version == IPV4 else socket.AF_INET6
        return [(family, (host, port))]
    found: queue.Queue[list[tuple[int, Address]] | OSError] = queue.Queue()

    def look() -> None:
        try:
            found.put([(one[0], one[4]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except OSError as error:
            found.put(error)
        except UnicodeError as error:
            found.put(OSError(str(error)))

    threading.Thread(target=look, daemon=True).start()
    try:
        came = found.get(timeout=seconds)
    except queue.Empty:
        came = OSError(f"no answer from the name service within {seconds:g} s")
    if isinstance(came, OSError):
        text = (
            f"the host name {host!r} cannot be resolved ({came.strerror or came}); look at the address in partner.toml "
            "and at the name service of this machine"
        )
        raise NoConnection(FailureKind.UNREACHABLE, text)
    return came


def secure(
    plain: socket.socket, context: ssl.SSLContext, host: str, where: str, seconds: float, ca: Path | None = None
) -> ssl.SSLSocket:
    """Make a connection a TLS session within `seconds`; on failure it is closed.

    `where` and `ca` are for the message. Raises `NoConnection` of kind `timeout` or `tls`.
    """
    began = time.monotonic()
    try:
        plain.settimeout(max(_LEAST, seconds))
        return context.wrap_socket(plain, server_hostname=host)
    except TimeoutError as error:
        plain.close()
        text = f"{where} accepted the connection and did not finish the TLS handshake within {round(seconds, 1):g} s"
        raise NoConnection(FailureKind.TIMEOUT, text) from error
    except (OSError, ValueError) as error:
        plain.close()
        took = time.monotonic() - began
        # What trickles in and is no TLS is no answer: asked again, it would cost the same wait again.
        trickles = took >= _TRICKLE and str(getattr(error, "reason", None) or "") in _NO_RECORD
        kind = FailureKind.TIMEOUT if trickles else FailureKind.TLS
        raise NoConnection(kind, tls_trouble(error, where, host, ca)) from error


def tls_trouble(error: OSError | ValueError, where: str, host: str, ca: Path | None = None) -> str:
    """Say why a TLS handshake failed, and what to look at."""
    if isinstance(error, ssl.SSLCertVerificationError):
        against = f"the authorities in {ca.name}" if ca else "the authorities this machine trusts"
        return (
            f"the certificate of {where} is not good: {error.verify_message}; it was checked against {against} and the "
            f"host name {host}"
        )
    reason = str(getattr(error, "reason", None) or "")
    if reason in _NO_RECORD:
        return (
            f"{where} does not speak TLS: what came is no TLS record; is this the port of a plain http server, or of "
            "another service?"
        )
    if isinstance(error, ssl.SSLEOFError | ConnectionResetError | BrokenPipeError) or reason == "UNEXPECTED_EOF":
        return (
            f"{where} closed the connection in the middle of the TLS handshake; does it speak TLS 1.2 or later at this "
            "port?"
        )
    if "ALERT" in reason or reason.endswith("_UNKNOWN_CA"):
        return (
            f"{where} refused the TLS handshake ({reason.lower().replace('_', ' ')}); look at the TLS versions it "
            "offers and at the client certificate the judge shows"
        )
    said = reason.lower().replace("_", " ") or getattr(error, "strerror", None) or str(error)
    return f"the TLS handshake with {where} failed: {said}"
