"""A partner that does nothing, hangs, drips, floods or is not there costs seconds, and nothing is green against it."""

import json
import os
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w
import unwilling_servers
from null_partner import initialise_node, null_partner, point_at
from unwilling_servers import Behaviour, serving

ECERT = [sys.executable, "-m", "conformance.cli"]
# The limit of the partner file for one answer is 10 s. What comes on top is the start of the lanes and the report; the
# rest is air for a machine that is busy with other tests.
ONE_WAIT = 30.0


def run(partner_file: Path, out: Path, *options: str) -> tuple[int, list[dict[str, Any]]]:
    answer = subprocess.run(
        [*ECERT, "run", str(partner_file), "--out", str(out), *options], capture_output=True, text=True, timeout=120
    )
    reports = list(out.rglob("report.json"))
    assert len(reports) == 1, answer.stderr[-2000:]
    assert "Traceback" not in answer.stdout + answer.stderr
    return answer.returncode, json.loads(reports[0].read_text())["cases"]


def seconds(out: Path) -> float:
    """How long the run took by its own record."""
    lines = next(out.rglob("record.jsonl")).read_text().splitlines()
    ends = [e["started"] + e["seconds"] for e in map(json.loads, lines) if e["event"] == "case-finished"]
    begins = [e["at"] for e in map(json.loads, lines) if e["event"] == "case-started"]
    return float(max(ends) - min(begins))


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A partner file that points nowhere yet."""
    return initialise_node(tmp_path_factory.mktemp("pristine") / "node")


def test_a_partner_that_answers_everything_with_nothing_passes_nothing(tmp_path: Path) -> None:
    with null_partner(tmp_path / "node") as partner_file:
        code, results = run(partner_file, tmp_path / "runs")
    assert [r["id"] for r in results if r["verdict"] == "pass"] == []
    assert any(r["verdict"] == "fail" for r in results)
    assert code == 1
    assert seconds(tmp_path / "runs") < ONE_WAIT


def test_a_partner_that_is_not_there_is_reported_as_unreachable(pristine: Path, tmp_path: Path) -> None:
    with serving(unwilling_servers.close) as port:
        pass  # nobody listens there any more
    point_at(pristine, https_port=port, smtp_port=port, hook_port=port)
    code, results = run(pristine, tmp_path / "runs")
    assert {r["verdict"] for r in results} <= {"inconclusive", "not-applicable"}
    assert code == 3


@pytest.mark.parametrize(
    "behaviour",
    [
        unwilling_servers.hang,
        unwilling_servers.drip,
        unwilling_servers.flood,
        unwilling_servers.reset,
        unwilling_servers.close,
    ],
)
def test_an_unwilling_partner_costs_one_wait(behaviour: Behaviour, pristine: Path, tmp_path: Path) -> None:
    with serving(behaviour) as port:
        point_at(pristine, https_port=port, smtp_port=port, hook_port=port)
        code, results = run(pristine, tmp_path / "runs")
    assert [r["id"] for r in results if r["verdict"] == "pass"] == []
    assert [r["id"] for r in results if r["verdict"] == "error"] == []
    assert code in (1, 3)
    assert seconds(tmp_path / "runs") < ONE_WAIT


@pytest.mark.parametrize("behaviour", [unwilling_servers.hang, unwilling_servers.drip])
def test_hooks_that_hang_cost_one_wait_and_spoil_no_verdict(behaviour: Behaviour, tmp_path: Path) -> None:
    folder = tmp_path / "node"
    subprocess.run([sys.executable, "-m", "reference_impl", "init", str(folder)], check=True, capture_output=True)
    with (
        serving(behaviour) as port,
        subprocess.Popen(
            [sys.executable, "-m", "reference_impl", "serve", str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=os.environ,
        ) as node,
    ):
        try:
            assert node.stdout is not None
            partner_file = Path(node.stdout.readline().strip().removeprefix("ready "))
            data = tomllib.loads(partner_file.read_text())
            for hook in data["hooks"].values():
                hook["url"] = f"http://127.0.0.1:{port}/hook"
            partner_file.write_text(tomli_w.dumps(data))
            code, results = run(partner_file, tmp_path / "runs")
        finally:
            node.terminate()
    assert [r["id"] for r in results if r["verdict"] in ("fail", "error")] == []
    assert any(r["verdict"] == "pass" for r in results)
    assert code == 1
    assert seconds(tmp_path / "runs") < ONE_WAIT
