"""JUnit XML, JSON and the files on disk."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from lxml import etree

from conformance.data import data_path
from conformance.model.record import RunRecord
from conformance.model.words import Verdict
from conformance.reporting import to_json, to_junit, write_reports
from conformance.reporting.requirements import Requirement
from conformance.reporting.summary import Overall, coverage, overall

Known = dict[str, Requirement]
Bodies = Callable[[str], bytes]


def only(record: RunRecord, *verdicts: Verdict) -> RunRecord:
    return replace(record, results=tuple(r for r in record.results if r.verdict in verdicts))


def test_junit_never_makes_an_undecided_case_look_skipped(record: RunRecord, known: Known) -> None:
    root: Any = etree.fromstring(to_junit(record, known))
    assert root.xpath("//testcase[error/@type='inconclusive']/properties/property[@name='case']/@value") == ["PULL-020"]
    assert root.xpath("//testcase[skipped]/properties/property[@name='case']/@value") == ["PULL-040"]
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("skipped")) == ("6", "2", "2", "1")
    assert "DOC-012" in root.xpath("//testcase[failure]/properties/property[@name='requirement']/@value")
    told = root.xpath("string(//failure)")
    assert "Every date-time states its offset" in told
    assert "ecert run 'my partner.toml' --case DOC-012" in told


def test_junit_of_a_run_cut_off_is_not_green(record: RunRecord, known: Known) -> None:
    cut = replace(only(record, Verdict.PASS), complete=False, finished=None)
    assert etree.fromstring(to_junit(cut, known)).get("errors") == "1"


def test_junit_survives_control_characters(record: RunRecord, known: Known) -> None:
    nasty = "a\x00b\ud800c\x1b]]>\ufffe"
    dirty = replace(record, results=tuple(replace(r, reason=nasty, log=nasty) for r in record.results))
    root: Any = etree.fromstring(to_junit(dirty, known))
    assert "‹U+0000›" in root.xpath("string(//error/@message)")


@pytest.mark.parametrize("name", ["record", "load_record"])
def test_json_keeps_to_its_schema(name: str, known: Known, request: pytest.FixtureRequest) -> None:
    record: RunRecord = request.getfixturevalue(name)
    schema = json.loads(data_path("schemas", "json", "report-1.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    document = json.loads(to_json(record, known))
    Draft202012Validator(schema).validate(document)
    assert document["result"]["counts"] == {"fail": 2, "error": 1, "inconclusive": 1, "pass": 1, "not-applicable": 1}
    assert document["cases"][1]["findings"][0]["line"] == 8


def test_the_overall_result_is_decided_in_the_order_of_the_exit_codes(load_record: RunRecord) -> None:
    record = replace(load_record, deviations=())
    assert overall(record).overall is Overall.NOT_CONFORMANT
    undecided = only(record, Verdict.ERROR, Verdict.INCONCLUSIVE, Verdict.PASS)
    assert overall(undecided).overall is Overall.JUDGE_FAULT
    assert overall(only(record, Verdict.INCONCLUSIVE, Verdict.PASS)).overall is Overall.NOT_PROVEN
    assert overall(only(record, Verdict.PASS)).overall is Overall.CONFORMANT
    assert overall(only(record, Verdict.NOT_APPLICABLE)).overall is Overall.NOTHING_RAN
    assert overall(replace(only(record, Verdict.PASS), complete=False)).overall is Overall.NOT_PROVEN
    away = only(record, Verdict.INCONCLUSIVE)
    away = replace(away, results=tuple(replace(r, unreachable=True) for r in away.results))
    assert overall(away).overall is Overall.UNREACHABLE


def test_a_broken_recommendation_or_an_expected_failure_does_not_decide(load_record: RunRecord) -> None:
    should = replace(load_record, results=tuple(r for r in load_record.results if r.case.id in ("WEB-030", "PULL-001")))
    assert overall(should).overall is Overall.CONFORMANT
    failed = replace(load_record, results=load_record.results[:2])
    known_failure = replace(load_record.deviations[0], case="DOC-012")
    assert overall(replace(failed, deviations=(known_failure,))).overall is Overall.CONFORMANT
    expired = replace(known_failure, state="expired")
    assert overall(replace(failed, deviations=(expired,))).overall is Overall.EXPECTATIONS


def test_every_requirement_is_accounted_for(record: RunRecord, known: Known) -> None:
    rows = {row.requirement.id: row for row in coverage(record, known)}
    assert rows["DOC-012"].verdict is Verdict.FAIL
    assert rows["PULL-001"].verdict is Verdict.PASS
    assert (rows["PULL-099"].verdict, rows["PULL-099"].why) == (None, "not visible")
    assert rows["PULL-040"].why


def test_the_page_comes_first_and_files_are_whole(
    record: RunRecord, bodies: Bodies, known: Known, tmp_path: Path
) -> None:
    paths = write_reports(record, bodies, tmp_path / "new" / "folder", known)
    assert [path.name for path in paths] == ["report.html", "junit.xml", "report.json"]
    assert sorted(path.name for path in paths[0].parent.iterdir()) == ["junit.xml", "report.html", "report.json"]
    assert paths[0].read_text("utf-8").endswith("</html>")
