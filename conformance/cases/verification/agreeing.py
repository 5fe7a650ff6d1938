"""The accesses tell one state, at once: the page, the pull access, and the notice by mail."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Held, Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.https import PagePort
from conformance.ports.mailbox import Mailbox
from conformance.ports.soap import PullPort

STATES = {"70": "issued", "44": "replaced", "40": "withdrawn"}
REPLACED, WITHDRAWN = "44", "40"
NOTICE = "notice"


@case("WEB-004.replaced", roles=Role.EXPORTER, needs=["access:pull", "hook:replace", "hook:issue"],
      defects=["page-lags", "withdrawn-shown-issued", "successor-lags", "old-stays-issued"])  # fmt: skip
def test_page_and_pull_agree_after_a_replacement(
    pages: PagePort, pull: PullPort, stock: Stock, judge: Judge, partner: Partner
) -> None:
    """After a replacement the page and the pull access tell it within the agreed delay, with the same successor.

    Both certificates are on the way for days. Whoever asks must be sent to the new one, whichever way he asks.
    """
    held = _known(stock, judge)
    before = pages.look_up(held.number, held.code)
    judge.precondition(before.state == "issued", f"The certificate is {before.state or 'not'} shown at the beginning.")
    new = stock.replace(held.number)
    told = _agree(pages, pull, held, judge, partner, REPLACED)
    judge.expect(
        told == (STATES[REPLACED], REPLACED),
        expected=f"replaced at both within {partner.limits.state_delay_seconds:g} s",
        actual=f"page {told[0] or 'nothing'}, pull {told[1]}",
        message="The accesses do not tell the replacement.",
        where=Where(f"certificate {held.number}"),
    )
    shown = pages.look_up(held.number, held.code).value("replaced-by")
    by_pull = pull.status(held.number).replaced_by or ""
    judge.expect(
        shown == new.number and by_pull in ("", new.number),
        expected=f"{new.number} at both",
        actual=f"page {shown or 'none'}, pull {by_pull or 'not told'}",
        message="The accesses do not name the same successor.",
        where=Where(f"certificate {held.number}"),
    )


@case("WEB-004.push", roles=Role.EXPORTER, needs=["access:pull", "hook:withdraw", "hook:push_now", "judge:mail"],
      defects=["tells-no-changes", "page-lags", "withdrawn-shown-issued"])  # fmt: skip
def test_the_notice_comes_as_soon_as_page_and_pull_tell(
    pages: PagePort, pull: PullPort, mailbox: Mailbox, stock: Stock, hooks: Hooks, judge: Judge, partner: Partner
) -> None:
    """After a withdrawal the notice comes by mail within the agreed time, and says what page and pull say by then.

    A country that is served by mail does not ask again: what it is not told, it never learns.
    """
    held = _known(stock, judge)
    hooks.call("push_now", number=held.number)
    seconds = partner.limits.delivery_seconds
    judge.precondition(
        mailbox.receive(held.number, "certificate", seconds=seconds), f"{held.number} does not come by mail (MIME-000)."
    )
    hooks.call("withdraw", number=held.number, reason="Conformance test: issued in error")
    notice = mailbox.receive(held.number, NOTICE, seconds=seconds)
    judge.expect(
        notice is not None,
        expected=f"a notice of the withdrawal within {seconds:g} s",
        actual="none",
        message="A withdrawal is not told to a country that is served by mail.",
        where=Where("the judge's mailbox"),
    )
    told = _agree(pages, pull, held, judge, partner, WITHDRAWN)
    judge.expect(
        told == (STATES[WITHDRAWN], WITHDRAWN),
        expected="withdrawn at page and pull",
        actual=f"page {told[0] or 'nothing'}, pull {told[1]}",
        message="Page and pull do not tell the withdrawal.",
        where=Where(f"certificate {held.number}"),
    )


def _agree(pages: PagePort, pull: PullPort, held: Held, judge: Judge, partner: Partner, status: str) -> tuple[str, str]:
    """What page and pull tell, as soon as both tell `status`, or when the agreed delay is over."""

    def told() -> tuple[str, str]:
        return pages.look_up(held.number, held.code).state, pull.status(held.number).status_code

    judge.wait_until(
        lambda: told() == (STATES[status], status),
        partner.limits.state_delay_seconds,
        f"page and pull to tell {status}",
    )
    return told()


def _known(stock: Stock, judge: Judge) -> Held:
    held = stock.issued()
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    return held
