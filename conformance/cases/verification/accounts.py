"""Officials with an account: sessions, forms, and what an official sees."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports.https import Page
from conformance.ports.site import AGAIN, Visitor, Visitors

FOUND, NOT_FOUND = 200, 404
REFUSED = range(400, 500)
SITE = Where("site for officials")


@case("WEB-014", roles=Role.EXPORTER, needs=["account:page-own"],
      defects=["session-kept", "log-out-in-browser-only", "session-before-let-in"])  # fmt: skip
def test_a_log_in_gives_a_new_session_and_a_log_out_ends_it(visitors: Visitors, judge: Judge) -> None:
    """A log-in gives a session that nobody knew before, and after the log-out it opens nothing.

    Whoever could choose or learn the session before would be logged in with the official; whoever finds it
    afterwards on a shared computer must not get in.
    """
    visitor = visitors.guest()
    visitor.get(visitor.described.address("log-in"))
    before = visitor.session
    _entered(visitor, visitors, judge, "own")
    after = visitor.session
    judge.expect(
        after not in ("", before),
        expected="a session cookie of another value than before the log-in",
        actual="the same value" if after else "no session cookie",
        message="The log-in gives no new session.",
        where=SITE,
    )
    judge.expect(
        not _opens(visitors.guest().carrying(before)),
        expected="the log-in page or a refusal",
        actual="the official's page",
        message="The session before the log-in opens the account too.",
        where=SITE,
    )
    _log_out(visitor, judge)
    again = visitors.guest().carrying(after)
    judge.expect(
        not _opens(again),
        expected="the log-in page or a refusal",
        actual="the official's page",
        message="After the log-out the old session still opens the account.",
        where=SITE,
    )


@case("WEB-015", roles=Role.EXPORTER, needs=["account:page-other"], defects=["cookie-without-flags"])
def test_the_session_cookie_is_kept_from_scripts_and_other_sites(visitors: Visitors, judge: Judge) -> None:
    """The session cookie has Secure, HttpOnly, SameSite and the prefix __Host-.

    Without them a page in clear, a script or another site can read the cookie or have it sent.
    """
    visitor = visitors.guest()
    _entered(visitor, visitors, judge, "other")
    visitors.keep("other", visitor)
    cookie = visitor.seen.get(visitor.described.cookie)
    judge.require(
        cookie is not None,
        expected=f"a cookie {visitor.described.cookie}",
        actual=", ".join(sorted(visitor.seen)) or "no cookie",
        message="The log-in sets no session cookie of the name in the partner file.",
        where=SITE,
    )
    if cookie is None:
        return
    missing = [name for name in ("secure", "httponly") if not cookie.has(name)]
    if cookie.attribute("samesite").lower() not in ("strict", "lax"):
        missing.append("samesite=strict or lax")
    if not cookie.name.startswith("__Host-") or cookie.attribute("path") != "/" or cookie.has("domain"):
        missing.append("__Host- with path=/ and without domain")
    judge.expect(
        not missing,
        expected="secure, httponly, samesite, __Host-",
        actual=f"missing: {', '.join(missing)}",
        message="The session cookie is not protected.",
        where=SITE,
    )


@case("WEB-016", roles=Role.EXPORTER, needs=["account:page-other"], defects=["no-form-tokens"])
def test_a_form_of_another_site_changes_nothing(visitors: Visitors, judge: Judge) -> None:
    """A form without what only the site's own page can know is refused; with it, it is taken.

    Otherwise any page an official opens in the same browser could act in his name. The form that is tried is
    the one that logs out.
    """
    visitor = visitors.guest()
    home = _entered(visitor, visitors, judge, "other")
    form = visitor.form(home, visitor.described.address("log-out"))
    forged = visitor.send(form.without_hidden(), {})
    still = visitor.arrive(visitor.get(visitor.described.address("home")))
    judge.expect(
        forged.status in REFUSED and visitor.inside(still),
        expected="a refusal (4xx), and the session goes on",
        actual=f"status {forged.status}, {'the session goes on' if visitor.inside(still) else 'the session is over'}",
        message="A form without the page's hidden values is taken.",
        where=SITE,
    )
    judge.precondition(visitor.inside(still), "The forged form ended the session: the twin cannot be tried.")
    _log_out(visitor, judge)


@case("WEB-017", roles=Role.EXPORTER, needs=["account:page-own"], defects=["official-sees-everything"])
def test_an_official_sees_certificates_of_his_country_only(visitors: Visitors, stock: Stock, judge: Judge) -> None:
    """An official opens certificates addressed to his country; another country's is answered as an unknown one is.

    What one country buys from another is no third country's business, and an answer that differs tells which
    numbers exist.
    """
    mine, foreign = stock.issued().number, stock.addressed_to_another_country().number
    visitor = visitors.entered("own")
    place = visitor.described.address("certificate")
    own = visitor.get(f"{place}{mine}")
    judge.require(
        own.status == FOUND and mine in own.facts.text,
        expected=f"200 and {mine}",
        actual=f"status {own.status}",
        message="The official does not see a certificate of his country.",
        where=SITE,
    )
    other, unknown = visitor.get(f"{place}{foreign}"), visitor.get(f"{place}{mine[:-4]}0000")
    judge.precondition(
        unknown.status in REFUSED, "A number that does not exist is not refused: nothing to compare with."
    )
    judge.expect(
        (other.status, _bare(other, foreign)) == (unknown.status, _bare(unknown, f"{mine[:-4]}0000")),
        expected=f"as for an unknown number: status {unknown.status}",
        actual=f"status {other.status}",
        message="A certificate of another country is shown, or told from one that does not exist.",
        where=SITE,
    )


def _entered(visitor: Visitor, visitors: Visitors, judge: Judge, name: str) -> Page:
    page = visitor.log_in(visitors.account(name))
    judge.precondition(visitor.inside(page), f"The log-in as {name} did not succeed: {page.status}. {AGAIN}")
    return page


def _opens(visitor: Visitor) -> bool:
    return visitor.inside(visitor.arrive(visitor.get(visitor.described.address("home"))))


def _log_out(visitor: Visitor, judge: Judge) -> None:
    home = visitor.arrive(visitor.get(visitor.described.address("home")))
    visitor.send(visitor.form(home, visitor.described.address("log-out")), {})
    after = visitor.arrive(visitor.get(visitor.described.address("home")))
    judge.precondition(not visitor.inside(after), "The log-out does not log out.")


def _bare(page: Page, number: str) -> str:
    return page.facts.text.replace(number, "")
