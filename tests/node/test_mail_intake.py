"""The mail intake takes what the profile says, from whom it says, and nothing else."""

import base64
import re
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import pytest
from partner_bench import Running, eventually, running
from partner_servers import MailServer


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("intake") / "node") as found:
        yield found


class Raw:
    """An SMTP dialogue octet by octet."""

    def __init__(self, node: Running) -> None:
        push = node.partner["ixit"]["push"]
        self.node, self.push = node, push
        self.socket: socket.socket = socket.create_connection((push["host"], push["port"]), 10)
        self.file = self.socket.makefile("rb")
        self.reply()

    def reply(self) -> str:
        lines = []
        while (line := self.file.readline().decode()) and line[3:4] == "-":
            lines.append(line)
        return "".join([*lines, line])

    def say(self, line: str) -> str:
        self.socket.sendall(line.encode() + b"\r\n")
        return self.reply()

    def secure(self) -> None:
        self.file.close()
        self.socket = self.node.trust().wrap_socket(self.socket, server_hostname=self.push["host"])
        self.file = self.socket.makefile("rb")

    def sign_in(self) -> None:
        assert self.say("EHLO test").startswith("250")
        assert self.say("STARTTLS").startswith("220")
        self.secure()
        self.say("EHLO test")
        token = base64.b64encode(f"\0{self.push['username']}\0{self.push['password']}".encode()).decode()
        assert self.say(f"AUTH PLAIN {token}").startswith("235")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.file.close()
        self.socket.close()


def test_a_good_certificate_is_kept_once_and_answered(node: Running) -> None:
    number, document = node.certificate()
    message = node.message(document, number)
    with MailServer(node) as partner:
        for _ in range(2):
            assert node.send(message)[0] == 250
            assert node.lookup(number)["copies"] == 1
        answers = eventually(lambda: found if len(found := partner.of(number)) == 2 else [])
    assert [str(a["Subject"]) for a in answers] == [f"ECERT ACKNOWLEDGEMENT CN NZ {number} 74"] * 2
    sent_id = re.search(rb"(?im)^Message-ID: (\S+)", message)
    assert sent_id is not None
    assert {a["In-Reply-To"] for a in answers} == {a["References"] for a in answers} == {sent_id[1].decode()}
    assert len({a["Message-ID"] for a in answers}) == 2
    assert {a["Auto-Submitted"] for a in answers} == {"auto-replied"}


def test_before_tls_neither_mail_nor_sign_in_is_taken(node: Running) -> None:
    with Raw(node) as raw:
        offered = raw.say("EHLO test")
        assert "STARTTLS" in offered
        assert "AUTH" not in offered
        assert raw.say("MAIL FROM:<outbox@nz.ecert.example>").startswith("530")
        assert raw.say("AUTH PLAIN AGEAYg==")[:3] in ("530", "538")


def test_what_is_sent_behind_starttls_in_clear_is_dropped(node: Running) -> None:
    with Raw(node) as raw:
        raw.say("EHLO test")
        raw.socket.sendall(b"STARTTLS\r\nNOOP injected\r\n")
        assert raw.reply().startswith("220")
        raw.secure()
        raw.socket.sendall(b"EHLO test\r\n")
        assert raw.reply().startswith("250-")


def test_size_is_announced_and_enforced(node: Running) -> None:
    limit = node.partner["ixit"]["push"]["max_message_bytes"]
    with node.mail() as session:
        assert session.esmtp_features["size"] == str(limit)
        assert session.docmd("MAIL", f"FROM:<outbox@nz.ecert.example> SIZE={limit + 1}")[0] == 552


def test_only_the_registered_address_and_mailbox_are_taken(node: Running) -> None:
    number, document = node.certificate()
    message = node.message(document, number)
    assert node.send(message, sender="outbox@au.ecert.example")[0] == 550
    with node.mail() as session:
        session.mail("outbox@nz.ecert.example")
        assert session.rcpt("somebody@elsewhere.example")[0] == 550
    with Raw(node) as raw:
        raw.say("EHLO test")
        raw.say("STARTTLS")
        raw.secure()
        raw.say("EHLO test")
        wrong = [f"\0{user}\0wrong" for user in (raw.push["username"], "nobody")]
        answers = {raw.say(f"AUTH PLAIN {base64.b64encode(w.encode()).decode()}") for w in wrong}
        assert len(answers) == 1
        assert answers.pop().startswith("535")
        assert raw.say("MAIL FROM:<outbox@nz.ecert.example>").startswith("530")


def test_commands_out_of_order_are_refused(node: Running) -> None:
    with node.mail() as session:
        assert session.docmd("RCPT", "TO:<intake@cn.ecert.example>")[0] == 503
        assert session.docmd("DATA")[0] == 503


@pytest.mark.parametrize("ending", [b"\n.\n", b"\n.\r\n", b"\r.\r", b"\r.\r\n"])
def test_only_crlf_dot_crlf_ends_the_data(node: Running, ending: bytes) -> None:
    number, document = node.certificate()
    with Raw(node) as raw:
        raw.sign_in()
        raw.say("MAIL FROM:<outbox@nz.ecert.example>")
        raw.say("RCPT TO:<intake@cn.ecert.example>")
        assert raw.say("DATA").startswith("354")
        raw.socket.sendall(node.message(document, number) + ending + b"MAIL FROM:<smuggled@x.example>\r\n.\r\n")
        assert raw.reply().startswith("554")
        assert raw.say("NOOP").startswith("250")
    assert node.lookup(number)["copies"] == 0


