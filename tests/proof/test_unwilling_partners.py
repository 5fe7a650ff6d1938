"""Nothing is green against a partner that does nothing, or against one that is not there."""

import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from null_partner import initialise_node, null_partner, point_at

ECERT = [sys.executable, "-m", "conformance.cli"]


def run(partner_file: Path, out: Path) -> tuple[int, list[dict[str, Any]]]:
    answer = subprocess.run(
        [*ECERT, "run", str(partner_file), "--out", str(out)], capture_output=True, text=True, timeout=120
    )
    reports = list(out.rglob("report.json"))
    assert len(reports) == 1, answer.stderr[-2000:]
    return answer.returncode, json.loads(reports[0].read_text())["cases"]


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_a_partner_that_answers_everything_with_nothing_passes_nothing(tmp_path: Path) -> None:
    started = time.monotonic()
    with null_partner(tmp_path / "node") as partner_file:
        code, results = run(partner_file, tmp_path / "runs")
    assert [r["id"] for r in results if r["verdict"] == "pass"] == []
    assert any(r["verdict"] == "fail" for r in results)
    assert code == 1
    assert time.monotonic() - started < 110


def test_a_partner_that_is_not_there_is_reported_as_unreachable(tmp_path: Path, closed_port: int) -> None:
    partner_file = initialise_node(tmp_path / "node")
    point_at(partner_file, https_port=closed_port, smtp_port=closed_port, hook_port=closed_port)
    code, results = run(partner_file, tmp_path / "runs")
    assert {r["verdict"] for r in results} <= {"inconclusive", "not-applicable"}
    assert code == 3
