"""What the page tells people beside the result: the guide, the notice on the print, how to know the real site."""

from datetime import datetime
from urllib.parse import urlsplit

from conformance.cases.helpers.case import case
from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.checks.links import read_links
from conformance.checks.print_style import hidden_on_paper, paper_sheets
from conformance.model.finding import Where
from conformance.model.words import Role
from conformance.partner import Partner
from conformance.ports.https import Page, PagePort
from conformance.ports.papers import Papers
from conformance.ports.site import Visitors
from conformance.ports.tape import Tape

FOUND = 200
PAGE, PRINT = Where("verification page"), Where("printed result")
# A guide says what to do: fewer characters do not, in whatever script.
SHORTEST_GUIDE = 100
NOTICE = {"verified-at": "the time of the verification", "source": "the address of the page"}


@case("WEB-021", roles=Role.EXPORTER, needs=["page:languages"], defects=["no-guide-link", "guide-in-english-only"])
def test_the_guide_is_there_in_every_language(visitors: Visitors, partner: Partner, judge: Judge) -> None:
    """From the verification page a link leads to a user guide, in every language the pages are declared to be in.

    Whoever stands at the border with a paper in his hand reads how to verify it, or does not verify it.
    """
    visitor = visitors.guest()
    told: dict[str, str] = {}
    for language in partner.verification.languages if partner.verification else ():
        start = visitor.get_in(language, visitor.described.address("verify"))
        guide = next((one for one in read_links(start.body) if one.path == visitor.described.address("guide")), None)
        if not judge.expect(
            guide is not None,
            expected=f"a link to {visitor.described.address('guide')}",
            actual="none",
            message=f"The page in {language} has no link to the guide.",
            where=PAGE,
        ):
            continue
        page = visitor.arrive(visitor.get_in(language, guide.target if guide else ""))
        text = page.facts.text
        judge.expect(
            (page.status, _same(page.facts.language, language)) == (FOUND, True) and len(text) >= SHORTEST_GUIDE,
            expected=f"200, a guide in {language}",
            actual=f"{page.status}, language {page.facts.language or 'not said'}, {len(text)} characters",
            message=f"The guide is not there in {language}.",
            where=PAGE,
        )
        judge.expect(
            text not in told,
            expected=f"a text in {language}",
            actual=f"the same text as in {told.get(text)}",
            message=f"The guide is not translated to {language}.",
            where=PAGE,
        )
        told[text] = language


@case("WEB-022", roles=Role.EXPORTER, defects=["no-time-on-paper", "no-address-on-page"])
def test_a_result_says_when_and_where(
    pages: PagePort, stock: Stock, judge: Judge, partner: Partner, tape: Tape
) -> None:
    """A result names the time of the verification and the address it was made at, and the print style keeps both.

    A printed result lies in a file for years. Without time and place nobody knows what it proves.
    """
    held = stock.issued()
    judge.precondition(held.code, "The verification code is not known: give it in [data] codes or by the hook 'issue'.")
    result = pages.look_up(held.number, held.code)
    judge.precondition(result.state == "issued", "The right code does not give a result (WEB-000).")
    said, now = _moment(result.value("verified-at")), tape.now()
    skew = partner.limits.clock_skew_seconds
    judge.expect(
        said is not None and abs((now - said).total_seconds()) <= skew + partner.limits.case_seconds,
        expected=f"the present time, {now:%Y-%m-%dT%H:%M:%SZ}, within {skew:g} s",
        actual=result.value("verified-at") or "none",
        message="The result does not say when the verification was made.",
        where=PAGE,
    )
    source = result.value("source")
    judge.expect(
        _host(source) == _host(pages.base),
        expected=f"an address on {_host(pages.base)}",
        actual=source or "none",
        message="The result does not say at which address it was made.",
        where=PAGE,
    )
    sheets = [pages.get(address).body.decode("utf-8", "replace") for address in paper_sheets(result.page.body)]
    for name in hidden_on_paper(result.page.body, sheets, NOTICE, pages.described):
        judge.expect(
            False,
            expected=f"{NOTICE[name]} on paper too",
            actual="hidden by a rule for print",
            message=f"The print leaves out {NOTICE[name]}.",
            where=PRINT,
        )


@case("WEB-023", roles=Role.EXPORTER, defects=["no-notice-of-the-real-site"])
def test_the_page_says_how_to_know_it(visitors: Visitors, judge: Judge) -> None:
    """From the verification page a link leads to a page that tells how to know the real site, with its address.

    False sites differ by one letter. Whoever was never told the right address cannot see it.
    """
    visitor = visitors.guest()
    address = visitor.described.address("real")
    link = next(
        (one for one in read_links(visitor.get(visitor.described.address("verify")).body) if one.path == address), None
    )
    judge.require(
        link is not None, expected=f"a link to {address}", actual="none", message="There is no such notice.", where=PAGE
    )
    page: Page = visitor.arrive(visitor.get(link.target if link else ""))
    host = _host(visitor.base)
    judge.expect(
        page.status == FOUND and host in page.facts.text,
        expected=f"200, and the address with {host}",
        actual=f"{page.status}, {'another address, or none' if page.status == FOUND else page.facts.title}",
        message="The notice does not name the site's own address.",
        where=PAGE,
    )


@case("WEB-023.monitoring", roles=Role.EXPORTER, needs=["handed-in:monitoring"], defects=["nobody-watches"])
def test_look_alike_sites_are_watched_for(papers: Papers, pages: PagePort, judge: Judge) -> None:
    """The record of watching for look-alike sites is handed in, names the site's host, and has dated entries.

    A false site that nobody looks for is found by those it deceives.
    """
    record, host = papers.monitoring(), _host(pages.base).partition(":")[0]
    judge.expect(
        host in record,
        expected=host,
        actual=f"{len(record)} characters without it",
        message="The record of watching is not about this site.",
        where=Where("record of watching for look-alike sites"),
    )
    judge.expect(
        any(_moment(word.strip(" |*")) for word in record.split()),
        expected="entries with a date (2026-01-31)",
        actual="none",
        message="The record of watching has no dated entry.",
        where=Where("record of watching for look-alike sites"),
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _same(declared: str, language: str) -> bool:
    """Whether a page's language is the wanted one, or the same without script and region."""
    return declared.lower() == language.lower() or declared.lower() == language.lower().partition("-")[0]


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
