"""What must not be told apart is not told apart by its time either (profile 5.14).

The cases call from addresses that nothing else uses, so that they are not held back and hold nobody back.
"""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.cases.helpers.timing import ADDRESSES, Stopwatch
from conformance.checks.forms import PageForm
from conformance.model.finding import Where
from conformance.model.outcome import Inconclusive
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.https import PagePort
from conformance.ports.site import Visitor, Visitors
from conformance.ports.tape import Tape

TOO_MANY = 429
REFUSED = range(400, 500)
PAGE, ENTRY, SITE = Where("verification page"), Where("log-in"), Where("site for officials")


@case("WEB-009.time", roles=Role.EXPORTER, defects=["slow-where-known"])
def test_unknown_number_and_wrong_code_take_equally_long(
    pages: PagePort, stock: Stock, judge: Judge, partner: Partner, tape: Tape
) -> None:
    """An unknown number and a wrong code are answered in the same time.

    A page that works longer for a number that exists tells a stranger with a stopwatch which numbers exist.
    """
    held = stock.issued()
    sources = pages.strangers(ADDRESSES)

    def look_up(number: str, source: str, place: int) -> float:
        found = pages.look_up(number, f"WRONG-{place:03}", source=source)
        if found.state == "issued":
            raise Inconclusive("A wrong code opens the certificate (WEB-001): there is no refusal.")
        return found.page.seconds

    def known(source: str, place: int) -> float:
        return look_up(held.number, source, place)

    def unknown(source: str, place: int) -> float:
        return look_up(f"{held.number[:-3]}X{place:02}", source, place)

    watch = Stopwatch(partner, tape, judge, sources)
    watch.expect_equal_times(("a wrong code", known), ("an unknown number", unknown), PAGE)


@case("WEB-009.log-in", roles=Role.EXPORTER, needs=["account:page-other"],
      defects=["unknown-user-quick", "log-in-names-user"])  # fmt: skip
def test_unknown_user_and_wrong_password_look_the_same(
    pages: PagePort, visitors: Visitors, judge: Judge, partner: Partner, tape: Tape
) -> None:
    """An unknown user and a wrong password get the same answer in the same time.

    Where they differ, a stranger learns who has an account; the passwords of those are what he tries next.
    """
    user = visitors.account("other").user
    forms: dict[str, tuple[Visitor, PageForm]] = {}
    told: dict[str, set[tuple[int, str]]] = {"a wrong password": set(), "an unknown user": set()}

    def enter(what: str, name: str, source: str, place: int) -> float:
        if source not in forms:
            guest = visitors.guest(source=source)
            forms[source] = guest, guest.form(guest.get(guest.described.address("log-in")), _log_in(guest))
        guest, form = forms[source]
        described = guest.described
        page = guest.send(form, {described.field("user"): name, described.field("password"): f"wrong-{place:03}-wrong"})
        if page.status == TOO_MANY:
            raise Inconclusive("The partner holds the judge back after fewer than five wrong passwords.")
        told[what].add((page.status, page.facts.text.replace(name, "")))
        return page.seconds

    def known(source: str, place: int) -> float:
        return enter("a wrong password", user, source, place)

    def unknown(source: str, place: int) -> float:
        local, at, host = user.rpartition("@")
        return enter("an unknown user", f"{local}x{place:03}{at}{host}", source, place)

    watch = Stopwatch(partner, tape, judge, pages.strangers(ADDRESSES))
    try:
        watch.expect_equal_times(("a wrong password", known), ("an unknown user", unknown), ENTRY)
    finally:
        wrong, nobody = told["a wrong password"], told["an unknown user"]
        judge.expect(
            wrong == nobody or not wrong or not nobody,
            expected=f"for both: {_shown(nobody)}",
            actual=f"for a wrong password: {_shown(wrong)}",
            message="An unknown user and a wrong password get different answers.",
            where=ENTRY,
        )


@case("WEB-009.hidden", roles=Role.EXPORTER, needs=["account:page-own"], defects=["reads-before-asking-whose"])
def test_another_countrys_certificate_takes_as_long_as_none(
    visitors: Visitors, stock: Stock, judge: Judge, partner: Partner, tape: Tape
) -> None:
    """An official who asks for another country's certificate waits as long as for a number that does not exist.

    A site that looks for the certificate first and asks afterwards whose it is gives itself away.
    """
    foreign = stock.addressed_to_another_country().number
    visitor = visitors.entered("own")
    place = visitor.described.address("certificate")

    def ask(number: str) -> float:
        page = visitor.get(f"{place}{number}")
        if page.status not in REFUSED:
            raise Inconclusive(f"The site answers {number} with {page.status}: there is no refusal (WEB-017).")
        return page.seconds

    watch = Stopwatch(partner, tape, judge, [""] * ADDRESSES)
    watch.expect_equal_times(
        ("a certificate of another country", lambda _source, _place: ask(foreign)),
        ("an unknown number", lambda _source, at: ask(f"{foreign[:-3]}X{at:02}")),
        SITE,
    )


def _log_in(visitor: Visitor) -> str:
    return visitor.described.address("log-in")


def _shown(answers: set[tuple[int, str]]) -> str:
    return "; ".join(f"status {status}, {text[-200:]}" for status, text in sorted(answers))
