"""Figures and verdicts of a load run, from what the processes wrote."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from load_samples import MOST_TAKEN, Samples

from conformance.cli.load_figures import STEP, Figures, read_figures
from conformance.cli.load_run import Order, shares
from conformance.cli.load_verdicts import verdicts
from conformance.model.load import LoadFigures, LoadLimit, LoadPoint, LoadRow, LoadText
from conformance.model.words import Verdict
from conformance.partner import IxitLimits

LIMITS = IxitLimits(fetch_p95_seconds=1.0, error_share=0.05)


def samples(folder: Path, name: str, times: dict[float, int], **changes: Any) -> None:
    """Write the file of one process; times are milliseconds and how often each was measured."""
    histogram = [[math.ceil(math.log(time) / STEP), count] for time, count in times.items()]
    count = sum(times.values())
    row = {"name": "pull GetCertificate", "access": "pull", "count": count, "errors": 0, "deviations": 0}
    row |= {"max": max(times), "times": histogram} | changes.pop("row", {})
    data = {"rows": [row], "late": [[0, count]], "faults": [], "texts": [], "taken_count": 0, "taken": []}
    data |= {"seconds": [[row["access"], 0, count, 0, histogram]]}
    (folder / f"samples-{name}.json").write_text(json.dumps(data | changes), "utf-8")


def judge(figures: Figures) -> tuple[Verdict, str]:
    result = verdicts(("pull",), figures, LIMITS, 0.0, 10.0)[0].result
    assert result.case.id == "LOAD-001"
    return result.verdict, result.reason


def test_percentiles_of_several_processes_are_those_of_all_requests(tmp_path: Path) -> None:
    samples(tmp_path, "1", {10.0: 90, 500.0: 4})
    samples(tmp_path, "2", {10.0: 1, 2000.0: 5})
    (row,) = read_figures(tmp_path, 10.0).rows
    assert (row.count, row.rate, row.max) == (100, 10.0, 2000.0)
    assert [row.p50, row.p90, row.p95, row.p99] == pytest.approx([10, 10, 500, 2000], rel=0.011)


def test_the_limits_decide(tmp_path: Path) -> None:
    samples(tmp_path, "1", {10.0: 100})
    assert judge(read_figures(tmp_path, 10.0)) == (Verdict.PASS, "")
    samples(tmp_path, "2", {1500.0: 10})
    assert judge(read_figures(tmp_path, 10.0))[0] is Verdict.FAIL
    samples(tmp_path, "2", {10.0: 10}, row={"errors": 3, "deviations": 3})
    verdict, reason = judge(read_figures(tmp_path, 10.0))
    assert verdict is Verdict.FAIL
    assert "without a right answer" in reason


def test_nothing_is_decided_by_a_handful_or_by_silence(tmp_path: Path) -> None:
    samples(tmp_path, "1", {10.0: 19})
    assert judge(read_figures(tmp_path, 10.0))[0] is Verdict.INCONCLUSIVE
    silent = [["pull GetCertificate", "the connection was refused", 100]]
    samples(tmp_path, "1", {10.0: 100}, row={"errors": 100}, texts=silent)
    verdict, reason = judge(read_figures(tmp_path, 10.0))
    assert verdict is Verdict.INCONCLUSIVE
    assert "refused" in reason


def test_a_late_or_broken_judge_blames_itself(tmp_path: Path) -> None:
    slow = math.ceil(math.log(3000) / STEP)
    samples(tmp_path, "1", {3000.0: 100}, late=[[slow, 100]])
    assert judge(read_figures(tmp_path, 10.0))[0] is Verdict.ERROR
    hardly = math.ceil(math.log(500) / STEP)
    samples(tmp_path, "1", {3000.0: 100}, late=[[hardly, 100]])
    assert judge(read_figures(tmp_path, 10.0))[0] is Verdict.FAIL, "half a second does not explain three"
    samples(tmp_path, "1", {10.0: 100}, faults=["KeyError: invented"])
    assert judge(read_figures(tmp_path, 10.0))[0] is Verdict.ERROR


def test_mail_put_off_is_served_and_mail_dropped_is_not(tmp_path: Path) -> None:
    mail = {"name": "push certificate", "access": "push", "errors": 5}
    samples(tmp_path, "1", {10.0: 100}, row=mail, texts=[["push certificate", "told to come again (451)", 5]])
    figures = read_figures(tmp_path, 10.0)
    assert verdicts(("push",), figures, LIMITS, 0.0, 10.0)[0].result.verdict is Verdict.PASS
    dropped = replace(figures, texts=(LoadText("push certificate", "the session was closed without a word", 5),))
    result = verdicts(("push",), dropped, LIMITS, 0.0, 10.0)[0].result
    assert (result.verdict, result.findings[0].requirement) == (Verdict.FAIL, "LOAD-006")


@pytest.mark.parametrize(
    ("last", "seconds", "late", "expected"),
    [
        (150.0, 9.0, 0, Verdict.PASS),
        (900.0, 9.0, 0, Verdict.FAIL),
        (900.0, 9.0, 800, Verdict.ERROR),
        (900.0, 8.0, 0, Verdict.NOT_APPLICABLE),
    ],
)
def test_answers_that_take_longer_and_longer_break_the_pace_of_a_soak_run(
    tmp_path: Path, last: float, seconds: float, late: int, expected: Verdict
) -> None:
    limits = replace(LIMITS, soak_seconds=9.0, pace_factor=2.0)
    course = [
        ["pull", second, 30, 0, [[math.ceil(math.log(last if second >= 6 else 100.0) / STEP), 30]]]
        for second in range(int(seconds))
    ]
    bucket = math.ceil(math.log(late) / STEP) if late else 0
    samples(tmp_path, "1", {100.0: 200, last: 70}, seconds=course, late=[[bucket, 270]])
    _, pace, _ = verdicts(("pull",), read_figures(tmp_path, seconds), limits, 0.0, seconds)
    assert (pace.result.case.id, pace.result.verdict) == ("LOAD-007", expected)
    assert pace.limit.kept == expected.value


def test_a_caller_over_its_rate_must_hear_why(tmp_path: Path) -> None:
    crowd = {"name": "limited Echo", "access": "limited", "errors": 90}
    held = [["limited Echo", "put off with TooManyRequests", 90]]
    samples(tmp_path, "1", {10.0: 100}, row=crowd, texts=held)
    figures = read_figures(tmp_path, 10.0)
    assert verdicts(("limited",), figures, LIMITS, 0.0, 10.0)[0].result.verdict is Verdict.PASS
    assert figures.points == (), "what is held back on purpose is not in the course of the run"
    silent = replace(figures, texts=(*figures.texts, LoadText("limited Echo", "no answer in time", 3)))
    result = verdicts(("limited",), silent, LIMITS, 0.0, 10.0)[0].result
    assert (result.verdict, result.findings[0].actual) == (Verdict.FAIL, "3 times: no answer in time")
    unlimited = replace(figures, texts=(), totals={"limited": replace(figures.totals["limited"], errors=0)})
    result = verdicts(("limited",), unlimited, LIMITS, 0.0, 10.0)[0].result
    assert "never held back" in result.reason


def test_a_part_of_what_was_taken_is_kept_for_looking_up(tmp_path: Path) -> None:
    measured = Samples()
    for place in range(1000):
        measured.taken(f"N-{place}", "0" * 64, 1 + place % 2)
    measured.write(tmp_path)
    figures = read_figures(tmp_path, 10.0)
    assert (figures.taken_count, len(figures.taken)) == (1000, MOST_TAKEN)
    assert len({one.number for one in figures.taken}) == MOST_TAKEN
    assert max(int(one.number[2:]) for one in figures.taken) > 900, "not only the first ones"


def test_figures_come_back_from_a_record_as_they_were() -> None:
    row = LoadRow("pull GetStatus", "pull", 10, 1.0, 1, 0.1, 0, 1.0, 2.0, 3.0, 4.0, 5.0)
    limit = LoadLimit("LOAD-001", "pull GetStatus", "at most 1 s", "3 ms", "pass")
    figures = LoadFigures((("pace", "2"),), (row,), (LoadPoint(0, 9, 1, 3.0),), (limit,), (LoadText("a", "b", 1),))
    assert LoadFigures.from_json(figures.to_json()) == figures
    with pytest.raises(ValueError, match="not as this version writes"):
        LoadFigures.from_json('{"settings": {}, "rows": [{"name": "x"}]}')


@pytest.mark.parametrize(("rate", "users"), [(60.0, None), (None, 2), (None, 3), (None, 17)])
def test_the_parts_add_up_to_the_whole(rate: float | None, users: int | None) -> None:
    order = Order(("pull", "verification"), rate, users, 10.0, 3, 0, Path())
    parts = shares(order)
    assert sum(part["rate"] for part in parts) == pytest.approx(rate or 0.0)
    assert sum(part["users"] for part in parts) == (users or 2 * order.workers)
