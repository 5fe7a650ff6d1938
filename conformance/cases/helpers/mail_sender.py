"""The partner's mail sender before a server that is not to be trusted."""

from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.mail_server import Mode
from conformance.ports.mailbox import Mailbox

BOX = Where("the judge's mailbox")
HANDED_OVER = ("AUTH", "MAIL", "RCPT", "DATA")


def expect_nothing_handed_over(
    mode: Mode, number: str, mailbox: Mailbox, hooks: Hooks, partner: Partner, judge: Judge
) -> bool:
    """Have a certificate sent to a server of this mode, and expect that nothing of it is handed over.

    Returns whether it was so; the twin, arrival at a good server, is the case's own. `Inconclusive` when nobody came.
    """
    with mailbox.behaving(mode):
        hooks.call("push_now", number=number)
        commands = mailbox.watch(seconds=partner.limits.delivery_seconds)
    judge.precondition(commands is not None, f"The partner's sender did not come ({mode}).")
    given = [one for one in commands or () if one.split()[0] in HANDED_OVER]
    judge.expect(
        not given,
        expected="neither AUTH nor MAIL nor DATA",
        actual=", ".join(given),
        message=f"The sender goes on: {mode}.",
        where=BOX,
    )
    return not given
