"""The judge as a visitor of the page ends every request in bounded time, and reads any page without trusting it."""

import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from bench_for_mail_page_tls import ActingTape, a_partner, serving

from conformance.checks.http import check_content_policy, check_hsts, check_method_refused, check_not_cached
from conformance.checks.page import check_facts, check_labels, check_verification_url, read_page
from conformance.model.exchange import Message
from conformance.model.outcome import Nonconformity, Unreachable
from conformance.ports.https import PagePort
from conformance.ports.stranger import stranger_context, stranger_pem

GOOD = (
    b'<!doctype html><html lang="en"><body><p role="status" data-ecert-state="issued">issued</p>'
    b'<dl><dt>Number<dd data-ecert-field="number">CN-1</dl></body></html>'
)


def answering(octets: bytes) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        with stranger_context().wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)
            secured.sendall(octets)

    return talk


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(stranger_pem()[0])
    return file


def port(address: tuple[str, int], ca: Path, seconds: float = 3.0) -> PagePort:
    return PagePort(a_partner(page=f"https://{address[0]}:{address[1]}", ca=ca), ActingTape(), seconds=seconds)


def http(body: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


def test_a_look_up_gives_state_fields_status_and_headers(ca: Path) -> None:
    with serving(answering(http(GOOD))) as address:
        result = port(address, ca).look_up("CN-1", "code")
    assert (result.state, result.status, result.value("number")) == ("issued", 200, "CN-1")
    assert ("content-type", "text/html") in [(name.lower(), value) for name, value in result.headers]


def test_another_source_address_is_used_when_asked_for(ca: Path) -> None:
    seen: list[str] = []

    def talk(connection: socket.socket) -> None:
        seen.append(connection.getpeername()[0])
        answering(http(GOOD))(connection)

    with serving(talk) as address:
        port(address, ca).get("/verify", source="127.0.0.2")
    assert seen == ["127.0.0.2"]


def test_a_url_of_another_host_is_asked_for_at_the_registered_one(ca: Path) -> None:
    with serving(answering(http(GOOD))) as address:
        assert port(address, ca).follow("https://elsewhere.invalid/v/abc").state == "issued"


@pytest.mark.parametrize(
    "said", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nx"], ids=["silence", "half an answer"]
)
def test_a_page_that_hangs_is_a_breach_in_bounded_time(ca: Path, said: bytes) -> None:
    def hang(connection: socket.socket) -> None:
        with stranger_context().wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)
            secured.sendall(said) if said else None
            secured.recv(1)

    with serving(hang) as address:
        began = time.monotonic()
        with pytest.raises(Nonconformity, match=r"within 0\.5 s"):
            port(address, ca, 0.5).get("/verify")
        assert time.monotonic() - began < 20


def test_a_page_that_floods_is_a_breach(ca: Path) -> None:
    with (
        serving(answering(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 400_000)) as address,
        pytest.raises(Nonconformity, match="larger"),
    ):
        port(address, ca).get("/verify")


def test_a_page_that_resets_is_a_breach(ca: Path) -> None:
    with serving(answering(b"")) as address, pytest.raises(Nonconformity, match=r"closed|not HTTP"):
        port(address, ca).get("/verify")


def test_nobody_listening_is_unreachable(ca: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()[:2]
    with pytest.raises(Unreachable):
        port(address, ca).get("/verify")


@pytest.mark.parametrize(
    "body", [b"", b"\0" * 50, b"<" * 1000, b"<div>" * 5000, b"\xff\xfe\x00", b"<!--" + b"-" * 1000]
)
def test_any_octets_are_read_without_an_error(body: bytes) -> None:
    assert read_page(body).state == ""


def test_the_checks_of_the_page_find_what_is_wrong() -> None:
    page = read_page(GOOD.replace(b"</dl>", b'</dl><input name="code">'))
    assert page.announced
    assert [one.requirement for one in check_facts(page)] == ["WEB-002"]
    assert [one.requirement for one in check_labels(page)] == ["A11Y-004"]
    assert not check_labels(read_page(b'<html><label for="a">Number</label><input id="a"></html>'))


def test_a_verification_url_must_not_be_guessable() -> None:
    base = "https://page.example"
    good = f"{base}/v/kXo1mV9bQmK0r3T5wYzA7C"
    assert not check_verification_url(good, base, "CN-1", (f"{base}/v/aJ7pLs2Qx8Zc4Vb6Nm0WqE",))
    assert check_verification_url(f"{base}/v/17", base, "CN-1")
    assert check_verification_url(good.replace("https", "http"), base, "CN-1")
    assert check_verification_url(f"{base}/v/CN-1-kXo1mV9bQmK0r3T5w", base, "CN-1")
    assert check_verification_url(
        f"{base}/v/AAAAAAAAAAAAAAAAAAAAAB", base, "CN-1", (f"{base}/v/AAAAAAAAAAAAAAAAAAAAAC",)
    )


def test_header_checks_accept_the_right_and_find_the_wrong() -> None:
    right = Message(
        "text/html",
        b"",
        (
            ("cache-control", "no-store"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("strict-transport-security", "max-age=31536000; includeSubDomains"),
            ("allow", "GET, HEAD, POST"),
        ),
    )
    wrong = Message(
        "text/html", b"", (("cache-control", "public, max-age=60"), ("strict-transport-security", "max-age=60"))
    )
    for check in (check_not_cached, check_content_policy, check_hsts):
        assert not check(right)
        assert check(wrong)
    assert not check_method_refused(right, 405, ("GET",))
    assert check_method_refused(wrong, 500, ("GET",))


def test_a_certificate_of_an_unknown_ca_is_a_breach(tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    other.write_bytes(_another_ca())
    with serving(answering(http(GOOD))) as address, pytest.raises(Nonconformity, match="is not good"):
        port(address, other).get("/verify")


def _another_ca() -> bytes:
    """A certificate made past the cache: the server keeps the one that is remembered."""
    return stranger_pem.__wrapped__()[0]
