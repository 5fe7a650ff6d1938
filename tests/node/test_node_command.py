"""`init`, `serve` and `defects`: quick, clear when something is wrong, and gone when told to go."""

import os
import signal
import socket
import subprocess
import tomllib
from pathlib import Path

import pytest
from node_process import RunningNode, command, initialized, running


def refused(*arguments: object) -> str:
    done = subprocess.run(command(*arguments), capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    return line


def test_serving_a_missing_folder_says_how_to_make_one(tmp_path: Path) -> None:
    assert "init" in refused("serve", tmp_path / "nowhere")


def test_a_folder_in_use_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    assert "not empty" in refused("init", tmp_path)


@pytest.mark.parametrize("text", ["\x00garbage", "[node]\n", "node = 3\n"])
def test_garbage_in_node_toml_is_one_message(tmp_path: Path, text: str) -> None:
    (tmp_path / "node.toml").write_text(text)
    assert "node.toml" in refused("serve", tmp_path)


def test_a_port_in_use_is_one_message(tmp_path: Path) -> None:
    folder = initialized(tmp_path / "node")
    path = folder / "node.toml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        path.write_text(path.read_text().replace("page_port = 0", f"page_port = {port}"))
        assert f"page_port {port}" in refused("serve", folder)


def test_an_unknown_defect_is_one_message(node_folder: Path) -> None:
    assert "no-such-thing" in refused("serve", node_folder, "--defect", "no-such-thing")


def test_every_defect_has_a_sentence() -> None:
    done = subprocess.run(command("defects"), capture_output=True, text=True, timeout=20, check=True)
    lines = [line.split(": ", 1) for line in done.stdout.splitlines()]
    assert len(lines) > 100
    assert all(sentence.endswith(".") for _, sentence in lines)


def test_it_ends_soon_after_being_told(tmp_path: Path) -> None:
    with running(initialized(tmp_path / "node")) as node:
        node.process.send_signal(signal.SIGTERM)
        assert node.process.wait(timeout=20) == 0


def test_what_was_issued_outlives_a_kill(tmp_path: Path) -> None:
    folder = initialized(tmp_path / "node")
    with running(folder) as node:
        issued = node.hook("issue", importing_country="NZ")
        os.kill(node.process.pid, signal.SIGKILL)
        node.process.wait(timeout=5)
    with running(folder) as node:
        assert node.look_up(issued["number"], issued["verification_code"]).status_code == 200
        assert node.call("GetCertificate", f"<Number>{issued['number']}</Number>").status_code == 200


def test_two_nodes_live_side_by_side(clean_node: RunningNode, tmp_path: Path) -> None:
    with running(initialized(tmp_path / "second")) as second:
        issued = second.hook("issue", importing_country="NZ")["number"]
        assert second.call("GetStatus", f"<Number>{issued}</Number>").status_code == 200
        assert "NotFound" in clean_node.call("GetStatus", f"<Number>{issued}</Number>").text


def test_the_administration_port_wants_its_token(clean_node: RunningNode) -> None:
    import httpx  # noqa: PLC0415 - only this test speaks to it by hand

    url = clean_node.partner["hooks"]["issue"]["url"]
    assert httpx.post(url, json={}).status_code == 401
    assert httpx.post(url, json={}, headers={"Authorization": "Bearer guess"}).status_code == 401


def test_no_secret_is_in_the_log(clean_node: RunningNode) -> None:
    log = (clean_node.folder / "node.log").read_text(encoding="utf-8")
    settings = tomllib.loads((clean_node.folder / "node.toml").read_text(encoding="utf-8"))
    for partner in settings["partners"]:
        assert partner["password"] not in log
        assert partner["mail_password"] not in log


def test_a_defective_node_has_certificates_of_its_own(node_folder: Path) -> None:
    with running(node_folder, "envelope-status-differs") as node:
        number = node.partner["data"]["issued"][0]
        answer = node.call("GetCertificate", f"<Number>{number}</Number>")
        assert "<StatusCode>39</StatusCode>" in answer.text
