"""Opening an inquiry: what it must say, the receipt, and numbers nobody gave out."""

from dataclasses import replace
from datetime import timedelta

from conformance.cases.helpers.case import case
from conformance.cases.helpers.inquiring import (
    BY_MAIL,
    BY_PAGE,
    BY_SOAP,
    PARTS,
    WORDS,
    Inquirer,
    refusing,
    where,
)  # fmt: skip
from conformance.cases.helpers.inquiry_pages import REFUSED, ask, new_form, opened, told
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.outcome import Nonconformity
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.inquiry import InquiryPort
from conformance.ports.inquiry_values import without
from conformance.ports.site import Visitors
from conformance.ports.smtp import MailPort
from conformance.ports.tape import Tape

FORM = Where("the form of a new inquiry")
CANNOT_BE_TOLD = 554
BY_MAIL_TRIED = ("number", "contact")


@case("INQ-001", roles=Role.EXPORTER, needs=BY_SOAP, defects=["takes-incomplete-inquiries"])
def test_incomplete_inquiry_is_refused(inquiry: InquiryPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """An inquiry that leaves something out is refused; the same inquiry, complete, is taken.

    Whoever has to answer needs the number, the reason, the question, somebody to call, and the time there is.
    """
    make = Inquirer(partner, tape)
    inquiry.open(make.question())
    for part in PARTS:
        with refusing(judge, inquiry, f"Without {WORDS[part]}"):
            inquiry.open(without(make.question(), part), broken=True)
    for what, wrong in (
        ("With a text of blanks", make.question(text="  \n ")),
        ("With a reason nobody agreed on", make.question(reason="curiosity")),
    ):
        with refusing(judge, inquiry, what):
            inquiry.open(wrong, broken=True)


@case("INQ-001.page", roles=Role.EXPORTER, needs=BY_PAGE, defects=["form-needs-nothing"])
def test_incomplete_form_is_refused(visitors: Visitors, partner: Partner, tape: Tape, judge: Judge) -> None:
    """The form of an inquiry is refused when something is left out, and opens a thread when it is complete.

    A browser that asks for the fields is no protection: forms are sent by programs too.
    """
    visitor = visitors.entered("own")
    form = new_form(visitor)
    whole = {"number": Inquirer(partner, tape).number, "reason": "authenticity", "text": "Is it yours?"}
    for part in ("number", "reason", "text", "hours"):
        page = ask(visitor, form, whole, leave_out=part)
        judge.expect(
            page.status in REFUSED and not opened(page),
            expected="a refusal (4xx), and no inquiry",
            actual=told(page),
            message=f"A form without the field {part} is taken.",
            where=FORM,
        )
    page = ask(visitor, form, whole)
    judge.precondition(opened(page), f"The complete form is not taken either: {told(page)}.")


@case("INQ-001.mail", roles=Role.EXPORTER, needs=BY_MAIL, defects=["mail-needs-nothing"])
def test_incomplete_mail_is_refused(mail: MailPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """An inquiry by mail without number or contact is refused with 554; the same inquiry, complete, is taken.

    The sender learns at once that nobody will answer, and why.
    """
    make = Inquirer(partner, tape)
    mail.send_inquiry(make.question())
    for part in BY_MAIL_TRIED:
        try:
            with mail.refused(CANNOT_BE_TOLD):
                mail.send_inquiry(without(make.question(), part), broken=True)
        except Nonconformity as other:
            judge.report(replace(one, message=f"Without {WORDS[part]}: {one.message}") for one in other.findings)


@case("INQ-002", roles=Role.EXPORTER, needs=BY_SOAP, defects=["one-id-for-all", "receipt-without-its-time"])
def test_each_inquiry_has_an_id_and_a_receipt(inquiry: InquiryPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """Two inquiries about one number get two ids, and each receipt has the time at which it was given.

    The id is what both sides name later; the time is from when the answer is due.
    """
    make = Inquirer(partner, tape)
    words = "Is this certificate yours?"
    skew = timedelta(seconds=partner.limits.clock_skew_seconds)
    begin = tape.now()
    first, second = inquiry.open(make.question(text=words)), inquiry.open(make.question(text=words))
    end = tape.now()
    judge.expect(
        first.id != second.id,
        expected="two ids",
        actual=f"{first.id} for both",
        message="Two inquiries have the same id.",
        where=where(first.id),
    )
    for receipt in (first, second):
        judge.expect(
            begin - skew <= receipt.at <= end + skew,
            expected=f"a time from {begin:%H:%M:%S} to {end:%H:%M:%S} UTC, clocks {skew.seconds} s apart at most",
            actual=receipt.at.isoformat(),
            message="The receipt has another time than that of the inquiry.",
            where=where(receipt.id),
        )


@case("INQ-006", roles=Role.EXPORTER, needs=BY_SOAP, defects=["unknown-number-refused", "receipt-tells-unknown"])
def test_receipts_tell_nothing_of_the_number(
    inquiry: InquiryPort, stock: Stock, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """An unknown number, another country's and a suspected forgery get the receipt that a number in order gets.

    Forged papers name numbers that do not exist. Whoever could tell from the receipt would learn what to forge.
    """
    make = Inquirer(partner, tape)
    data = partner.data
    known = inquiry.open(make.question(next(iter(data.issued), "") or stock.issued().number))
    foreign = next(iter(data.foreign), "") or stock.addressed_to_another_country().number
    others = {
        "a number nobody gave out": make.question(make.forged_number()),
        "a certificate of another country": make.question(foreign),
        "a suspected forgery": make.question(reason="suspected-forgery"),
    }
    for what, question in others.items():
        with judge.still(f"An inquiry about {what} is not taken."):
            receipt = inquiry.open(question)
        judge.expect(
            (receipt.state, len(receipt.id)) == (known.state, len(known.id)),
            expected=f"state {known.state}, an id like {known.id}",
            actual=f"state {receipt.state}, {receipt.id}",
            message=f"The receipt for {what} is another than for a certificate in order.",
            where=where(receipt.id),
        )


@case("INQ-006.alert", roles=Role.EXPORTER, needs=[*BY_SOAP, "hook:inquiry"],
      defects=["unknown-number-refused", "forgery-without-alert"])  # fmt: skip
def test_what_may_be_forged_is_an_alert(
    inquiry: InquiryPort, hooks: Hooks, partner: Partner, tape: Tape, judge: Judge
) -> None:
    """An inquiry about a number nobody gave out, or a suspected forgery, is an alert to the department.

    One forged paper is seldom alone: the department has to look before the next consignment leaves.
    """
    make = Inquirer(partner, tape)
    for what, question in (
        ("a number nobody gave out", make.question(make.forged_number())),
        ("a suspected forgery", make.question(reason="suspected-forgery")),
    ):
        receipt = inquiry.open(question)
        seen = hooks.call("inquiry", inquiry=receipt.id)
        judge.expect(
            seen.get("alert") is True,
            expected="an alert",
            actual=f"alert: {seen.get('alert')}",
            message=f"An inquiry about {what} raises no alert.",
            where=where(receipt.id),
        )
