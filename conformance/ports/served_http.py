"""A small HTTPS server for the judge's side: one thread a connection, bounded in every direction."""

import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import Any, cast

from conformance.ports.served_tls import ServerSide

SECONDS = 10.0
MAX_BODY = 30_000_000
MAX_CONNECTIONS = 32


@dataclass(frozen=True)
class Incoming:
    """One HTTP request as it came. `peer` is the DER of the client's certificate, empty without one."""

    method: str
    path: str
    version: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    peer: bytes
    tls: str

    def header(self, name: str) -> str | None:
        """The first header of that name, or None."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True)
class Outgoing:
    """One HTTP answer."""

    status: int
    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


class HttpsServer(ThreadingMixIn, TCPServer):
    """Serves `answer` under the present `context` (None: in clear).

    `ended` hears how each connection ended: "" for well, else why no request was served.
    """

    daemon_threads = True
    allow_reuse_address = True
    block_on_close = False
    request_queue_size = 64

    def __init__(
        self,
        address: tuple[str, int],
        context: ServerSide | None,
        answer: Callable[[Incoming], Outgoing],
        ended: Callable[[str], None],
    ) -> None:
        """Bind and listen; `start` begins to serve."""
        super().__init__(address, _Handler)
        self.context = context
        self.answer = answer
        self.ended = ended
        self._room = threading.BoundedSemaphore(MAX_CONNECTIONS)
        self._thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        """The port that was bound."""
        return int(self.socket.getsockname()[1])

    def start(self) -> None:
        """Serve in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Stop serving and close the port."""
        self.shutdown()
        self.server_close()
        self._thread.join(SECONDS)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection, or none at all when too many are open."""
        if not self._room.acquire(blocking=False):
            self.shutdown_request(request)
            return
        try:
            self._serve(cast("socket.socket", request), client_address)
        finally:
            self._room.release()

    def _serve(self, plain: socket.socket, client_address: Any) -> None:
        secured: socket.socket = plain
        problem = ""
        try:
            plain.settimeout(SECONDS)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            secured = self.context.wrap_socket(plain, server_side=True) if self.context else plain
            handler = _Handler(secured, client_address, self)
            problem = "" if handler.served else handler.problem or "closed without a request"
        except OSError as error:
            problem = str(getattr(error, "reason", None) or error)
        finally:
            self.shutdown_request(secured)
            self.ended(problem)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: how a connection ended is told to `ended`."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "judge"
    sys_version = ""
    timeout = SECONDS

    def setup(self) -> None:
        self.served = False
        self.problem = ""
        super().setup()

    def handle(self) -> None:
        self.close_connection = True
        try:
            self.handle_one_request()
        except (OSError, ValueError) as error:
            self.problem = str(getattr(error, "reason", None) or error)

    def finish(self) -> None:
        try:
            super().finish()
        except OSError as error:
            self.problem = self.problem or str(error)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's word
        """Write nothing: the record holds what was said."""

    def _any(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            body = self._chunks()
        elif length.isdigit() and int(length) <= MAX_BODY:
            body = self.rfile.read(int(length))
        else:
            self._send(Outgoing(413, "text/plain", b"too large"))
            return
        connection = self.connection if isinstance(self.connection, ssl.SSLSocket) else None
        incoming = Incoming(
            self.command,
            self.path,
            self.request_version,
            tuple(self.headers.items()),
            body,
            (connection.getpeercert(binary_form=True) if connection else None) or b"",
            (connection.version() if connection else None) or "",
        )
        self.served = True
        self._send(cast("HttpsServer", self.server).answer(incoming))

    def _chunks(self) -> bytes:
        body = bytearray()
        while True:
            size = int(self.rfile.readline(1000).split(b";")[0].strip() or b"0", 16)
            if size < 0 or len(body) + size > MAX_BODY:
                raise ValueError("the request is too large")
            body += self.rfile.read(size)
            self.rfile.readline(1000)
            if size == 0:
                return bytes(body)

    def _send(self, outgoing: Outgoing) -> None:
        self.send_response(outgoing.status)
        for name, value in (("Content-Type", outgoing.media_type), *outgoing.headers):
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(outgoing.body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(outgoing.body)

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = do_OPTIONS = _any  # noqa: N815 - names the base class looks for
