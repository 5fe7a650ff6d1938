"""Octets that are no proper request are sent as they are, and the answers to them are counted."""

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from bench_for_mail_page_tls import ActingTape, a_partner, serving

from conformance.model.outcome import Unreachable
from conformance.ports.https import PagePort
from conformance.ports.stranger import stranger_context, stranger_pem

ONE = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 12\r\n\r\n<p>Sorry</p>"
TWO = ONE + b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(stranger_pem()[0])
    return file


def answering(octets: bytes, seen: list[bytes]) -> Callable[[socket.socket], None]:
    def talk(connection: socket.socket) -> None:
        with stranger_context().wrap_socket(connection, server_side=True) as secured:
            seen.append(secured.recv(65536))
            secured.sendall(octets)

    return talk


@pytest.mark.parametrize(("answer", "statuses"), [(ONE, ("400",)), (TWO, ("400", "200")), (b"", ())])
def test_every_answer_is_counted(ca: Path, answer: bytes, statuses: tuple[str, ...]) -> None:
    seen: list[bytes] = []
    with serving(answering(answer, seen)) as address:
        port = PagePort(a_partner(page=f"https://{address[0]}:{address[1]}", ca=ca), ActingTape(), seconds=3)
        assert port.framed("odd", b"GET / HTTP/1.1\r\nX: 1", b"rest") == statuses
    assert seen == [b"GET / HTTP/1.1\r\nHost: %s:%d\r\nX: 1\r\n\r\nrest" % (address[0].encode(), address[1])]


def test_nobody_at_the_address_is_told_as_such(ca: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        page = f"https://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(Unreachable):
        PagePort(a_partner(page=page, ca=ca), ActingTape(), seconds=3).framed("odd", b"GET / HTTP/1.1", b"")
