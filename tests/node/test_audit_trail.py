"""Everything that is done with certificates is in a trail that only grows and shows every alteration."""

import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from node_process import RunningNode, command, initialized, running


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    with running(initialized(tmp_path_factory.mktemp("audit") / "node")) as found:
        yield found


def audit(folder: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command("audit", folder, *options), capture_output=True, text=True, timeout=20)


def acts(node: RunningNode, number: str) -> list[tuple[str, str]]:
    return [(line["what"], line["who"]) for line in node.hook("audit", number=number)["entries"]]


def test_the_life_of_a_certificate_is_written_down_with_who_did_what(node: RunningNode) -> None:
    made = node.hook("issue")
    number = made["number"]
    assert node.call("GetCertificate", f"<Number>{number}</Number>").status_code == 200
    assert node.look_up(number, made["verification_code"]).status_code == 200
    for _ in range(2):
        node.call("AcknowledgeReceipt", f"<Number>{number}</Number><Receipt>Received</Receipt>")
    new = node.hook("replace", number=number, reason="typing error")["number"]
    assert acts(node, number) == [
        ("issued", "administration"),
        ("retrieved", "NZ"),
        ("viewed", "public"),
        ("receipt", "NZ"),
        ("replaced", "administration"),
    ]
    assert acts(node, new) == [("issued", "administration")]
    lines = node.hook("audit", number=number)["entries"]
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    assert lines[1]["from"] == "pull from 127.0.0.1"


def test_what_was_refused_is_no_retrieval(node: RunningNode) -> None:
    number = node.hook("issue")["number"]
    assert node.call("GetCertificate", f"<Number>{number}</Number>", role="other").status_code == 500
    assert [what for what, _ in acts(node, number)] == ["issued"]


def test_the_command_prints_and_verifies_the_trail(node: RunningNode) -> None:
    number = node.hook("issue")["number"]
    told = audit(node.folder, "--number", number)
    assert told.returncode == 0, told.stderr
    assert told.stdout.splitlines()[0].split("\t")[1:4] == ["administration", "issued", number]
    head = told.stdout.split()[-1]
    node.hook("withdraw", number=number)
    assert audit(node.folder, "--head", head).returncode == 0


def test_the_database_itself_refuses_to_change_a_line(node: RunningNode) -> None:
    database = sqlite3.connect(node.folder / "node.sqlite", timeout=10)
    for statement in ("update audit_trail set who = 'AU'", "delete from audit_trail"):
        with pytest.raises(sqlite3.IntegrityError, match="only ever added to"):
            database.execute(statement)
    database.close()


@pytest.mark.parametrize(
    "forgery",
    [
        "update audit_trail set who = 'AU' where id = 3",
        "delete from audit_trail where id=3",
        "insert into audit_trail select 99, at, who, origin, what, number, detail, digest from audit_trail where id=3",
    ],
    ids=["altered", "removed", "inserted"],
)
def test_a_forged_line_is_found(tmp_path: Path, forgery: str) -> None:
    folder = initialized(tmp_path / "node")
    assert audit(folder).returncode == 0
    database = sqlite3.connect(folder / "node.sqlite")
    for act in ("update", "delete"):
        database.execute(f"drop trigger audit_trail_no_{act}")
    database.execute(forgery)
    database.commit()
    database.close()
    told = audit(folder)
    assert told.returncode == 1
    assert "is not what was written there" in told.stderr


def test_a_trail_whose_end_was_cut_off_lacks_the_head_that_was_noted(tmp_path: Path) -> None:
    folder = initialized(tmp_path / "node")
    head = audit(folder).stdout.split()[-1]
    database = sqlite3.connect(folder / "node.sqlite")
    database.execute("drop trigger audit_trail_no_delete")
    database.execute("delete from audit_trail where id > 5")
    database.commit()
    database.close()
    assert audit(folder).returncode == 0
    told = audit(folder, "--head", head)
    assert told.returncode == 1
    assert "cut off" in told.stderr


def test_a_retrieval_that_was_answered_is_in_the_trail_though_the_node_is_killed(tmp_path: Path) -> None:
    folder = initialized(tmp_path / "node")
    with running(folder) as node:
        number = node.partner["data"]["issued"][0]
        assert node.call("GetCertificate", f"<Number>{number}</Number>").status_code == 200
        node.process.kill()
        node.process.wait(5)
    told = audit(folder, "--number", number)
    assert told.returncode == 0, told.stderr
    assert [line.split("\t")[2] for line in told.stdout.splitlines()[:-1]] == ["issued", "retrieved"]
