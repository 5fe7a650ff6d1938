"""`ecert init --page`: look at a verification page and propose how to describe it. Nobody else's host is visited."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urljoin, urlsplit

from lxml import html

from conformance.checks import page_survey as survey
from conformance.model.exchange import Message
from conformance.partner.page_proposal import Proposal, Sureness, proposal_text
from conformance.partner.pages import ADDRESSES, FIELDS, SESSION_COOKIE
from conformance.ports.cookies import CookieVault, Jar, cookies_of
from conformance.ports.http import Endpoint, HttpRequest, Limits, perform
from conformance.ports.https import FORM

LIMITS = Limits(15.0, 5_000_000)
MOST_REDIRECTS = 5
REDIRECTS = range(300, 400)
WRONG = "WRONG-CODE-OF-THE-JUDGE"


class PageNotRead(Exception):
    """The page cannot be looked at; the text says why and what to do."""


@dataclass
class Browser:
    """Fetches pages of one host, with cookies. `host` never changes."""

    base: str
    ca: Path | None
    jar: Jar = field(default_factory=lambda: Jar(CookieVault()))
    answers: list[Message] = field(default_factory=list)

    def open(self, url: str, method: str = "GET", form: Mapping[str, str] | None = None) -> tuple[str, bytes]:
        """The address one arrives at and the page there. Raises `PageNotRead`."""
        for _ in range(MOST_REDIRECTS):
            parts = urlsplit(urljoin(self.base, url))
            if f"{parts.scheme}://{parts.netloc}" != self.base:
                raise PageNotRead(f"it leads to another host, {parts.netloc}; give the address there with --page")
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            body = urlencode(form).encode() if form is not None and method == "POST" else b""
            headers = (*self.jar.header(hidden=False), *((("Content-Type", FORM),) if body else ()))
            answer = perform(Endpoint(self.base, self.ca), HttpRequest(method, target, headers, body), LIMITS)
            if answer.response is None:
                raise PageNotRead(answer.failure.text if answer.failure is not None else "there is no answer")
            kept = self.jar.vault.hidden(answer).response or answer.response
            self.jar.keep(kept)
            self.answers.append(kept)
            status, onward = int(answer.fact("status") or 0), answer.response.header("Location")
            if status not in REDIRECTS or not onward:
                return parts.geturl(), answer.response.body
            url, method, form = urljoin(parts.geturl(), onward), "GET", None
        raise PageNotRead("it redirects again and again")


def propose(page: str, number: str, code: str, ca: Path | None) -> str:
    """The description of a page as text for the partner file. Raises `PageNotRead`.

    The page is opened, its log-in page, and with `number` and `code` one look-up with them and one with a wrong code.
    """
    parts = urlsplit(page)
    if parts.scheme != "https" or not parts.netloc or parts.username:
        raise PageNotRead("the address must begin with https:// and hold no user name")
    browser = Browser(f"{parts.scheme}://{parts.netloc}", ca)
    url, body = browser.open(page)
    form = survey.look_up_form(body)
    notes = [
        f"Proposed by ecert init from {url}. Read each line; what begins with 'guess' is left out until you decide."
    ]
    found = [*_page(url, body, form), *_log_in(browser, url, body)]
    if form is None:
        notes.append("No form with a field for a certificate's number was found: is it made by a script in the page?")
    elif not _own(url, form):
        notes.append("The form is sent to another host: that is not followed. Describe states and facts by hand.")
    elif number and code:
        found += _results(browser, url, form, number, code, notes)
    else:
        notes.append(
            "With --number and --code of a test certificate it is also looked at how states and facts are told."
        )
    return proposal_text(browser.base, found, notes)


def _page(url: str, body: bytes, form: survey.Form | None) -> Iterator[Proposal]:
    languages = survey.told_languages(body)
    yield from [languages] if languages is not None else []
    path = urlsplit(url).path or "/"
    if form is not None and path != ADDRESSES["verify"]:
        why = f"the form is on this page (sent by {form.method.upper()})"
        yield Proposal("addresses", "verify", path, Sureness.SURE, why)
    yield from (one for one in survey.told_links(body, url) if one.value != ADDRESSES[one.key])
    if form is not None:
        yield from (one for one in form.fields if one.value != FIELDS[one.key])
        yield from form.values
        if not form.field("code"):
            why = "no second field was found; the profile wants a code beside the number (5.4)"
            yield Proposal("fields", "code", "", Sureness.GUESS, why)


def _log_in(browser: Browser, url: str, body: bytes) -> Iterator[Proposal]:
    link = next((one for one in survey.told_links(body, url) if one.key == "log-in"), None)
    if link is None:
        return
    before = len(browser.answers)
    try:
        _, page = browser.open(str(link.value))
    except PageNotRead:
        return
    form = survey.log_in_form(page)
    yield from (one for one in (form.fields if form is not None else ()) if one.value != FIELDS[one.key])
    cookies = [one for answer in browser.answers[before:] for one in cookies_of(answer) if one.has("httponly")]
    if cookies and cookies[-1].name != SESSION_COOKIE:
        yield Proposal("", "cookie", cookies[-1].name, Sureness.LIKELY, "set with HttpOnly by the log-in page")


def _results(
    browser: Browser, url: str, form: survey.Form, number: str, code: str, notes: list[str]
) -> Iterator[Proposal]:
    right, wrong = (_looked_up(browser, url, form, number, one) for one in (code, WRONG))
    if survey.has_marks(right):
        notes.append("The result bears the marks of the profile (data-ecert-*): states and facts need no description.")
        return
    for body, meant in ((right, ("issued", "replaced", "withdrawn")), (wrong, ("unknown", "throttled"))):
        told = survey.told_state(body, wrong if body is right else right)
        if told is None:
            notes.append(f"Nothing on the page after {'the right' if body is right else 'a wrong'} code tells a state.")
        elif told[0] not in meant:
            notes.append(f"After {'the right' if body is right else 'a wrong'} code the page tells: {told[1].why}")
        else:
            yield told[1]
    yield from survey.told_facts(right, number)
    notes.append(
        "How replaced, withdrawn and throttled are told was not seen: make such certificates, look, add the words."
    )


def _looked_up(browser: Browser, url: str, form: survey.Form, number: str, code: str) -> bytes:
    """The page after a look-up; the form is opened anew, for what is hidden in it may be for one use."""
    again = survey.look_up_form(browser.open(url)[1]) or form
    values = {name: value or "" for name, value in html.FormElement.form_values(again.element)}
    values |= {one.key: str(one.value) for one in again.values if one.sureness is not Sureness.GUESS}
    values |= {again.field(name): text for name, text in (("number", number), ("code", code)) if again.field(name)}
    target = urljoin(url, again.target or url)
    if again.method == "post":
        return browser.open(target, "POST", values)[1]
    return browser.open(f"{target.split('?', 1)[0]}?{urlencode(values)}")[1]


def _own(url: str, form: survey.Form) -> bool:
    return urlsplit(urljoin(url, form.target or url)).netloc == urlsplit(url).netloc
