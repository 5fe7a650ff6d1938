"""SMTP as a line of octets: one connection with an overall deadline, and the transcript of what was said on it."""

import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path

from conformance.model.exchange import FailureKind
from conformance.ports.dialling import NoConnection, dial, secure

MAX_REPLY_OCTETS = 64_000
MAX_LINE = 4_096
TRANSCRIPT_LINE = 400
CODE = 3


class WireError(Exception):
    """The connection gave no whole reply; `kind` and the text say why."""

    def __init__(self, kind: FailureKind, text: str) -> None:
        """`text` is one sentence for people."""
        super().__init__(text)
        self.kind = kind
        self.text = text


@dataclass(frozen=True)
class Reply:
    """One SMTP reply: its code and the text of its lines without the code."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The reply as it was sent, lines joined by a slash."""
        return f"{self.code} " + " / ".join(self.lines)

    @property
    def positive(self) -> bool:
        """True for 2yz and 3yz."""
        return self.code // 100 in (2, 3)


class SmtpWire:
    """One connection. Every method raises `WireError` and none takes longer than what is left of `seconds`."""

    def __init__(self, host: str, port: int, seconds: float, ca: Path | None = None) -> None:
        """Connect; `seconds` is for the whole connection, `ca` what messages name as trusted."""
        self._host = host
        self._place = f"{host}:{port}"
        self._ca = ca
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._buffer = bytearray()
        self._received = 0
        self.transcript: list[str] = []
        self.tls_version = ""
        try:
            self._socket: socket.socket = dial(host, port, seconds)
        except NoConnection as error:
            raise WireError(error.kind, error.text) from error

    def send(self, octets: bytes, shown: str) -> None:
        """Send octets as they are; `shown` is what the transcript says of them (never a secret)."""
        self.transcript.append(f"C: {shown}")
        try:
            self._hurry()
            self._socket.sendall(octets)
        except TimeoutError as error:
            raise WireError(FailureKind.TIMEOUT, self._late("take what the judge sent")) from error
        except OSError as error:
            raise WireError(
                FailureKind.CLOSED, f"{self._place} ended the connection while the judge was sending: {error}"
            ) from error

    def read_reply(self) -> Reply:
        """Read one reply of one or more lines (RFC 5321 section 4.2.1)."""
        lines: list[str] = []
        code = 0
        while True:
            line = self._read_line()
            self.transcript.append(f"S: {line[:TRANSCRIPT_LINE]}")
            number, mark, text = line[:CODE], line[CODE : CODE + 1], line[CODE + 1 :]
            if not (number.isascii() and number.isdigit() and mark in ("", " ", "-")):
                raise WireError(
                    FailureKind.PROTOCOL,
                    f"{self._place} sent a line that is no SMTP reply: {line[:80]!r}; is this the port of a mail "
                    "server that begins in clear (STARTTLS)?",
                )
            code = int(number)
            lines.append(text)
            if mark != "-":
                return Reply(code, tuple(lines))

    def start_tls(self, context: ssl.SSLContext) -> None:
        """Make the connection a TLS session; drops nothing that is still unread."""
        try:
            self._hurry()
            left = max(0.0, self._deadline - time.monotonic())
            secured = secure(self._socket, context, self._host, f"{self._place} (after STARTTLS)", left, self._ca)
        except TimeoutError as error:
            raise WireError(FailureKind.TIMEOUT, self._late("finish the TLS handshake")) from error
        except NoConnection as error:
            raise WireError(error.kind, error.text) from error
        self._socket = secured
        self.tls_version = secured.version() or ""
        self.transcript.append(f"-- TLS handshake done: {self.tls_version}")

    def detach(self) -> socket.socket:
        """Hand the bare socket over; it is the caller's to close."""
        return self._socket

    def close(self) -> None:
        """Close the connection; never raises."""
        try:
            self._socket.close()
        except OSError:
            self.transcript.append("-- the connection could not be closed in order")

    def _read_line(self) -> str:
        while b"\n" not in self._buffer:
            if len(self._buffer) > MAX_LINE:
                raise WireError(
                    FailureKind.TOO_LARGE, f"{self._place} sent a reply line of more than {MAX_LINE} octets."
                )
            try:
                self._hurry()
                piece = self._socket.recv(4096)
            except TimeoutError as error:
                raise WireError(FailureKind.TIMEOUT, self._late("answer")) from error
            except OSError as error:
                raise WireError(FailureKind.CLOSED, f"{self._place} broke the connection off: {error}") from error
            if not piece:
                raise WireError(FailureKind.CLOSED, self._closed())
            self._received += len(piece)
            if self._received > MAX_REPLY_OCTETS:
                raise WireError(
                    FailureKind.TOO_LARGE, f"{self._place} sent more than {MAX_REPLY_OCTETS} octets of replies."
                )
            self._buffer += piece
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer = bytearray(rest)
        return line.rstrip(b"\r").decode("utf-8", "replace")

    def _hurry(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        self._socket.settimeout(left)

    def _late(self, what: str) -> str:
        return f"{self._place} did not {what} within {self._seconds:g} s."

    def _closed(self) -> str:
        if self._received == 0:
            return f"{self._place} closed the connection before it said anything; is this the port of a mail server?"
        return f"{self._place} closed the connection."
