"""The judge's odd handshakes: what it offers, what it reads from a server's first words, and what it cannot be told."""

import _ssl
import ctypes
import re
import socket
import ssl
import subprocess
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from bench_for_mail_page_tls import ActingTape, a_partner, serving
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509 import ocsp
from tlslite.constants import CipherSuite
from tlslite.messages import ServerHello

from conformance.checks.server_certificate import lifetime, read_staple
from conformance.model.outcome import Nonconformity
from conformance.ports.stranger import load_stranger, stranger_file, stranger_pem
from conformance.ports.tls import Heard, Hello, Offer, TlsPort
from conformance.ports.tls_hello import client_hello
from conformance.ports.tls_suites import CBC, GOOD, LEGACY, STATIC, TLS13, WEAK, is_aead, suite_name

ALLOW_CLIENT_RENEGOTIATION, ALLOW_UNSAFE_LEGACY_RENEGOTIATION = 1 << 8, 1 << 18
Change = Callable[[ssl.SSLContext], object]


def probe(context: ssl.SSLContext, *hellos: Hello) -> tuple[Heard, ...]:
    with serving(lambda connection: talk(context, connection)) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape())
        return port.survey(port.addresses()[0], *hellos)


def talk(context: ssl.SSLContext, connection: socket.socket) -> None:
    with context.wrap_socket(connection, server_side=True) as secured:
        while secured.recv(1000):
            secured.sendall(b"250 fine\r\n")


def server(change: Change = lambda _context: None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    load_stranger(context)
    change(context)
    return context


def old(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1


def test_a_good_server_agrees_to_what_is_good_and_refuses_the_rest() -> None:
    modern, newest, fallback, packed, *refused = probe(
        server(),
        Hello("modern", (*CBC, *GOOD)),
        Hello("newest", TLS13, "TLSv1.3"),
        Hello("fallback", GOOD, fallback=True),
        Hello("compression", GOOD, deflate=True),
        *(Hello(version, LEGACY, version) for version in ("TLSv1.1", "TLSv1", "SSLv3")),
        *(Hello(kind, suites) for kind, suites in WEAK.items()),
        Hello("static", STATIC),
    )
    assert (modern.version, modern.sentinel, modern.secure_renegotiation) == ("TLSv1.2", "TLSv1.2", True)
    assert is_aead(modern.suite)
    assert newest.version == "TLSv1.3"
    assert fallback.alert == "inappropriate_fallback"
    assert packed.agreed
    assert not packed.deflate
    assert [one.agreed for one in refused] == [False] * len(refused)
    assert all(one.alert for one in refused)


def test_a_server_with_everything_on_is_found_out() -> None:
    tls10, null, anonymous = probe(
        server(old),
        Hello("old", LEGACY, "TLSv1"),
        Hello("null", WEAK["no encryption"]),
        Hello("anonymous", WEAK["no authentication"]),
    )
    assert tls10.version == "TLSv1"
    assert tls10.sentinel == "TLSv1.1"
    assert "NULL" in suite_name(null.suite)
    assert "ANON" in suite_name(anonymous.suite)


def test_a_first_answer_with_compression_without_renegotiation_info_and_without_mark_is_read_as_such() -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(4096)
        hello = ServerHello().create(
            (3, 3), bytearray(32), bytearray(0), CipherSuite.TLS_RSA_WITH_3DES_EDE_CBC_SHA, extensions=[]
        )
        hello.compression_method = 1
        body = bytes(hello.write())
        connection.sendall(b"\x16\x03\x03" + len(body).to_bytes(2, "big") + body)

    with serving(answer) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape())
        (heard,) = port.survey(port.addresses()[0], Hello("anything", GOOD))
    assert heard == Heard(version="TLSv1.2", suite=0x000A, deflate=True)


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "the end of the connection|rules of TLS|no TLS handshake"),
        (b"", "the end of the connection"),
        (b"\x16\x03\x03\x00\x04\x0e\x00\x00\x00", "out of order"),
        (b"\x16\x03\x03\x00\x06\x02\x00\x00\x02\x03\x03", "rules of TLS"),
    ],
)
def test_what_is_no_answer_of_a_tls_server_is_a_refusal(said: bytes, refusal: str) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(said)

    with serving(answer) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape())
        (heard,) = port.survey(port.addresses()[0], Hello("anything", GOOD))
    assert not heard.agreed
    assert re.search(refusal, heard.refusal)


def test_a_server_that_says_nothing_to_anything_is_a_breach() -> None:
    with serving(lambda connection: [connection.recv(4096) for _ in range(2)]) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape(), seconds=0.3)
        with pytest.raises(Nonconformity, match="neither agreement nor refusal"):
            port.survey(port.addresses()[0], Hello("one", GOOD), Hello("two", GOOD))


@pytest.mark.parametrize(
    ("options", "secure", "accepted"),
    [
        (ssl.OP_NO_RENEGOTIATION, True, False),
        (ALLOW_CLIENT_RENEGOTIATION, True, True),
        (ALLOW_CLIENT_RENEGOTIATION, False, False),
        (ALLOW_CLIENT_RENEGOTIATION | ALLOW_UNSAFE_LEGACY_RENEGOTIATION, False, True),
    ],
)
def test_a_second_handshake_is_told_from_a_refused_one(options: int, secure: bool, accepted: bool) -> None:
    def change(context: ssl.SSLContext) -> None:
        context.options |= options

    context = server(change)
    with serving(lambda connection: talk(context, connection)) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape())
        again = port.renegotiate(port.addresses()[0], secure=secure)
    assert again.first
    assert again.accepted is accepted


