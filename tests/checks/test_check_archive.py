"""`ecert check` over folders: every file gets a result, in order, whatever lies there; a stopped run goes on."""

import gzip
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.checks.document import check_document
from conformance.cli import check_one, check_pool, main
from conformance.cli.check_files import Target, targets
from conformance.cli.check_one import Request
from conformance.cli.check_pool import check_all
from conformance.model.words import Layer
from conformance.vectors.certificate import CertificateData, certificate
from conformance.vectors.mutations import BY_NAME

GOOD = certificate(CertificateData())
BAD = BY_NAME["odd-unit"](GOOD)
REQUEST = Request(frozenset({Layer.SCHEMA}))


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, arguments)])


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "archive"
    below = folder / "b"
    below.mkdir(parents=True)
    for number in range(5):
        (folder / f"{number}.xml").write_bytes(BAD if number == 3 else GOOD)
        (below / f"{number}.XML").write_bytes(GOOD)
    (folder / "notes.txt").write_text("no certificate", encoding="utf-8")
    (folder / "broken.xml").write_bytes(GOOD[:200])
    (folder / "empty.xml").write_bytes(b"")
    return folder


def test_a_folder_is_its_xml_files_in_a_fixed_order(archive: Path) -> None:
    found = [str(Path(target.file).relative_to(archive)) for target in targets([str(archive)])]
    assert found == [
        "0.xml", "1.xml", "2.xml", "3.xml", "4.xml", "broken.xml", "empty.xml", *(f"b/{n}.XML" for n in range(5))
    ]  # fmt: skip


def test_strange_things_in_a_folder_give_a_finding_each_and_stop_nothing(archive: Path) -> None:
    os.mkfifo(archive / "fifo.xml")
    (archive / "folder.xml").mkdir()
    (archive / "loop").symlink_to(archive)
    (archive / "loop.xml").symlink_to(archive)
    (archive / "self.xml").symlink_to(archive / "self.xml")
    (archive / "dangling.xml").symlink_to(archive / "gone")
    (archive / "new\nline \x1b[31m.xml").write_bytes(GOOD)
    Path(os.fsdecode(bytes(archive) + b"/not-utf8-\xff.xml")).write_bytes(GOOD)
    result = run("--json", archive)
    told = {Path(one["file"]).name: one for one in map(json.loads, result.stdout.splitlines())}
    assert result.exit_code == 1
    assert len(told) == 12 - 5 + 5 + 5
    assert [f["layer"] for f in told["fifo.xml"]["findings"]] == ["reading"]
    assert "FIFO" in told["fifo.xml"]["findings"][0]["message"]
    assert [f["layer"] for name in ("self.xml", "dangling.xml") for f in told[name]["findings"]] == ["reading"] * 2
    assert told["new\nline \x1b[31m.xml"]["verdict"] == told["not-utf8-\\xff.xml"]["verdict"] == "pass"
    assert "loop.xml" not in told


def test_sockets_emoji_and_files_that_may_not_be_read(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archive)  # the address of a socket is short
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("socket.xml")
        (archive / "\N{PERSONAL COMPUTER}.xml").write_bytes(GOOD)
        (archive / "closed.xml").write_bytes(GOOD)
        (archive / "closed.xml").chmod(0)
        told = {Path(one["file"]).name: one for one in map(json.loads, run("--json", archive).stdout.splitlines())}
    assert told["\N{PERSONAL COMPUTER}.xml"]["verdict"] == "pass"
    assert [f["layer"] for f in told["socket.xml"]["findings"]] == ["reading"]
    if os.geteuid() != 0:  # root may read everything
        assert [f["layer"] for f in told["closed.xml"]["findings"]] == ["reading"]


def test_a_link_to_a_device_named_like_a_document_is_not_read(archive: Path) -> None:
    (archive / "zero.xml").symlink_to("/dev/zero")
    told = {Path(one["file"]).name: one for one in map(json.loads, run("--json", archive).stdout.splitlines())}
    assert "a device" in told["zero.xml"]["findings"][0]["message"]


def test_huge_files_and_compressed_ones_are_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "huge.xml").open("wb") as stream:
        stream.truncate(200_000_000)
    (tmp_path / "bomb.xml").write_bytes(gzip.compress(b"<a>" + b"x" * 20_000_000))
    bomb, huge = map(json.loads, run("--json", tmp_path).stdout.splitlines())
    assert [f["requirement"] for f in huge["findings"]] == ["DOC-046"]
    assert "at most" in huge["findings"][0]["message"]
    assert "gzip" in bomb["findings"][0]["message"]


def test_a_file_at_which_the_check_itself_fails_is_a_finding(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object, **_options: object) -> None:
        raise RuntimeError("a library gave up")

    monkeypatch.setattr(check_one, "check_document", broken)
    told = [json.loads(line) for line in run("--json", archive / "0.xml", archive / "empty.xml").stdout.splitlines()]
    assert [one["verdict"] for one in told] == ["fail", "fail"]
    assert "a fault of the checker" in told[0]["findings"][0]["message"]
    assert "a library gave up" in told[0]["findings"][0]["message"]


