"""The judge as a person with a browser and perhaps an account: keeps cookies, fills in forms, logs in.

It follows no redirect by itself, and sends forms as the page has them, hidden fields included.
"""

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urljoin, urlsplit

import pyotp

from conformance.checks.forms import PageForm, read_forms
from conformance.checks.links import read_links
from conformance.model.exchange import Answer, Message
from conformance.model.outcome import Inconclusive
from conformance.partner import Partner
from conformance.partner.pages import PageAccount
from conformance.partner.secret import Secret
from conformance.ports.answers import case_requirement, whole
from conformance.ports.cookies import Cookie, CookieVault, cookies_of
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.https import FORM, MAX_ANSWER, Page, page_of
from conformance.ports.tape import Tape

PORT = "site"
STEP_SECONDS = 30
AGAIN = "A code is taken once only: after a run a moment ago, try again in a minute."
MOST_REDIRECTS = 5
UNKNOWN_CODE = "000000"
LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
_REDIRECT = range(300, 400)


@dataclass(frozen=True)
class File:
    """A file to be sent with a form."""

    name: str
    media_type: str
    octets: bytes


class Visitors:
    """Makes visitors. Lives as long as its lane, so that an account logs in once for several cases."""

    def __init__(self, partner: Partner) -> None:
        self.partner = partner
        self.vault = CookieVault()
        self._tape: Tape | None = None
        self._kept: dict[str, str] = {}
        self._steps: dict[str, int] = {}
        self._counts: dict[str, int] = {}

    def attach(self, tape: Tape) -> None:
        """Begin a case."""
        self._tape = tape

    def guest(self, *, source: str = "") -> "Visitor":
        """Somebody who has not logged in. `source` is the address of the judge's that he calls from."""
        return Visitor(self, self.tape, source=source)

    def entered(self, name: str) -> "Visitor":
        """Somebody who is logged in with the account `name`: in a session of an earlier case, or a new one.

        Raises `Inconclusive` when the account is not described or the log-in does not succeed.
        """
        account = self.account(name)
        visitor = self.guest()
        kept = self.tape.exchange(PORT, f"session of {name}", None, lambda: self._session(name))
        label = kept.answer.fact("session") or ""
        if label:
            return visitor.carrying(label)
        page = visitor.log_in(account)
        if not visitor.inside(page):
            raise Inconclusive(f"The log-in with the account {name} did not succeed (status {page.status}). {AGAIN}")
        self.keep(name, visitor)
        return visitor

    def keep(self, name: str, visitor: "Visitor") -> None:
        """Have later cases use the session of a visitor who is logged in with the account `name`."""
        self._kept[name] = visitor.session

    def forget(self, name: str) -> None:
        """Have the account `name` log in anew when it is next entered: its session is over."""
        self._kept.pop(name, None)

    def account(self, name: str) -> PageAccount:
        """An account of the partner file. Raises `Inconclusive`."""
        page = self.partner.verification
        if page is None or name not in page.accounts:
            raise Inconclusive(f"The partner file has no [ixit.verification.accounts.{name}].")
        return page.accounts[name]

    def code(self, account: PageAccount) -> str:
        """A code of the account's second factor that was not used yet: the present one, then that of the next step.

        One that is over may be refused; one that is a step ahead is taken (RFC 6238 5.2). Raises `Inconclusive` when
        both were used.
        """
        if account.second_factor is None:
            return ""
        present = int(self.tape.now().timestamp()) // STEP_SECONDS
        step = max(self._steps.get(account.name, 0) + 1, present)
        if step > present + 1:
            raise Inconclusive(f"The codes of the account {account.name} were used within this half minute. {AGAIN}")
        self._steps[account.name] = step
        key = self.vault.value(account.second_factor.reveal())
        # Of a visitor's own account nothing but the label is known when a record is judged again; nobody asks then.
        return UNKNOWN_CODE if self.vault.is_label(key) else pyotp.TOTP(key).generate_otp(step)

    def password(self, length: int) -> str:
        """The label of a new password of the judge's own, of that many letters and figures: sent by `send`, never
        recorded.
        """
        made = self.tape.exchange(PORT, "a password of the judge's", None, lambda: self._password(length))
        return made.answer.fact("label") or ""

    def count(self, what: str) -> None:
        """Count something that lasts longer than a case."""
        self._counts[what] = self._counts.get(what, 0) + 1

    def counted(self, what: str) -> int:
        """How often it was counted so far in this lane; as it was then, when a record is judged again."""
        made = self.tape.exchange(PORT, f"{what} so far", None, lambda: self._counted(what))
        return int(made.answer.fact("count") or 0)

    def beginning(self, label: str, length: int) -> str:
        """The label of the first characters of a password of the judge's own."""
        made = self.tape.exchange(
            PORT, "the beginning of a password of the judge's", None, lambda: self._beginning(label, length)
        )
        return made.answer.fact("label") or ""

    def account_made(self, name: str, country: str, user: str, password: str, key: str = "") -> PageAccount:
        """An account the judge came to itself; `password` and `key` are labels, `key` "" without a second factor."""
        place = self.partner.path
        factor = Secret(f"{name}.second_factor", place, plain=key) if key else None
        return PageAccount(name, country, user, Secret(f"{name}.password", place, plain=password), factor)

    @property
    def tape(self) -> Tape:
        """The tape of the running case."""
        if self._tape is None:
            raise LookupError("no case is running")
        return self._tape

    def _password(self, length: int) -> Answer:
        plain = "".join(secrets.choice(LETTERS) for _ in range(length))
        return Answer(facts=(("label", self.vault.conceal(plain)),))

    def _counted(self, what: str) -> Answer:
        return Answer(facts=(("count", str(self._counts.get(what, 0))),))

    def _beginning(self, label: str, length: int) -> Answer:
        return Answer(facts=(("label", self.vault.conceal(self.vault.value(label)[:length])),))

    def _session(self, name: str) -> Answer:
        return Answer(facts=(("session", self._kept.get(name, "")),))


