"""What is to be sent is sent: in time, verified, under one Message-ID, also when the node dies in between."""

import itertools
import random
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from partner_bench import Running, eventually, running, waiting
from partner_servers import MailServer

from reference_impl.certificates.messages import Acknowledgement, acknowledgement_xml
from reference_impl.clock import Clock
from reference_impl.mail.message import Kind, Outgoing, Subject, build
from reference_impl.mail.schedule import Schedule


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("outbox") / "node") as found:
        yield found


def issue(node: Running) -> str:
    return str(node.hook("issue", importing_country="NZ", type_code="851", state="issued")["number"])


def settled(node: Running, number: str) -> bool:
    return bool(node.hook("delivery", number=number)["alarm"])


def test_intervals_grow_and_end() -> None:
    chance = random.Random(7).random
    schedule = Schedule(first=1.0, factor=2.0, tries=4)
    pauses = [schedule.pause(tried, chance) for tried in range(1, 5)]
    whole = [p for p in pauses if p is not None]
    assert pauses[3] is None
    assert len(whole) == 3
    assert all(later > earlier for earlier, later in itertools.pairwise(whole))
    assert all(base <= pause <= base * 1.1 for base, pause in zip((1, 2, 4), whole, strict=True))


def test_a_header_value_cannot_break_out_of_its_line() -> None:
    subject = Subject(Kind.CERTIFICATE, "CN", "NZ", "N1\r\nBcc: x@y.example", "70")
    with pytest.raises(ValueError, match=r"linefeed|newline|carriage"):
        build(Outgoing(subject, b"<a/>", "a@b.example", "c@d.example"), Clock())


def test_a_pushed_certificate_has_the_agreed_form(node: Running) -> None:
    number = issue(node)
    with MailServer(node) as partner:
        node.hook("push_now", number=number)
        message = eventually(lambda: partner.of(number))[0]
    assert str(message["Subject"]) == f"ECERT CERTIFICATE CN NZ {number} 70"
    assert message.get_content_type() == "application/xml"
    assert message["Content-Transfer-Encoding"] == "base64"
    assert message["Auto-Submitted"] == "auto-generated"
    assert {len(message.get_all(name, [])) for name in ("From", "To", "Date", "Message-ID", "MIME-Version")} == {1}
    with sqlite3.connect(node.folder / "node.sqlite") as database:
        stored = database.execute("select document from certificates where number = ?", (number,)).fetchone()[0]
    database.close()
    assert message.get_payload(decode=True) == stored
    assert max(map(len, partner.octets[-1].splitlines())) <= 998


def test_temporary_refusals_and_lost_connections_are_tried_again_under_one_message_id(node: Running) -> None:
    number = issue(node)
    with MailServer(node) as partner:
        partner.answers = ["451 later", "drop"]
        node.hook("push_now", number=number)
        messages = eventually(lambda: found if len(found := partner.of(number)) == 3 else [])
        assert len({m["Message-ID"] for m in messages}) == 1
        first, second = (b - a for a, b in itertools.pairwise(partner.times))
        assert first > 0.4
        assert second > 0.8
        assert eventually(lambda: node.hook("delivery", number=number)["attempts"] == 3)
    assert node.hook("delivery", number=number)["alarm"] == ""


def test_a_refusal_for_good_is_not_repeated_and_raises_an_alarm(node: Running) -> None:
    number = issue(node)
    with MailServer(node) as partner:
        partner.answers = ["550 no"]
        node.hook("push_now", number=number)
        assert eventually(lambda: settled(node, number))
        found = node.hook("delivery", number=number)
        assert (found["state"], found["attempts"]) == ("failed", 1)
        assert number in found["alarm"]
        assert len(partner.of(number)) == 1


def test_tries_end_at_the_agreed_number(node: Running) -> None:
    number = issue(node)
    with MailServer(node) as partner:
        partner.answers = ["451 later"] * 20
        node.hook("push_now", number=number)
        assert eventually(lambda: settled(node, number), 20)
        found = node.hook("delivery", number=number)
        assert found["state"] == "archived"
        assert len(partner.of(number)) == found["attempts"]


