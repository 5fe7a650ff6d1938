"""What is to be seen of a result in a browser: words, colours, contrast, and what a screen reader is told."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Held, Stock
from conformance.checks.appearance import (
    CONTRAST,
    ELSEWHERE,
    check_announced,
    check_nothing_ran,
    check_rules,
    check_told_in_words,
)
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.browser import Browser, Screen
from conformance.ports.site import Visitors

BROWSER = ["judge:browser"]
PAGE = Where("page in the browser")
MARKED = "judge"
PROBE = f'"><b id={MARKED}><img src=x onerror=alert(1)><script>alert(2)</script>'


@case("A11Y-001", roles=Role.EXPORTER, needs=BROWSER, defects=["colour-only"])
def test_states_are_told_in_words(browser: Browser, stock: Stock, judge: Judge, partner: Partner) -> None:
    """Issued, replaced, withdrawn and unknown are told in words of their own, which can be read without colours.

    One man in twelve does not tell red from green, and in the sun on the quay nobody does.
    """
    told = {}
    for state, held in (
        ("issued", _known(stock.issued(), judge)),
        ("replaced", _known(stock.replaced(), judge)),
        ("withdrawn", _known(stock.withdrawn(), judge)),
        ("unknown", _absent(stock.issued())),
    ):
        screen = _shown(browser, judge, held, state, partner.limits.state_delay_seconds)
        told[state] = screen.telling()
        screen.picture(state)
    judge.report(check_told_in_words(told, "result"))


@case("A11Y-002", roles=Role.EXPORTER, needs=BROWSER, defects=["grey-on-white"])
def test_text_stands_out(browser: Browser, stock: Stock, judge: Judge, partner: Partner) -> None:
    """Text on the form and on results has a contrast of at least 4.5 to 1, large text of 3 to 1.

    Pale grey on white cannot be read by tired or old eyes, nor on a telephone in the sun.
    """
    form = browser.form()
    judge.report(check_rules(form.broken(rules=CONTRAST), form.path, "A11Y-002"))
    for state, held in (("issued", stock.issued()), ("withdrawn", stock.withdrawn())):
        screen = _shown(browser, judge, _known(held, judge), state, partner.limits.state_delay_seconds)
        judge.report(check_rules(screen.broken(rules=CONTRAST), f"{screen.path} ({state})", "A11Y-002"))


@case("A11Y-006", roles=Role.EXPORTER, needs=BROWSER, defects=["silent-state"])
def test_the_state_is_announced(browser: Browser, stock: Stock, judge: Judge, partner: Partner) -> None:
    """The state of a certificate, and that there is none, stand in a region that screen readers announce.

    Whoever cannot see the page would otherwise have to search it for the one word that matters.
    """
    held = _known(stock.issued(), judge)
    for state, asked in (("issued", held), ("unknown", _absent(held))):
        screen = _shown(browser, judge, asked, state, partner.limits.state_delay_seconds)
        judge.report(check_announced(screen.telling(), state, screen.path))


@case("A11Y-009", roles=Role.EXPORTER, needs=BROWSER, defects=["pictures-without-words"])
def test_pages_keep_the_rules_of_axe(browser: Browser, stock: Stock, judge: Judge, partner: Partner) -> None:
    """Form, result and the page for an unknown number break no rule of axe-core for WCAG 2.2, levels A and AA.

    The rules find what machines can find: names, roles, structure. Contrast, language and labels have their own cases.
    """
    held = _known(stock.issued(), judge)
    delay = partner.limits.state_delay_seconds
    screen = browser.form()
    judge.report(check_rules(screen.broken(without=ELSEWHERE), screen.path, "A11Y-009"))
    for state, asked in (("issued", held), ("unknown", _absent(held))):
        screen = _shown(browser, judge, asked, state, delay)
        judge.report(check_rules(screen.broken(without=ELSEWHERE), f"{screen.path} ({state})", "A11Y-009"))


@case(
    "A11Y-009.accounts", roles=Role.EXPORTER, also=["A11Y-002"], needs=[*BROWSER, "account:page-own"],
    defects=["grey-on-white", "pictures-without-words"],
)  # fmt: skip
def test_pages_for_officials_keep_the_rules_of_axe(browser: Browser, visitors: Visitors, judge: Judge) -> None:
    """The log-in page and an official's list break no rule of axe-core, that of contrast included.

    Inspectors work with these pages all day, some of them by keyboard and screen reader.
    """
    described = browser.described
    for name, visitor in (("log-in", None), ("home", visitors.entered("own"))):
        screen = browser.open(described.address(name), visitor)
        judge.precondition(screen.path == described.address(name), f"The page {described.address(name)} is not there.")
        judge.report(check_rules(screen.broken(without=ELSEWHERE), screen.path, "A11Y-009"))
        judge.report(check_rules(screen.broken(rules=CONTRAST), screen.path, "A11Y-002"))


@case("WEB-003.browser", roles=Role.EXPORTER, needs=BROWSER, defects=["withdrawn-shown-issued"])
def test_withdrawn_is_what_people_see(browser: Browser, stock: Stock, judge: Judge, partner: Partner) -> None:
    """In a browser, with style sheets and scripts, a withdrawn certificate is seen as withdrawn.

    What stands in the page and is not seen warns nobody.
    """
    held = _known(stock.withdrawn(), judge)
    screen = _seen(browser, judge, held, "withdrawn", partner.limits.state_delay_seconds)
    judge.expect(
        screen.facts.state == "withdrawn" and screen.telling().legible,
        expected="withdrawn, in words that can be seen",
        actual=screen.facts.state or "no state",
        message=f"{held.number} is seen otherwise.",
        where=PAGE,
    )


@case("WEB-013.browser", roles=Role.EXPORTER, needs=BROWSER, defects=["echoes-input"])
def test_what_is_typed_does_nothing(browser: Browser, judge: Judge) -> None:
    """What a visitor types makes no element, opens no window and asks no other host, in a real browser.

    A link with a script in the number would otherwise run before an officer's eyes, on the authority's own site.
    """
    screen = browser.look_up(PROBE, "x")
    judge.report(check_nothing_ran(screen.look, injected=screen.holds(f"#{MARKED}")))


def _shown(browser: Browser, judge: Judge, held: Held, state: str, delay: float) -> Screen:
    """The result of a look-up in that state. `Inconclusive` when it does not come there."""
    screen = _seen(browser, judge, held, state, delay)
    judge.precondition(
        screen.facts.state == state,
        f"{held.number} is shown as {screen.facts.state or 'nothing'}, not as {state} (WEB-000, WEB-003).",
    )
    return screen


def _seen(browser: Browser, judge: Judge, held: Held, state: str, delay: float) -> Screen:
    """The result of a look-up once it is in that state, or after the agreed delay in whichever it is."""
    screens: list[Screen] = []

    def shows() -> bool:
        screens.append(browser.look_up(held.number, held.code))
        return screens[-1].facts.state == state

    judge.wait_until(shows, delay, f"{held.number} to be shown as {state}")
    return screens[-1]


def _absent(held: Held) -> Held:
    """A number like this one that was not given to a certificate."""
    return Held(held.number[:-1] + ("8" if held.number.endswith("9") else "9") + "7", held.code)


def _known(held: Held, judge: Judge) -> Held:
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    return held
