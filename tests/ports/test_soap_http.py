"""The HTTP client ends in bounded time and memory, whatever the other side does, and tells what it saw."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.model.exchange import FailureKind
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.throwaway import self_made_server

GOOD = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: 2\r\n\r\nok"
Serve = Callable[[ssl.SSLSocket], None]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "server.pem", folder / "server.key"
    for path, octets in zip((certificate, key), self_made_server("127.0.0.1"), strict=True):
        path.write_bytes(octets)
    return certificate, key


@contextmanager
def server(files: tuple[Path, Path], serve: Serve) -> Iterator[str]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            try:
                plain, _ = listening.accept()
                with plain, context.wrap_socket(plain, server_side=True) as secured:
                    secured.settimeout(5)
                    secured.recv(65536)
                    serve(secured)
            except OSError:
                return

        thread = threading.Thread(target=run)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}/exchange"
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The throwaway certificate is signed by nobody known, so these tests look at HTTP without verifying it."""

    def context(_: Endpoint) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
        return made

    monkeypatch.setattr("conformance.ports.http.tls_context", context)


def ask(url: str, seconds: float = 2.0, octets: int = 100_000) -> tuple[str, FailureKind | None, bytes]:
    request = HttpRequest("POST", "/exchange", (("Content-Type", "text/xml"),), b"<a/>")
    answer = perform(Endpoint(url, None), request, Limits(seconds, octets))
    body = answer.response.body if answer.response else b""
    return answer.fact("status") or "", answer.failure.kind if answer.failure else None, body


@pytest.mark.usefixtures("trusting")
def test_a_good_answer_comes_whole(files: tuple[Path, Path]) -> None:
    with server(files, lambda peer: peer.sendall(GOOD)) as url:
        assert ask(url) == ("200", None, b"ok")


@pytest.mark.usefixtures("trusting")
def test_a_drip_ends_at_the_total_deadline(files: tuple[Path, Path]) -> None:
    def drip(peer: ssl.SSLSocket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(2_000):
            peer.sendall(b".")
            time.sleep(0.05)

    started = time.monotonic()
    with server(files, drip) as url:
        status, kind, _ = ask(url, seconds=0.5)
        assert time.monotonic() - started < 20
    assert (status, kind) == ("200", FailureKind.TIMEOUT)


@pytest.mark.usefixtures("trusting")
def test_a_flood_ends_at_the_size_limit(files: tuple[Path, Path]) -> None:
    def flood(peer: ssl.SSLSocket) -> None:
        peer.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        for _ in range(10_000):
            peer.sendall(b"8000\r\n" + b"x" * 0x8000 + b"\r\n")

    with server(files, flood) as url:
        _, kind, body = ask(url, octets=200_000)
    assert kind is FailureKind.TOO_LARGE
    assert len(body) < 400_000


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (b"", {FailureKind.CLOSED, FailureKind.PROTOCOL}),
        (b"220 mail ready\r\n\r\n", {FailureKind.PROTOCOL}),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000, {FailureKind.PROTOCOL}),
        (GOOD[:-1], {FailureKind.PROTOCOL, FailureKind.CLOSED}),
    ],
)
def test_what_is_not_an_answer_is_told_as_such(files: tuple[Path, Path], octets: bytes, kind: set[FailureKind]) -> None:
    with server(files, lambda peer: peer.sendall(octets)) as url:
        assert ask(url)[1] in kind


def test_an_untrusted_certificate_is_a_tls_failure(files: tuple[Path, Path]) -> None:
    with server(files, lambda peer: peer.sendall(GOOD)) as url:
        assert ask(url)[1] is FailureKind.TLS


def test_a_closed_port_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert ask(f"https://127.0.0.1:{port}/exchange")[1] is FailureKind.UNREACHABLE