@pytest.mark.parametrize("flaw", ["no STARTTLS", "another certificate"])
def test_without_a_verified_connection_nothing_is_sent(node: Running, flaw: str, tmp_path: Path) -> None:
    number = issue(node)
    with MailServer(node) as partner:
        if flaw == "no STARTTLS":
            partner.options.update(tls_context=None, require_starttls=False, auth_required=False)
        else:
            stranger(tmp_path)
            partner.tls.load_cert_chain(tmp_path / "c.pem", tmp_path / "k.pem")
        node.hook("push_now", number=number)
        assert eventually(lambda: node.hook("delivery", number=number)["attempts"] >= 2)
        assert partner.of(number) == []
        partner.mend()
        assert eventually(lambda: partner.of(number))


def stranger(folder: Path) -> None:
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-days", "2", "-subj", "/CN=stranger", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", "k.pem", "-out", "c.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )


def test_answers_are_linked_to_the_certificate(node: Running) -> None:
    number, refused = issue(node), issue(node)
    with MailServer(node) as partner:
        for name, status in ((number, "74"), (refused, "41")):
            node.hook("push_now", number=name)
            sent = eventually(partial(partner.of, name))[0]
            document = acknowledgement_xml(Acknowledgement(status, ("a reason",), (name,)), Clock().now())
            push = node.partner["ixit"]["push"]
            subject = Subject(Kind.ACKNOWLEDGEMENT, "NZ", "CN", name, status)
            answer = build(Outgoing(subject, document, push["sender"], push["recipient"], sent["Message-ID"]), Clock())
            assert node.send(answer[1], account="own")[0] == 250
    assert node.hook("delivery", number=number)["state"] == "delivered"
    assert node.hook("delivery", number=refused)["state"] == "not-readable"
    foreign = acknowledgement_xml(Acknowledgement("74", (), (number,)), Clock().now())
    message = node.message(foreign, number, "74", Kind.ACKNOWLEDGEMENT)
    assert node.send(message, account="other")[0] == 554


def test_importing_countries_are_told_of_a_withdrawal(node: Running) -> None:
    number = issue(node)
    with MailServer(node) as partner:
        node.hook("withdraw", number=number, reason="found infested")
        notice = eventually(lambda: partner.of(number))[0]
    assert str(notice["Subject"]) == f"ECERT NOTICE CN NZ {number} 40"
    assert b"found infested" in (notice.get_payload(decode=True) or b"")


def test_a_node_killed_between_the_dot_and_the_answer_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    with running(folder) as node:
        number = issue(node)
        with MailServer(node) as partner:
            partner.hold = True
            node.hook("push_now", number=number)
            assert eventually(lambda: partner.of(number))
            node.process.send_signal(signal.SIGKILL)
            node.process.wait(10)
            partner.release()
            with running(folder) as again:
                again.judge = node.judge
                again.lookup(number)
                messages = eventually(lambda: found if len(found := partner.of(number)) == 2 else [])
                assert eventually(lambda: waiting(folder) == 0)
    assert len({m["Message-ID"] for m in messages}) == 1


def test_a_node_told_to_end_does_so_while_a_partner_keeps_it_waiting(tmp_path: Path) -> None:
    with running(tmp_path / "node") as node:
        number = issue(node)
        with MailServer(node) as partner:
            partner.hold = True
            node.hook("push_now", number=number)
            assert eventually(lambda: partner.of(number))
            node.process.terminate()
            assert node.process.wait(20) == 0
            partner.release()


def test_a_certificate_answered_250_survives_a_kill(tmp_path: Path) -> None:
    folder = tmp_path / "node"
    with running(folder) as node:
        number, document = node.certificate()
        assert node.send(node.message(document, number))[0] == 250
        node.process.send_signal(signal.SIGKILL)
        node.process.wait(10)
    with running(folder) as again:
        assert again.lookup(number)["copies"] == 1
        with MailServer(again) as partner:
            assert str(eventually(lambda: partner.of(number))[0]["Subject"]).endswith(" 74")


def test_mail_command_line_tools_agree(node: Running, program: object) -> None:
    swaks = program("swaks")  # type: ignore[operator]
    push = node.partner["ixit"]["push"]
    number, document = node.certificate()
    message = node.folder / "swaks.eml"
    message.write_bytes(node.message(document, number))
    subprocess.run(
        [swaks, "--server", push["host"], "--port", str(push["port"]), "--tls", "--auth", "PLAIN", "--auth-user",
         push["username"], "--auth-password", push["password"], "--from", push["sender"], "--to", push["recipient"],
         "--data", f"@{message}"],
        check=True, capture_output=True, timeout=30,
    )  # fmt: skip
    assert node.lookup(number)["copies"] == 1
