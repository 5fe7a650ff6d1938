"""Defects of sending by mail are visible to the receiver."""

from collections.abc import Callable
from pathlib import Path

import pytest
from partner_bench import Running, eventually, running, waiting
from partner_servers import MailServer

SEEN: dict[str, Callable[[list[list[str]]], bool]] = {
    "reuses-message-id": lambda tries: tries[0][0] == tries[1][0],
    "text-plain-xml": lambda tries: tries[0][1] == "text/plain",
    "free-subject": lambda tries: not tries[0][2].startswith("ECERT"),
    "new-id-on-retry": lambda tries: tries[0][3] not in ("", tries[0][0]),
    "no-retry": lambda tries: tries[0][3] == "",
}


def pushed(node: Running, partner: MailServer) -> list[str]:
    """Message-ID, type and Subject of the first try of a push that is put off once; Message-ID of the second."""
    # A new node has notices of its first certificates to send: they go first.
    assert eventually(lambda: waiting(node.folder) == 0)
    number = node.hook("issue", importing_country="NZ", type_code="851", state="issued")["number"]
    before = len(partner.messages)
    partner.answers = ["451 later"]
    node.hook("push_now", number=number)
    done = eventually(lambda: partner.messages[before:][1:] or node.hook("delivery", number=number)["alarm"])
    first, *more = partner.messages[before:]
    assert done
    return [first["Message-ID"], first.get_content_type(), str(first["Subject"]), more[0]["Message-ID"] if more else ""]


@pytest.mark.alone
@pytest.mark.parametrize("defect", SEEN)
def test_a_defect_shows_in_what_is_sent(defect: str, tmp_path: Path) -> None:
    assert seen_in_what_is_sent(tmp_path, defect) == {defect}


def test_the_clean_node_sends_nothing_of_the_kind(tmp_path: Path) -> None:
    assert seen_in_what_is_sent(tmp_path) == set()


def seen_in_what_is_sent(folder: Path, *defects: str) -> set[str]:
    with running(folder / "node", *defects) as node, MailServer(node) as partner:
        tries = [pushed(node, partner) for _ in range(2)]
    return {name for name, seen in SEEN.items() if seen(tries)}


def test_a_node_that_sends_in_clear_does(tmp_path: Path) -> None:
    with running(tmp_path / "node", "sends-in-clear") as node, MailServer(node) as partner:
        partner.options.update(tls_context=None, require_starttls=False, auth_required=False)
        assert pushed(node, partner)


def test_a_node_that_retries_forever_tries_again_after_a_refusal_for_good(tmp_path: Path) -> None:
    with running(tmp_path / "node", "retries-forever") as node, MailServer(node) as partner:
        assert eventually(lambda: waiting(node.folder) == 0)
        number = node.hook("issue", importing_country="NZ", type_code="851", state="issued")["number"]
        partner.answers = ["550 no"] * 9
        node.hook("push_now", number=number)
        assert eventually(lambda: len(partner.of(number)) > 2)
