"""How officials come to accounts: through their embassy, after approval, with a password by present advice."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.joining import DEPARTMENT, NEEDS, Applied, Joining
from conformance.cases.helpers.judge import Judge
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.https import Page, PagePort
from conformance.ports.site import Visitors

SITE = Where("applications for accounts")
SHORTEST, LONG = 12, 64
# Long enough, and among the first that anybody tries.
BREACHED = ("password12345", "123456789012")
# A node may be limited to ten in all, or to ten of a country: the judge goes one beyond.
MORE_THAN_A_FEW = 11
# An address may send a few applications only; the judge comes from several where it has them.
FROM_ONE_ADDRESS = 6


@case("WEB-018", roles=Role.EXPORTER, needs=NEEDS, defects=["account-open-at-once", "embassy-forgotten"])
def test_an_account_opens_after_approval_only(visitors: Visitors, judge: Judge) -> None:
    """An account opens when the department has approved it and not before, and the embassy it came by is recorded.

    The embassy is the one way by which an authority can know that a stranger with a mail address is an official.
    """
    joining = Joining(visitors, judge)
    applied = joining.apply("approval")
    judge.expect(
        not _gets_in(joining, applied, joining.invitation(applied.page)),
        expected="no way in before the department has decided",
        actual="the applicant is logged in",
        message="The account is open before the department has approved it.",
        where=SITE,
    )
    told = joining.application(applied)
    judge.expect(
        applied.embassy in told.facts.text,
        expected=applied.embassy,
        actual="another embassy, or none",
        message="The department is not told by which embassy the application came.",
        where=SITE,
    )
    approved = joining.approve(told)
    judge.precondition(
        _gets_in(joining, applied, joining.invitation(approved)),
        "After the approval the judge does not get in either: the invitation may come by a way it cannot see.",
    )


@case("WEB-019", roles=Role.EXPORTER, needs=NEEDS, defects=["passwords-of-20-at-most", "cuts-passwords"])
def test_long_passwords_count_whole(visitors: Visitors, judge: Judge) -> None:
    """A password of 64 characters is taken, and every character counts.

    Several words are long and easy to remember; a system that cuts them off makes them short again, unseen.
    """
    joining = Joining(visitors, judge)
    applied, address = joining.invited("long")
    password = visitors.password(LONG)
    page = joining.choose(applied.visitor, address, password)
    _taken(joining, applied, page, judge, LONG)
    account, inside = joining.finish(applied, page, password)
    judge.precondition(applied.visitor.inside(inside), "The account does not open with its second factor.")
    whole = visitors.guest().log_in(account, no_code=True)
    judge.precondition(_password_taken(joining, whole), "The whole password is not taken at the log-in.")
    cut = visitors.guest().log_in(account, visitors.beginning(password, LONG - 1), no_code=True)
    judge.expect(
        not _password_taken(joining, cut),
        expected="refused",
        actual="taken",
        message=f"The first {LONG - 1} of {LONG} characters suffice: passwords are cut off.",
        where=SITE,
    )


@case("WEB-019.opening", roles=Role.EXPORTER, needs=NEEDS, defects=["takes-breached-passwords", "no-second-factor"])
def test_who_opens_an_account_is_kept_from_weak_passwords(visitors: Visitors, judge: Judge) -> None:
    """A password known from breaches is refused, one of 12 characters is taken, and a second factor is offered.

    Who breaks in tries those first that millions have used; and any password alone is lost with one false mail.
    """
    joining = Joining(visitors, judge)
    applied, address = joining.invited("opening")
    for known in BREACHED:
        page = joining.choose(applied.visitor, address, known)
        judge.require(
            joining.still_choosing(applied.visitor, page),
            expected="asked for another password",
            actual=f"the password {known} is taken",
            message="A password that is known from breaches is taken.",
            where=SITE,
        )
    page = joining.choose(applied.visitor, address, visitors.password(SHORTEST))
    _taken(joining, applied, page, judge, SHORTEST)
    judge.expect(
        joining.asks_for_code(page) is not None or joining.key(page),
        expected="a key or another device to register, or a way to it",
        actual=f"the page {page.facts.title or page.url} without any",
        message="No second factor is offered to whoever opens an account.",
        where=SITE,
    )


@case("WEB-020", roles=Role.EXPORTER, needs=NEEDS, defects=["ten-accounts-a-country"])
def test_accounts_are_not_limited_below_what_is_agreed(
    visitors: Visitors, pages: PagePort, partner: Partner, judge: Judge
) -> None:
    """A country gets as many accounts as it has officials; the judge has eleven approved in a run, or what is agreed.

    Where accounts are short, people share them, and nobody knows any more who did what.
    """
    joining = Joining(visitors, judge)
    agreed = int(partner.limits.users_per_partner)
    few = visitors.counted("approved")
    many = [
        joining.apply(f"user-{nth + 1}", source=pages.aside(30 + nth // FROM_ONE_ADDRESS), kept=True)
        for nth in range(max(1, min(MORE_THAN_A_FEW, agreed) - few))
    ]
    department = visitors.entered(DEPARTMENT)
    for nth, (applied, place) in enumerate(zip(many, joining.applications(many), strict=True)):
        approved = joining.approve(department.get(place))
        invitation = joining.invitation(approved) or joining.invitation(applied.page)
        judge.precondition(nth or invitation, "The first account is not approved either (WEB-018).")
        judge.require(
            invitation,
            expected=f"{agreed} accounts of a country, as agreed",
            actual=f"number {few + nth + 1} of this run is not approved: status {approved.status}",
            message="There is a fixed limit of accounts.",
            where=SITE,
        )


def _gets_in(joining: Joining, applied: Applied, address: str) -> bool:
    """Whether the applicant is logged in at the end of the way there is: an invitation, or the password chosen."""
    if address:
        page = joining.choose(applied.visitor, address, applied.password)
        return applied.visitor.inside(joining.finish(applied, page, applied.password)[1])
    country = joining.visitors.partner.judge.country
    account = joining.visitors.account_made(applied.email, country, applied.email, applied.password)
    visitor = joining.visitors.guest()
    return visitor.inside(visitor.log_in(account))


def _taken(joining: Joining, applied: Applied, page: Page, judge: Judge, length: int = LONG) -> None:
    judge.require(
        not joining.still_choosing(applied.visitor, page),
        expected=f"a password of {length} letters and figures made by chance is taken",
        actual=f"refused: {page.facts.title or page.status}",
        message=f"A good password of {length} characters is not taken.",
        where=SITE,
    )


def _password_taken(joining: Joining, page: Page) -> bool:
    visitor = joining.visitors.guest()
    return joining.asks_for_code(page) is not None or visitor.inside(page)
