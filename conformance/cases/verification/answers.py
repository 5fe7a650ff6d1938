"""How the page answers: methods, headers, what it does with input, and the links in QR codes."""

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.http import (
    check_content_policy,
    check_hardening,
    check_hsts,
    check_method_refused,
    check_not_cached,
    check_referrer,
)
from conformance.checks.page import check_own_resources, check_verification_url
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports.https import Page, PagePort, Result

FOUND, NOT_FOUND = 200, 404
PAGE = Where("verification page")
PROBE = "\"><script>alert('judge')</script><b title='"


@case("TLS-009", roles=Role.EXPORTER, defects=["no-hsts"])
def test_hsts_is_sent(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """Form and result are sent with Strict-Transport-Security for at least a year.

    A browser that has seen it never asks over plain http again, where anybody on the way could show a false page.
    """
    judge.report(check_hsts(pages.get(pages.form_path).answer))
    judge.report(check_hsts(_result(pages, stock, judge).page.answer))


@case("WEB-005", roles=Role.EXPORTER, defects=["sequential-token", "tokens-from-clock"])
def test_links_cannot_be_guessed(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """The address in a QR code is https on the registered host, with a random token of 128 bits and no number.

    The code replaces number and verification code; whoever can guess the next address reads the next certificate.
    """
    first, second = stock.issued(), stock.issued()
    judge.precondition(
        first.url and second.url, "The verification addresses are not known: the hook 'issue' gives them."
    )
    judge.report(check_verification_url(first.url, pages.base, first.number, (second.url,)))
    shown = pages.follow(first.url)
    judge.expect(
        (shown.state, shown.value("number")) == ("issued", first.number),
        expected=f"issued, {first.number}",
        actual=f"{shown.state or shown.status}, {shown.value('number')}",
        message="The address of the QR code does not show its certificate.",
        where=PAGE,
    )


@case("WEB-010", roles=Role.EXPORTER, defects=["cacheable-results"])
def test_results_are_not_cached(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """A result forbids being kept in shared caches.

    A cached result shows yesterday's state, and shows it to whoever asks the cache next.
    """
    judge.report(check_not_cached(_result(pages, stock, judge).page.answer))


@case("WEB-011", roles=Role.EXPORTER, defects=["no-referrer-policy"])
def test_codes_do_not_leak_by_address(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """A result sets Referrer-Policy, and no address on it holds the verification code.

    Addresses end up in logs, histories and the Referer of the next page.
    """
    held = stock.issued()
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    result = pages.look_up(held.number, held.code)
    judge.require(
        result.state == "issued", expected="issued", actual=result.state, message="There is no result.", where=PAGE
    )
    judge.report(check_referrer(result.page.answer))
    facts = result.page.facts
    leaking = [link for link in (*facts.links, *facts.loaded, result.page.header("Location")) if held.code in link]
    judge.expect(
        not leaking, expected="no code in an address", actual=", ".join(leaking), message="The code leaks.", where=PAGE
    )


@case("WEB-012", roles=Role.EXPORTER, defects=["method-500"])
def test_methods_and_paths(pages: PagePort, judge: Judge) -> None:
    """A wrong method gets 405 with Allow, an unknown path 404, and HEAD answers as GET without content.

    A page that breaks on a method somebody mistyped will break on worse.
    """
    form, head = pages.get(pages.form_path), pages.head(pages.form_path)
    judge.expect(
        (head.status, head.body) == (form.status, b""),
        expected=f"{form.status} without content",
        actual=f"{head.status} with {len(head.body)} octets",
        message="HEAD is not GET without content.",
        where=PAGE,
    )
    for method in ("DELETE", "PUT"):
        answered = pages.request(method, pages.form_path)
        judge.report(check_method_refused(answered.answer, answered.status, ("GET", "POST")))
    absent = pages.get("/no-such-page-of-the-judge")
    judge.expect(
        absent.status == NOT_FOUND, expected=NOT_FOUND, actual=absent.status, message="An unknown path.", where=PAGE
    )


@case("WEB-013", roles=Role.EXPORTER, defects=["echoes-input"])
def test_input_comes_back_as_text(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """What a visitor types comes back as text only, scripts are forbidden, and nothing is loaded from elsewhere.

    A link with a script in the number would otherwise run in an officer's browser, on the authority's own site.
    """
    aside = pages.aside(8)
    for number, code in ((PROBE, "x"), ("x", PROBE)):
        answered = pages.look_up(number, code, source=aside).page
        judge.expect(
            b"<script>alert('judge')" not in answered.body and b"<b title='" not in answered.body,
            expected="&lt;script&gt; or nothing of it",
            actual="the markup as it was typed",
            message="The page gives markup back that a visitor typed.",
            where=PAGE,
        )
    result = _result(pages, stock, judge).page
    judge.report(check_content_policy(result.answer))
    judge.report(check_own_resources(result.facts, pages.base))


@case("SEC-016", roles=Role.EXPORTER, defects=["no-nosniff"])
def test_protective_headers(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """Pages set X-Content-Type-Options and forbid being framed by others.

    Without them a browser may run a download as a script, or a false site may show the page inside its own.
    """
    judge.report(check_hardening(pages.get(pages.form_path).answer))
    judge.report(check_hardening(_result(pages, stock, judge).page.answer))


def _result(pages: PagePort, stock: Stock, judge: Judge) -> Result:
    held = stock.issued()
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    result = pages.look_up(held.number, held.code)
    _found(result.page, judge)
    return result


def _found(page: Page, judge: Judge) -> None:
    judge.require(page.status == FOUND, expected=FOUND, actual=page.status, message="There is no result.", where=PAGE)
