"""Numbers that look like another one, or hold what is not seen: by the page, by pull, and as pages show them."""

from urllib.parse import quote, urlencode

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Held, Stock
from conformance.checks.forms import read_forms
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports.https import Page, PagePort
from conformance.ports.site import Visitors
from conformance.ports.soap import PullPort
from conformance.vectors.look_alike import RIGHT_TO_LEFT, UNSEEN, look_alikes

PAGE, SITE = Where("verification page"), Where("site for officials")


@case("SEC-007", roles=Role.EXPORTER, defects=["normalises-numbers", "strips-unseen"])
def test_look_alike_numbers_match_nothing(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """A number that only looks like another one finds nothing, and what is not seen does not come back.

    Forged papers use such numbers: other case, spaces, O for 0, full-width, Cyrillic or Greek letters, marks that turn
    the direction of writing. The page compares code points, not looks.
    """
    held = _with_code(stock.issued(), judge)
    aside = pages.aside(7)
    right = pages.look_up(held.number, held.code, source=aside)
    judge.require(
        right.state == "issued", expected="issued", actual=right.state, message="The right number fails.", where=PAGE
    )
    for what, number in look_alikes(held.number):
        found = pages.look_up(number, held.code, source=aside)
        judge.expect(
            found.state == "unknown", expected="unknown", actual=found.state or f"status {found.status}",
            message=f"The number with {what} finds the certificate.", where=PAGE,
        )  # fmt: skip
        _shown_safely(judge, found.page, PAGE)


@case("SEC-007.pull", roles=Role.EXPORTER, needs=["access:pull"], defects=["pull-normalises-numbers"])
def test_look_alike_numbers_are_not_found_by_pull(pull: PullPort, stock: Stock) -> None:
    """A number that only looks like another one is unknown to the pull access too.

    An importer that asks for the number of a forged paper must not be given the certificate it imitates.
    """
    number = stock.issued().number
    pull.get(number)
    # Spaces around a value are none of its own in XML (XML Schema 2, whiteSpace).
    for _, other in look_alikes(number, spaces=False):
        with pull.refused("NotFound", "InvalidRequest"):
            pull.get(other)


@case("SEC-007.shown", roles=Role.EXPORTER, needs=["account:page-own"], defects=["shows-unseen"])
def test_what_is_not_seen_does_not_come_back(visitors: Visitors, stock: Stock, judge: Judge) -> None:
    """A number with marks that turn the direction of writing is not shown with them to an official.

    With such a mark a page shows another number than the one it looked for.
    """
    number = stock.issued().number
    turned = f"{number[:4]}{RIGHT_TO_LEFT}{number[4:]}"
    visitor = visitors.entered("own")
    described = visitor.described
    _shown_safely(judge, visitor.get(f"{described.address('certificate')}{quote(turned)}"), SITE)
    home = visitor.get(described.address("home"))
    judge.precondition(visitor.inside(home), "The session of an earlier case is over.")
    for form in read_forms(home.body):
        if form.method == "get":
            filled = {name: turned for name in form.names if name not in form.concealed} | {
                name: value for name, value in form.values if value
            }
            _shown_safely(judge, visitor.get(f"{form.path}?{urlencode(filled)}"), SITE)


def _shown_safely(judge: Judge, page: Page, where: Where) -> None:
    text = page.body.decode("utf-8", "replace")
    judge.expect(
        not any(one in text for one in UNSEEN),
        expected="no character that is not seen",
        actual=", ".join(f"U+{ord(one):04X}" for one in UNSEEN if one in text),
        message="A page gives characters back that are not seen or turn the direction of writing.",
        where=where,
    )


def _with_code(held: Held, judge: Judge) -> Held:
    judge.precondition(
        held.code, f"The verification code of {held.number} is not known: give it in [data] codes or by the hook."
    )
    return held
