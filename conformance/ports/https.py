"""The judge as a visitor of the verification page (profile chapter verification)."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode, urljoin, urlsplit

from conformance.checks.page import PageFacts, read_page
from conformance.model.exchange import Message
from conformance.model.outcome import Inconclusive
from conformance.partner import Partner
from conformance.ports.answers import case_requirement, whole
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.tape import Tape

PORT = "https"
MAX_ANSWER = 5_000_000
TOO_MANY = 429
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Page:
    """One HTTP answer: status, the message with its headers, and the address asked for."""

    status: int
    answer: Message
    url: str

    @property
    def body(self) -> bytes:
        """The octets of the content."""
        return self.answer.body

    @property
    def facts(self) -> PageFacts:
        """What the page says, read from its marks."""
        return read_page(self.answer.body)

    def header(self, name: str) -> str:
        """The first header of that name, or the empty text."""
        return self.answer.header(name) or ""


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
    """Requests of one case. Every request is a connection of its own; nothing is followed or remembered."""

    def __init__(self, partner: Partner, tape: Tape, *, seconds: float | None = None) -> None:
        """`seconds` bounds every request as a whole; the IXIT's timeout when None."""
        if partner.verification is None:
            raise Inconclusive("The partner file has no [ixit.verification]: the judge does not know the page.")
        self.base = partner.verification.url.rstrip("/")
        self._ca = partner.verification.ca
        self._http = partner.verification.http_url
        self._tape = tape
        self._requirement = case_requirement(tape)
        octets = min(MAX_ANSWER, partner.verification.max_answer_bytes)
        self._limits = Limits(seconds or partner.verification.timeout, octets)

    def look_up(self, number: str, code: str, *, source: str = "", throttling: bool = False) -> Result:
        """Fill in the form: number and code by POST. `source` is the judge's own address to call from.

        Raises `Inconclusive` when the page throttles the judge, unless `throttling` is what the case is about.
        """
        result = self._result(self.post("/verify", {"number": number, "code": code}, source=source))
        if result.status == TOO_MANY and not throttling:
            raise Inconclusive(
                "The page throttles the judge after wrong codes of earlier cases; run again in a minute."
            )
        return result

    def visitor(self, nth: int) -> str:
        """The source address of another visitor: a second loopback address.

        Raises `Inconclusive` when the page is not on a loopback address, where the judge has no second one.
        """
        found = self.aside(nth)
        if not found:
            raise Inconclusive("The judge has no second address from which to reach this page.")
        return found

    def aside(self, nth: int) -> str:
        """As `visitor`, but "" (the judge's usual address) where there is no other."""
        host = urlsplit(self.base).hostname or ""
        return f"127.0.0.{nth}" if host == "localhost" or host.startswith("127.") else ""

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
    ) -> Page:
        """Send any method. Raises `Unreachable` or `Nonconformity` when there is no whole answer.

        A URL on another host than the registered one is asked for at the registered one: the judge visits nobody else.
        """
        parts = urlsplit(urljoin(self.base + "/", target))
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
        request = HttpRequest(method, path, headers, body, source)
        endpoint = Endpoint(self.base, self._ca)
        exchange = self._tape.exchange(
            PORT,
            f"{method} {path.split('?', 1)[0]}",
            request.message(),
            lambda: perform(endpoint, request, self._limits),
            at=(f"{PORT} {endpoint.place}",),
        )
        answer = whole(exchange, self._requirement)
        return Page(int(exchange.answer.fact("status") or 0), answer, self.base + path)

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
        return Page(int(exchange.answer.fact("status") or 0), answer, self._http + target)

    def _result(self, page: Page) -> Result:
        facts = page.facts
        return Result(facts.state, facts.fields, page.status, page.answer.headers, page)
