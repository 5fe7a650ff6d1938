"""What a print style hides is found as a browser would hide it, and nothing else."""

import pytest

from conformance.checks.links import links_beside, read_links
from conformance.checks.print_style import hidden_on_paper, paper_sheets
from conformance.partner.pages import Mark, PageDescription

PAGE = (
    b'<html><head><link rel="stylesheet" href="/a.css"><link rel="stylesheet" media="screen" href="/b.css">'
    b'<link rel="stylesheet" media="print" href="/c.css"></head><body><main><div class="notice">At '
    b'<time data-ecert-field="verified-at">2026-01-31T08:00:00Z</time></div>'
    b'<p id="where">at <b data-ecert-field="source">https://verify.example/</b></p></main></body></html>'
)
FACTS = ("verified-at", "source")


@pytest.mark.parametrize(
    ("sheet", "hidden"),
    [
        ("@media print { .notice { display: none } }", ("verified-at",)),
        ("@media screen, print { main > p { visibility: hidden !important } }", ("source",)),
        ("main { display : NONE }", FACTS),
        ("@media screen { main { display: none } }", ()),
        ("@media print { nav { display: none } .notice { color: #000 } }", ()),
        ("/* @media print { .notice { display: none } } */", ()),
        ("@media print { .notice:hover::before { display: none } } }}}", ()),
    ],
)
def test_what_a_print_style_hides(sheet: str, hidden: tuple[str, ...]) -> None:
    assert hidden_on_paper(PAGE, [sheet], FACTS) == hidden


def test_facts_of_a_page_of_ones_own_are_found_by_its_description() -> None:
    described = PageDescription(facts={"source": Mark(selector="#where b")})
    page = PAGE.replace(b' data-ecert-field="source"', b"")
    assert hidden_on_paper(page, ["#where{display:none}"], FACTS, described) == ("source",)


def test_sheets_for_the_screen_are_not_printed_with() -> None:
    assert paper_sheets(PAGE) == ("/a.css", "/c.css")


def test_links_are_found_by_what_stands_in_the_same_entry() -> None:
    page = (
        b'<ul><li><a href="/1">A-1</a> Kauri</li><li><a href="/2" hreflang="zh-Hans">A-2</a> Rata</li></ul>'
        b'<table><tr><td>Totara</td><td><a href="/3?x=1">A-3</a></td></tr></table>'
    )
    assert [link.target for link in links_beside(page, "Rata")] == ["/2"]
    assert [link.path for link in links_beside(page, "Totara")] == ["/3"]
    assert links_beside(page, "Nobody") == ()
    assert [link.language for link in read_links(page)] == ["", "zh-Hans", ""]
    assert read_links(b"") == ()
