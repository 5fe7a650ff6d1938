"""`ecert check` over folders: every file gets a result, in order, whatever lies there; a stopped run goes on."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.checks.document import check_document
from conformance.cli import check_pool, main
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
