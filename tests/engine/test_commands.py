"""The commands: what they print, how they end, and one clear line for whatever is wrong with the input."""

import json
from pathlib import Path

import pytest
from laboratory import Laboratory

CASES = """
@case("PULL-001", roles=Role.EXPORTER, defects=["list-forgets-replaced"])
def test_good(tape):
    \"\"\"All that changed is listed.

    An importer that misses a change acts on an old certificate.
    \"\"\"
    say(tape, b"yes")

@case("PULL-002", roles=Role.EXPORTER, defects=["prefix-match"])
def test_bad(tape, judge):
    \"\"\"Another number.\"\"\"
    say(tape, b"no")
    judge.expect(False, expected="yes", actual="no \\x1b[31m", message="It is \\x1b[31m no.")
"""

KNOWN = '[[expected]]\ncase = "{case}"\nreason = "{reason}"\nowner = "team"\nexpires = {expires}\n'


@pytest.fixture
def filled(laboratory: Laboratory) -> Laboratory:
    laboratory.write(CASES)
    return laboratory


def known(laboratory: Laboratory, case: str, *, reason: str = "known", expires: str = "2199-01-01") -> Path:
    path = laboratory.folder / "known.toml"
    path.write_text(KNOWN.format(case=case, reason=reason, expires=expires))
    return path


def test_run_prints_a_summary_and_the_report(filled: Laboratory) -> None:
    ended = filled.run("--json")
    told = json.loads(ended.out)
    assert (ended.code, told["exit_code"], told["counts"]) == (1, 1, {"fail": 1, "pass": 1})
    assert all((filled.folder / path).is_file() for path in told["reports"])
    assert "fail" in ended.err
    assert "\x1b" not in ended.err + ended.out


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--case", "PULL-001"], 0),
        (["--case", "PULL-*"], 1),
        (["--case", "NONE-*"], 5),
        (["--case", "NONE-*", "--case", "PULL-001"], 2),
        (["--access", "push"], 5),
        (["--access", "post"], 2),
        (["--role", "importer"], 5),
    ],
)
def test_a_selection_decides_what_runs(filled: Laboratory, options: list[str], code: int) -> None:
    ended = filled.run(*options)
    assert ended.code == code
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("case", "reason", "expires", "code"),
    [
        ("PULL-002", "known", "2199-01-01", 0),
        ("PULL-002", "known", "2020-01-01", 6),
        ("PULL-001", "known", "2199-01-01", 1),
        ("PULL-002", "", "2199-01-01", 2),
        ("PULL-002", "known", "'soon'", 2),
        ("PULL-099", "known", "2199-01-01", 2),
    ],
)
def test_an_expected_failure_counts_only_as_written(
    filled: Laboratory, case: str, reason: str, expires: str, code: int
) -> None:
    ended = filled.run("--expectations", known(filled, case, reason=reason, expires=expires))
    assert ended.code == code, ended.err
    if code == 2:
        assert len(ended.err.strip().splitlines()) == 1
        assert "known.toml" in ended.err


def test_a_stale_expectation_is_told(filled: Laboratory) -> None:
    ended = filled.run("--case", "PULL-001", "--expectations", known(filled, "PULL-001"))
    assert ended.code == 6
    assert "expectation stale: PULL-001" in ended.out


@pytest.mark.parametrize("command", ["replay", "report", "compare"])
@pytest.mark.parametrize("content", [None, b"", b"\x00\xff\x00", b"{}\n", b'{"event":"run-started","format":9}\n'])
def test_a_bad_record_is_one_line_and_exit_code_2(laboratory: Laboratory, command: str, content: bytes | None) -> None:
    path = laboratory.folder / "record.jsonl"
    if content is not None:
        path.write_bytes(content)
    ended = laboratory.ecert(command, *([path] * (2 if command == "compare" else 1)))
    assert ended.code == 2
    assert len(ended.err.strip().splitlines()) == 1
    assert "record.jsonl" in ended.err


def test_list_and_explain_read_the_cases(filled: Laboratory) -> None:
    listed = filled.ecert("list", "--cases", "--json", "--cases-from", filled.cases)
    assert [json.loads(line)["id"] for line in listed.out.splitlines()] == ["PULL-001", "PULL-002"]
    told = filled.ecert("explain", "pull-001", "--cases-from", filled.cases)
    assert told.code == 0
    assert "An importer that misses a change" in told.out
    assert "profile" in told.out
    unknown = filled.ecert("explain", "PULL-0001", "--cases-from", filled.cases)
    assert unknown.code == 2
    assert "PULL-001" in unknown.err


def test_every_command_has_an_example(laboratory: Laboratory) -> None:
    shown = laboratory.ecert("--help")
    commands = [line.split()[0] for line in shown.out.split("Commands:")[1].splitlines() if line[2:3].strip()]
    assert {"demo", "run", "replay", "list", "explain", "report", "compare", "node"} <= set(commands)
    for name in ("demo", "run", "replay", "list", "explain", "report", "compare"):
        assert "Example:  ecert" in laboratory.ecert(name, "--help").out, name


def test_whether_a_run_was_strict_is_in_its_record_and_decides_everywhere(laboratory: Laboratory) -> None:
    laboratory.write(
        '@case("PULL-001", roles=Role.EXPORTER, defects=["x"])\n'
        "def test_it(tape):\n"
        '    """It."""\n'
        '    say(tape, b"yes")\n'
        '    raise Nonconformity(Finding("PULL-001", "unwise", "a", "b", level=Level.SHOULD))\n'
    )
    folders = []
    for options, code, word in (((), 0, "conformant in what was tested"), (("--strict",), 1, "not conformant")):
        run = laboratory.run(*options)
        assert (run.code, run.events[0]["header"]["strict"]) == (code, bool(options))
        assert f"result: {word}" in run.out
        report = json.loads((run.folder / "report.json").read_text())
        assert (report["run"]["strict"], report["result"]["overall"]) == (bool(options), word)
        again = laboratory.ecert("replay", run.folder, "--cases-from", laboratory.cases)
        assert again.code == code
        folders.append(run.folder)
    assert laboratory.ecert("replay", folders[0], "--cases-from", laboratory.cases, "--strict").code == 1
