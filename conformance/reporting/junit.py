"""A record as JUnit XML, for the CI systems that read it."""

from collections.abc import Mapping
from itertools import groupby

from lxml import etree

from conformance.model.finding import Finding
from conformance.model.record import CaseResult, RunRecord
from conformance.model.words import Verdict
from conformance.reporting.requirements import Requirement
from conformance.reporting.story import command
from conformance.reporting.summary import overall
from conformance.reporting.text import shortened, visible

LIMIT = 4000


def to_junit(record: RunRecord, requirements: Mapping[str, Requirement]) -> bytes:
    """Return JUnit XML, one suite per access and role.

    An inconclusive case is an `error` of type `inconclusive`: a reader of JUnit must not take it for a skip. Only a
    case the partner's declaration rules out is `skipped`.
    """
    ordered = sorted(record.results, key=_suite)
    root = etree.Element("testsuites", _numbers(ordered, f"e-cert conformance: {record.header.partner}"))
    for name, results in groupby(ordered, key=_suite):
        suite = etree.SubElement(root, "testsuite", _numbers(tuple(results_list := list(results)), name))
        suite.set("timestamp", record.header.started.strftime("%Y-%m-%dT%H:%M:%S"))
        suite.set("hostname", visible(record.header.partner))
        _properties(
            suite,
            {
                "run": record.header.run_id,
                "suite-version": record.header.suite_version,
                "seed": str(record.header.seed),
                "overall": overall(record).overall.value,
                "complete": str(record.complete).lower(),
            },
        )
        for result in results_list:
            _case(suite, record, result, requirements)
    if not record.complete:
        _cut_off(root)
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _suite(result: CaseResult) -> str:
    return f"{result.case.access.value} {result.case.role.value}"


def _numbers(results: list[CaseResult] | tuple[CaseResult, ...], name: str) -> dict[str, str]:
    verdicts = [result.verdict for result in results]
    return {
        "name": visible(name),
        "tests": str(len(verdicts)),
        "failures": str(verdicts.count(Verdict.FAIL)),
        "errors": str(verdicts.count(Verdict.ERROR) + verdicts.count(Verdict.INCONCLUSIVE)),
        "skipped": str(verdicts.count(Verdict.NOT_APPLICABLE)),
        "time": f"{sum(result.seconds for result in results):.3f}",
    }


def _cut_off(root: etree._Element) -> None:
    suite = etree.SubElement(root, "testsuite", name="run", tests="1", failures="0", errors="1", skipped="0", time="0")
    case = etree.SubElement(suite, "testcase", classname="run", name="the run came to its end", time="0")
    etree.SubElement(case, "error", type="inconclusive", message="the run was cut off before its end")
    root.set("tests", str(int(root.get("tests", "0")) + 1))
    root.set("errors", str(int(root.get("errors", "0")) + 1))


def _case(
    suite: etree._Element, record: RunRecord, result: CaseResult, requirements: Mapping[str, Requirement]
) -> None:
    info = result.case
    name = visible(f"{info.id}: {info.title}")
    element = etree.SubElement(
        suite, "testcase", classname=f"{info.access.value}.{info.role.value}", name=name, time=f"{result.seconds:.3f}"
    )
    _properties(
        element, {"case": info.id, "verdict": result.verdict.value}, [("requirement", r) for r in info.requirements]
    )
    reason = visible(shortened(result.reason, 300))
    if result.verdict is Verdict.FAIL:
        failure = etree.SubElement(element, "failure", type="fail", message=reason)
        parts = [_told(finding, requirements) for finding in result.findings]
        failure.text = visible("\n\n".join([*parts, f"Repeat: {command(record, result)}"]))
    elif result.verdict in (Verdict.ERROR, Verdict.INCONCLUSIVE):
        error = etree.SubElement(element, "error", type=result.verdict.value, message=reason)
        error.text = visible(f"{shortened(result.log or result.reason, LIMIT)}\n\nRepeat: {command(record, result)}")
    elif result.verdict is Verdict.NOT_APPLICABLE:
        etree.SubElement(element, "skipped", message=reason)


def _told(finding: Finding, requirements: Mapping[str, Requirement]) -> str:
    known = requirements.get(finding.requirement)
    place = ", ".join(
        part
        for part in (
            finding.where.part,
            f"line {finding.where.line}" if finding.where.line is not None else "",
            finding.where.path,
        )
        if part
    )
    lines = [f"{finding.requirement} ({finding.level.value}): {finding.message}"]
    if known and known.statement:
        lines.append(f"  required: {known.statement} [{known.source}]")
    lines += [f"  expected: {shortened(finding.expected, LIMIT)}", f"  actual:   {shortened(finding.actual, LIMIT)}"]
    if place:
        lines.append(f"  where:    {place}")
    return "\n".join(lines)


def _properties(parent: etree._Element, values: Mapping[str, str], more: list[tuple[str, str]] | None = None) -> None:
    properties = etree.SubElement(parent, "properties")
    for name, value in [*values.items(), *(more or [])]:
        etree.SubElement(properties, "property", name=name, value=visible(value))
