"""`ecert check` knows a document of the 2009 format by its root and says what is wrong with it, and where."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from conformance.checks.document import check_document
from conformance.cli import main
from conformance.data import data_path
from conformance.model.words import Layer, Verdict

FOLDER = data_path("fixtures", "legacy")
DOCUMENTS = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))["documents"]


@pytest.mark.parametrize("entry", DOCUMENTS, ids=lambda entry: str(entry["file"]))
def test_each_twin_gets_its_verdict_for_its_reason(entry: dict[str, str]) -> None:
    report = check_document((FOLDER / entry["file"]).read_bytes())
    assert report.verdict == entry["verdict"]
    wanted = {(entry["requirement"], entry["layer"])} if "requirement" in entry else set()
    assert {(one.requirement, one.layer) for one in report.findings} == wanted
    assert all(one.where.line for one in report.findings)
    assert all(one.expected and one.actual and one.message for one in report.findings)
    assert entry["layer"] == "reading" if report.release is None else report.release == "2009"


def test_the_manifest_follows_its_schema_and_names_every_file() -> None:
    manifest = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    jsonschema.validate(manifest, json.loads(data_path("schemas", "json", "fixtures-1.json").read_text("utf-8")))
    assert {one["file"] for one in DOCUMENTS} == {path.name for path in FOLDER.glob("*.xml")}
    for one in DOCUMENTS:
        assert sha256((FOLDER / one["file"]).read_bytes()).hexdigest() == one["sha256"]
        assert "twin" not in one or (FOLDER / one["twin"]).exists()


def changed(old: str, new: str) -> bytes:
    text = (FOLDER / "accepted.xml").read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1).encode()


def test_a_finding_names_line_path_expected_and_actual() -> None:
    (one,) = check_document(changed('month="3"', 'month="13"')).findings
    assert (one.where.line, one.where.path) == (11, "/certificates/certificate[1]/issue_date[1]")
    assert one.actual == "year 2009, month 13, day 17"
    assert "2009, 3, 17" in one.expected


def test_a_part_that_is_missing_and_one_that_is_strange_are_told_each() -> None:
    data = changed('<issue_date year="2009" month="3" day="17"/>', "<stamp/><stamp/>")
    told = [(one.requirement, one.where.line, one.actual) for one in check_document(data).findings]
    assert told == [("DOC-002", 3, "none"), ("DOC-048", 11, "stamp"), ("DOC-048", 11, "stamp")]


def test_a_part_that_is_there_twice_is_told_once() -> None:
    data = changed("<officer>", "<officer>A</officer><officer>")
    assert [one.message for one in check_document(data).findings] == ["officer is there again"]


def test_a_day_in_the_future_is_told_only_when_the_time_of_checking_is_given() -> None:
    data = changed('year="2009"', 'year="2031"')
    assert check_document(data).findings == ()
    (one,) = check_document(data, at=datetime(2026, 1, 1, tzinfo=UTC)).findings
    assert one.requirement == "DOC-014"
    assert check_document(data, at=datetime(2031, 3, 16, 12, tzinfo=UTC)).findings == ()  # it is the 17th somewhere


def test_layers_can_be_asked_for_by_themselves() -> None:
    data = changed('month="3"', 'month="13"')
    assert check_document(data, layers={Layer.SCHEMA}).verdict is Verdict.PASS
    assert check_document(data, layers={Layer.RULES}).verdict is Verdict.FAIL


def test_a_signature_asked_for_is_missed_and_a_release_asked_for_is_another() -> None:
    good = (FOLDER / "accepted.xml").read_bytes()
    assert check_document(good, layers={Layer.SIGNATURE}).verdict is Verdict.FAIL
    assert check_document(good, release_name="17A").verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "data",
    [
        b"<certificates/>",
        b"<certificates><certificate/></certificates>",
        b"<certificates><certificate no='1' status='x'><issue_date year='x' month='' day='-1'/></certificate>"
        b"</certificates>",
        b"<certificates><text language=''><text/></text></certificates>",
        b"<certificates xmlns='urn:example:other'/>",
        b"<certificates><certificate no='A' status='Approved'><net_weight unit=''>1e5</net_weight></certificate>"
        b"</certificates>",
        b"<certificates>" + b"<certificate/>" * 3000 + b"</certificates>",
    ],
)
def test_strange_documents_are_refused_with_findings(data: bytes) -> None:
    report = check_document(data)
    assert report.verdict is Verdict.FAIL
    assert report.findings


def test_the_command_prints_the_contract() -> None:
    files = [str(FOLDER / name) for name in ("accepted.xml", "refused-month-13.xml")]
    done = CliRunner().invoke(main, ["check", "--json", *files])
    good, bad = (json.loads(line) for line in done.stdout.splitlines())
    assert (done.exit_code, good["verdict"], good["release"], bad["verdict"]) == (1, "pass", "2009", "fail")
    schema = json.loads(data_path("schemas", "json", "check-1.json").read_text(encoding="utf-8"))
    for line in (good, bad):
        jsonschema.validate(line, schema)


def test_people_are_told_the_format(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["check", str(FOLDER / "accepted.xml")])
    assert done.exit_code == 0, done.output
    assert "2009" in done.output
    page = tmp_path / "page.html"
    bad = CliRunner().invoke(main, ["check", "--html", str(page), str(FOLDER / "refused-month-13.xml")])
    assert bad.exit_code == 1, bad.output
    assert "issue_date" in page.read_text(encoding="utf-8")
