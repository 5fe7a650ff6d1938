"""Measures at the border: coded, with a reason, and beside the state of the certificate."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.inquiring import BY_PAGE, refusing
from conformance.cases.helpers.inquiry_pages import OK, REFUSED, marks
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports.site import Visitors
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape
from conformance.vectors.certificate import acknowledgement

REASON = "Live larvae found"
WRONG = (
    ("without a reason", "41", ("MEASURE reject",)),
    ("with a blank reason", "41", ("MEASURE destroy", "  ")),
    ("of a code nobody agreed on", "41", ("MEASURE give-away", REASON)),
    ("with the status of another one", "39", ("MEASURE reject", REASON)),
)


@case("INQ-005", roles=Role.EXPORTER, needs=["access:inquiry", "access:pull"],
      defects=["measures-need-no-reason", "rejection-withdraws"])  # fmt: skip
def test_measures_are_coded_and_have_a_reason(pull: PullPort, stock: Stock, tape: Tape, judge: Judge) -> None:
    """A measure with a reason is taken and the certificate stays as it is; without, or coded wrongly, it is refused.

    The exporter learns from the code what became of the goods, and from the reason what to mend.
    """
    number = stock.issued().number
    now = tape.now().replace(microsecond=0)
    for code, status in (("hold", "42"), ("reject", "41"), ("release", "39")):
        pull.submit_acknowledgement(
            acknowledgement([number], status=status, reasons=(f"MEASURE {code}", REASON), issued=now)
        )
    for what, status, reasons in WRONG:
        with refusing(judge, pull, f"A measure {what}"):
            pull.submit_acknowledgement(acknowledgement([number], status=status, reasons=reasons, issued=now))
    state = pull.status(number).status_code
    judge.expect(
        state == "70",
        expected="70, issued",
        actual=state,
        message="A measure changed the state of the certificate.",
        where=Where(f"certificate {number}"),
    )


@case("INQ-005.page", roles=Role.EXPORTER, needs=BY_PAGE, defects=["measure-form-needs-nothing"])
def test_a_measure_on_the_page(visitors: Visitors, stock: Stock, judge: Judge) -> None:
    """On the page of a certificate a measure without reason or code is refused, and a whole one shown with its status.

    What the official does with the goods is told to the exporter from here.
    """
    number = stock.issued().number
    visitor = visitors.entered("own")
    place = f"{visitor.described.address('certificate')}{number}"
    described = visitor.described
    form = visitor.form(visitor.get(place), described.address("measure"))
    for what, code, reason in (("a reason", "destroy", " "), ("a code", "", REASON)):
        page = visitor.send(form, {described.field("measure"): code, described.field("measure-reason"): reason})
        judge.expect(
            page.status in REFUSED,
            expected="a refusal (4xx)",
            actual=f"status {page.status}",
            message=f"A measure without {what} is taken.",
            where=Where("the form of a measure"),
        )
    page = visitor.arrive(
        visitor.send(form, {described.field("measure"): "destroy", described.field("measure-reason"): REASON})
    )
    found = marks(page)
    judge.precondition(
        page.status == OK and found.measures, f"The whole form is not taken either: status {page.status}."
    )
    judge.expect(
        "41" in found.measures and REASON in found.text,
        expected=f"41 and the reason: {REASON}",
        actual=", ".join(found.measures),
        message="The page of the certificate does not show the measure that was taken.",
        where=Where(f"page of certificate {number}"),
    )
