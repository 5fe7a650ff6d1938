"""The exit code of a run is a function of its record, the first that applies decides."""

import dataclasses
from datetime import UTC, date, datetime

import pytest

from conformance.engine.compare import compare
from conformance.engine.exitcode import exit_code
from conformance.engine.expectations import Expected, deviations
from conformance.model.finding import Finding
from conformance.model.record import CaseInfo, CaseResult, Deviation, RunHeader, RunRecord
from conformance.model.words import Access, Level, Role, Verdict

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HEADER = RunHeader("r", NOW, "1", 1, "Test partner", "CN", (), (), (), ())
MUST = (Finding("PULL-001", "broken", "a", "b"),)
SHOULD = (Finding("PULL-001", "unwise", "a", "b", level=Level.SHOULD),)


def result(
    verdict: Verdict, findings: tuple[Finding, ...] = (), *, name: str = "PULL-001", unreachable: bool = False
) -> CaseResult:
    case = CaseInfo(name, "t", "", ("PULL-001",), Access.PULL, Role.EXPORTER, (), (), "x.py::test_x")
    return CaseResult(case, verdict, "because", findings, (), 1.0, 0.1, unreachable)


def record(*results: CaseResult, complete: bool = True, listed: tuple[Deviation, ...] = ()) -> RunRecord:
    return RunRecord(HEADER, results, NOW if complete else None, complete, listed)


PASS, FAIL = result(Verdict.PASS), result(Verdict.FAIL, MUST)
ERROR, OPEN = result(Verdict.ERROR), result(Verdict.INCONCLUSIVE)
AWAY = result(Verdict.INCONCLUSIVE, unreachable=True)
NOT_OURS = result(Verdict.NOT_APPLICABLE)


def listed(state: str) -> tuple[Deviation, ...]:
    return (Deviation("PULL-001", "known", "someone", "2026-12-31", state),)


@pytest.mark.parametrize(
    ("run", "code"),
    [
        (record(PASS), 0),
        (record(PASS, NOT_OURS), 0),
        (record(FAIL, ERROR, AWAY), 1),
        (record(ERROR, AWAY, OPEN), 4),
        (record(AWAY, OPEN, PASS), 3),
        (record(OPEN, PASS), 1),
        (record(PASS, complete=False), 1),
        (record(), 5),
        (record(NOT_OURS), 5),
        (record(result(Verdict.FAIL, SHOULD)), 0),
        (record(result(Verdict.FAIL, SHOULD + MUST)), 1),
        (record(result(Verdict.FAIL)), 1),
        (record(FAIL, listed=listed("as-expected")), 0),
        (record(FAIL, listed=listed("expired")), 6),
        (record(PASS, listed=listed("stale")), 6),
        (record(FAIL, result(Verdict.FAIL, MUST, name="PULL-002"), listed=listed("as-expected")), 1),
        (record(ERROR, listed=listed("as-expected")), 4),
        (record(OPEN, listed=listed("as-expected")), 1),
    ],
)
def test_the_first_that_applies_decides(run: RunRecord, code: int) -> None:
    assert exit_code(run) == code


def test_strict_lets_a_should_decide() -> None:
    run = record(result(Verdict.FAIL, SHOULD))
    strict = dataclasses.replace(run, header=dataclasses.replace(HEADER, strict=True))
    assert (exit_code(run), exit_code(strict)) == (0, 1)


@pytest.mark.parametrize(
    ("verdict", "today", "state"),
    [
        (Verdict.FAIL, date(2026, 12, 31), "as-expected"),
        (Verdict.FAIL, date(2027, 1, 1), "expired"),
        (Verdict.PASS, date(2026, 1, 1), "stale"),
        (Verdict.NOT_APPLICABLE, date(2026, 1, 1), "stale"),
    ],
)
def test_an_expectation_lasts_while_it_fails_and_its_date_is_not_over(
    verdict: Verdict, today: date, state: str
) -> None:
    expected = Expected("PULL-001", "known", "someone", date(2026, 12, 31))
    assert [d.state for d in deviations([expected], [result(verdict)], today)] == [state]


def test_an_expectation_of_a_case_not_in_the_run_says_nothing() -> None:
    expected = Expected("PULL-009", "known", "someone", date(2026, 12, 31))
    assert deviations([expected], [PASS], date(2027, 1, 1)) == ()


def test_comparison_tells_what_became_worse_and_better() -> None:
    before = record(PASS, result(Verdict.FAIL, MUST, name="PULL-002"), result(Verdict.PASS, name="PULL-003"))
    after = record(FAIL, result(Verdict.PASS, name="PULL-002"), result(Verdict.PASS, name="PULL-003"))
    after = dataclasses.replace(after, header=dataclasses.replace(HEADER, suite_version="2"))
    found = compare(before, after)
    assert {g.name: [c.case for c in g.changes] for g in found.groups if g.changes} == {
        "newly-failing": ["PULL-001"],
        "mended": ["PULL-002"],
    }
    assert found.unchanged == 1
    assert found.worse
    assert any("suite" in note for note in found.notes)
