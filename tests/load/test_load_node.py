"""Load on the reference node: the clean one keeps every limit, a defective one breaks just what it should."""

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from conformance.cli.load import load

ALL = ("--rate", "65", "--duration", "5", "--backlog", "5")
MAIL = ("--rate", "20", "--duration", "3", "--access", "push")


@contextmanager
def served(folder: Path, *defects: str, officials: int = 0) -> Iterator[Path]:
    options = [word for name in defects for word in ("--defect", name)]
    subprocess.run([sys.executable, "-m", "reference_impl", "init", str(folder)], check=True, capture_output=True)
    if officials:
        command = [sys.executable, "-m", "reference_impl", "officials", str(folder), str(officials)]
        subprocess.run(command, check=True, capture_output=True)
    node = subprocess.Popen(
        [sys.executable, "-m", "reference_impl", "serve", str(folder), *options], stdout=subprocess.PIPE, text=True
    )
    try:
        assert node.stdout is not None
        path = Path(node.stdout.readline().strip().removeprefix("ready "))
        text = path.read_text("utf-8")
        # Generous, so that a busy machine breaks nothing; what the defects break is not a matter of time.
        text = text.replace("fetch_p95_seconds = 1.0", "fetch_p95_seconds = 60.0\navailability = 0.2")
        text = text.replace("look_up_p95_seconds = 0.3", "look_up_p95_seconds = 60.0")
        text = text.replace("error_share = 0.01", "error_share = 0.5")
        path.write_text(text.replace("[ixit.limits]\n", "[ixit.limits]\nbacklog_seconds = 4.0\n"), "utf-8")
        yield path
    finally:
        node.terminate()
        node.wait(10)
        assert node.stdout is not None
        node.stdout.close()


def run(folder: Path, *arguments: str, defects: tuple[str, ...] = (), officials: int = 0) -> tuple[int, Any]:
    with served(folder / "node", *defects, officials=officials) as partner:
        result = CliRunner().invoke(
            load, [str(partner), "--out", str(folder / "runs"), "--json", "--warm-up", "0", *arguments]
        )
    assert result.stdout.startswith("{"), result.output
    return result.exit_code, json.loads(result.stdout)


def verdicts(told: Any) -> dict[str, str]:
    return {case["id"]: case["verdict"] for case in told["cases"]}


def test_the_clean_node_keeps_every_limit(tmp_path: Path) -> None:
    code, told = run(tmp_path, *ALL, officials=20)
    found = verdicts(told)
    assert found.pop("LOAD-007") == "not-applicable", "five seconds are no soak run"
    assert (code, set(found.values())) == (0, {"pass"}), told["cases"]
    assert set(found) == {
        "LOAD-001", "LOAD-002.under-load", "LOAD-003", "LOAD-004", "LOAD-005", "LOAD-005.officials",
        "LOAD-006", "LOAD-008", "LOAD-009",
    }  # fmt: skip
    assert any("twice" in limit["measured"] for limit in told["load"]["limits"])
    assert told["load"]["settings"]["officials logged in"] == "20"
    steps = {row["name"]: row for row in told["load"]["rows"] if row["access"] == "officials"}
    assert set(steps) == {"officials search", "officials certificate", "officials verification"}
    assert not any(row["errors"] or row["deviations"] for row in steps.values())
    secrets = tomllib.loads((tmp_path / "node" / "secrets" / "officials.toml").read_text("utf-8"))["officials"]
    written = b"".join(path.read_bytes() for path in (tmp_path / "runs").rglob("*") if path.is_file())
    assert not any(one[name].encode() in written for one in secrets for name in ("password", "second_factor"))


@pytest.mark.parametrize(
    ("defects", "arguments", "red"),
    [
        (
            ("no-rate-limit", "stores-twice", "import-never-fetches"),
            ALL,
            {"LOAD-002.under-load", "LOAD-003", "LOAD-004"},
        ),
        (("forgets-after-250",), MAIL, {"LOAD-003"}),
    ],
)
def test_a_defect_turns_red_what_is_about_it(
    tmp_path: Path, defects: tuple[str, ...], arguments: tuple[str, ...], red: set[str]
) -> None:
    code, told = run(tmp_path, *arguments, defects=defects)
    assert code == 1
    assert {case for case, verdict in verdicts(told).items() if verdict == "fail"} == red
    for case in told["cases"]:
        assert {finding["requirement"] for finding in case["findings"]} <= {case["id"].partition(".")[0]}
