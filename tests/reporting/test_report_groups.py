"""What there is to mend stands at the top, each thing once; the page can be read by everybody."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lxml import html as lxml_html

from conformance.data import data_path
from conformance.model.finding import Finding
from conformance.model.record import CaseResult, RunRecord
from conformance.model.words import Verdict
from conformance.reporting import to_html
from conformance.reporting.requirements import Requirement

Known = dict[str, Requirement]
Bodies = Callable[[str], bytes]


def tree(record: RunRecord, bodies: Bodies, known: Known) -> Any:
    return lxml_html.fromstring(to_html(record, bodies, known))


def text(element: Any) -> str:
    return " ".join(str(element.text_content()).split())


def named(result: CaseResult, name: str, *findings: Finding) -> CaseResult:
    return replace(result, case=replace(result.case, id=name), findings=findings or result.findings)


def test_a_fault_that_many_cases_met_is_one_thing_to_mend(record: RunRecord, bodies: Bodies, known: Known) -> None:
    leak = Finding("SOAP-029", "The fault of CN-2026-17 gives away a stack trace.", "none", "Traceback")
    again = replace(leak, message="The fault of CN-2026-18 gives away a stack trace.")
    own = Finding("DOC-012", "The date has no offset.", "an offset", "none")
    failed = record.results[1]
    results = (
        named(failed, "A", leak),
        named(failed, "B", again),
        named(failed, "C", own),
        named(failed, "D", leak, own),
    )
    page = tree(replace(record, results=results), bodies, known)
    items = [text(item) for item in page.xpath("//ol[@class='index']/li")]
    assert len(items) == 2
    assert items[0].startswith("The fault of CN-2026-17")
    assert "SOAP-029" in items[0]
    assert "A and 2 other cases: B, D" in items[0]
    folded = page.xpath("//article[details[@class='folded' and not(@open)]]//span[@class='id']/text()")
    assert folded == ["B", "D"]
    assert "As A," in text(page.xpath("//article[details/@class='folded']")[0])


def test_a_strict_run_does_not_say_that_a_recommendation_does_not_decide(
    record: RunRecord, bodies: Bodies, known: Known
) -> None:
    lax = to_html(record, bodies, known)
    strict = to_html(replace(record, header=replace(record.header, strict=True)), bodies, known)
    assert ("(does not decide)" in lax, "(does not decide)" in strict) == (True, False)
    assert "decide too: the run was strict" in strict


def test_cases_behind_an_interconnection_test_are_listed_under_its_reason(
    record: RunRecord, bodies: Bodies, known: Known
) -> None:
    gate = replace(named(record.results[2], "PULL-000"), reason="nothing listens there")
    behind = "The interconnection test PULL-000 did not pass (inconclusive): nothing listens there"
    waiting = tuple(replace(named(gate, f"PULL-10{n}"), reason=behind, steps=()) for n in range(3))
    page = tree(replace(record, results=(*waiting, gate)), bodies, known)
    (stop,) = page.xpath("//ul[@class='index']/li")
    assert text(stop).startswith("? inconclusive nothing listens there 1 case: PULL-000")
    assert "3 not begun, because PULL-000 found this before: PULL-100, PULL-101, PULL-102" in text(stop)
    assert page.xpath("//article//span[@class='id']/text()") == ["PULL-000"]
    targets = set(page.xpath("//@id"))
    assert all(href[1:] in targets for href in page.xpath("//@href"))


@pytest.mark.parametrize(("verdict", "sign"), [(Verdict.PASS, "good"), (Verdict.FAIL, "bad"), (Verdict.ERROR, "open")])
def test_only_a_broken_requirement_is_shown_as_bad(
    verdict: Verdict, sign: str, record: RunRecord, bodies: Bodies, known: Known
) -> None:
    results = tuple(result for result in record.results if result.verdict is verdict)[:1]
    page = tree(replace(record, results=results), bodies, known)
    assert page.xpath("//section[contains(@class,'result')]/@class") == [f"result {sign}"]


def luminance(colour: str) -> float:
    short = colour.lstrip("#")
    full = "".join(c * 2 for c in short) if len(short) == 3 else short
    parts = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_every_colour_of_text_has_enough_contrast(scheme: str) -> None:
    css = data_path("reports", "report.css").read_text("utf-8")
    found = [dict(re.findall(r"--([\w-]+): (#\w+)", block)) for block in re.findall(r":root \{([^}]*)\}", css)]
    colours = dict(zip(("light", "dark", "print"), found, strict=True))[scheme]
    grounds: dict[str, tuple[str, ...]] = dict.fromkeys(
        ("ink", "soft", "link", "good", "bad", "warn"), ("paper", "panel")
    )
    grounds["ink"] = ("paper", "panel", "mark", "good-mark")
    weak = {
        (name, ground): round(contrast(colours[name], colours[ground]), 2)
        for name, places in grounds.items()
        for ground in places
        if contrast(colours[name], colours[ground]) < 4.5
    }
    assert weak == {}
