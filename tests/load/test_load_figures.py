"""Figures and verdicts of a load run, from what the processes wrote."""

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.cli.load_figures import STEP, Figures, read_figures
from conformance.cli.load_run import Order, shares
from conformance.cli.load_verdicts import verdicts
from conformance.model.words import Verdict
from conformance.partner import IxitLimits

LIMITS = IxitLimits(fetch_p95_seconds=1.0, error_share=0.05)


def samples(folder: Path, name: str, times: dict[float, int], **changes: Any) -> None:
    """Write the file of one process; times are milliseconds and how often each was measured."""
    histogram = [[math.ceil(math.log(time) / STEP), count] for time, count in times.items()]
    count = sum(times.values())
    row = {"name": "pull GetCertificate", "access": "pull", "count": count, "errors": 0, "deviations": 0}
    row |= {"max": max(times), "times": histogram} | changes.pop("row", {})
    data = {"rows": [row], "late": [[0, count]], "faults": [], "texts": [], "seconds": [[0, count, 0, histogram]]}
    (folder / f"samples-{name}.json").write_text(json.dumps(data | changes), "utf-8")


def judge(figures: Figures) -> tuple[Verdict, str]:
    (result,) = verdicts(("pull",), figures, LIMITS, 0.0, 10.0)
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
    samples(tmp_path, "1", {10.0: 100}, faults=["KeyError: invented"])
    assert judge(read_figures(tmp_path, 10.0))[0] is Verdict.ERROR


def test_mail_put_off_is_served_and_mail_dropped_is_not(tmp_path: Path) -> None:
    mail = {"name": "push certificate", "access": "push", "errors": 5}
    samples(tmp_path, "1", {10.0: 100}, row=mail, texts=[["push certificate", "told to come again (451)", 5]])
    figures = read_figures(tmp_path, 10.0)
    assert verdicts(("push",), figures, LIMITS, 0.0, 10.0)[0].verdict is Verdict.PASS
    dropped = replace(figures, texts=(("push certificate", "the session was closed without a word", 5),))
    (result,) = verdicts(("push",), dropped, LIMITS, 0.0, 10.0)
    assert (result.verdict, result.findings[0].requirement) == (Verdict.FAIL, "LOAD-006")


@pytest.mark.parametrize(("rate", "users"), [(60.0, None), (None, 2), (None, 3), (None, 17)])
def test_the_parts_add_up_to_the_whole(rate: float | None, users: int | None) -> None:
    order = Order(("pull", "verification"), rate, users, 10.0, 3, 0, Path())
    parts = shares(order)
    assert sum(part["rate"] for part in parts) == pytest.approx(rate or 0.0)
    assert sum(part["users"] for part in parts) == (users or 2 * order.workers)
