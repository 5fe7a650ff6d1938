"""The judge as a visitor of the verification page (profile chapter verification)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import quote, urlencode, urljoin, urlsplit

from conformance.checks.forms import PageForm, read_forms
from conformance.checks.page import PageFacts, read_page
from conformance.model.exchange import Exchange, Message
from conformance.model.outcome import Inconclusive
from conformance.partner import Partner
from conformance.partner.pages import BY_THE_PROFILE, PageDescription
from conformance.ports.answers import case_requirement, reached, whole
from conformance.ports.cookies import CookieVault, Jar
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.http_raw import perform_raw
from conformance.ports.tape import Tape

PORT = "https"
MAX_ANSWER = 5_000_000
TOO_MANY = 429
MOST_REDIRECTS = 5
_REDIRECT = range(300, 400)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Page:
    """One HTTP answer: status, the message with its headers, the address asked for, how its page is to be read, and the
    seconds from the request to the end of the answer.
    """

    status: int
    answer: Message
    url: str
    described: PageDescription = BY_THE_PROFILE
    seconds: float = 0.0

    @property
    def body(self) -> bytes:
        """The octets of the content."""
        return self.answer.body

    @property
    def facts(self) -> PageFacts:
        """What the page says, read from its marks."""
        return read_page(self.answer.body, self.described)

    def header(self, name: str) -> str:
        """The first header of that name, or the empty text."""
        return self.answer.header(name) or ""


def page_of(exchange: Exchange, answer: Message, url: str, described: PageDescription) -> Page:
    """The page an exchange gave; `answer` is its whole message."""
    fact = exchange.answer.fact
    return Page(int(fact("status") or 0), answer, url, described, float(fact("answered-after") or 0))


@dataclass(frozen=True)
class Result:
    """What a look-up gave: the state named on the page, its marked fields, and the answer itself."""

    state: str
    fields: tuple[tuple[str, str], ...]
    status: int
    headers: tuple[tuple[str, str], ...]
    page: Page

    def value(self, name: str) -> str:
        """The first marked value of that name, or the empty text."""
        return next((value for key, value in self.fields if key == name), "")


class PagePort:
    """Requests of one case. Every request is a connection of its own; nothing is followed or remembered.

    The one exception is the look-up by a form of the partner's own: cookies and redirects belong to it.
    """

    def __init__(self, partner: Partner, tape: Tape, *, seconds: float | None = None) -> None:
        """`seconds` bounds every request as a whole; the IXIT's timeout when None."""
        if partner.verification is None:
            raise Inconclusive("The partner file has no [ixit.verification]: the judge does not know the page.")
        self.base = partner.verification.url.rstrip("/")
        self._ca = partner.verification.ca
        self.described = partner.verification.described
        self._http = partner.verification.http_url
        self._addresses = partner.judge.addresses
        self._tape = tape
        self._requirement = case_requirement(tape)
        octets = min(MAX_ANSWER, partner.verification.max_answer_bytes)
        self._limits = Limits(seconds or partner.verification.timeout, octets)

    @property
    def form_path(self) -> str:
        """The path of the page with the look-up form."""
        return self.described.address("verify")

    def look_up(self, number: str, code: str, *, source: str = "", throttling: bool = False) -> Result:
        """Fill in the form: number and code. `source` is the judge's own address to call from.

        The profile's form (5.1) is sent without being opened first; one that the partner file describes is opened,
        filled in as it is on the page, and its redirects are followed.

        Raises `Inconclusive` when the page throttles the judge, unless `throttling` is what the case is about, and
        when a form that is described is not on the page.
        """
        filled = {self.described.field("number"): number, self.described.field("code"): code}
        if self.described.own_form:
            page = self._by_own_form(filled, source)
        else:
            page = self.post(self.form_path, filled, source=source)
        result = self._result(page)
        if (result.status == TOO_MANY or result.state == "throttled") and not throttling:
            raise Inconclusive(
                "The page throttles the judge after wrong codes of earlier cases; run again in a minute."
            )
        return result

    def _by_own_form(self, filled: Mapping[str, str], source: str) -> Page:
        jar = Jar(CookieVault())
        opened = self._arrived(self.request("GET", self.form_path, source=source, jar=jar), source, jar)
        form = next((one for one in read_forms(opened.body) if set(filled) <= set(one.names)), None)
        if form is None:
            raise Inconclusive(
                f"The page {self.form_path} (status {opened.status}) has no form with the fields {', '.join(filled)}."
            )
        return self._arrived(self._sent(opened, form, {**self.described.values, **filled}, source, jar), source, jar)

    def _sent(self, page: Page, form: PageForm, filled: Mapping[str, str], source: str, jar: Jar) -> Page:
        values = [(name, value) for name, value in form.values if name not in filled]
        body = urlencode([*values, *filled.items()])
        target = urljoin(page.url, form.target or page.url)
        if form.method != "post":
            return self.request("GET", f"{target.split('?', 1)[0]}?{body}", source=source, jar=jar)
        return self.request(
            "POST", target, body=body.encode(), headers=(("Content-Type", FORM),), source=source, jar=jar
        )

    def _arrived(self, page: Page, source: str, jar: Jar) -> Page:
        for _ in range(MOST_REDIRECTS):
            if page.status not in _REDIRECT or not page.header("Location"):
                return page
            page = self.request("GET", urljoin(page.url, page.header("Location")), source=source, jar=jar)
        return page

    def visitor(self, nth: int) -> str:
        """The source address of another visitor: one of the partner file, or a second loopback address.

        Raises `Inconclusive` when the judge has no second one.
        """
        found = self.aside(nth)
        if not found:
            raise Inconclusive(
                "The judge has no second address from which to reach this page: name one in [ixit.judge] addresses."
            )
        return found

    def aside(self, nth: int) -> str:
        """As `visitor`, but "" (the judge's usual address) where there is no other."""
        if self._addresses:
            return self._addresses[nth % len(self._addresses)]
        return f"127.0.0.{nth}" if self._loopback else ""

    def strangers(self, count: int) -> tuple[str, ...]:
        """Up to that many further addresses: those of the partner file, or, on a loopback address, ones that no
        earlier run has used. Fewer, or none, where the judge has no more.
        """
        if self._addresses or not self._loopback:
            return self._addresses[:count]
        octet = partial(self._tape.random.randint, 1, 254)
        return tuple(f"127.{octet()}.{octet()}.{octet()}" for _ in range(count))

    @property
    def _loopback(self) -> bool:
        host = urlsplit(self.base).hostname or ""
        return host == "localhost" or host.startswith("127.")

    def follow(self, url: str, *, source: str = "") -> Result:
        """Open the address of a QR code."""
        return self._result(self.get(url, source=source))

    def get(self, target: str, *, source: str = "") -> Page:
        """GET a path or a URL of the partner's page."""
        return self.request("GET", target, source=source)

    def head(self, target: str, *, source: str = "") -> Page:
        """HEAD a path or a URL of the partner's page."""
        return self.request("HEAD", target, source=source)

    def post(self, target: str, form: dict[str, str], *, source: str = "") -> Page:
        """POST a form, UTF-8 and URL-encoded."""
        return self.request(
            "POST", target, body=urlencode(form).encode(), headers=(("Content-Type", FORM),), source=source
        )

    def request(
        self,
        method: str,
        target: str,
        *,
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
        source: str = "",
        jar: Jar | None = None,
        host: str = "",
        as_it_is: bool = False,
    ) -> Page:
        """Send any method, with the cookies of a jar. Raises `Unreachable` or `Nonconformity` without a whole answer.

        A URL on another host than the registered one is asked for at the registered one: the judge visits nobody else.
        `host` is a Host header of somebody else's; `as_it_is` puts `target` into the request line unchanged.
        """
        parts = urlsplit(urljoin(self.base + "/", target))
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
        path = target if as_it_is else path
        jar = jar or Jar(CookieVault())
        shown = HttpRequest(method, path, (*jar.header(hidden=True), *headers), body, source)
        sent = replace(shown, headers=(*jar.header(hidden=False), *headers))
        endpoint = Endpoint(self.base, self._ca, named=host)
        exchange = self._tape.exchange(
            PORT,
            f"{method} {path.split('?', 1)[0]}",
            shown.message(),
            lambda: jar.vault.hidden(perform(endpoint, sent, self._limits)),
            at=(f"{PORT} {endpoint.place}",),
        )
        answer = whole(exchange, self._requirement)
        jar.keep(answer)
        return page_of(exchange, answer, self.base + path, self.described)

    def framed(self, what: str, head: bytes, body: bytes) -> tuple[str, ...]:
        """Send a request whose framing is our own, over one connection; the status of each answer that came.

        `head` are its lines without Host, `body` what follows the empty line. `what` names it in the record. Raises
        `Unreachable` when nobody answers at the address. A connection closed without an answer gives none.
        """
        endpoint = Endpoint(self.base, self._ca)
        line, _, rest = head.partition(b"\r\n")
        octets = line + b"\r\nHost: " + endpoint.authority.encode() + b"\r\n" + rest + b"\r\n\r\n" + body
        exchange = self._tape.exchange(
            PORT,
            what,
            Message("application/http", octets),
            lambda: perform_raw(endpoint, octets, self._limits),
            at=(f"{PORT} {endpoint.place}",),
        )
        reached(exchange, what)
        return tuple(value for name, value in exchange.answer.facts if name == "status")

    def in_clear(self, method: str, target: str, *, body: bytes = b"", host: str = "") -> Page:
        """Send a request to the address in clear beside the pages; `host` is a Host header of somebody else's.

        Raises `Inconclusive` when the partner file names no such address.
        """
        if not self._http:
            raise Inconclusive("The partner file has no [ixit.verification] http_url.")
        endpoint = Endpoint(self._http, None, named=host)
        headers = (("Content-Type", FORM),) if body else ()
        request = HttpRequest(method, target, headers, body)
        exchange = self._tape.exchange(
            PORT,
            f"{method} in clear {target.split('?', 1)[0]}",
            request.message(),
            lambda: perform(endpoint, request, self._limits),
            at=(f"{PORT} {endpoint.place}",),
        )
        answer = whole(exchange, self._requirement)
        return page_of(exchange, answer, self._http + target, self.described)

    def _result(self, page: Page) -> Result:
        facts = page.facts
        return Result(facts.state, facts.fields, page.status, page.answer.headers, page)
