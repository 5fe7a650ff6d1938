"""Threads: who reads them, that they are one by every way, and that what stands in them stays text."""

from collections.abc import Callable
from functools import partial

from conformance.cases.helpers.case import case
from conformance.cases.helpers.inquiring import BY_MAIL, BY_PAGE, BY_SOAP, Inquirer, where
from conformance.cases.helpers.inquiry_pages import ask, marks, new_form, opened, thread, told
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.inquiry_page import PROBE
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.faults import FaultReceived
from conformance.ports.hooks import Hooks
from conformance.ports.inquiry import InquiryPort
from conformance.ports.inquiry_values import read_report
from conformance.ports.mailbox import Mailbox
from conformance.ports.site import Visitors
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape

NOBODYS = "INQ-0000-000000000000"
MARKUP = f"<{PROBE}>bold</{PROBE}><script>{PROBE}()</script>"
QUOTED = f'"\'><b {PROBE}="1">x</b>'


@case("INQ-007", roles=Role.EXPORTER, needs=[*BY_SOAP, "account:other"],
      defects=["thread-open-to-all", "foreign-thread-is-told", "any-client-certificate-is-anyone"])  # fmt: skip
def test_a_third_country_reads_nothing(inquiry: InquiryPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """Another country can neither read nor add to a thread: it looks as if there were none. Its client ids are its own.

    What a country doubts, and whose goods it holds, is its own matter and the exporter's.
    """
    make = Inquirer(partner, tape)
    question = make.question()
    opened_id = inquiry.open(question).id
    inquiry.get(opened_id)
    inquiry.add(opened_id, "A photograph follows.")
    third = inquiry.as_("other")
    for what, act in (
        ("read", third.get),
        ("add to", partial(third.add, text="Conformance test.")),
    ):
        answers = [_answered(act, name) for name in (NOBODYS, opened_id)]
        judge.precondition(
            "NotFound" in answers[0], f"An inquiry nobody opened is not answered with NotFound: {answers[0]}."
        )
        judge.expect(
            answers[0] == answers[1],
            expected=f"as for an inquiry that does not exist: {answers[0]}",
            actual=answers[1],
            message=f"Another country can {what} a thread, or tell it from none.",
            where=where(opened_id),
        )
    theirs = third.open(make.question(client_id=question.client_id)).id
    judge.expect(
        theirs != opened_id,
        expected="an inquiry of its own",
        actual=theirs,
        message="The client id of one country leads another one to the first one's thread.",
        where=where(opened_id),
    )


def _answered(act: Callable[[str], object], inquiry: str) -> str:
    try:
        act(inquiry)
    except FaultReceived as refused:
        return str(refused.fault).replace(inquiry, "the id")
    return "a good answer"


@case("INQ-007.page", roles=Role.EXPORTER, needs=[*BY_PAGE, *BY_SOAP, "account:page-other"],
      defects=["thread-open-to-all", "foreign-thread-is-told"])  # fmt: skip
def test_an_official_of_a_third_country_reads_nothing(
    inquiry: InquiryPort, visitors: Visitors, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """An official sees the threads of his country; another country's is answered as one that does not exist.

    The id of a thread stands in an address, and addresses are passed on.
    """
    opened_id = inquiry.open(Inquirer(partner, tape).question()).id
    own = thread(visitors.entered("own"), opened_id)
    judge.precondition(opened(own), f"The official of the country that asked does not see the thread: {told(own)}.")
    visitor = visitors.entered("other")
    unknown, foreign = thread(visitor, NOBODYS), thread(visitor, opened_id)
    judge.expect(
        (foreign.status, marks(foreign).text.replace(opened_id, "")) == (unknown.status, marks(unknown).text)
        and not opened(foreign),
        expected=f"as for a thread that does not exist: {told(unknown)}",
        actual=told(foreign),
        message="An official of another country sees a thread, or can tell it from none.",
        where=where(opened_id),
    )


@case("INQ-011", roles=Role.EXPORTER, needs=[*BY_PAGE, *BY_SOAP], defects=["pages-have-threads-of-their-own"])
def test_page_and_soap_show_one_thread(
    inquiry: InquiryPort, visitors: Visitors, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """What is asked on the page is read by SOAP, and what is added by SOAP stands on the page.

    The official at the port and the system of his ministry ask about the same goods.
    """
    visitor = visitors.entered("own")
    make = Inquirer(partner, tape)
    number, said = make.number, f"The seal is broken, {tape.random.randrange(10**6)}."
    page = ask(visitor, new_form(visitor), {"number": number, "reason": "content", "text": said})
    judge.precondition(opened(page), f"The form is not taken: {told(page)}.")
    asked = marks(page).inquiry
    with judge.still("What was asked on the page is not found by SOAP."):
        seen = inquiry.get(asked)
    judge.expect(
        seen.number == number and any(said in one.text for one in seen.entries),
        expected=f"{number}: {said}",
        actual=f"{seen.number}: {'; '.join(one.text for one in seen.entries)}",
        message="By SOAP the thread says something else than was asked on the page.",
        where=where(asked),
    )
    added = f"A photograph follows, {tape.random.randrange(10**6)}."
    inquiry.add(asked, added)
    judge.expect(
        added in marks(thread(visitor, asked)).text,
        expected=added,
        actual="not on the page of the thread",
        message="What was added by SOAP does not stand on the page.",
        where=where(asked),
    )


@case("INQ-011.mail", roles=Role.EXPORTER, needs=[*BY_MAIL, *BY_SOAP, "judge:mail", "hook:answer"],
      defects=["mail-is-answered-by-hand"])  # fmt: skip
def test_mail_and_soap_show_one_thread(
    inquiry: InquiryPort, mail: MailPort, mailbox: Mailbox, hooks: Hooks, stock: Stock, partner: Partner, tape: Tape,
    judge: Judge,
) -> None:  # fmt: skip
    """An inquiry by mail is answered with its report, is read by SOAP, and its answer goes out by mail by itself.

    Whoever asks by mail waits for mail.
    """
    question = Inquirer(partner, tape).question(stock.issued().number)
    sent = mail.send_inquiry(question)
    seconds = partner.limits.delivery_seconds
    first = read_report(
        mailbox.wait_for(question.client_id, "report", seconds=seconds, in_reply_to=sent).mail.xml or b""
    )
    judge.require(
        first is not None and first.number == question.number,
        expected=f"an InquiryReport about {question.number}",
        actual=first.number if first else "no InquiryReport of the contract",
        message="The inquiry by mail is not answered with its report.",
        where=Where("the judge's mailbox"),
    )
    if first is None:
        return
    with judge.still("What was asked by mail is not found by SOAP."):
        inquiry.get(first.id)
    done = hooks.attempt("answer", inquiry=first.id, answer="authentic", text="It is ours.")
    judge.precondition(done is not None, "The hook answer refuses the answer.")
    told_so = mailbox.receive(question.client_id, "report", seconds=seconds, nth=2, in_reply_to=sent)
    last = read_report(told_so.mail.xml or b"") if told_so else None
    judge.expect(
        last is not None and last.id == first.id and "authentic" in [one.answer for one in last.entries],
        expected="a second report, with the answer authentic",
        actual=f"{last.id}, {last.state}" if last else "no second report",
        message="The answer does not go out by mail.",
        where=where(first.id),
    )


@case("INQ-012", roles=Role.EXPORTER, needs=[*BY_PAGE, *BY_SOAP], defects=["thread-as-markup"])
def test_text_stays_text(inquiry: InquiryPort, visitors: Visitors, partner: Partner, tape: Tape, judge: Judge) -> None:
    """Number, text and contact of an inquiry with markup and script in them are shown as they were written.

    Whoever may ask could otherwise act with the rights of everybody who reads the question.
    """
    question = Inquirer(partner, tape).question(text=MARKUP, contact=QUOTED)
    asked = inquiry.open(question).id
    names = [asked]
    try:
        names.append(inquiry.open(Inquirer(partner, tape).question(f"<{PROBE}>{tape.random.randrange(10**6)}")).id)
    except FaultReceived:
        judge.step("A number with markup in it is refused, so it is shown nowhere.")
    visitor = visitors.entered("own")
    for name in names:
        page = thread(visitor, name)
        found = marks(page)
        judge.precondition(opened(page), f"The page of the thread is not shown: {told(page)}.")
        judge.expect(
            found.probes == 0 and f"<{PROBE}>" in found.text and not page.facts.inline_scripts,
            expected=f"<{PROBE}> as text, and no element of that name",
            actual=f"{found.probes} elements or attributes, {page.facts.inline_scripts} scripts",
            message="What somebody wrote became markup on the page of the thread.",
            where=where(name),
        )
