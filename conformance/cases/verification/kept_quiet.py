"""What must not hold secrets: the logs of a run, and what the partner hands in."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.https import PagePort
from conformance.ports.papers import Papers, Searched
from conformance.ports.site import Visitors


@case("SEC-011", roles=Role.EXPORTER, needs=["handed-in:files"], defects=["settings-with-passwords"])
def test_what_is_handed_in_holds_no_secret(papers: Papers, partner: Partner, judge: Judge) -> None:
    """What the partner hands in holds no private key, no password and no token.

    Settings with a password in them have lain open in public places for years before anybody noticed.
    """
    for searched in papers.searched(partner.handed_in.files):
        _expect_nothing(judge, searched, "What was handed in holds a secret.")


@case("SEC-014", roles=Role.EXPORTER, needs=["handed-in:logs", "account:page-own"], defects=["logs-forms"])
def test_logs_hold_no_secret(
    visitors: Visitors, pages: PagePort, papers: Papers, stock: Stock, partner: Partner, judge: Judge
) -> None:
    """After a log-in and a look-up the logs handed in hold no password, code or key.

    Many read logs who must not log in: they are copied, mailed and kept for years.
    """
    held = stock.issued()
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    found = pages.look_up(held.number, held.code)
    judge.precondition(found.state == "issued", "The right code does not give a result (WEB-000).")
    visitors.guest().log_in(visitors.account("own"), no_code=True)
    secret = ((f"verification code of {held.number}", held.code),)
    for searched in papers.searched(partner.handed_in.logs, secret):
        _expect_nothing(judge, searched, "The logs hold a secret.")


def _expect_nothing(judge: Judge, searched: Searched, message: str) -> None:
    for one in searched.found:
        judge.expect(
            False,
            expected="nothing that lets anybody in",
            actual=one.what,
            message=message,
            where=Where(searched.name, one.line),
        )
