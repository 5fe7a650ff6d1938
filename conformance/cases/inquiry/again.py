"""The same inquiry again: by the same way, by another one, and at the same moment."""

from dataclasses import replace

from conformance.cases.helpers.case import case
from conformance.cases.helpers.inquiring import BY_MAIL, BY_PAGE, BY_SOAP, Inquirer, where
from conformance.cases.helpers.inquiry_pages import ask, marks, new_form, opened, told
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.inquiry import InquiryPort
from conformance.ports.inquiry_values import read_report
from conformance.ports.mailbox import Mailbox
from conformance.ports.site import Visitors
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape

AT_ONCE = 4


@case("INQ-008", roles=Role.EXPORTER, needs=BY_SOAP, defects=["opens-again"])
def test_the_same_inquiry_again_opens_nothing(inquiry: InquiryPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """The same client id again is answered with the first receipt, also when the rest was changed; another opens anew.

    A client that got no answer sends again. Two threads about one doubt get two answers.
    """
    make = Inquirer(partner, tape)
    question = make.question()
    first = inquiry.open(question)
    for what, again in (
        ("the same message", question),
        ("another text", replace(question, text="Is it really yours?")),
    ):
        receipt = inquiry.open(again)
        judge.expect(
            (receipt.id, receipt.at) == (first.id, first.at),
            expected=f"{first.id} of {first.at.isoformat()}",
            actual=f"{receipt.id} of {receipt.at.isoformat()}",
            message=f"The same client id with {what} is not answered with the first receipt.",
            where=where(receipt.id),
        )
    other = inquiry.open(make.question())
    judge.precondition(other.id != first.id, "Another client id gets the same inquiry: nothing to compare with.")


@case("INQ-008.at-once", roles=Role.EXPORTER, needs=BY_SOAP, defects=["opens-again"])
def test_the_same_inquiry_at_the_same_moment(inquiry: InquiryPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """The same inquiry over four connections at the same moment opens one thread, and all get its receipt.

    A client that lost patience opens another connection while the first still waits.
    """
    receipts = inquiry.open_together(Inquirer(partner, tape).question(), AT_ONCE)
    ids = sorted({one.id for one in receipts})
    judge.expect(
        len(ids) == 1,
        expected="one inquiry",
        actual=", ".join(ids),
        message="The same client id opened several inquiries.",
        where=where(ids[0]),
    )


@case("INQ-008.page", roles=Role.EXPORTER, needs=[*BY_PAGE, *BY_SOAP], defects=["opens-again"])
def test_the_same_form_again_and_by_soap(
    inquiry: InquiryPort, visitors: Visitors, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """A form that is sent twice opens one thread, and so does its client id by SOAP.

    A person presses the button again when the page is slow.
    """
    visitor = visitors.entered("own")
    form = new_form(visitor)
    named = form.hidden.get(visitor.described.field("inquiry-client-id"), "")
    judge.precondition(named, "The form has no client id: nothing tells one sending from another.")
    make = Inquirer(partner, tape)
    filled = {"number": make.number, "reason": "authenticity", "text": "Is it yours?"}
    pages = [ask(visitor, form, filled) for _ in range(2)]
    judge.precondition(opened(pages[0]), f"The form is not taken: {told(pages[0])}.")
    first = marks(pages[0]).inquiry
    by_soap = inquiry.open(make.question(filled["number"], client_id=named)).id
    for what, other in (("The form sent again", marks(pages[1]).inquiry), ("The client id by SOAP", by_soap)):
        judge.expect(
            other == first,
            expected=first,
            actual=other or told(pages[1]),
            message=f"{what} opened another inquiry.",
            where=where(first),
        )


@case("INQ-008.mail", roles=Role.EXPORTER, needs=[*BY_MAIL, *BY_SOAP, "judge:mail"],
      defects=["opens-again", "no-report-of-the-first"])  # fmt: skip
def test_the_same_inquiry_by_mail(
    inquiry: InquiryPort, mail: MailPort, mailbox: Mailbox, stock: Stock, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """An inquiry opened by SOAP and sent by mail again is one thread, and the mail is answered with its report.

    Where one way does not answer, the other is tried. It must lead to the same thread.
    """
    # A hook is told where the judge's mailbox is.
    question = Inquirer(partner, tape).question(stock.issued().number)
    first = inquiry.open(question)
    sent = mail.send_inquiry(question)
    report = mailbox.wait_for(question.client_id, "report", seconds=partner.limits.delivery_seconds, in_reply_to=sent)
    seen = read_report(report.mail.xml or b"")
    judge.expect(
        seen is not None and seen.id == first.id,
        expected=f"a report of {first.id}",
        actual=seen.id if seen else "no InquiryReport of the contract",
        message="The mail opened another inquiry, or is answered with something else.",
        where=where(first.id),
    )
