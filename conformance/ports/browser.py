"""The judge as a person before a screen: opens the partner's pages in Chromium, and tells what is to be seen there.

Everything that is seen stands on the tape, so that a record is judged again without a network and without a browser.
Nothing is asked of another host than the partner's: what a page wants from elsewhere is kept back and told.
"""

import json
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from conformance.checks.page import PageFacts, read_page
from conformance.checks.page_marks import path_to_state
from conformance.checks.seen import (
    Broken,
    Entering,
    Look,
    Narrow,
    Telling,
    Walk,
    broken_from,
    entering_from,
    look_from,
    narrow_from,
    telling_from,
    walk_from,
)
from conformance.model.exchange import Answer, Failure, FailureKind, Message
from conformance.model.outcome import Inconclusive
from conformance.partner import Partner
from conformance.ports.answers import case_requirement, whole
from conformance.ports.browser_acts import Acts
from conformance.ports.browser_tab import Sheet
from conformance.ports.chromium import Chromium, NoBrowser, key_of
from conformance.ports.dialling import NoConnection
from conformance.ports.http import Endpoint
from conformance.ports.site import Visitor
from conformance.ports.tape import Tape

PORT = "browser"
TOO_MANY = 429
JSON = "application/json"
# What a page may need beyond the partner's own time, on a busy machine.
MARGIN_SECONDS = 10.0

Work = Callable[[Acts], Coroutine[Any, Any, dict[str, Any]]]


class Screen:
    """A page before a person. It can be looked at closer until the next page is opened."""

    def __init__(self, browser: "Browser", look: Look) -> None:
        self._browser = browser
        self.look = look

    @property
    def facts(self) -> PageFacts:
        """What the rendered page says, read from its marks."""
        return read_page(self.look.html.encode(), self._browser.described)

    @property
    def path(self) -> str:
        """The path of the page."""
        return urlsplit(self.look.url).path

    def telling(self) -> Telling:
        """Look closer at the element that tells the state."""
        place = path_to_state(self.look.html.encode(), self._browser.described)
        return telling_from(self._browser.act("state on", self.path, {}, lambda acts: acts.telling(place)))

    def broken(self, *, rules: tuple[str, ...] = (), without: tuple[str, ...] = ()) -> tuple[Broken, ...]:
        """The rules of axe-core for WCAG 2.2 A and AA that the page breaks: all but `without`, or only `rules`."""
        asked = {"rules": list(rules), "without": list(without)}
        return broken_from(self._browser.act("axe on", self.path, asked, lambda acts: acts.axe(rules, without)))

    def walk(self) -> Walk:
        """Walk through the page with the Tab key."""
        return walk_from(self._browser.act("keyboard on", self.path, {}, lambda acts: acts.walk()))

    def narrow(self) -> Narrow:
        """Look at the page through a window 320 CSS pixels wide."""
        return narrow_from(self._browser.act("320 pixels of", self.path, {}, lambda acts: acts.narrow()))

    def entering(self, *fields: str) -> Entering:
        """Paste into the fields of these names, and look for puzzles."""
        return entering_from(
            self._browser.act("pasting on", self.path, {"fields": fields}, lambda acts: acts.entering(fields))
        )

    def holds(self, selector: str) -> bool:
        """Whether the rendered page has an element that a CSS selector finds."""
        answer = self._browser.act("search of", self.path, {"selector": selector}, lambda acts: acts.holds(selector))
        return bool(answer["holds"])

    def picture(self, title: str = "") -> None:
        """Keep a picture of the page, secrets under black boxes; `title` says what it shows."""
        self._browser.picture(title)


