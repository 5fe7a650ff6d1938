"""The form that is printed of a certificate."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.printed import check_printed, said_besides
from conformance.checks.printed_text import NoText, pages_of
from conformance.model.outcome import Inconclusive
from conformance.model.words import Role
from conformance.parsing import Unreadable, parse
from conformance.ports.https import PagePort
from conformance.ports.tape import Tape

FOUND = 200


@case("DOC-049", roles=Role.EXPORTER, needs=["printed-form"], defects=["form-prints-another-weight"])
def test_the_printed_form_says_what_the_certificate_says(
    pages: PagePort, stock: Stock, judge: Judge, tape: Tape
) -> None:
    """The printed form of a certificate shows every text, number, date and code of the document, and no other.

    At the border paper and data are held side by side. Where the two differ an officer cannot tell which one
    the exporting country vouches for.
    """
    held = stock.issued()
    judge.precondition(held.code, f"The verification code of {held.number} is not known: give it in [data] codes.")
    result = pages.look_up(held.number, held.code)
    judge.precondition(result.state == "issued", "The look-up does not give the certificate (WEB-000).")
    links = {name: result.value(name) for name in ("download", "pdf")}
    judge.precondition(links["download"], "The page does not link the document, so there is nothing to compare with.")
    judge.precondition(links["pdf"], "A printed form is declared and the result page does not link it (profile 5.13).")
    form, document = pages.get(links["pdf"]), pages.get(links["download"])
    for what, answer in (("printed form", form), ("document", document)):
        judge.precondition(answer.status == FOUND, f"The {what} cannot be had: status {answer.status}.")
    try:
        printed, root = pages_of(form.body), parse(document.body)
    except (NoText, Unreadable) as problem:
        raise Inconclusive(f"There is nothing to compare: {problem}.") from None
    addresses = (pages.base, held.url, form.url, document.url)
    beside = said_besides(tape.now(), sheets=len(printed), words=addresses)
    judge.report(check_printed(root, "\n".join(printed), beside=beside))
