"""Guessing codes: it is slowed down, and the slowing down hits nobody else.

Each case calls from an address of its own where it can, so that it throttles no other case.
"""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Held, Stock
from conformance.model.finding import Where
from conformance.model.outcome import Inconclusive
from conformance.model.words import Role
from conformance.ports.https import PagePort, Result

TOO_MANY, TRIES = 429, 5
PAGE = Where("verification page")


@case("WEB-007", roles=Role.EXPORTER, defects=["no-throttle"])
def test_guessing_is_throttled(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """After five wrong codes for one number the page answers 429 with Retry-After, even to the right code.

    A code of a few characters protects only as long as nobody may try them all.
    """
    held, source = _known(stock, judge), pages.aside(5)
    right = pages.look_up(held.number, held.code, source=source, throttling=True)
    judge.require(
        right.state == "issued", expected="issued", actual=right.state, message="The right code is refused.", where=PAGE
    )
    blocked = _guess(pages, held, source)
    judge.expect(
        (blocked.status, blocked.state) == (TOO_MANY, "throttled"),
        expected="429, throttled",
        actual=f"{blocked.status}, {blocked.state or 'no state'}",
        message=f"After {TRIES} wrong codes the next try is still answered.",
        where=PAGE,
    )
    wait = blocked.page.header("Retry-After")
    judge.expect(
        blocked.status != TOO_MANY or wait.isdigit(),
        expected="Retry-After in seconds",
        actual=wait or "none",
        message="The 429 answer does not say when to come back.",
        where=PAGE,
    )


@case("WEB-008", roles=Role.EXPORTER, also=["WEB-007"], defects=["global-lock"])
def test_a_stranger_cannot_lock_others_out(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """While one client is throttled for a number, another one with the right code still sees it.

    Otherwise anybody who knows a number could keep the border post from verifying it.
    """
    held = _known(stock, judge)
    stranger, officer = pages.visitor(6), ""
    blocked = _guess(pages, held, stranger)
    judge.precondition(blocked.status == TOO_MANY, "The stranger was not throttled, so nothing is proved (WEB-007).")
    seen = pages.look_up(held.number, held.code, source=officer, throttling=True)
    judge.expect(
        seen.state == "issued",
        expected="issued",
        actual=f"{seen.state or 'no state'}, status {seen.status}",
        message="Another client with the right code is locked out.",
        where=PAGE,
    )


def _guess(pages: PagePort, held: Held, source: str) -> Result:
    """Try wrong codes, then the right one; return the last answer. `Inconclusive` when a wrong code opens."""
    for guess in range(TRIES):
        if pages.look_up(held.number, f"WRONG-{guess}", source=source, throttling=True).state == "issued":
            raise Inconclusive("A wrong code opens the certificate (WEB-001): there is nothing to guess.")
    return pages.look_up(held.number, held.code, source=source, throttling=True)


def _known(stock: Stock, judge: Judge) -> Held:
    held = stock.issued()
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    return held
