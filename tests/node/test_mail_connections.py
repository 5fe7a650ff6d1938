"""The intake has so many connections open at a time, and no address can take those of the others."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from partner_bench import Running, eventually, running

from reference_impl.mail.doorkeeper import Doorkeeper

MOST, SHARE = 5, 3


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    folder: Path = tmp_path_factory.mktemp("connections") / "node"
    with running(folder):
        pass
    path = folder / "node.toml"
    text = path.read_text(encoding="utf-8")
    for name, number in (("max_connections_from_address", SHARE), ("max_connections", MOST)):
        before = next(line for line in text.splitlines() if line.startswith(f"{name} ="))
        text = text.replace(before, f"{name} = {number}")
    path.write_text(text, encoding="utf-8")
    with running(folder) as found:
        yield found


def greeting(node: Running, stack: ExitStack, source: str) -> str:
    push = node.partner["ixit"]["push"]
    made = stack.enter_context(socket.create_connection((push["host"], push["port"]), 10, (source, 0)))
    return made.recv(200).decode()


def test_an_address_beyond_its_share_is_told_421_and_others_are_served(node: Running) -> None:
    with ExitStack() as stack:
        assert [greeting(node, stack, "127.0.0.2")[:3] for _ in range(SHARE)] == ["220"] * SHARE
        assert greeting(node, stack, "127.0.0.2").startswith("421 4.7.0 ")
        assert greeting(node, stack, "127.0.0.3").startswith("220")
        assert greeting(node, stack, "127.0.0.4").startswith("220")
        assert greeting(node, stack, "127.0.0.5").startswith("421")
    with ExitStack() as stack:
        assert eventually(lambda: greeting(node, stack, "127.0.0.2").startswith("220"))


def test_a_session_under_tls_counts_once_and_gives_its_place_back(node: Running) -> None:
    for _ in range(MOST + 1):
        with node.mail() as session:
            assert session.noop()[0] == 250


def test_who_was_turned_away_takes_no_place() -> None:
    door = Doorkeeper(2, 1)
    assert [door.admit(name, address) for name, address in (("a", "x"), ("b", "x"), ("c", "y"), ("d", "z"))] == [
        True, False, True, False,
    ]  # fmt: skip
    assert door.admit("a", "x")
    door.leave("b")
    door.leave("a")
    assert door.admit("d", "z")