def test_protocols_are_tried_and_names_are_asked_for() -> None:
    asked = []

    def change(context: ssl.SSLContext) -> None:
        context.set_alpn_protocols(["h2"])
        context.sni_callback = lambda _connection, name, _context: asked.append(name)

    context = server(change)
    with serving(lambda connection: talk(context, connection)) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape())
        made = port.handshake(port.addresses()[0], Offer(verify=False, host="other.invalid", alpn=("h2", "http/1.1")))
    assert (made.done, made.alpn, made.spoken) == (True, "h2", False)
    assert asked == ["other.invalid"]


@pytest.mark.parametrize("octets", [0, 16384])
def test_tickets_say_how_much_early_data_they_allow(octets: int) -> None:
    def change(context: ssl.SSLContext) -> None:
        # Python has no door to this setting; a context begins with a pointer to OpenSSL's.
        allow = ctypes.CDLL(_ssl.__file__).SSL_CTX_set_max_early_data
        allow.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
        allow(ctypes.c_void_p.from_address(id(context) + object.__basicsize__), octets)

    context = server(change)
    with serving(lambda connection: talk(context, connection)) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape())
        given = port.tickets(port.addresses()[0])
    assert (given.version, given.early_data) == ("TLSv1.3", octets)
    assert given.count > 0


def test_a_server_without_tls_1_3_gives_no_tickets_to_look_at() -> None:
    def change(context: ssl.SSLContext) -> None:
        context.maximum_version = ssl.TLSVersion.TLSv1_2

    context = server(change)
    with serving(lambda connection: talk(context, connection)) as (host, number):
        port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape())
        given = port.tickets(port.addresses()[0])
    assert (given.version, given.count, given.said) == ("", 0, "the server agreed to TLS 1.2")


@pytest.fixture
def openssl_server(tmp_path: Path, program: Callable[[str], str]) -> Iterator[tuple[str, int]]:
    """`openssl s_server` that staples an answer."""
    staple = tmp_path / "staple.der"
    staple.write_bytes(an_answer(ocsp.OCSPCertStatus.GOOD))
    with stranger_file() as file:
        command = [
            program("openssl"),
            "s_server",
            "-accept",
            "127.0.0.1:0",
            "-cert",
            str(file),
            "-key",
            str(file),
            "-early_data",
        ]
        process = subprocess.Popen(
            [*command, "-status_file", str(staple)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(b"ACCEPT"):
                yield "127.0.0.1", int(line.rpartition(b":")[2])
                break
        process.kill()
        process.communicate()


def test_what_openssl_staples_is_seen(openssl_server: tuple[str, int]) -> None:
    host, number = openssl_server
    port = TlsPort(a_partner(page=f"https://{host}:{number}"), ActingTape(), seconds=5)
    (heard,) = port.survey(port.addresses()[0], Hello("staple", GOOD, staple=True))
    der = ssl.PEM_cert_to_DER_cert(stranger_pem()[0].decode())
    assert read_staple(heard.staple, der, datetime.now(UTC)) == ""


def an_answer(status: ocsp.OCSPCertStatus, *, made: timedelta = timedelta(0)) -> bytes:
    certificate = x509.load_pem_x509_certificate(stranger_pem()[0])
    key = load_pem_private_key(stranger_pem()[1], None)
    now = datetime.now(UTC) + made
    builder = ocsp.OCSPResponseBuilder().add_response(
        cert=certificate,
        issuer=certificate,
        algorithm=SHA256(),
        cert_status=status,
        this_update=now,
        next_update=now + timedelta(hours=1),
        revocation_time=now if status is ocsp.OCSPCertStatus.REVOKED else None,
        revocation_reason=None,
    )
    answer = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, certificate).sign(key, SHA256())  # type: ignore[arg-type]
    return answer.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("staple", "wrong"),
    [
        (an_answer(ocsp.OCSPCertStatus.GOOD), ""),
        (an_answer(ocsp.OCSPCertStatus.REVOKED), "revoked"),
        (an_answer(ocsp.OCSPCertStatus.GOOD, made=timedelta(hours=-2)), "out of date"),
        (an_answer(ocsp.OCSPCertStatus.GOOD, made=timedelta(hours=1)), "out of date"),
        (ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER).public_bytes(Encoding.DER),
         "try_later"),
        (b"no answer at all", "cannot be read"),
    ],
)  # fmt: skip
def test_a_stapled_answer_is_good_or_what_is_wrong_is_said(staple: bytes, wrong: str) -> None:
    der = ssl.PEM_cert_to_DER_cert(stranger_pem()[0].decode())
    said = read_staple(staple, der, datetime.now(UTC))
    assert (said == "") if not wrong else (wrong in said)
    assert lifetime(der) == timedelta(days=1, hours=1)


def test_an_address_is_no_server_name() -> None:
    assert not client_hello("127.0.0.1", Hello("any", GOOD)).server_name
    assert bytes(client_hello("ecert.example", Hello("any", GOOD)).server_name) == b"ecert.example"
