"""The node asks about revocation at agreed hosts only, once, and within its limits."""

import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID
from pki_for_signatures import name
from revocation_responder import Responder, responding

from reference_impl.signing import asking
from reference_impl.signing.answers import AnswerCheck, Told
from reference_impl.signing.asking import Authorities

HOSTS = ("127.0.0.1",)


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    with responding() as told:
        told.key = ec.generate_private_key(ec.SECP256R1())
        told.issuer = certified("root", told.key, told.key)
        yield told


@pytest.fixture
def certificate(responder: Responder) -> x509.Certificate:
    responder.revoked, responder.trouble, responder.asked = set(), "", []
    assert responder.key is not None
    made = certified("signer", ec.generate_private_key(ec.SECP256R1()), responder.key, responder.url)
    responder.certificates = [made]
    return made


def certified(
    subject: str, key: ec.EllipticCurvePrivateKey, by: ec.EllipticCurvePrivateKey, url: str = ""
) -> x509.Certificate:
    now = datetime.now(UTC).replace(microsecond=0)
    builder = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("root"))
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))
    if url:
        at = x509.UniformResourceIdentifier(f"{url}/root")
        access = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, at)
        point = x509.DistributionPoint([at], None, None, None)
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    return builder.sign(by, hashes.SHA256())


def answers(responder: Responder, certificate: x509.Certificate, hosts: tuple[str, ...] = HOSTS) -> list[bytes]:
    assert responder.issuer is not None
    return Authorities().answers(certificate, responder.issuer, hosts)


def test_what_a_responder_says_is_understood(responder: Responder, certificate: x509.Certificate) -> None:
    assert responder.issuer is not None
    for revoked, told in ((set(), Told.GOOD), ({certificate.serial_number}, Told.REVOKED)):
        responder.revoked = revoked
        (answer,) = answers(responder, certificate)
        assert AnswerCheck().told(answer, certificate, responder.issuer, datetime.now(UTC)) is told


def test_a_list_is_fetched(responder: Responder, certificate: x509.Certificate) -> None:
    responder.revoked = {certificate.serial_number}
    (found,) = Authorities().lists(certificate, HOSTS)
    assert found.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None


@pytest.mark.parametrize("hosts", [(), ("localhost",), ("127.0.0.1:1",), ("127.0.0.10",)])
def test_no_other_host_is_asked(responder: Responder, certificate: x509.Certificate, hosts: tuple[str, ...]) -> None:
    assert answers(responder, certificate, hosts) == []
    assert Authorities().lists(certificate, hosts) == []
    assert responder.asked == []


@pytest.mark.parametrize(
    "url",
    ["file:///etc/hostname", "ftp://127.0.0.1/x", "http://127.0.0.1@other.invalid/", "http://[::1", "http://x:y/"],
)
def test_what_is_no_address_of_the_web_is_not_asked(responder: Responder, url: str) -> None:
    assert responder.key is not None
    odd = certified("signer", responder.key, responder.key, url)
    assert answers(responder, odd) == []


@pytest.mark.parametrize("trouble", ["status", "redirect", "flood", "nonce"])
def test_an_answer_of_the_wrong_kind_is_none(responder: Responder, certificate: x509.Certificate, trouble: str) -> None:
    responder.trouble = trouble
    assert answers(responder, certificate) == []
    assert responder.asked == ["POST /root"]


@pytest.mark.parametrize("trouble", ["garbage", "later"])
def test_an_answer_that_says_nothing_is_as_none(
    responder: Responder, certificate: x509.Certificate, trouble: str
) -> None:
    assert responder.issuer is not None
    responder.trouble = trouble
    for one in answers(responder, certificate):
        assert AnswerCheck().told(one, certificate, responder.issuer, datetime.now(UTC)) is Told.UNKNOWN


def test_a_drip_does_not_hold_the_node(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            connection = server.accept()[0]
            with connection:
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
                while not over.wait(0.02):
                    try:
                        connection.sendall(b"x")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        before = time.monotonic()
        assert Authorities().fetch("GET", f"http://127.0.0.1:{server.getsockname()[1]}/", b"", {}) == b""
        taken = time.monotonic() - before
        over.set()
        thread.join(5)
    assert taken < 5  # a hundred octets would have been there in two seconds and taken for an answer