class Visitor:
    """One browser. `cookies` has the label of each by name; `seen` the cookie as an answer last set it."""

    def __init__(self, visitors: Visitors, tape: Tape, *, source: str = "") -> None:
        page = visitors.partner.verification
        if page is None:
            raise Inconclusive("The partner file has no [ixit.verification]: the judge does not know the page.")
        self.visitors = visitors
        self.described = page.described
        self.base = page.url
        self.cookies: dict[str, str] = {}
        self.seen: dict[str, Cookie] = {}
        self._endpoint = Endpoint(page.url, page.ca)
        self._limits = Limits(page.timeout, min(MAX_ANSWER, page.max_answer_bytes))
        self._tape = tape
        self._source = source
        self.shown_keys = False
        """Set where a page may show the key of an authenticator: it is not recorded then."""

    @property
    def session(self) -> str:
        """The label of the session cookie, "" without one."""
        return self.cookies.get(self.described.cookie, "")

    def carrying(self, label: str) -> "Visitor":
        """This visitor with the session cookie of that label."""
        self.cookies[self.described.cookie] = label
        return self

    def pairs(self) -> dict[str, str]:
        """The visitor's cookies by name, with their values: for the judge's browser, never for a record."""
        return {name: self.visitors.vault.value(label) for name, label in self.cookies.items()}

    def get(self, target: str) -> Page:
        """GET a path or a URL of the partner's site."""
        return self.request("GET", target)

    def get_in(self, language: str, target: str) -> Page:
        """GET a page in a language (BCP 47): asked for by header, then by the page's own link for the language."""
        page = self.request("GET", target, headers=(("Accept-Language", language),))
        if page.facts.language.lower() == language.lower():
            return page
        links = (one for one in read_links(page.body) if one.language.lower() == language.lower())
        link = next(links, None)
        return page if link is None else self.arrive(self.get(urljoin(page.url, link.target)))

    def arrive(self, page: Page) -> Page:
        """Follow the redirects of an answer, at most five, on the partner's own site only."""
        for _ in range(MOST_REDIRECTS):
            if page.status not in _REDIRECT:
                return page
            page = self.get(urljoin(page.url, page.header("Location") or "/"))
        return page

    def form(self, page: Page, path: str) -> PageForm:
        """The form of a page that is sent to `path`. Raises `Inconclusive` when there is none."""
        found = next((one for one in read_forms(page.body) if one.path == path), None)
        if found is None:
            raise Inconclusive(f"The page {urlsplit(page.url).path} (status {page.status}) has no form for {path}.")
        return found

    def send(
        self,
        form: PageForm,
        filled: Mapping[str, str],
        files: Mapping[str, File] | None = None,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Page:
        """Send a form: its own values, those of `filled` in their place, and files.

        A value that is a label is sent as what is behind it, and recorded as the label.
        """
        values = {**form.hidden, **filled}
        revealed = {name: self.visitors.vault.revealed(value) for name, value in values.items()}
        boundary = self._boundary() if form.multipart else ""
        kind, shown = _encoded(values, files, boundary)
        method = form.method.upper()
        heading = (("Content-Type", kind), *headers)
        return self.request(method, form.target, shown, heading, secretly=_encoded(revealed, files, boundary)[1])

    def log_in(self, account: PageAccount, password: str | None = None, *, no_code: bool = False) -> Page:
        """Log in, and return the page one arrives at. `password` is another than the right one; `no_code` stops where
        the code of the second factor is asked for.
        """
        described = self.described
        first = self.get(described.address("log-in"))
        form = self.form(first, described.address("log-in"))
        answer = self.send(
            form,
            {
                described.field("user"): account.user,
                described.field("password"): account.password.reveal() if password is None else password,
            },
        )
        page = self.arrive(answer)
        if no_code or account.second_factor is None or urlsplit(page.url).path != described.address("log-in-code"):
            return page
        second = self.form(page, described.address("log-in-code"))
        return self.arrive(self.send(second, {described.field("second-factor"): self.visitors.code(account)}))

    def inside(self, page: Page) -> bool:
        """Whether a page is one that is only seen after a log-in."""
        outside = {self.described.address(name) for name in ("log-in", "log-in-code")}
        return page.status == 200 and urlsplit(page.url).path not in outside  # noqa: PLR2004 - HTTP OK

    def request(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
        *,
        secretly: bytes | None = None,
    ) -> Page:
        """Send a request with the visitor's cookies, and keep those of the answer.

        `secretly` is what is sent where `body` is only what is recorded. A URL on another host than the registered one
        is asked for at the registered one: the judge visits nobody else.
        """
        parts = urlsplit(urljoin(self.base + "/", target))
        path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
        shown = HttpRequest(method, path, (*self._cookie_header(hidden=True), *headers), body, self._source)
        sent = replace(
            shown,
            target=self.visitors.vault.revealed(path),
            headers=(*self._cookie_header(hidden=False), *headers),
            body=body if secretly is None else secretly,
        )
        exchange = self._tape.exchange(
            PORT,
            f"{method} {path.split('?', 1)[0]}",
            shown.message(),
            lambda: self._hidden(perform(self._endpoint, sent, self._limits)),
            at=(f"{PORT} {self._endpoint.place}",),
        )
        answer = whole(exchange, case_requirement(self._tape))
        self._keep(answer)
        return page_of(exchange, answer, self.base + path, self.described)

    def _hidden(self, answer: Answer) -> Answer:
        vault = self.visitors.vault
        plain = vault.without_links(vault.hidden(answer), self.described.address("invitation"))
        return vault.without_keys(plain) if self.shown_keys else plain

    def _keep(self, answer: Message) -> None:
        for cookie in cookies_of(answer):
            if cookie.gone:
                self.cookies.pop(cookie.name, None)
            else:
                self.cookies[cookie.name] = cookie.label
                self.seen[cookie.name] = cookie

    def _cookie_header(self, *, hidden: bool) -> tuple[tuple[str, str], ...]:
        if not self.cookies:
            return ()
        value = self.visitors.vault.value
        pairs = (f"{name}={label if hidden else value(label)}" for name, label in self.cookies.items())
        return (("Cookie", "; ".join(pairs)),)

    def _boundary(self) -> str:
        return uuid.UUID(int=self._tape.random.getrandbits(128), version=4).hex


def _encoded(values: Mapping[str, str], files: Mapping[str, File] | None, boundary: str) -> tuple[str, bytes]:
    if boundary:
        return multipart(values, files or {}, boundary)
    return FORM, urlencode(values).encode()


def multipart(values: Mapping[str, str], files: Mapping[str, File], boundary: str) -> tuple[str, bytes]:
    """The media type and octets of a form with files (RFC 7578)."""
    parts = []
    for name, value in values.items():
        if name not in files:
            parts.append(f'Content-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value.encode())
    for name, file in files.items():
        head = f'Content-Disposition: form-data; name="{name}"; filename="{file.name}"\r\n'
        parts.append(f"{head}Content-Type: {file.media_type}\r\n\r\n".encode() + file.octets)
    line = f"--{boundary}".encode()
    body = b"".join(line + b"\r\n" + part + b"\r\n" for part in parts) + line + b"--\r\n"
    return f"multipart/form-data; boundary={boundary}", body
