"""Pages in a session: every header, every form, sessions side by side, idleness, strangers who lock an official out."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.walk import HTML, walk
from conformance.checks.forms import PageForm, read_forms
from conformance.checks.http import check_content_policy, check_hardening, check_not_cached, check_referrer
from conformance.model.finding import Finding, Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.https import Page, PagePort
from conformance.ports.site import AGAIN, Visitor, Visitors

OK, TOO_MANY = 200, 429
TRIES = 5
FORBIDDEN = (401, 403, 419)
REFUSED, REDIRECT = range(400, 500), range(300, 400)
SITE = Where("site for officials")


@case("SEC-016.every-page", roles=Role.EXPORTER, needs=["account:page-own"],
      also=["WEB-010", "WEB-011", "WEB-013"],
      defects=["lists-cacheable", "lists-framed", "no-nosniff", "cacheable-results", "no-referrer-policy"])  # fmt: skip
def test_every_page_of_an_official_is_protected(visitors: Visitors, judge: Judge) -> None:
    """Every page that an official reaches by links has the protective headers, and is kept by no cache.

    A page that was forgotten is the one that leaks: a list in the cache of a shared computer, a form in a false
    site's frame.
    """
    guest, visitor = visitors.guest(), visitors.entered("own")
    seen = walk(visitor)
    judge.precondition(visitor.inside(seen[0]), "The session of an earlier case is over.")
    for page in seen:
        where = Where(page.url)
        found = [*check_hardening(page.answer), *check_referrer(page.answer), *_cached(guest, page)]
        if HTML in page.header("Content-Type"):
            found += check_content_policy(page.answer)
        for one in found:
            judge.expect(
                condition=False,
                expected=one.expected,
                actual=one.actual,
                message=one.message,
                where=where,
                requirement=one.requirement,
            )


@case("WEB-016.every-form", roles=Role.EXPORTER, needs=["account:page-colleague"],
      defects=["no-form-tokens", "one-form-unguarded"])  # fmt: skip
def test_no_form_of_a_session_is_taken_from_elsewhere(visitors: Visitors, judge: Judge) -> None:
    """Every form an official reaches by links, and that is sent by POST, is refused without what only its page knows.

    One forgotten form is enough: a page the official opens beside the site sends it in his name.
    """
    visitor = visitors.entered("colleague")
    forms: dict[str, PageForm] = {}
    for page in walk(visitor):
        for form in read_forms(page.body):
            if form.method == "post" and form.path != visitor.described.address("log-out"):
                forms.setdefault(form.path, form)
    guest = visitors.guest()
    tried = {path: form for path, form in forms.items() if not _open_to_all(guest, form)}
    judge.precondition(tried, "No page that is reached by links has a form that is sent by POST.")
    judge.step(f"Forms: {', '.join(sorted(tried))}")
    for path, form in sorted(tried.items()):
        forged = visitor.send(form.without_hidden(), {})
        judge.expect(
            form.concealed and _refuses(visitor, form, forged),
            expected="a refusal",
            actual=f"status {forged.status}" + ("" if form.concealed else ", and the form has no hidden value at all"),
            message=f"The form for {path} is taken without the page's hidden values.",
            where=SITE,
        )


@case("WEB-014.side-by-side", roles=Role.EXPORTER, needs=["account:page-colleague"], defects=["log-out-of-all"])
def test_a_log_out_ends_one_session(visitors: Visitors, judge: Judge) -> None:
    """Two log-ins of one account are two sessions, and the log-out of one leaves the other open.

    Whoever logs out at the counter must not throw himself out at his desk, with what he has not sent yet.
    """
    desk, counter = visitors.entered("colleague"), visitors.guest()
    judge.precondition(_opens(desk), "The first session is not open.")
    page = counter.log_in(visitors.account("colleague"))
    judge.precondition(counter.inside(page), f"The second log-in did not succeed: {page.status}. {AGAIN}")
    judge.expect(
        counter.session != desk.session,
        expected="a session of its own",
        actual="the same session",
        message="Two log-ins of one account share a session.",
        where=SITE,
    )
    counter.send(counter.form(page, counter.described.address("log-out")), {})
    judge.expect(
        _opens(desk),
        expected="the official's page",
        actual="the log-in page or a refusal",
        message="The log-out ended another session of the same account.",
        where=SITE,
    )


@case(
    "WEB-014.idle", roles=Role.EXPORTER, needs=["account:page-colleague", "hook:age_sessions"], defects=["never-idle"]
)
def test_a_session_ends_by_itself(visitors: Visitors, hooks: Hooks, judge: Judge, partner: Partner) -> None:
    """A session that was not used for the agreed time opens nothing; one that was used a little before goes on.

    Nobody logs out. What is left open at a counter must close by itself.
    """
    account, visitor = visitors.account("colleague"), visitors.entered("colleague")
    agreed = int(partner.limits.session_idle_seconds)
    judge.precondition(_opens(visitor), "The session is not open at the beginning.")
    hooks.call("age_sessions", user=account.user, seconds=agreed // 2)
    judge.expect(
        _opens(visitor),
        expected="the official's page",
        actual="the log-in page or a refusal",
        message="The session ends before half of the agreed time is over.",
        where=SITE,
    )
    hooks.call("age_sessions", user=account.user, seconds=agreed + 1)
    visitors.forget("colleague")
    judge.expect(
        not _opens(visitor),
        expected="the log-in page or a refusal",
        actual="the official's page",
        message=f"A session that was not used for {agreed} s is still open.",
        where=SITE,
    )


@case("WEB-008.log-in", roles=Role.EXPORTER, needs=["account:page-colleague"], defects=["account-lock-for-all"])
def test_a_stranger_cannot_lock_an_official_out(pages: PagePort, visitors: Visitors, judge: Judge) -> None:
    """After a stranger's wrong passwords an official with the right one still gets in.

    Otherwise anybody who knows an official's address can keep the border post from working.
    """
    account = visitors.account("colleague")
    stranger, official = visitors.guest(source=pages.visitor(11)), visitors.guest()
    entry = stranger.described.address("log-in")
    form = stranger.form(stranger.get(entry), entry)
    user, password = stranger.described.field("user"), stranger.described.field("password")
    for place in range(TRIES + 1):
        refused = stranger.send(form, {user: account.user, password: f"wrong-{place}-wrong-wrong"})
    judge.precondition(refused.status == TOO_MANY, "The stranger was not held back, so nothing is proved.")
    form = official.form(official.get(entry), entry)
    page = official.arrive(official.send(form, {user: account.user, password: account.password.reveal()}))
    judge.expect(
        page.status == OK and page.url != official.base + entry,
        expected="the second factor, or the official's page",
        actual=f"status {page.status}, {page.url}",
        message="An official with the right password is locked out by a stranger's wrong ones.",
        where=Where("log-in"),
    )


def _refuses(visitor: Visitor, form: PageForm, forged: Page) -> bool:
    """Was it refused for where it came from? What is refused as a form that is not filled in is no such refusal:
    then the true form, as little filled in, gets the same answer.
    """
    if forged.status in FORBIDDEN:
        return True
    if forged.status in REDIRECT:
        return not visitor.inside(visitor.arrive(forged))
    if forged.status not in REFUSED:
        return False
    true = visitor.send(form, {})
    return (true.status, true.facts.text) != (forged.status, forged.facts.text)


def _open_to_all(guest: Visitor, form: PageForm) -> bool:
    """A form that needs no session, as the look-up does: it is answered to somebody without a cookie."""
    return not form.concealed and guest.send(form, {}).status not in (*REDIRECT, *FORBIDDEN)


def _cached(guest: Visitor, page: Page) -> list[Finding]:
    """A page may be kept by caches when everybody may see it."""
    found = check_not_cached(page.answer)
    return found if found and guest.get(page.url).status != OK else []


def _opens(visitor: Visitor) -> bool:
    return visitor.inside(visitor.arrive(visitor.get(visitor.described.address("home"))))
