"""Working with the page in a browser: by keyboard, by pasting, in a small window."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Held, Stock
from conformance.checks.appearance import check_entering, check_narrow, check_walk
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.browser import Browser

BROWSER = ["judge:browser"]
PAGE = Where("page in the browser")


@case(
    "A11Y-003", roles=Role.EXPORTER, needs=BROWSER,
    defects=["focus-ring-removed", "field-out-of-reach", "keyboard-trap"],
)  # fmt: skip
def test_everything_works_by_keyboard(browser: Browser, stock: Stock, judge: Judge) -> None:
    """Form and result are worked through with the Tab key, the focus is seen at each stop, a look-up is made with keys.

    Who cannot use a mouse, or wears gloves and uses a scanner that types, has no other way.
    """
    held = _known(stock.issued(), judge)
    form = browser.form()
    walk = form.walk()
    judge.report(check_walk(walk, form.path))
    if walk.missed or walk.trapped:
        return
    result = browser.look_up(held.number, held.code, by_keyboard=True)
    judge.require(
        result.facts.state == "issued",
        expected="the result",
        actual=result.facts.state or "no result",
        message="The form filled in and sent with keys gives no result.",
        where=PAGE,
    )
    judge.report(check_walk(result.walk(), f"{result.path} (issued)"))


@case("A11Y-007", roles=Role.EXPORTER, needs=BROWSER, defects=["no-pasting", "picture-puzzle"])
def test_codes_can_be_pasted(browser: Browser, judge: Judge, partner: Partner) -> None:
    """Number and code can be pasted, user name and password too, and there is no puzzle for the eyes only.

    A code that must be typed off one screen into another is a test of memory and sight, and brings typing errors.
    """
    described = browser.described
    form = browser.form()
    judge.report(check_entering(form.entering(described.field("number"), described.field("code")), form.path))
    if partner.verification is not None and partner.verification.accounts:
        entry = browser.open(described.address("log-in"))
        judge.report(check_entering(entry.entering(described.field("user"), described.field("password")), entry.path))


@case("A11Y-008", roles=Role.EXPORTER, needs=BROWSER, defects=["fixed-width", "page-refreshes"])
def test_pages_fit_a_small_window(browser: Browser, stock: Stock, judge: Judge) -> None:
    """Form and result fit a window 320 CSS pixels wide, as a telephone or a magnified screen is, and stay as they are.

    A result that must be moved to and fro is read wrong; one that goes away while it is read is not read at all.
    """
    held = _known(stock.issued(), judge)
    form = browser.form()
    judge.report(check_narrow(form.narrow(), form.path))
    result = browser.look_up(held.number, held.code)
    judge.report(check_narrow(result.narrow(), f"{result.path} ({result.facts.state or 'no state'})"))


def _known(held: Held, judge: Judge) -> Held:
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    return held
