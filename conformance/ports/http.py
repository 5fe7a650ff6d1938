"""One HTTP/1.1 exchange, over TLS but for hooks in clear, bounded in time and octets whatever the other side does.

Nothing is retried, nothing is followed, no cookies are kept: each request is one connection of its own, so that what
is written down is all there was.
"""

import base64
import socket
import ssl
import time
from dataclasses import dataclass, field, replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import h11

from conformance.model.exchange import Answer, Failure, FailureKind, Message
from conformance.ports.dialling import NoConnection, dial, secure

CHUNK = 65536
MAX_HEADER_OCTETS = 65536
SHOWN = 60


@dataclass(frozen=True)
class Endpoint:
    """Where a request goes: `https://host:port`, the PEM file of the CA to trust, and a client certificate.

    `http://host:port`, in clear, is for a partner's hooks and for the redirect beside its pages. `named` is what
    stands in the Host header where it is not the URL's.
    """

    url: str
    ca: Path | None
    certificate: Path | None = None
    key: Path | None = None
    named: str = ""

    @property
    def host(self) -> str:
        """Host name or address, as written in the URL."""
        return urlsplit(self.url).hostname or ""

    @property
    def secure(self) -> bool:
        """Whether TLS is spoken."""
        return urlsplit(self.url).scheme != "http"

    @property
    def port(self) -> int:
        """TCP port; 443 when the URL has none, 80 in clear."""
        return urlsplit(self.url).port or (443 if self.secure else 80)

    @property
    def place(self) -> str:
        """Host and port, for people."""
        return f"{self.host}:{self.port}"

    @property
    def authority(self) -> str:
        """What stands in the Host header."""
        return self.named or urlsplit(self.url).netloc

    @property
    def target(self) -> str:
        """Path and query of the URL, at least `/`."""
        parts = urlsplit(self.url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


@dataclass(frozen=True)
class Limits:
    """Seconds for the whole exchange and octets for the whole answer."""

    seconds: float = 10.0
    octets: int = 30_000_000


@dataclass(frozen=True)
class HttpRequest:
    """One request. `headers` are sent as they are, after Host and before Content-Length."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    source: str = field(default="")

    def message(self) -> Message:
        """The request as it is recorded; method and target stand first, named as in HTTP/2."""
        media = next((v for k, v in self.headers if k.lower() == "content-type"), "")
        return Message(media, self.body, ((":method", self.method), (":path", self.target), *self.headers))


class _Ended(Exception):
    def __init__(self, kind: FailureKind, text: str) -> None:
        super().__init__(text)
        self.failure = Failure(kind, text)


def perform(endpoint: Endpoint, request: HttpRequest, limits: Limits) -> Answer:
    """Send `request` and return what came; never raises for what the other side does.

    Facts: `status`, `tls`, `cipher`, `peer` (SHA-256 of its certificate), `peer-certificate` (Base64 of the DER), and
    `answered-after`: seconds from the request to the end of its answer, without connecting and the TLS handshake.
    """
    deadline = time.monotonic() + limits.seconds
    facts: list[tuple[str, str]] = []
    try:
        with _connect(endpoint, request.source, deadline, limits, facts) as connection:
            return _converse(connection, endpoint, request, deadline, limits, facts)
    except _Ended as ended:
        return Answer(failure=ended.failure, facts=tuple(facts))


def _left(endpoint: Endpoint, deadline: float, limits: Limits) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise _Ended(FailureKind.TIMEOUT, _late(endpoint, limits))
    return left


def tls_context(endpoint: Endpoint) -> ssl.SSLContext:
    """The judge's TLS settings as a client: TLS 1.2 or later, the given CA only, host name checked."""
    files = (endpoint.ca, endpoint.certificate, endpoint.key)
    return _context(files, tuple(path.stat().st_mtime_ns if path else 0 for path in files))


@lru_cache(maxsize=8)
def _context(files: tuple[Path | None, ...], _changed: tuple[int, ...]) -> ssl.SSLContext:
    # Reading keys and authorities costs as much as a handshake, and the judge makes thousands with the same ones.
    authority, certificate, key = files
    context = ssl.create_default_context(cafile=str(authority) if authority else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate:
        context.load_cert_chain(certificate, key)
    return context


def _connect(
    endpoint: Endpoint, source: str, deadline: float, limits: Limits, facts: list[tuple[str, str]]
) -> socket.socket:
    context = tls_context(endpoint) if endpoint.secure else None
    try:
        plain = dial(endpoint.host, endpoint.port, _left(endpoint, deadline, limits), source)
        if context is None:
            return plain
        secured = secure(plain, context, endpoint.host, endpoint.place, _left(endpoint, deadline, limits), endpoint.ca)
    except NoConnection as error:
        raise _Ended(error.kind, error.text) from error
    certificate = secured.getpeercert(binary_form=True) or b""
    facts += [
        ("tls", secured.version() or ""),
        ("cipher", (secured.cipher() or ("",))[0]),
        ("peer", sha256(certificate).hexdigest()),
        ("peer-certificate", base64.b64encode(certificate).decode()),
    ]
    return secured


def _reason(error: OSError) -> str:
    reason = getattr(error, "reason", None)
    return str(reason).lower().replace("_", " ") if reason else str(error.strerror or error)


def _converse(
    connection: socket.socket,
    endpoint: Endpoint,
    request: HttpRequest,
    deadline: float,
    limits: Limits,
    facts: list[tuple[str, str]],
) -> Answer:
    protocol = h11.Connection(h11.CLIENT, max_incomplete_event_size=MAX_HEADER_OCTETS)
    broken = ""
    sent = time.perf_counter()
    try:
        connection.settimeout(_left(endpoint, deadline, limits))
        connection.sendall(_written(protocol, endpoint, request))
    except TimeoutError as error:
        text = f"{endpoint.place} did not take the request within {limits.seconds:g} s"
        raise _Ended(FailureKind.TIMEOUT, text) from error
    except OSError as error:
        broken = f"{endpoint.place} closed the connection while the request was sent ({_reason(error)})"
        # A server may refuse early and close; what it said can still be read.
    answer = _receive(connection, endpoint, protocol, deadline, limits, facts, broken)
    return replace(answer, facts=(*answer.facts, ("answered-after", f"{time.perf_counter() - sent:.6f}")))


def _written(protocol: h11.Connection, endpoint: Endpoint, request: HttpRequest) -> bytes:
    headers = [("Host", endpoint.authority), *request.headers, ("Connection", "close")]
    if request.body or request.method in ("POST", "PUT"):
        headers.append(("Content-Length", str(len(request.body))))
    head = protocol.send(h11.Request(method=request.method, target=request.target, headers=headers))
    body = protocol.send(h11.Data(data=request.body)) if request.body else b""
    end = protocol.send(h11.EndOfMessage())
    return b"".join(part for part in (head, body, end) if part)


class _Collected:
    """What has come of an answer so far."""

    def __init__(self, limits: Limits) -> None:
        self.head: h11.Response | None = None
        self.body = bytearray()
        self._octets = limits.octets

    def take(self, event: object) -> bool:
        """Take one event; False when the answer is over."""
        if isinstance(event, h11.Response):
            self.head = event
        elif isinstance(event, h11.Data):
            self.body += event.data
            if len(self.body) > self._octets:
                raise _Ended(FailureKind.TOO_LARGE, f"the answer is larger than {self._octets} octets")
        return not (isinstance(event, h11.EndOfMessage | h11.ConnectionClosed) or event is h11.PAUSED)


def _receive(
    connection: socket.socket,
    endpoint: Endpoint,
    protocol: h11.Connection,
    deadline: float,
    limits: Limits,
    facts: list[tuple[str, str]],
    broken: str,
) -> Answer:
    collected = _Collected(limits)
    failure: Failure | None = None
    seen = bytearray()
    try:
        going = True
        while going:
            event = protocol.next_event()
            if event is h11.NEED_DATA:
                connection.settimeout(_left(endpoint, deadline, limits))
                piece = connection.recv(CHUNK)
                seen += piece[: max(0, SHOWN - len(seen))]
                protocol.receive_data(piece)
            else:
                going = collected.take(event)
    except _Ended as ended:
        failure = ended.failure
    except TimeoutError:
        failure = Failure(FailureKind.TIMEOUT, _late(endpoint, limits))
    except h11.RemoteProtocolError as error:
        failure = Failure(*_not_http(endpoint, error, seen))
    except OSError as error:
        text = f"{endpoint.place} broke the connection off before the answer was whole ({_reason(error)})"
        failure = Failure(FailureKind.CLOSED, text)
    head = collected.head
    if head is None:
        failure = failure or Failure(FailureKind.CLOSED, broken or _silent(endpoint))
        return Answer(failure=failure, facts=tuple(facts))
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in head.headers.raw_items())
    media = next((value for name, value in headers if name.lower() == "content-type"), "")
    facts += [("status", str(head.status_code)), ("http", head.http_version.decode("latin-1"))]
    return Answer(Message(media, bytes(collected.body), headers), failure, tuple(facts))


def _late(endpoint: Endpoint, limits: Limits) -> str:
    return f"{endpoint.place} gave no whole answer within {limits.seconds:g} s"


def _silent(endpoint: Endpoint) -> str:
    hint = "; look at its log: it may have refused the client certificate" if endpoint.certificate else ""
    return f"{endpoint.place} closed the connection without an answer{hint}"


def _not_http(endpoint: Endpoint, error: Exception, seen: bytearray) -> tuple[FailureKind, str]:
    if not seen:
        return FailureKind.CLOSED, _silent(endpoint)
    if seen.startswith(b"HTTP/"):
        return FailureKind.PROTOCOL, f"the answer of {endpoint.place} breaks the rules of HTTP/1.1: {error}"
    first = bytes(seen).split(b"\n", 1)[0].decode("ascii", "backslashreplace").strip()
    text = f"what {endpoint.place} sent is not HTTP/1.1, it begins with {first!r}; is another service at this port?"
    return FailureKind.PROTOCOL, text
