"""The page: complete, harmless whatever a partner sent, and quick."""

import re
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from typing import Any

from lxml import html as lxml_html

from conformance.model.exchange import Answer, Exchange, Message
from conformance.model.finding import Finding, Where
from conformance.model.record import RunRecord, Step
from conformance.model.words import Verdict
from conformance.reporting import to_html
from conformance.reporting.requirements import Requirement

Known = dict[str, Requirement]
Bodies = Callable[[str], bytes]
NASTY = "<script>alert(1)</script>\"'><img src=x onerror=y>{{ 7*7 }}\x00\x1b[31m\u202egpj\udc80 ]]>"


def parsed(page: str) -> Any:
    return lxml_html.fromstring(page)


def words(page: str) -> str:
    return re.sub(r"\s+", " ", str(parsed(page).text_content()))


def test_a_finding_tells_requirement_source_place_and_command(record: RunRecord, bodies: Bodies, known: Known) -> None:
    page = to_html(record, bodies, known)
    shown = words(page)
    for text in (
        "Not conformant",
        "Every date-time states its offset from UTC.",
        "Exchange profile, clause 4.2",
        "a date-time with an offset",
        "document XA-2026-0007, line 8",
        "ecert run 'my partner.toml' --case DOC-012",
        "not visible",
        "does not name identity:username-token",
        "timeout: no answer within 10 s",
        "seed",
        "42",
    ):
        assert text.lower() in shown.lower(), text
    marked = parsed(page).xpath("//div[contains(@class,'marked')]//code/text()")
    assert marked == ["    <ram:IssueDateTime>2026-03-01T10:00:00</ram:IssueDateTime>"]


def test_a_long_attachment_is_shortened(record: RunRecord, bodies: Bodies, known: Known) -> None:
    page = to_html(record, bodies, known)
    assert len(page) < 60_000
    assert "239,936 characters left out" in page


def test_the_page_needs_nothing_and_promises_nothing(load_record: RunRecord, bodies: Bodies, known: Known) -> None:
    page = to_html(load_record, bodies, known)
    assert "test report" in page.lower()
    assert "certified" not in page.lower()
    tree = parsed(page)
    assert not tree.xpath("//script | //link | //img | //iframe | //object | //@src | //@style")
    assert all(href.startswith("#") for href in tree.xpath("//@href"))
    assert "url(" not in page
    assert "@import" not in page
    targets = set(tree.xpath("//@id"))
    assert {href[1:] for href in tree.xpath("//@href")} <= targets
    assert len(targets) == len(tree.xpath("//@id"))
    assert tree.xpath("//*[local-name()='svg']/@aria-label")


def test_a_state_is_said_in_words_not_by_colour_alone(record: RunRecord, bodies: Bodies, known: Known) -> None:
    badges = parsed(to_html(record, bodies, known)).xpath("//span[contains(@class,'badge')]")
    assert badges
    assert all(
        re.fullmatch(r"\S (pass|fail|error|inconclusive|not applicable)", badge.text_content()) for badge in badges
    )


def test_hostile_values_are_shown_not_obeyed(record: RunRecord, known: Known) -> None:
    bad = (NASTY * 3).encode("utf-8", "surrogatepass") + b"\xff\xfe"
    message = Message(NASTY, bad, ((NASTY, NASTY), ("X-Place", NASTY)))
    finding = Finding("DOC-012", NASTY, NASTY, NASTY, Where(NASTY, 1, NASTY, message.digest))
    exchange = Exchange(NASTY, NASTY, message, Answer(message, facts=((NASTY, NASTY),)), 0.0, 0.0)
    hostile = tuple(
        replace(
            result,
            reason=NASTY,
            findings=(finding,) if result.verdict is Verdict.FAIL else (),
            log=NASTY,
            steps=(Step(0.0, exchange, NASTY), Step(0.0, note=NASTY)),
            case=replace(result.case, title=NASTY, purpose=NASTY, id=NASTY),
        )
        for result in record.results
    )
    header = replace(
        record.header,
        partner=NASTY,
        country=NASTY,
        ics=(NASTY,),
        settings=((NASTY, NASTY),),
        selection=NASTY,
        partner_file=NASTY,
        started_by=NASTY,
        environment=((NASTY, NASTY),),
    )
    page = to_html(replace(record, header=header, results=hostile, folder=NASTY), lambda _: bad, known)
    page.encode("utf-8")
    tree = parsed(page)
    assert not tree.xpath("//script | //img | //@onerror | //@src")
    assert not re.search("[\x00-\x08\x0b-\x1f\u202e]", page)
    assert "49" not in tree.xpath("string(//h1)")


def test_a_binary_answer_is_shown_in_hexadecimal(record: RunRecord, known: Known) -> None:
    body = bytes(range(256)) * 8
    digest = sha256(body).hexdigest()
    finding = Finding("DOC-012", "not XML", "XML", "octets", Where("SOAP answer", 3, "", digest))
    failed = replace(record.results[1], findings=(finding,))
    page = to_html(replace(record, results=(failed,)), {digest: body}.__getitem__, known)
    assert "00 01 02 03" in page
    assert "2,048 octets" in page


def test_a_missing_message_does_not_spoil_the_report(record: RunRecord, known: Known) -> None:
    def lost(digest: str) -> bytes:
        raise FileNotFoundError(digest)

    assert "DOC-012" in to_html(record, lost, known)


def test_a_hundred_cases_with_a_thousand_exchanges_take_under_a_second(
    record: RunRecord, bodies: Bodies, known: Known
) -> None:
    failed = replace(record.results[1], steps=record.results[1].steps[1:] * 10)
    many = replace(record, results=(failed,) * 100)
    started = time.process_time()
    to_html(many, bodies, known)
    assert time.process_time() - started < 1.0
