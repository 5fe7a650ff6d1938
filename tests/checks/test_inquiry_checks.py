"""What is read from threads of inquiries: the steps they went, and the marks of their pages."""

import pytest

from conformance.checks.inquiry_page import read_marks
from conformance.checks.inquiry_states import NEXT, STATES, illegal


def test_every_step_of_the_table_is_legal_and_no_other() -> None:
    for before in STATES:
        for after in STATES:
            went = ("opened", *_way_to(before), after)
            assert (illegal(went) == "") is (after in NEXT[before] or after == before), went


def _way_to(state: str) -> tuple[str, ...]:
    return {
        "opened": (),
        "acknowledged": ("acknowledged",),
        "in-progress": ("in-progress",),
        "answered": ("answered",),
        "closed": ("answered", "closed"),
        "reopened": ("answered", "reopened"),
    }[state]


@pytest.mark.parametrize(("states", "told"), [(("answered",), "begins with answered"), ((), "begins with nothing")])
def test_a_thread_begins_at_opened(states: tuple[str, ...], told: str) -> None:
    assert told in illegal(states)


def test_what_is_marked_is_read_and_what_was_injected_is_counted() -> None:
    page = b"""<html lang="en"><h1>Inquiry <span data-ecert-field="inquiry"> INQ-1 </span></h1>
    <dd data-ecert-inquiry="answered">answered</dd><li data-ecert-answer="altered">x</li>
    <p data-ecert-measure="41">y</p>
    <a href="/inquiries/INQ-1/files/7">a.pdf</a><p>&lt;ecert-probe&gt;</p></html>"""
    marks = read_marks(page)
    assert (marks.inquiry, marks.state, marks.answers, marks.measures) == ("INQ-1", "answered", ("altered",), ("41",))
    assert marks.links == ("/inquiries/INQ-1/files/7",)
    assert (marks.probes, "<ecert-probe>" in marks.text) == (0, True)
    injected = page.replace(b"&lt;ecert-probe&gt;", b"<ecert-probe>x</ecert-probe><i ecert-probe=1>y</i>")
    assert read_marks(injected).probes == 2


@pytest.mark.parametrize("octets", [b"", b"\x00\xff" * 50, b"<" * 3_000_000, b"{}"])
def test_what_is_no_page_has_no_marks(octets: bytes) -> None:
    assert read_marks(octets).inquiry == ""
