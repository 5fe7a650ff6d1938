"""`ecert check`: what it prints and how it exits."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from conformance.cli.check import check
from conformance.vectors.certificate import CertificateData, certificate
from conformance.vectors.mutations import BY_NAME

GOOD = certificate(CertificateData())
KEYS = ["requirement", "level", "layer", "line", "path", "message", "expected", "actual"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(check, list(arguments))


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    bad = BY_NAME["wrong-order"](BY_NAME["no-unit"](GOOD))
    contents = {"good": GOOD, "bad": bad, "garbage": b"\x00\x01", "pi": BY_NAME["processing-instruction"](GOOD)}
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    return {name: str(tmp_path / name) for name in contents}


def test_one_json_object_a_line_in_the_order_given(files: dict[str, str]) -> None:
    result = run("--json", files["bad"], files["good"], files["garbage"])
    objects = [json.loads(line) for line in result.output.splitlines()]
    assert [o["file"] for o in objects] == [files["bad"], files["good"], files["garbage"]]
    assert [o["verdict"] for o in objects] == ["fail", "pass", "fail"]
    assert [o["release"] for o in objects] == ["17A", "17A", None]
    assert all(list(o) == ["file", "verdict", "release", "findings"] for o in objects)
    assert all(list(f) == KEYS for o in objects for f in o["findings"])
    assert {f["layer"] for f in objects[0]["findings"]} == {"schema", "rules"}
    assert [f["layer"] for f in objects[2]["findings"]] == ["reading"]
    assert result.exit_code == 1


def test_good_files_exit_0(files: dict[str, str]) -> None:
    result = run(files["good"])
    assert result.exit_code == 0
    assert "pass" in result.output


def test_the_schema_layer_alone_says_what_the_schema_says(files: dict[str, str]) -> None:
    assert run("--layer", "schema", files["pi"]).exit_code == 0
    assert run("--profile", "exchange", files["pi"]).exit_code == 1


def test_nobody_is_held_to_a_profile_nobody_named(files: dict[str, str]) -> None:
    """A processing instruction is well-formed XML; only the exchange profile forbids it."""
    said = run(files["pi"])
    assert said.exit_code == 0
    assert "profile uncefact: no signs of another" in said.output
    assert "SHOULD" in said.output
    assert "DOC-033" in said.output
    assert "no signs" not in run("--profile", "uncefact", files["pi"]).output


def test_a_person_sees_line_path_expected_and_found(files: dict[str, str]) -> None:
    output = run(files["bad"]).output
    for word in ("DOC-047", "DOC-023", "line ", "expected", "found", "  SPSCertificate/"):
        assert word in output


def test_a_missing_file_and_an_endless_one_are_findings(tmp_path: Path) -> None:
    result = run("--json", str(tmp_path / "none.xml"), "/dev/null", "/dev/zero")
    assert result.exit_code == 1
    found = [json.loads(line)["findings"] for line in result.output.splitlines()]
    assert [len(findings) for findings in found] == [1, 1, 1]
    assert "25,000,000" in found[2][0]["message"]


@pytest.mark.parametrize(
    "arguments", [[], ["--layer", "odd", "x"], ["--at", "yesterday", "x"], ["--trust", "none.pem", "x"]]
)
def test_wrong_usage_exits_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


def test_the_time_of_checking_is_used(files: dict[str, str]) -> None:
    result = run("--json", "--at", "2020-01-01T00:00:00Z", files["good"])
    assert {f["requirement"] for f in json.loads(result.output)["findings"]} == {"DOC-014", "DOC-015"}