def test_processes_give_the_same_results_in_the_same_order(archive: Path) -> None:
    one, two = run("--json", archive), run("--json", "--jobs", "2", archive)
    assert one.stdout == two.stdout
    assert one.exit_code == two.exit_code == 1


def test_a_stopped_run_goes_on_where_it_stopped(archive: Path, tmp_path: Path) -> None:
    whole, stopped = tmp_path / "whole.jsonl", tmp_path / "stopped.jsonl"
    assert run("--results", whole, archive).exit_code == 1
    lines = whole.read_bytes().splitlines(keepends=True)
    stopped.write_bytes(b"".join(lines[:4]) + lines[4][:30])
    again = run("--results", stopped, "--resume", archive)
    assert again.exit_code == 1
    assert stopped.read_bytes() == whole.read_bytes()
    assert "4 of them in a former run" in again.stderr
    assert f"{len(lines)} files" in again.stderr


@pytest.fixture
def killed(tmp_path: Path) -> tuple[Path, Path]:
    """A folder of many files and the results of a run over it that was ended by SIGKILL in the middle."""
    folder, results = tmp_path / "many", tmp_path / "results.jsonl"
    folder.mkdir()
    (folder / "0000.xml").write_bytes(GOOD)
    for number in range(1, 2500):
        os.link(folder / "0000.xml", folder / f"{number:04d}.xml")
    command = [sys.executable, "-m", "conformance.cli", "check", "--jobs", "2", "--results", str(results), str(folder)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        while process.poll() is None and not (results.exists() and results.stat().st_size):
            pass
        process.send_signal(signal.SIGKILL)
        assert process.stderr is not None
        process.stderr.read()  # comes to its end only when no process of the run is left
    return folder, results


def test_a_run_that_was_killed_leaves_no_process_and_goes_on_to_the_same_results(
    killed: tuple[Path, Path], tmp_path: Path
) -> None:
    folder, results = killed
    done = results.read_bytes().count(b"\n")
    assert 0 < done < 2500
    assert run("--results", results, "--resume", "--jobs", "2", folder).exit_code == 0
    assert run("--results", tmp_path / "whole.jsonl", folder).exit_code == 0
    assert results.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()


def test_results_are_never_written_over(archive: Path, tmp_path: Path) -> None:
    results = tmp_path / "results.jsonl"
    results.write_text("my own notes\nof years\n", encoding="utf-8")
    assert run("--results", results, archive).exit_code == 2
    assert run("--results", results, "--resume", archive).exit_code == 2
    assert results.read_text(encoding="utf-8") == "my own notes\nof years\n"
    assert run("--resume", archive).exit_code == 2


def test_the_summary_counts_files_releases_and_requirements(archive: Path, tmp_path: Path) -> None:
    said = run("--profile", "exchange", "--results", tmp_path / "r.jsonl", archive).stderr
    assert "12 files: 9 pass, 3 fail" in said
    assert "17A 10" in said
    assert "1 files  MUST   DOC-023" in said


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_summary_shows_what_explaining_has_cost(tmp_path: Path, jobs: str) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "good.xml").write_bytes(GOOD)
    (folder / "status.xml").write_bytes(GOOD.replace(b"<ram:StatusCode>70", b"<ram:StatusCode>none"))
    (folder / "uri.xml").write_bytes(GOOD.replace(b"<ram:ID>", b'<ram:ID schemeURI="http://[x">', 1))
    said = run("--results", tmp_path / "r.jsonl", "--jobs", jobs, folder).stderr
    assert "faults against the schema explained in 2 files" in said
    assert "xmlschema asked about the whole of 1 of them" in said


def test_a_folder_without_documents_is_a_finding(tmp_path: Path) -> None:
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "holds no file whose name ends in .xml" in result.output


def _deadly(target: Target, request: Request) -> check_pool.Result:
    if "deadly" in target.file:
        os._exit(9)
    return check_pool._result(target, check_document(Path(target.file).read_bytes(), layers=request.layers))


def test_a_file_that_kills_its_process_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The process is made to die by a file's name; a real one would be a fault of a library."""
    monkeypatch.setattr(check_pool, "get_context", lambda _method: __import__("multiprocessing").get_context("fork"))
    monkeypatch.setattr(check_pool, "_checked", _deadly)
    files = []
    for number in range(70):
        file = tmp_path / f"{number:02d}{'-deadly' if number in (5, 40) else ''}.xml"
        file.write_bytes(GOOD)
        files.append(Target(str(file), found=True))
    results = list(check_all(files, REQUEST, 2))
    assert [result.target for result in results] == files
    assert [number for number, result in enumerate(results) if not result.passed] == [5, 40]
    assert "broke the process" in results[5].line
