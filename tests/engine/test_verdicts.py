"""What happens in a case decides its verdict, and nothing that proves nothing is a pass."""

from collections.abc import Callable
from typing import Any

import pytest
from laboratory import PARTNER, Laboratory

VerdictOf = Callable[[str], dict[str, Any]]

FINDING = 'Finding("PULL-001", "It is wrong.", "right", "wrong")'

CASES = [
    ("say(tape, b'yes')", "pass", ""),
    ("return", "error", "without an exchange"),
    ("say(tape, b'yes'); assert False, 'slip'", "error", "AssertionError"),
    ("say(tape, b'yes'); raise JudgeFault('my fault')", "error", "my fault"),
    ("say(tape, b'yes'); raise Inconclusive('no stock')", "inconclusive", "no stock"),
    ("raise Unreachable('nobody')", "inconclusive", "nobody"),
    (f"raise Nonconformity({FINDING})", "fail", "It is wrong."),
    (f"say(tape, b''); judge.report([{FINDING}])", "fail", "It is wrong."),
    ("judge.require(0, expected=1, actual=0, message='It is zero.')", "fail", "It is zero."),
    ("say(tape, b''); judge.expect(0, expected=1, actual=0, message='It is zero.')", "fail", "It is zero."),
    ("judge.precondition(False, 'no twin')", "inconclusive", "no twin"),
    (f"judge.report([{FINDING}]); raise Inconclusive('then nothing')", "fail", "It is wrong."),
    (f"judge.report([{FINDING}]); raise JudgeFault('my fault')", "error", "my fault"),
    ("import pytest; say(tape, b''); pytest.skip('later')", "error", "later"),
    ("import sys; sys.exit(0)", "error", "SystemExit"),
]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """All of CASES, in one run."""
    laboratory = Laboratory(tmp_path_factory.mktemp("verdicts"))
    laboratory.partner.write_text(PARTNER)
    laboratory.write(
        "".join(
            f'@case("PULL-001.{number}", roles=Role.EXPORTER, defects=["x"])\n'
            f'def test_{number}(tape, judge):\n    """It."""\n    {body}\n'
            for number, (body, _, _) in enumerate(CASES)
        )
    )
    events = laboratory.run().events
    return {event["case"]: event for event in events if event["event"] == "case-finished"}


@pytest.mark.parametrize("number", range(len(CASES)), ids=[body[:30] for body, _, _ in CASES])
def test_a_case_gets_its_verdict(number: int, results: dict[str, dict[str, Any]]) -> None:
    _, verdict, reason = CASES[number]
    result = results[f"PULL-001.{number}"]
    assert result["verdict"] == verdict, result
    assert reason in result["reason"]


def test_a_level_comes_from_the_catalogue(verdict_of: VerdictOf) -> None:
    result = verdict_of("say(tape, b''); judge.expect(0, expected=1, actual=0, message='m', requirement='WEB-000x')")
    assert result["findings"][0]["level"] == "MUST"
    assert result["findings"][0]["requirement"] == "WEB-000x"


def test_a_case_that_hangs_is_stopped_at_its_time(verdict_of: VerdictOf) -> None:
    result = verdict_of("while True:\n    time.sleep(0.01)")
    assert result["verdict"] == "inconclusive"
    assert "within its 2 s" in result["reason"]
    assert result["seconds"] < 4


def test_a_case_cannot_swallow_its_time_limit(verdict_of: VerdictOf) -> None:
    result = verdict_of("try:\n    time.sleep(30)\nexcept Exception:\n    pass\nsay(tape, b'')")
    assert result["verdict"] == "inconclusive"