def test_messages_of_another_form_are_refused(node: Running) -> None:
    number, document = node.certificate()
    good = node.message(document, number)
    head, _, body = good.partition(b"\r\n\r\n")
    part = re.sub(rb"(?im)^(?!Content-|MIME).*\r\n(?:[ \t].*\r\n)*", b"", head + b"\r\n")
    rest = re.sub(rb"(?im)^Content-.*\r\n(?:[ \t].*\r\n)*", b"", head + b"\r\n")
    two = b'%sContent-Type: multipart/mixed; boundary="b"\r\n\r\n' % rest
    two += b"".join(b"--b\r\n%s\r\n%s\r\n" % (part, body) for _ in range(2)) + b"--b--\r\n"
    refused = {
        "two parts": two,
        "subject": good.replace(number.encode(), b"NZ-other", 1),
        "not base64": head + b"\r\n\r\n%%%%\r\n",
        "no XML": node.message(b"hello", number),
        "DOCTYPE": node.message(b"<!DOCTYPE a><a/>", number),
        "free subject": re.sub(rb"Subject: .*\r\n", b"Subject: hello\r\n", good),
    }
    assert {name: node.send(message)[0] for name, message in refused.items()} == dict.fromkeys(refused, 554)
    assert node.send(good)[0] == 250


def test_an_attachment_name_is_no_path(node: Running, tmp_path: Path) -> None:
    number, document = node.certificate()
    evil = tmp_path / "evil.xml"
    message = re.sub(rb'filename="[^"]*"', f'filename="../../../../..{evil}"'.encode(), node.message(document, number))
    assert b"evil.xml" in message
    assert node.send(message)[0] == 250
    assert node.lookup(number)["copies"] == 1
    assert not evil.exists()


def test_what_cannot_be_trusted_is_quarantined_and_answered_41(node: Running) -> None:
    def without_date(root: object) -> None:
        date = root.find(".//{*}SPSExchangedDocument/{*}IssueDateTime")  # type: ignore[attr-defined]
        date.getparent().remove(date)

    number, document = node.certificate(without_date)
    with MailServer(node) as partner:
        assert node.send(node.message(document, number))[0] == 250
        answer = eventually(lambda: partner.of(number))[0]
    assert str(answer["Subject"]).endswith(" 41")
    assert b"ReasonInformation" in (answer.get_payload(decode=True) or b"")
    found = node.lookup(number)
    assert (found["copies"], found["quarantined"]) == (0, True)


def test_the_same_number_with_other_content_is_a_conflict(node: Running) -> None:
    number, first = node.certificate()
    _, other = node.certificate(number=number)
    assert first != other
    with MailServer(node) as partner:
        assert node.send(node.message(first, number))[0] == 250
        assert node.send(node.message(other, number))[0] == 250
        answers = eventually(lambda: found if len(found := partner.of(number)) == 2 else [])
    assert sorted(str(a["Subject"])[-2:] for a in answers) == ["41", "74"]
    found = node.lookup(number)
    assert (found["copies"], found["quarantined"]) == (1, True)


def test_automatic_messages_are_not_answered(node: Running) -> None:
    silent, document = node.certificate()
    replied, second = node.certificate()
    last, third = node.certificate()
    with MailServer(node) as partner:
        assert node.send(node.message(document, silent), sender="")[0] == 250
        automatic = node.message(second, replied).replace(b"auto-generated", b"auto-replied")
        assert node.send(automatic)[0] == 250
        assert node.send(node.message(third, last))[0] == 250
        assert eventually(lambda: partner.of(last))
        assert [partner.of(silent), partner.of(replied)] == [[], []]
    assert [node.lookup(n)["copies"] for n in (silent, replied)] == [1, 1]


def test_a_withdrawal_before_the_certificate_and_an_older_notice_after_it(node: Running) -> None:
    number, document = node.certificate()
    assert node.send(node.notice(number, "40", "2026-05-01T10:00:00+00:00"))[0] == 250
    assert node.send(node.message(document, number))[0] == 250
    assert node.lookup(number)["status_code"] == "40"
    for older in ("44", "70"):
        assert node.send(node.notice(number, older, "2026-04-01T10:00:00+00:00"))[0] == 250
    assert node.lookup(number)["status_code"] == "40"
    with pytest.raises(ValueError, match="state 40"):
        node.hook("clear", number=number, decision="accepted")


def test_a_notice_from_another_country_is_refused(node: Running) -> None:
    number, document = node.certificate()
    assert node.send(node.message(document, number))[0] == 250
    notice = node.notice(number, "40", "2026-05-01T10:00:00+00:00")
    assert node.send(notice, account="other")[0] == 554
    assert node.lookup(number)["status_code"] == "70"
    assert node.send(notice)[0] == 250
    assert node.lookup(number)["status_code"] == "40"


def test_starttls_offers_tls_1_2_and_not_less(node: Running) -> None:
    with Raw(node) as raw:
        raw.say("EHLO test")
        raw.say("STARTTLS")
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        with pytest.warns(DeprecationWarning, match="TLSVersion"):
            old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            old.wrap_socket(raw.socket)
