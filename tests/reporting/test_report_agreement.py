"""The sentence of the report and the exit code never disagree, whatever a run consists of."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.engine.codec import header_from_json, header_to_json
from conformance.engine.compare import compare
from conformance.engine.exitcode import ExitCode, exit_code
from conformance.model.finding import Finding
from conformance.model.record import CaseInfo, CaseResult, Deviation, RunHeader, RunRecord
from conformance.model.words import Access, Level, Role, Verdict
from conformance.reporting.summary import Overall, overall

NOW = datetime(2026, 3, 1, tzinfo=UTC)
HEADER = RunHeader("r", NOW, "1", 1, "Test partner", "XA", (), (), (), ())
CODES = {
    Overall.CONFORMANT: ExitCode.CONFORMANT,
    Overall.NOT_CONFORMANT: ExitCode.NOT_CONFORMANT,
    Overall.NOT_PROVEN: ExitCode.NOT_CONFORMANT,
    Overall.UNREACHABLE: ExitCode.UNREACHABLE,
    Overall.JUDGE_FAULT: ExitCode.JUDGE_FAULT,
    Overall.NOTHING_RAN: ExitCode.NOTHING_RAN,
    Overall.EXPECTATIONS: ExitCode.EXPECTATIONS,
}
levels = st.lists(st.sampled_from(list(Level)), max_size=3)
cases = st.lists(st.tuples(st.sampled_from(list(Verdict)), levels, st.booleans()), max_size=5)


def record(
    parts: list[tuple[Verdict, list[Level], bool]], *, strict: bool, complete: bool, states: list[str]
) -> RunRecord:
    results = tuple(
        CaseResult(
            CaseInfo(f"PULL-{number:03}", "t", "", ("PULL-001",), Access.PULL, Role.EXPORTER, (), (), "x"),
            verdict,
            "because",
            tuple(Finding("PULL-001", "m", "a", "b", level=level) for level in found)
            if verdict is Verdict.FAIL
            else (),
            (),
            1.0,
            0.1,
            unreachable=away and verdict is Verdict.INCONCLUSIVE,
        )
        for number, (verdict, found, away) in enumerate(parts)
    )
    listed = tuple(Deviation(f"PULL-{n:03}", "known", "o", "2026-12-31", state) for n, state in enumerate(states))
    return RunRecord(replace(HEADER, strict=strict), results, NOW if complete else None, complete, listed)


@given(cases, st.booleans(), st.booleans(), st.lists(st.sampled_from(["as-expected", "stale", "expired"]), max_size=3))
def test_the_sentence_goes_with_the_exit_code(
    parts: list[tuple[Verdict, list[Level], bool]], strict: bool, complete: bool, states: list[str]
) -> None:
    run = record(parts, strict=strict, complete=complete, states=states)
    result = overall(run)
    assert CODES[result.overall] is exit_code(run)
    assert result.good is (exit_code(run) == 0)
    assert result.sentence.endswith(".")


@pytest.mark.parametrize(("strict", "word"), [(False, Overall.CONFORMANT), (True, Overall.NOT_CONFORMANT)])
def test_a_broken_recommendation_decides_only_in_a_strict_run(strict: bool, word: Overall) -> None:
    run = record([(Verdict.FAIL, [Level.SHOULD], False)], strict=strict, complete=True, states=[])
    assert overall(run).overall is word
    assert ("strict" in overall(run).sentence) is strict


def test_a_record_of_before_says_nothing_of_strict_and_was_not() -> None:
    written = header_to_json(replace(HEADER, strict=True))
    assert header_from_json(written).strict is True
    del written["strict"]
    assert header_from_json(written).strict is False


def test_a_comparison_says_that_only_one_run_was_strict() -> None:
    runs = [record([(Verdict.PASS, [], False)], strict=strict, complete=True, states=[]) for strict in (False, True)]
    assert "only the second run was strict" in compare(*runs).notes


@pytest.mark.parametrize("after", [Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.NOT_APPLICABLE])
def test_a_case_that_passed_and_is_not_proved_any_more_makes_a_run_worse(after: Verdict) -> None:
    first, second = (
        record([(verdict, [], False)], strict=False, complete=True, states=[]) for verdict in (Verdict.PASS, after)
    )
    assert compare(first, second).worse
    assert not compare(second, first).worse


def test_a_failing_case_that_breaks_another_requirement_is_told() -> None:
    first = record([(Verdict.FAIL, [Level.MUST], False)], strict=False, complete=True, states=[])
    other = replace(first.results[0], findings=(Finding("SOAP-029", "m", "a", "b"),))
    found = compare(first, replace(first, results=(other,)))
    assert [g.name for g in found.groups if g.changes] == ["failing-otherwise"]
    assert found.worse
    assert compare(first, first).unchanged == 1
