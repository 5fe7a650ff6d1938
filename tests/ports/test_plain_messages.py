"""What people read when there is no connection: what was tried, where, what came, and what to look at. One message."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from bench_for_mail_page_tls import ActingTape, a_partner, serving

from conformance.model.exchange import FailureKind
from conformance.model.outcome import Inconclusive, Nonconformity, Unreachable
from conformance.partner import HookUrl
from conformance.ports.dialling import NoConnection, dial
from conformance.ports.hooks import Hooks
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.smtp import MailPort
from conformance.ports.stranger import load_stranger, stranger_pem

Talk = Callable[[socket.socket], object]


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    file = tmp_path / "node-ca.pem"
    file.write_bytes(stranger_pem()[0])
    return file


def secured(talk: Talk) -> Talk:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    load_stranger(context)

    def run(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as tls:
            tls.recv(65536)
            talk(tls)

    return run


def told(url: str, ca: Path | None) -> tuple[FailureKind, str]:
    answer = perform(Endpoint(url, ca), HttpRequest("GET", "/exchange"), Limits(2.0, 100_000))
    assert answer.failure is not None
    return answer.failure.kind, answer.failure.text


def never(_: socket.socket) -> None:
    """Say nothing."""


def silent(peer: socket.socket) -> None:
    """Take everything and say nothing."""
    while peer.recv(65536):
        pass


@pytest.mark.parametrize(
    ("talk", "kind", "words"),
    [
        (never, FailureKind.TLS, ("closed the connection in the middle of the TLS handshake", "TLS 1.2")),
        (
            lambda peer: peer.recv(100) and peer.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n"),
            FailureKind.TLS,
            ("does not speak TLS", "plain http"),
        ),
        (lambda peer: peer.sendall(b"220 mail.example ESMTP\r\n"), FailureKind.TLS, ("does not speak TLS",)),
        (secured(never), FailureKind.CLOSED, ("closed the connection without an answer",)),
        (
            secured(lambda peer: peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")),
            FailureKind.PROTOCOL,
            ("is not HTTP/1.1", "SSH-2.0-OpenSSH_9.2", "another service"),
        ),
        (
            secured(lambda peer: peer.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n")),
            FailureKind.PROTOCOL,
            ("breaks the rules of HTTP/1.1",),
        ),
        (silent, FailureKind.TIMEOUT, ("did not finish the TLS handshake within 2 s",)),
        (secured(lambda peer: peer.recv(100)), FailureKind.TIMEOUT, ("no whole answer within 2 s",)),
    ],
)
def test_an_https_server_that_is_none(talk: Talk, kind: FailureKind, words: tuple[str, ...], ca: Path) -> None:
    with serving(talk) as (host, port):
        came, text = told(f"https://{host}:{port}/exchange", ca)
    assert came is kind
    for word in (f"{host}:{port}", *words):
        assert word in text
    assert "_ssl.c" not in text


def test_a_certificate_that_is_not_good_says_what_it_was_checked_against(ca: Path) -> None:
    with serving(secured(never), host="127.0.0.2") as (host, port):
        kind, wrong_host = told(f"https://{host}:{port}/exchange", ca)
        _, unknown = told(f"https://{host}:{port}/exchange", None)
    assert kind is FailureKind.TLS
    for text in (wrong_host, unknown):
        assert f"the certificate of {host}:{port} is not good" in text
    assert "node-ca.pem" in wrong_host
    assert "IP address mismatch" in wrong_host
    assert "self-signed certificate" in unknown
    assert "this machine trusts" in unknown


def test_a_host_without_address_is_named() -> None:
    kind, text = told("https://no-such-host.invalid/exchange", None)
    assert kind is FailureKind.UNREACHABLE
    for word in ("no-such-host.invalid", "cannot be resolved", "partner.toml"):
        assert word in text


def test_a_name_service_that_hangs_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    import threading  # noqa: PLC0415 - only here

    asked = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        asked.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(NoConnection, match=r"no answer from the name service within 0\.2 s"):
        dial("node.example", 443, 0.2)
    asked.set()


def test_a_closed_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    _, text = told(f"https://127.0.0.1:{port}/exchange", None)
    assert text.startswith(f"nothing listens at 127.0.0.1:{port} (connection refused)")
    with pytest.raises(Unreachable, match=f"The partner's intake: nothing listens at 127.0.0.1:{port}"):
        MailPort(a_partner(mail=("127.0.0.1", port)), ActingTape()).session()


def test_a_mail_port_that_is_another_service_is_told_as_such() -> None:
    with (
        serving(lambda peer: peer.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")) as address,
        pytest.raises(Nonconformity, match=r"no SMTP reply: 'SSH-2.0-OpenSSH_9.2'.*port of a mail server"),
    ):
        MailPort(a_partner(mail=address), ActingTape()).session()


def hooks_at(url: str) -> Hooks:
    partner = a_partner()
    object.__setattr__(partner, "hooks", {"issue": HookUrl("issue", url, None, None, 1.0)})
    return Hooks(partner, ActingTape())


def test_a_hook_that_drips_ends_at_its_limit() -> None:
    def drip(peer: socket.socket) -> None:
        while True:
            peer.sendall(b"2")
            peer.settimeout(0.1)
            try:
                peer.recv(1000)
            except TimeoutError:
                continue

    with serving(drip) as (host, port), pytest.raises(Inconclusive, match="no whole answer within 1 s"):
        hooks_at(f"http://{host}:{port}/issue").call("issue")


def test_only_a_hook_that_answers_has_refused() -> None:
    def refuse(peer: socket.socket) -> None:
        peer.recv(65536)
        peer.sendall(b"HTTP/1.1 422 Unprocessable\r\nContent-Length: 8\r\n\r\nreplaced")

    with serving(refuse) as (host, port):
        hooks = hooks_at(f"http://{host}:{port}/issue")
        with pytest.raises(Inconclusive, match="HTTP 422: replaced"):
            hooks.call("issue")
    with serving(never) as (host, port), pytest.raises(Inconclusive, match="hook 'issue' failed"):
        hooks_at(f"http://{host}:{port}/issue").attempt("issue")
