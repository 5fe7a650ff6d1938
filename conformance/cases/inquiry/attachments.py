"""Files that are sent with inquiries: what is taken, what is refused, and as what they are given out."""

import re

from conformance.cases.helpers.case import case
from conformance.cases.helpers.inquiring import BY_PAGE, BY_SOAP, Inquirer, refusing, where
from conformance.cases.helpers.inquiry_pages import REFUSED, ask, marks, new_form, opened, told
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.inquiry import InquiryPort
from conformance.ports.inquiry_values import File as Sent
from conformance.ports.site import File, Visitor, Visitors
from conformance.ports.tape import Tape
from conformance.vectors.uploads import PDF, PNG, PROGRAM, unwelcome

FORM = Where("the form of a new inquiry")
OK = 200


@case("INQ-010", roles=Role.EXPORTER, needs=BY_SOAP, defects=["takes-any-file"])
def test_unsafe_attachments_are_refused(inquiry: InquiryPort, partner: Partner, tape: Tape, judge: Judge) -> None:
    """PDF and PNG are taken; programs, scripts, packed, acting, empty and too large files are refused.

    What is attached to a question is opened by the person who answers it.
    """
    make = Inquirer(partner, tape)
    inquiry.open(make.question(files=(Sent("photo.pdf", PDF), Sent("photo.png", PNG))))
    for what, name, octets in unwelcome():
        question = make.question(files=(Sent(name, octets),))
        with refusing(judge, inquiry, f"With {what} ({name})"):
            inquiry.open(question)


@case(
    "INQ-010.page",
    roles=Role.EXPORTER,
    needs=BY_PAGE,
    defects=["takes-any-file", "files-as-they-were-called", "no-nosniff"],
)
def test_files_are_given_out_as_what_they_are(visitors: Visitors, partner: Partner, tape: Tape, judge: Judge) -> None:
    """A program is refused whatever type the browser claims; a PDF called a program is refused, or given out as a PDF.

    Systems decide by the ending of a name what to do with a file, and people click on what they trust.
    """
    visitor = visitors.entered("own")
    form = new_form(visitor)
    filled = {"number": Inquirer(partner, tape).number, "reason": "content", "text": "See the picture."}
    bad = ask(visitor, form, filled, File("photo.pdf", "application/pdf", PROGRAM))
    judge.expect(
        bad.status in REFUSED and not opened(bad),
        expected="a refusal (4xx)",
        actual=told(bad),
        message="A program is taken as a PDF because it is called one.",
        where=FORM,
    )
    good = ask(visitor, form, filled, File("photo.pdf", "application/pdf", PDF))
    judge.precondition(opened(good), f"An inquiry with a good PDF is not taken either: {told(good)}.")
    _expect_safe(judge, visitor, marks(good).inquiry, marks(good).links)
    odd = ask(visitor, new_form(visitor), filled, File("photo.exe", "application/x-msdownload", PDF))
    if odd.status not in REFUSED:
        _expect_safe(judge, visitor, marks(odd).inquiry, marks(odd).links)


def _expect_safe(judge: Judge, visitor: Visitor, asked: str, links: tuple[str, ...]) -> None:
    own = [one for one in links if asked and f"{visitor.described.address('inquiry')}{asked}/" in one]
    judge.precondition(own, "The page of the thread has no link to the file.")
    page = visitor.get(own[0])
    named = re.search(r'filename="?([^";]+)', page.header("Content-Disposition"))
    wrong = [
        what
        for what, good in (
            ("other octets", page.status == OK and page.body == PDF),
            ("another media type", page.header("Content-Type").split(";")[0] == "application/pdf"),
            ("no attachment", page.header("Content-Disposition").startswith("attachment")),
            ("a name of another ending", named is not None and named[1].lower().endswith(".pdf")),
            ("no X-Content-Type-Options", page.header("X-Content-Type-Options") == "nosniff"),
        )
        if not good
    ]
    judge.expect(
        not wrong,
        expected="the same octets, application/pdf, an attachment whose name ends in .pdf, nosniff",
        actual=", ".join(wrong),
        message="The file is given out as something else than it is.",
        where=where(asked),
    )
