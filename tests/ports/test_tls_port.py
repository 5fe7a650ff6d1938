"""The judge's TLS probes tell apart a refusal, a bad certificate, silence and absence."""

import socket
import ssl
import time
import warnings
from pathlib import Path

import pytest
from bench_for_mail_page_tls import ActingTape, a_partner, serving

from conformance.model.outcome import Nonconformity, Unreachable
from conformance.ports.stranger import load_stranger, stranger_pem
from conformance.ports.tls import STATIC_RSA, Offer, TlsPort


@pytest.fixture
def ca(tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(stranger_pem()[0])
    return file


def server(*, old: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    if old:
        context.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            context.minimum_version = ssl.TLSVersion.TLSv1
    load_stranger(context)
    return context


def shake(context: ssl.SSLContext, connection: socket.socket) -> None:
    with context.wrap_socket(connection, server_side=True) as secured:
        secured.recv(1)


def test_a_good_server_agrees_to_new_versions_and_refuses_old_ones(ca: Path) -> None:
    context = server()
    with serving(lambda connection: shake(context, connection)) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}", ca=ca), ActingTape())
        (address,) = port.addresses()
        assert port.accepted(address, Offer("TLSv1.2")).version == "TLSv1.2"
        assert port.accepted(address, Offer("TLSv1.3")).version == "TLSv1.3"
        for version in ("TLSv1", "TLSv1.1"):
            assert not port.handshake(address, Offer(version, verify=False)).done
        assert not port.handshake(address, Offer("TLSv1.2", STATIC_RSA, verify=False)).done


def test_an_old_server_is_found_out(ca: Path) -> None:
    context = server(old=True)
    with serving(lambda connection: shake(context, connection)) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}", ca=ca), ActingTape())
        assert port.handshake(port.addresses()[0], Offer("TLSv1", verify=False)).version == "TLSv1"


def test_a_wrong_host_name_is_a_bad_certificate(ca: Path) -> None:
    context = server()
    with serving(lambda connection: shake(context, connection), host="127.0.0.2") as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}", ca=ca), ActingTape())
        made = port.handshake(port.addresses()[0])
        assert made.untrusted
        assert not made.done
        assert port.handshake(port.addresses()[0], Offer(verify=False)).done


def test_nobody_listening_is_unreachable(ca: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        number = taken.getsockname()[1]
    port = TlsPort(a_partner(page=f"https://127.0.0.1:{number}", ca=ca), ActingTape())
    with pytest.raises(Unreachable):
        port.handshake(port.addresses()[0])


def test_a_server_that_never_ends_the_handshake_is_a_breach_in_bounded_time(ca: Path) -> None:
    with serving(lambda connection: connection.recv(100_000) and connection.recv(100_000) and None) as (host, number):
        began = time.monotonic()
        port = TlsPort(a_partner(page=f"https://{host}:{number}", ca=ca), ActingTape(), seconds=0.5)
        with pytest.raises(Nonconformity, match="did not finish the TLS handshake"):
            port.handshake(port.addresses()[0])
        assert time.monotonic() - began < 20


def test_starttls_goes_before_the_handshake_at_the_mail_access(ca: Path) -> None:
    context = server()

    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        connection.recv(1000)
        connection.sendall(b"250 fine\r\n")
        connection.recv(1000)
        connection.sendall(b"220 go\r\n")
        shake(context, connection)

    with serving(talk) as address:
        port = TlsPort(a_partner(mail=address, ca=ca), ActingTape())
        assert port.accepted(port.addresses()[0]).version == "TLSv1.3"


def test_no_starttls_is_no_session(ca: Path) -> None:
    def talk(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        while connection.recv(1000):
            connection.sendall(b"502 no\r\n")

    with serving(talk) as address:
        port = TlsPort(a_partner(mail=address, ca=ca), ActingTape())
        with pytest.raises(Nonconformity, match="STARTTLS was answered with 502"):
            port.accepted(port.addresses()[0])
