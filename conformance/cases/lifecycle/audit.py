"""The audit trail of the partner's node, as its hook shows it."""

from datetime import datetime, timedelta
from typing import Any

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.soap import PullPort
from conformance.ports.tape import Tape


@case(
    "LIFE-016", roles=Role.EXPORTER, needs=["hook:audit", "hook:issue", "hook:withdraw"],
    defects=["retrievals-unaudited", "withdrawals-unaudited"],
)  # fmt: skip
def test_acts_are_in_the_trail(
    pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge, tape: Tape, partner: Partner
) -> None:
    """Issue, retrieval, receipt and withdrawal of a certificate are in the audit trail, with who, when and from where.

    When goods were let in on a withdrawn certificate, somebody must be able to say who had seen what, and when.
    """
    begin = tape.now()
    number = stock.issued().number
    pull.get(number)
    pull.acknowledge(number)
    stock.withdraw(number)
    skew = timedelta(seconds=partner.limits.clock_skew_seconds)
    told = hooks.call("audit", number=number).get("entries")
    entries = [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []
    own = pull.account.country
    for what, who in (("issued", ""), ("retrieved", own), ("receipt", own), ("withdrawn", "")):
        lines = [one for one in entries if one.get("what") == what]
        good = [one for one in lines if _complete(one, who, begin - skew, tape.now() + skew)]
        judge.expect(
            good,
            expected=f"a line '{what}' with at, who{f' ({who})' if who else ''} and from",
            actual="; ".join(_shown(one) for one in lines or entries) or "no line",
            message=f"The audit trail does not tell of the act '{what}'.",
            where=Where(f"audit trail of {number}"),
        )


def _complete(line: dict[str, Any], who: str, begin: datetime, end: datetime) -> bool:
    try:
        at = datetime.fromisoformat(str(line.get("at")))
        timely = begin <= at <= end
    except (TypeError, ValueError):
        return False
    return timely and bool(line.get("from")) and (line.get("who") == who if who else bool(line.get("who")))


def _shown(line: dict[str, Any]) -> str:
    return ", ".join(f"{name} {line.get(name)}" for name in ("what", "who", "at", "from"))
