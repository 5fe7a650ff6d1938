"""Defects of the push access are visible from outside, each in its own way."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from partner_bench import Running, eventually, running
from partner_servers import PullServer
from test_mail_intake import Raw


def early_mail(node: Running) -> bool:
    with Raw(node) as raw:
        raw.say("EHLO test")
        return raw.say("MAIL FROM:<outbox@nz.ecert.example>").startswith("250")


def early_sign_in(node: Running) -> bool:
    with Raw(node) as raw:
        return "AUTH" in raw.say("EHLO test")


def injected(node: Running) -> bool:
    with Raw(node) as raw:
        raw.say("EHLO test")
        raw.socket.sendall(b"STARTTLS\r\nNOOP injected\r\n")
        raw.reply()
        raw.secure()
        raw.socket.sendall(b"EHLO test\r\n")
        return not raw.reply().startswith("250-")


def nothing_offered(node: Running) -> bool:
    with Raw(node) as raw:
        return "STARTTLS" not in raw.say("EHLO test")


def no_size(node: Running) -> bool:
    with node.mail() as session:
        return "size" not in session.esmtp_features


def another_sender(node: Running) -> bool:
    number, document = node.certificate()
    return node.send(node.message(document, number), sender="outbox@au.ecert.example")[0] == 250


def another_recipient(node: Running) -> bool:
    with node.mail() as session:
        session.mail("outbox@nz.ecert.example")
        return session.rcpt("somebody@elsewhere.example")[0] == 250


def out_of_order(node: Running) -> bool:
    with node.mail() as session:
        return session.docmd("DATA")[0] == 354


def smuggled(node: Running) -> bool:
    number, document = node.certificate()
    with Raw(node) as raw:
        raw.sign_in()
        raw.say("MAIL FROM:<outbox@nz.ecert.example>")
        raw.say("RCPT TO:<intake@cn.ecert.example>")
        raw.say("DATA")
        raw.socket.sendall(node.message(document, number) + b"\n.\nNOOP\r\n.\r\n")
        return raw.reply().startswith("250") and raw.reply().startswith("250")


def forgotten(node: Running) -> bool:
    number, document = node.certificate()
    return node.send(node.message(document, number))[0] == 250 and node.lookup(number)["copies"] == 0


def twice(node: Running) -> bool:
    number, document = node.certificate()
    for _ in range(2):
        node.send(node.message(document, number))
    return bool(node.lookup(number)["copies"] == 2)


def two_ways(node: Running) -> bool:
    number, document = node.certificate()
    node.send(node.message(document, number))
    with PullServer(node) as partner:
        partner.listed[number] = document
        node.hook("pull_now")
        assert eventually(lambda: partner.receipts(number)) == ["Received"]
    return bool(node.lookup(number)["copies"] == 2)


def overwritten(node: Running) -> bool:
    number, first = node.certificate()
    node.send(node.message(first, number))
    before = node.lookup(number)["sha256"]
    node.send(node.message(node.certificate(number=number)[1], number))
    return bool(node.lookup(number)["sha256"] != before)


def second_part(node: Running) -> bool:
    number, document = node.certificate()
    other, second = node.certificate()
    head, _, body = node.message(document, number).partition(b"\r\n\r\n")
    content = re.compile(rb"(?im)^Content-.*\r\n(?:[ \t].*\r\n)*")
    part = b"".join(content.findall(head + b"\r\n"))
    mixed = b'%sContent-Type: multipart/mixed; boundary="b"\r\n\r\n' % content.sub(b"", head + b"\r\n")
    bodies = (body, node.message(second, other).partition(b"\r\n\r\n")[2])
    mixed += b"".join(b"--b\r\n%s\r\n%s\r\n" % (part, b) for b in bodies) + b"--b--\r\n"
    return node.send(mixed)[0] == 250 and node.lookup(other)["copies"] == 1


def lost_by_name(node: Running) -> bool:
    number, document = node.certificate()
    message = re.sub(rb'filename="[^"]*"', b'filename="../../evil.xml"', node.message(document, number))
    return node.send(message)[0] == 250 and node.lookup(number)["copies"] == 0


def anyones_notice(node: Running) -> bool:
    number, document = node.certificate()
    node.send(node.message(document, number))
    node.send(node.notice(number, "40", "2026-05-01T10:00:00+00:00"), account="other")
    return bool(node.lookup(number)["status_code"] == "40")


def early_withdrawal_lost(node: Running) -> bool:
    number, document = node.certificate()
    node.send(node.notice(number, "40", "2026-05-01T10:00:00+00:00"))
    node.send(node.message(document, number))
    return bool(node.lookup(number)["status_code"] == "70")


def older_wins(node: Running) -> bool:
    number, document = node.certificate()
    node.send(node.message(document, number))
    node.send(node.notice(number, "40", "2026-05-01T10:00:00+00:00"))
    node.send(node.notice(number, "70", "2026-04-01T10:00:00+00:00"))
    return bool(node.lookup(number)["status_code"] == "70")


SEEN: dict[str, Callable[[Running], bool]] = {
    "mail-before-tls": early_mail,
    "auth-before-tls": early_sign_in,
    "keeps-plaintext-buffer": injected,
    "ehlo-empty": nothing_offered,
    "no-size-limit": no_size,
    "no-sender-check": another_sender,
    "open-relay": another_recipient,
    "any-order": out_of_order,
    "bare-lf-ends-data": smuggled,
    "forgets-after-250": forgotten,
    "stores-twice": twice,
    "two-channels-two-records": two_ways,
    "overwrites": overwritten,
    "takes-second-part": second_part,
    "filename-as-path": lost_by_name,
    "notice-from-anyone": anyones_notice,
    "forgets-early-withdrawal": early_withdrawal_lost,
    "older-undoes-newer": older_wins,
}


@pytest.mark.alone
@pytest.mark.parametrize("defect", SEEN)
def test_a_defect_shows(defect: str, tmp_path: Path) -> None:
    with running(tmp_path / "node", defect) as node:
        assert SEEN[defect](node)


def test_the_clean_node_shows_none(tmp_path: Path) -> None:
    with running(tmp_path / "node") as node:
        assert [name for name, seen in SEEN.items() if seen(node)] == []