class Browser:
    """One browser for a lane. Each case has a profile of its own: no cookie outlives it."""

    def __init__(self, partner: Partner) -> None:
        page = partner.verification
        if page is None:
            raise Inconclusive("The partner file has no [ixit.verification]: the judge does not know the page.")
        self.described = page.described
        self.base = page.url
        self._partner = partner
        self._page = page
        self._tape: Tape | None = None
        self._chromium: Chromium | None = None
        self._missing = ""
        self._acts: Acts | None = None
        self._opened = ""
        self._hidden: list[str] = []

    def attach(self, tape: Tape) -> None:
        """Begin a case."""
        self._tape = tape
        self._opened = ""
        self._hidden = []
        if self._acts is not None:
            self._acts.fresh = False

    def close(self) -> None:
        """End the browser."""
        if self._chromium is not None:
            self._chromium.close()
        self._chromium = self._acts = None

    def form(self) -> Screen:
        """Open the page with the look-up form."""
        return self.open(self.described.address("verify"))

    def open(self, path: str, visitor: Visitor | None = None) -> Screen:
        """Open a page; with a visitor's session, when one is given."""
        pairs = visitor.pairs if visitor is not None else dict
        return self._screen("open", path, {}, lambda acts: acts.open(path, pairs()))

    def look_up(self, number: str, code: str, *, by_keyboard: bool = False) -> Screen:
        """Open the form, fill it in and send it. `by_keyboard` does so with keys only.

        Raises `Inconclusive` when the page throttles the judge, and when it has not the fields.
        """
        path = self.described.address("verify")
        filled = {self.described.field("number"): number, self.described.field("code"): code}
        asked = {**self.described.values, **filled}

        self.hide(code)

        async def sent(acts: Acts) -> dict[str, Any]:
            if by_keyboard:
                return await acts.send_by_keyboard(path, filled)
            return await acts.send(path, self.described.values, filled)

        screen = self._screen("look up by keyboard" if by_keyboard else "look up", path, asked, sent)
        if screen.look.status == TOO_MANY or screen.facts.state == "throttled":
            raise Inconclusive(
                "The page throttles the judge after wrong codes of earlier cases; run again in a minute."
            )
        return screen

    def hide(self, secret: str) -> None:
        """Have a text covered in pictures of this case."""
        self._hidden.append(secret)

    def picture(self, title: str = "") -> None:
        """Keep a picture of what is on the screen; nothing when no page was opened, or this one is kept already."""
        if not self._opened:
            return
        for size, small in (("picture", False), ("small picture", True)):
            action = f"{size} of {self._opened}{f' ({title})' if title else ''}"
            exchange = self.tape.exchange(PORT, action, None, partial(self._pictured, small=small), at=(self._place,))
            if exchange.answer.failure is not None:
                self.tape.note(f"No picture of the page could be taken: {exchange.answer.failure.text}")
                break
        self._opened = ""

    def act(self, verb: str, path: str, asked: dict[str, Any], work: Work) -> dict[str, Any]:
        """Do one thing with the page, through the tape.

        Raises `Inconclusive` without a browser, `Unreachable` and `Nonconformity` as every port does.
        """
        request = Message(JSON, json.dumps({"page": path, **asked}, ensure_ascii=False).encode())
        exchange = self.tape.exchange(PORT, f"{verb} {path}", request, lambda: self._performed(work), at=(self._place,))
        failure = exchange.answer.failure
        if failure is not None and failure.kind is FailureKind.NO_BROWSER:
            raise Inconclusive(failure.text)
        found: dict[str, Any] = json.loads(whole(exchange, case_requirement(self.tape)).body)
        if "missing" in found:
            raise Inconclusive(str(found["missing"]))
        return found

    @property
    def tape(self) -> Tape:
        """The tape of the running case."""
        if self._tape is None:
            raise LookupError("no case is running")
        return self._tape

    @property
    def _place(self) -> str:
        return f"{PORT} {Endpoint(self.base, None).place}"

    def _screen(self, verb: str, path: str, asked: dict[str, Any], work: Work) -> Screen:
        look = look_from(self.act(verb, path, asked, work))
        self._opened = urlsplit(look.url).path or "/"
        return Screen(self, look)

    def _performed(self, work: Work) -> Answer:
        failure, found = self._done(work)
        if failure is not None:
            return Answer(failure=failure)
        text = json.dumps(found, ensure_ascii=False, indent=1)
        return Answer(Message(JSON, text.encode("utf-8", "backslashreplace")))

    def _pictured(self, *, small: bool) -> Answer:
        if self._acts is None or not self._acts.fresh:
            return Answer(failure=Failure(FailureKind.CLOSED, "no page is open"))
        failure, octets = self._done(lambda acts: acts.picture(self._hidden, small=small))
        if failure is not None:
            return Answer(failure=failure)
        return Answer(Message("image/jpeg" if small else "image/png", octets))

    def _done(self, work: Callable[[Acts], Coroutine[Any, Any, Any]]) -> tuple[Failure | None, Any]:
        """Do the work in the browser; whatever comes of it, and never an exception."""
        try:
            acts = self._ready()
            return None, acts.chromium.do(lambda: acts.bounded(work), self._page.timeout + MARGIN_SECONDS)
        except NoBrowser as error:
            self._missing = str(error)
            return Failure(FailureKind.NO_BROWSER, str(error)), None
        except NoConnection as error:
            return Failure(error.kind, error.text), None
        except Sheet as error:
            return error.failure, None
        except TimeoutError:
            text = f"the page did not come to rest within {self._page.timeout + MARGIN_SECONDS:g} s"
            return Failure(FailureKind.TIMEOUT, text), None

    def _ready(self) -> Acts:
        if self._missing:
            raise NoBrowser(self._missing)
        if self._chromium is None or not self._chromium.alive:
            self.close()
            endpoint = Endpoint(self.base, self._page.ca)
            key = key_of(endpoint, self._page.timeout)
            self._chromium = Chromium(endpoint.host, key if self._page.ca else "", self._partner.judge.browser)
        if self._acts is None:
            self._acts = Acts(self._chromium, self.base, self._page.timeout, self._partner.secrets)
        return self._acts
