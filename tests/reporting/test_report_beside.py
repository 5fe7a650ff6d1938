"""Beside a finding stands what the reference node answers to the same input, or plainly that nothing is known."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lxml import html as lxml_html

from conformance.model.exchange import Answer, Exchange, Failure, FailureKind, Message
from conformance.model.finding import Finding, Where
from conformance.model.record import RunRecord, Step
from conformance.reporting import to_html, to_json
from conformance.reporting.beside import place_of, reference_view
from conformance.reporting.reference import Reference, ReferenceStep, counterpart
from conformance.reporting.requirements import Requirement

Known = dict[str, Requirement]
Bodies = Callable[[str], bytes]
DOCUMENT = """<rsm:SPSCertificate xmlns:rsm="urn:example:rsm" xmlns:ram="urn:example:ram">
  <rsm:SPSExchangedDocument>
    <ram:ID>XA-2026-00000001</ram:ID>
    <ram:IssueDateTime>2026-01-05T09:00:00+00:00</ram:IssueDateTime>
  </rsm:SPSExchangedDocument>
</rsm:SPSCertificate>"""
FETCHED = ReferenceStep(
    "pull", "GetCertificate", "text/xml", ("HTTP status 200",), (("content-type", "text/xml"),), "<Envelope/>", DOCUMENT
)
REFERENCE = Reference("0.1.0", {"DOC-012": (FETCHED,)})


def said(port: str, action: str, body: bytes = b"x", media_type: str = "text/plain") -> Exchange:
    return Exchange(port, action, None, Answer(Message(media_type, body)))


def kept(port: str, action: str, text: str = "") -> ReferenceStep:
    return ReferenceStep(port, action, text=text or action)


def found(part: str = "", message: str = "", path: str = "", digest: str = "") -> Finding:
    return Finding("SOAP-001", message, "a", "b", Where(part, None, path, digest))


def figures(page: str) -> list[str]:
    tree: Any = lxml_html.fromstring(page)
    return [
        " ".join(str(figure.text_content()).split()) for figure in tree.xpath("//figure[contains(@class,'reference')]")
    ]


def test_the_matching_part_of_the_reference_certificate_is_shown_and_marked(
    record: RunRecord, bodies: Bodies, known: Known
) -> None:
    page = to_html(record, bodies, known, REFERENCE)
    (shown, *_) = figures(page)
    assert "What the reference node answers to the same input" in shown
    assert "pull: GetCertificate · HTTP status 200" in shown
    tree: Any = lxml_html.fromstring(page)
    marked = tree.xpath("//figure[contains(@class,'reference')]//div[contains(@class,'marked')]//code/text()")
    assert marked == ["    <ram:IssueDateTime>2026-01-05T09:00:00+00:00</ram:IssueDateTime>"]


def test_what_cannot_be_compared_is_said(record: RunRecord, bodies: Bodies, known: Known) -> None:
    shown = figures(to_html(record, bodies, known, Reference("0.1.0", {"DOC-012": (kept("https", "GET /"),)})))
    assert any("has no step 'pull: GetCertificate'" in one for one in shown)
    assert any("this case was not in the run" in one for one in shown)
    silent = replace(record, results=tuple(replace(r, steps=()) for r in record.results if r.case.id == "DOC-012"))
    assert "no exchange of this case was recorded" in figures(to_html(silent, bodies, known, REFERENCE))[0]


def test_without_reference_answers_nothing_is_claimed(record: RunRecord, bodies: Bodies, known: Known) -> None:
    assert figures(to_html(record, bodies, known)) == []


def test_json_tells_the_same_as_the_page(record: RunRecord, known: Known) -> None:
    told = json.loads(to_json(record, known, REFERENCE))["cases"][1]["findings"][0]["reference"]
    assert told["step"] == "pull: GetCertificate"
    assert told["head"] == ["HTTP status 200"]
    assert told["excerpt"][told["marked"]].strip().startswith("<ram:IssueDateTime>2026-01-05")
    assert json.loads(to_json(record, known))["cases"][1]["findings"][0]["reference"] is None


def test_a_step_is_matched_by_name_and_place_among_its_namesakes() -> None:
    theirs = [kept("hook", "issue"), kept("pull", "Echo", "first"), kept("pull", "Echo", "second")]
    ours = [said("pull", "Echo"), said("hook", "lookup"), said("pull", "Echo"), said("pull", "Echo")]
    matched = [counterpart(ours, at, theirs) for at in range(4)]
    assert [match.step.text if match else None for match in matched] == ["first", None, "second", "second"]
    assert [match.note if match else "" for match in matched][:3] == ["", "", ""]
    assert matched[3] is not None
    assert "only 2 times" in matched[3].note


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (
            ("served-pull", "wait GetCertificate NZ-2026-5681F765DD2F"),
            ("served-pull", "wait GetCertificate NZ-2026-00000001"),
        ),
        (("smtp", "no-such-mailbox@intake.gov.xa"), ("smtp", "no-such-mailbox@cn.ecert.example")),
        (("https", "GET /v/BWC_34Er00ztgiCVfTakMs42ysfYd0Xr"), ("https", "GET /v/INVENTED-LINK-TOKEN")),
        (("https", "GET /pruefung/result.do?x=1"), ("https", "GET /verify")),
    ],
)
def test_names_that_differ_only_in_what_is_each_systems_own_are_the_same(
    ours: tuple[str, str], theirs: tuple[str, str]
) -> None:
    match = counterpart([said(*ours)], 0, [kept(*theirs)])
    assert match is not None
    assert not match.note
    other = (ours[0], "POST elsewhere") if ours[0] == "https" else (ours[0], "wait for something else")
    assert counterpart([said(*other)], 0, [kept(*theirs)]) is None


def test_a_finding_speaks_of_the_exchange_whose_message_it_names() -> None:
    steps = [said("pull", "Echo", b"one"), said("pull", "Echo", b"two"), said("hook", "lookup", b"three")]
    first = steps[0].answer.response
    assert first is not None
    named = place_of(steps, found(digest=first.digest))
    assert (named and named.at, named and named.certain) == (0, True)
    by_part = place_of(steps, found("SOAP answer"))
    assert (by_part and by_part.at, by_part and by_part.certain) == (1, False)
    at_importer = place_of(steps, found("certificate NZ-2026-1 at the importer"))
    assert at_importer is not None
    assert at_importer.at == 2
    assert place_of([], found()) is None


def test_a_tls_finding_speaks_of_its_own_handshake(record: RunRecord) -> None:
    names = ["pull TLS 1.2 or later, any certificate", "pull TLSv1.1, any certificate", "push TLSv1.1, any certificate"]
    theirs = (
        kept("tls", names[0]),
        ReferenceStep("tls", names[1], failure="tls: PROTOCOL_VERSION"),
        kept("tls", names[2]),
    )
    steps = tuple(Step(0.0, said("tls", name)) for name in names)
    result = replace(record.results[1], steps=steps)
    finding = found("TLS at pull (127.0.0.1:1)", "TLSv1.1 is accepted at the pull access.")
    view = reference_view(result, finding, Reference("1", {result.case.id: theirs}))
    assert view is not None
    assert view.step == f"tls: {names[1]}"
    assert "refuses the handshake" in view.failure


def test_of_a_mail_dialogue_the_deciding_reply_is_marked(record: RunRecord) -> None:
    dialogue = "S: 220 x\nC: DATA\nS: 354 go on\nC: (… octets of message)\nS: 554 no\nC: QUIT\nS: 221 Bye"
    result = replace(record.results[1], steps=(Step(0.0, said("smtp", "deliver")),))
    reference = Reference("1", {result.case.id: (ReferenceStep("smtp", "deliver", "text/plain", text=dialogue),)})
    view = reference_view(result, found("SMTP dialogue", path="DATA"), reference)
    assert view is not None
    assert view.excerpt is not None
    assert [line.text for line in view.excerpt.lines if line.marked] == ["S: 554 no"]


def test_where_the_judge_waits_the_words_say_who_sends(record: RunRecord) -> None:
    lost = Exchange("served-pull", "wait Echo", None, Answer(failure=Failure(FailureKind.TIMEOUT, "sent nothing")))
    result = replace(record.results[1], steps=(Step(0.0, lost),))
    theirs = ReferenceStep("served-pull", "wait Echo", failure="timeout: the partner sent no Echo within 0.3 s")
    view = reference_view(
        result, found("requests of the partner's client"), Reference("1", {result.case.id: (theirs,)})
    )
    assert view is not None
    assert view.title.startswith("What the reference node sends")
    assert view.failure.startswith("Nothing, as it should")


def test_a_message_two_findings_share_is_shown_once(record: RunRecord, bodies: Bodies, known: Known) -> None:
    failed = record.results[1]
    twice = replace(failed, findings=failed.findings * 2)
    page = to_html(replace(record, results=(twice,)), bodies, known, REFERENCE)
    assert len(figures(page)) == 1
    tree: Any = lxml_html.fromstring(page)
    links = tree.xpath("//section[contains(@class,'finding')][2]//a[starts-with(text(),'finding')]/@href")
    assert links == ["#case-1-1", "#case-1-1"]
    assert tree.xpath("//section[@id='case-1-1']")
