"""The address in clear at which people arrive who leave out the s of https."""

from urllib.parse import urlencode, urlsplit

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.ports.https import PagePort

REDIRECTS = (301, 302, 303, 307, 308)
IN_CLEAR = Where("verification page, in clear")
SOMEBODY_ELSE = "another-site.judge.invalid"


@case("TLS-009.http", roles=Role.EXPORTER, needs=["page:http"], defects=["hsts-over-http"])
def test_no_hsts_in_clear(pages: PagePort, judge: Judge) -> None:
    """The address in clear does not send Strict-Transport-Security.

    In clear anybody on the way can write that header, so no browser may believe it there (RFC 6797, 7.2).
    """
    answer = pages.in_clear("GET", pages.form_path).answer
    sent = answer.header("Strict-Transport-Security")
    judge.expect(
        sent is None,
        expected="no Strict-Transport-Security",
        actual=sent,
        message="HSTS is sent in clear.",
        where=IN_CLEAR,
    )


@case("TLS-010", roles=Role.EXPORTER, needs=["page:http"], defects=["pages-in-clear", "redirects-by-host-header"])
def test_in_clear_leads_to_https(pages: PagePort, stock: Stock, judge: Judge) -> None:
    """The address in clear redirects to the same page by https on the registered host, and tells nothing itself.

    What is shown in clear can be forged on the way; a redirect to a host the request names helps to forge it.
    """
    held = stock.issued()
    for target, host in (
        (pages.form_path, ""),
        (urlsplit(held.url or pages.form_path).path, ""),
        (pages.form_path, SOMEBODY_ELSE),
    ):
        page = pages.in_clear("GET", target, host=host)
        named = urlsplit(page.header("Location"))
        led = page.status in REDIRECTS and (named.scheme, named.netloc) == ("https", urlsplit(pages.base).netloc)
        judge.expect(
            led or (bool(host) and page.status >= 400),
            expected=f"a redirect to {pages.base}",
            actual=f"HTTP {page.status}, Location: {page.header('Location') or 'none'}",
            message="A request in clear is not led to the registered https address"
            + (f" when it names the host {host}." if host else "."),
            where=IN_CLEAR,
        )
        _tells_nothing(judge, page.body, held.number)
    names = pages.described.field("number"), pages.described.field("code")
    form = urlencode(dict(zip(names, (held.number, held.code or ""), strict=True))).encode()
    _tells_nothing(judge, pages.in_clear("POST", pages.form_path, body=form).body, held.number)


def _tells_nothing(judge: Judge, body: bytes, number: str) -> None:
    judge.expect(
        number.encode() not in body and b"data-ecert" not in body,
        expected="no content of a page",
        actual=f"{len(body)} octets with the content of a page",
        message="A page is shown in clear.",
        where=IN_CLEAR,
    )
