"""Every case is proved: the clean node leaves it green, and each of its defects turns it red for the right reason."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from reference_impl.defects import DEFECTS

ECERT = [sys.executable, "-m", "conformance.cli"]


@lru_cache(maxsize=1)
def cases() -> tuple[dict[str, Any], ...]:
    """Every case as `ecert list` tells it."""
    answer = subprocess.run([*ECERT, "list", "--cases", "--json"], check=True, capture_output=True, text=True)
    return tuple(json.loads(line) for line in answer.stdout.splitlines())


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node folder made once; each proof copies it."""
    folder = tmp_path_factory.mktemp("pristine") / "node"
    subprocess.run([sys.executable, "-m", "reference_impl", "init", str(folder)], check=True, capture_output=True)
    return folder


@contextmanager
def node(pristine: Path, folder: Path, *defects: str) -> Iterator[Path]:
    """Serve a copy of the node with the defects; gives its partner.toml."""
    shutil.copytree(pristine, folder)
    options = [option for name in defects for option in ("--defect", name)]
    with (folder / "stderr.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "reference_impl", "serve", str(folder), *options],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("ready "), f"the node did not start: {(folder / 'stderr.log').read_text()[-2000:]}"
            yield Path(line.removeprefix("ready ").strip())
        finally:
            process.terminate()
            process.wait(10)
            if process.stdout is not None:
                process.stdout.close()


def run(partner_file: Path, out: Path, *case_ids: str) -> tuple[int, dict[str, dict[str, Any]]]:
    """Run cases and return the exit code and the results by case id."""
    options = [option for case_id in case_ids for option in ("--case", case_id)]
    answer = subprocess.run(
        [*ECERT, "run", str(partner_file), "--strict", "--out", str(out), *options],
        capture_output=True,
        text=True,
        timeout=300,
    )
    reports = list(out.rglob("report.json"))
    assert len(reports) == 1, f"no report was written: {answer.stdout[-2000:]} {answer.stderr[-2000:]}"
    report = json.loads(reports[0].read_text())
    return answer.returncode, {result["id"]: result for result in report["cases"]}


def test_the_clean_node_passes_every_case(pristine: Path, tmp_path: Path) -> None:
    with node(pristine, tmp_path / "node") as partner_file:
        code, results = run(partner_file, tmp_path / "runs")
    red = {name: (r["verdict"], r.get("reason")) for name, r in results.items() if r["verdict"] != "pass"}
    assert red == {}
    assert len(results) == len(cases())
    assert code == 0


def test_every_case_names_a_defect_and_every_defect_is_caught() -> None:
    named = {defect for case in cases() for defect in case["defects"]}
    assert [case["id"] for case in cases() if not case["defects"]] == []
    assert named == set(DEFECTS)


@pytest.mark.parametrize("defect", sorted(DEFECTS))
def test_a_defect_turns_its_cases_red_for_the_right_reason(defect: str, pristine: Path, tmp_path: Path) -> None:
    wanted = {case["id"]: set(case["requirements"]) for case in cases() if defect in case["defects"]}
    assert wanted, "no case claims to catch this defect"
    with node(pristine, tmp_path / "node", defect) as partner_file:
        code, results = run(partner_file, tmp_path / "runs", *wanted)
    assert code == 1
    for case_id, requirements in wanted.items():
        result = results[case_id]
        assert result["verdict"] == "fail", (case_id, result["verdict"], result.get("reason"))
        blamed = {finding["requirement"] for finding in result["findings"]}
        assert blamed & requirements, f"{case_id} blames {blamed}, not {requirements}"
