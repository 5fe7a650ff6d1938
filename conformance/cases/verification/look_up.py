"""Looking a certificate up: what is shown, to whom, and in which state."""

from functools import partial

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Held, Stock
from conformance.checks.page import FACTS, check_facts, check_labels, check_language
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.hooks import Hooks
from conformance.ports.https import PagePort
from conformance.ports.soap import PullPort

FOUND, NOT_FOUND = 200, 404
STATES = {"70": "issued", "44": "replaced", "40": "withdrawn"}
PAGE = Where("verification page")


@case("WEB-000", roles=Role.EXPORTER, also=["WEB-001", "A11Y-004"], defects=["page-empty"], interconnection=True)
def test_form_and_one_look_up(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """The verification page shows a form, and one look-up with number and code gives a result.

    This is the interconnection test of the verification access: what follows makes no sense without it.
    """
    form = pages.get(pages.form_path)
    judge.require(form.status == FOUND, expected=FOUND, actual=form.status, message="There is no form.", where=PAGE)
    names = {one.name for one in form.facts.inputs}
    wanted = [pages.described.field(name) for name in ("number", "code")]
    judge.require(
        set(wanted) <= names,
        expected=f"fields {' and '.join(wanted)}",
        actual=", ".join(sorted(names)) or "no field",
        message="The form has not the agreed fields.",
        where=PAGE,
    )
    held = _with_code(stock.issued(), judge)
    result = pages.look_up(held.number, held.code)
    judge.expect(
        (result.status, result.state) == (FOUND, "issued"),
        expected="200, issued",
        actual=f"{result.status}, {result.state or 'no state'}",
        message="A right number and code do not give the certificate.",
        where=PAGE,
    )


@case("WEB-001", roles=Role.EXPORTER, defects=["number-suffices"])
def test_number_alone_opens_nothing(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """A certificate is shown only for its number together with its own verification code.

    Numbers follow each other and stand on every carton. If the number were enough, anybody could read
    who trades what with whom.
    """
    held, other = _with_code(stock.issued(), judge), _with_code(stock.issued(), judge)
    right = pages.look_up(held.number, held.code)
    judge.require(
        right.state == "issued", expected="issued", actual=right.state, message="The right code is refused.", where=PAGE
    )
    for what, code in (("another certificate's code", other.code), ("no code", "")):
        wrong = pages.look_up(held.number, code)
        judge.expect(
            wrong.state == "unknown" and not any(wrong.value(name) for name in FACTS if name != "number"),
            expected="unknown, nothing shown",
            actual=wrong.state or f"status {wrong.status}",
            message=f"With {what} the page shows the certificate.",
            where=PAGE,
        )


@case("WEB-002", roles=Role.EXPORTER, defects=["hides-quantity"])
def test_every_fact_is_shown(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """The result shows number, type, state, dates, authority, countries, product, quantity, parties and transport.

    An officer compares the page with the paper and the goods; what the page leaves out can be forged on paper.
    """
    held = _with_code(stock.issued(), judge)
    facts = pages.look_up(held.number, held.code).page.facts
    judge.report(check_facts(facts))
    number = facts.value("number")
    judge.expect(
        number == held.number, expected=held.number, actual=number, message="Another number is shown.", where=PAGE
    )


@case("WEB-003", roles=Role.EXPORTER, defects=["withdrawn-shown-issued", "old-stays-issued", "successor-lags"])
def test_replaced_and_withdrawn_are_shown_as_such(
    pages: PagePort, stock: Stock, judge: Judge, partner: Partner
) -> None:
    """A withdrawn or replaced certificate is shown as such, the replaced one with the number of its successor.

    A certificate that was withdrawn and still looks issued lets goods pass that the exporting country
    no longer vouches for.
    """
    withdrawn, replaced = _with_code(stock.withdrawn(), judge), _with_code(stock.replaced(), judge)
    for held, state in ((withdrawn, "withdrawn"), (replaced, "replaced")):
        delay = partner.limits.state_delay_seconds
        judge.wait_until(partial(_shows, pages, held, state), delay, f"{held.number} to be shown as {state}")
        shown = pages.look_up(held.number, held.code)
        judge.expect(
            shown.state == state, expected=state, actual=shown.state, message=f"{held.number} is shown otherwise.",
            where=PAGE,
        )  # fmt: skip
        successor = shown.value("replaced-by")
        judge.expect(
            state != "replaced" or (successor and successor == (replaced.successor or successor)),
            expected=replaced.successor or "a number",
            actual=successor or "none",
            message="The page does not name the successor.",
            where=PAGE,
        )


@case("WEB-004", roles=Role.EXPORTER, needs=["access:pull", "hook:withdraw", "hook:issue"],
      defects=["page-lags", "withdrawn-shown-issued"])  # fmt: skip
def test_page_and_pull_agree_after_a_change(
    pages: PagePort, pull: PullPort, stock: Stock, hooks: Hooks, judge: Judge, partner: Partner
) -> None:
    """After a change the page and the pull access tell the same state within the agreed delay.

    The page is for checking in real time. Two accesses that disagree make an officer trust the wrong one.
    """
    held = _with_code(stock.issued(), judge)
    before = pages.look_up(held.number, held.code).state
    judge.require(before == "issued", expected="issued", actual=before, message="The start is wrong.", where=PAGE)
    hooks.call("withdraw", number=held.number, reason="Conformance test: issued in error")
    delay = partner.limits.state_delay_seconds
    judge.wait_until(lambda: pull.status(held.number).status_code == "40", delay, "the pull access to tell 40")
    judge.wait_until(
        lambda: pages.look_up(held.number, held.code).state == "withdrawn", delay, "the page to tell withdrawn"
    )
    by_pull = STATES.get(pull.status(held.number).status_code, "another state")
    by_page = pages.look_up(held.number, held.code).state
    judge.expect(
        by_pull == by_page == "withdrawn",
        expected=f"withdrawn at both within {delay:g} s",
        actual=f"page {by_page}, pull {by_pull}",
        message="The accesses do not tell the new state.",
        where=PAGE,
    )


@case("WEB-009", roles=Role.EXPORTER, defects=["unknown-differs"])
def test_unknown_number_and_wrong_code_look_the_same(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """An unknown number and a wrong code get the same answer: status, headers and content.

    Where the two differ, a stranger can find out which numbers exist.
    """
    held = _with_code(stock.issued(), judge)
    right = pages.look_up(held.number, held.code)
    judge.require(
        right.state == "issued", expected="issued", actual=right.state, message="The right code is refused.", where=PAGE
    )
    absent = held.number[:-1] + ("8" if held.number.endswith("9") else "9") + "7"
    wrong, unknown = pages.look_up(held.number, "WRONG-CODE"), pages.look_up(absent, "WRONG-CODE")
    judge.precondition(wrong.state != "issued", "A wrong code opens the certificate (WEB-001): there is no refusal.")
    for what, one, two in (
        ("status", str(wrong.status), str(unknown.status)),
        ("state", wrong.state, unknown.state),
        ("headers", _headers(wrong.headers), _headers(unknown.headers)),
        ("content", _without(wrong.page.facts.text, wrong.value("verified-at"), held.number),
         _without(unknown.page.facts.text, unknown.value("verified-at"), absent)),
    ):  # fmt: skip
        judge.expect(
            one == two,
            expected=f"for an unknown number: {two}",
            actual=f"for a wrong code: {one}",
            message=f"The {what} of the two answers differ.",
            where=PAGE,
        )
    judge.expect(
        unknown.status == NOT_FOUND, expected=NOT_FOUND, actual=unknown.status, message="Not a 404.", where=PAGE
    )


@case("WEB-024", roles=Role.EXPORTER, needs=["access:pull"],
      defects=["download-reformatted", "reserialises-on-delivery"])  # fmt: skip
def test_download_is_what_pull_delivers(pages: PagePort, pull: PullPort, stock: Stock, judge: Judge) -> None:
    """The document downloaded from the page has the same octets as the one delivered by pull.

    Two versions of one certificate have two digests, and one signature too few.
    """
    held = _with_code(stock.issued(), judge)
    link = pages.look_up(held.number, held.code).value("download")
    judge.require(link, expected="a link", actual="none", message="The result offers no download.", where=PAGE)
    loaded = pages.get(link)
    judge.expect(
        loaded.header("Content-Type").split(";")[0] == "application/xml",
        expected="application/xml",
        actual=loaded.header("Content-Type") or "none",
        message="The download has another media type.",
        where=PAGE,
    )
    by_pull = pull.get(held.number).document
    judge.expect(
        loaded.body == by_pull,
        expected=f"{len(by_pull)} octets as by pull",
        actual=f"{len(loaded.body)} octets, status {loaded.status}",
        message="The octets differ from those of the pull access.",
        where=PAGE,
    )


@case("A11Y-005", roles=Role.EXPORTER, also=["A11Y-004"], defects=["no-lang"])
def test_language_and_labels(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """Every page declares its language, and every field of the form has a label.

    A screen reader needs the language to pronounce a page, and a label to say what a field is for.
    """
    held = _with_code(stock.issued(), judge)
    form = pages.get(pages.form_path).facts
    judge.report(check_language(form))
    judge.report(check_labels(form))
    judge.report(check_language(pages.look_up(held.number, held.code).page.facts))


def _shows(pages: PagePort, held: Held, state: str) -> bool:
    return pages.look_up(held.number, held.code).state == state


def _with_code(held: Held, judge: Judge) -> Held:
    judge.precondition(
        held.code, f"The verification code of {held.number} is not known: give it in [data] codes or by the hook."
    )
    return held


def _headers(headers: tuple[tuple[str, str], ...]) -> str:
    moving = {"date", "etag", "content-length", "last-modified"}
    return "; ".join(sorted(f"{name.lower()}: {value}" for name, value in headers if name.lower() not in moving))


def _without(text: str, *moving: str) -> str:
    for one in moving:
        text = text.replace(one, "...") if one else text
    return text
