"""What `ecert check --json` prints is what schemas/json/check-1.json promises."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from conformance.data import data_path
from conformance.vectors.certificate import CertificateData, certificate

VALIDATOR = Draft202012Validator(json.loads(data_path("schemas", "json", "check-1.json").read_text()))


@pytest.mark.parametrize(
    ("name", "content", "verdict"),
    [
        ("good.xml", certificate(CertificateData()), "pass"),
        ("unknown-root.xml", b"<a/>", "fail"),
        ("not-xml.xml", b"\x00\x01\x02", "fail"),
        ("cut.xml", certificate(CertificateData())[:-40], "fail"),
        (
            "two-ids.xml",
            certificate(CertificateData()).replace(b"<ram:TypeCode>851", b"<ram:ID>X</ram:ID><ram:TypeCode>851"),
            "fail",
        ),
    ],
)
def test_a_line_follows_its_schema(name: str, content: bytes, verdict: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    answer = subprocess.run(
        [sys.executable, "-m", "conformance.cli", "check", "--json", str(file)], capture_output=True, text=True
    )
    (line,) = answer.stdout.splitlines()
    told = json.loads(line)
    assert [error.message for error in VALIDATOR.iter_errors(told)] == []
    assert told["verdict"] == verdict
    assert told["file"] == str(file)
    assert bool(told["findings"]) == (verdict == "fail")
    assert answer.returncode == (0 if verdict == "pass" else 1)
