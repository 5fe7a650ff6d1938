"""The judge as a mail client ends every dialogue in bounded time and says what happened."""

import socket
import time
from pathlib import Path

import pytest
from bench_for_mail_page_tls import ActingTape, a_partner, serving

from conformance.checks.mail import read_mail
from conformance.model.outcome import JudgeFault, Nonconformity, Unreachable
from conformance.ports.dialogue import Data, Line, Quit
from conformance.ports.mail_messages import Attachment
from conformance.ports.mail_outcomes import MailRefused
from conformance.ports.mailbox import Mailbox
from conformance.ports.smtp import MailPort
from conformance.ports.stranger import stranger_pem

DOCUMENT = b"<SPSCertificate><ID>NZ-1</ID></SPSCertificate>"


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    file = tmp_path / "server.pem"
    file.write_bytes(b"".join(stranger_pem()))
    return file


def test_a_server_that_hangs_is_a_breach_in_bounded_time() -> None:
    with serving(lambda connection: connection.recv(1) and None) as address:
        began = time.monotonic()
        with pytest.raises(Nonconformity, match="did not answer within"):
            MailPort(a_partner(mail=address), ActingTape(), seconds=0.5).session(Line("EHLO x"), Quit())
        assert time.monotonic() - began < 20


def test_a_server_that_drips_is_a_breach_in_bounded_time() -> None:
    def drip(connection: socket.socket) -> None:
        for _ in range(2_000):
            connection.sendall(b"2")
            time.sleep(0.05)

    with serving(drip) as address:
        began = time.monotonic()
        with pytest.raises(Nonconformity, match=r"within 0\.5 s"):
            MailPort(a_partner(mail=address), ActingTape(), seconds=0.5).session(Quit())
        assert time.monotonic() - began < 20


@pytest.mark.parametrize("flood", [b"220-more\r\n" * 1000, b"2" * 10_000], ids=["lines", "one line"])
def test_a_server_that_floods_is_a_breach_in_bounded_memory(flood: bytes) -> None:
    def pour(connection: socket.socket) -> None:
        while True:
            connection.sendall(flood)

    with serving(pour) as address, pytest.raises(Nonconformity, match="more than"):
        MailPort(a_partner(mail=address), ActingTape()).session(Quit())


def test_a_server_that_resets_leaves_the_judgement_to_the_case() -> None:
    with serving(lambda connection: connection.sendall(b"220 hello\r\n")) as address:
        dialogue = MailPort(a_partner(mail=address), ActingTape()).session(Line("EHLO x"), Quit())
    assert dialogue.failure is not None
    assert dialogue.failure.kind == "closed"


def test_nobody_listening_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = taken.getsockname()[:2]
    with pytest.raises(Unreachable):
        MailPort(a_partner(mail=address), ActingTape()).session(Quit())


def test_credentials_never_go_out_without_tls_and_never_into_the_record() -> None:
    heard = bytearray()

    def no_tls(connection: socket.socket) -> None:
        connection.sendall(b"220 hello\r\n")
        while piece := connection.recv(1000):
            heard.extend(piece)
            connection.sendall(b"250 fine\r\n" if piece.startswith(b"EHLO") else b"502 no\r\n")

    tape = ActingTape()
    with serving(no_tls) as address:
        port = MailPort(a_partner(mail=address), tape)
        with pytest.raises(MailRefused, match="STARTTLS"):
            port.send_certificate(DOCUMENT, "NZ-1")
    assert b"AUTH" not in heard
    assert "a pass phrase" not in repr(tape.kept)


def test_a_mail_reaches_a_server_by_starttls_and_login_octet_for_octet(certificate: Path) -> None:
    """The judge's two mail ends, each held against the other over real sockets."""
    box = Mailbox(a_partner(certificate=certificate))
    try:
        tape = ActingTape()
        box.attach(tape)
        partner = a_partner(mail=(box.host, box.port), ca=certificate)
        port = MailPort(partner, tape)
        with pytest.raises(MailRefused, match="AUTH"):
            port.send_certificate(DOCUMENT, "NZ-1")
        with pytest.raises(JudgeFault), port.refused(554):
            port.send_certificate(DOCUMENT, "NZ-1")
        account = box._server.account
        account.username, account.password = "judge", "a pass phrase"
        sent = port.send_certificate(DOCUMENT, "NZ-1")
        came = box.wait_for("NZ-1", "certificate", seconds=3)
        assert came.mail.message_id == sent
        assert came.mail.xml == DOCUMENT
        assert came.sender == "judge@nz.example"
        assert came.tls.startswith("TLSv1.")
        box.answer_with("NZ-2", "554 5.6.0 no", times=1)
        with port.refused(554):
            port.send_certificate(DOCUMENT.replace(b"NZ-1", b"NZ-2"), "NZ-2")
        with pytest.raises(Nonconformity, match="accepted what it must refuse"), port.refused(554):
            port.send_certificate(DOCUMENT.replace(b"NZ-1", b"NZ-2"), "NZ-2")
        assert box.receive("NZ-1", nth=2, seconds=0.1) is None
        box.drop_after_dot("NZ-3")
        with pytest.raises(Nonconformity, match=r"closed|broke"):
            port.send_certificate(DOCUMENT.replace(b"NZ-1", b"NZ-3"), "NZ-3")
        assert box.wait_for("NZ-3", seconds=3).reply == ""
    finally:
        box.close()


def test_the_judge_does_not_send_a_wrong_message_by_mistake() -> None:
    port = MailPort(a_partner(mail=("127.0.0.1", 9)), ActingTape())
    two = port.certificate_mail(DOCUMENT, "NZ-1", also=(Attachment(DOCUMENT, "b.xml"),))
    with pytest.raises(JudgeFault, match="2 parts"):
        port.send(two)


def test_dots_are_stuffed_and_raw_content_is_left_alone() -> None:
    assert Data(b".a\r\n..b").octets == b"..a\r\n...b\r\n.\r\n"
    assert Data(b"a\n.\n", raw=True).octets == b"a\n.\n"


@pytest.mark.parametrize(
    "raw",
    [b"", b"\xff" * 100, b"Content-Type: multipart/mixed; boundary=a\r\n\r\n" + b"--a\r\n" * 5000],
    ids=["nothing", "noise", "parts"],
)
def test_reading_survives_any_octets(raw: bytes) -> None:
    assert read_mail(raw).xml is None


def test_a_nest_of_multiparts_is_read_in_bounded_time() -> None:
    nest = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000))
    assert read_mail(nest).xml is None
