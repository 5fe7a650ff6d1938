"""One page in the browser: opened, waited for, looked at, kept on its own host. All of it is bounded in time."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from conformance.model.exchange import Failure, FailureKind
from conformance.ports.chromium import Chromium

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Dialog, Page, Request, Response, Route, ViewportSize

WINDOW: "ViewportSize" = {"width": 1280, "height": 900}
MOST_TREE = 20_000
MOST_ASKED = 200
SETTLED_MS = 250
_KINDS = (
    ("ERR_CERT", FailureKind.TLS),
    ("ERR_SSL", FailureKind.TLS),
    ("Timeout", FailureKind.TIMEOUT),
    ("ERR_CONNECTION_REFUSED", FailureKind.UNREACHABLE),
    ("ERR_NAME_NOT_RESOLVED", FailureKind.UNREACHABLE),
    ("ERR_ADDRESS_UNREACHABLE", FailureKind.UNREACHABLE),
)

Data = dict[str, Any]


class Sheet(Exception):
    """A page that could not be opened or looked at; `failure` says why."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.text)
        self.failure = failure


class Tab:
    """One page in a profile of its own, made new when `fresh` is false. Only the browser's thread calls it."""

    def __init__(self, chromium: Chromium, base: str, seconds: float, secrets: Sequence[str]) -> None:
        self.chromium = chromium
        self.fresh = False
        self._base = base
        self._seconds = seconds
        self._secrets = list(secrets)
        self._context: BrowserContext | None = None
        self._page: Page | None = None
        self._cdp: CDPSession | None = None
        self._status = 0
        # The path of the page that was opened and not left since.
        self._arrived = ""
        self._asked: list[Data] = []
        self._dialogs: list[str] = []

    async def bounded(self, work: Callable[[Self], Coroutine[Any, Any, Any]]) -> Any:
        """Do a piece of work. Raises `Sheet` for what the page or the way to it does, `NoBrowser`."""
        from playwright.async_api import Error  # noqa: PLC0415 - an extra; it is there when this is reached

        try:
            if not self.fresh:
                await self._begin()
            return await work(self)
        except asyncio.CancelledError:
            # The page hangs: closing its profile ends it, from outside.
            self.fresh = False
            raise
        except Error as error:
            text = (str(error).strip().splitlines() or ["no reason given"])[0][:300]
            kind = next((kind for sign, kind in _KINDS if sign in text), FailureKind.CLOSED)
            raise Sheet(Failure(kind, f"in the browser: {text}")) from error

    @property
    def _shown(self) -> "Page":
        if self._page is None:
            raise Sheet(Failure(FailureKind.CLOSED, "no page is open in the browser"))
        return self._page

    async def _goto(self, path: str) -> None:
        address = path if "://" in path else self._base + path
        await self._shown.goto(address, wait_until="load")
        self._arrived = path if self._shown.url == address else ""

    async def _stay_or_goto(self, path: str) -> None:
        if self._arrived != path:
            await self._goto(path)
        self._arrived = ""

    async def _changing(self, act: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Do something that brings another page, or changes this one, and wait until it is there."""
        page = self._shown
        arrived = asyncio.ensure_future(page.wait_for_event("domcontentloaded", timeout=self._seconds * 1000))
        changed = asyncio.ensure_future(self._call("changed", SETTLED_MS, self._seconds * 1000))
        await asyncio.sleep(0)
        try:
            await act()
            done, _ = await asyncio.wait({arrived, changed}, return_when=asyncio.FIRST_COMPLETED)
            # What was watched goes away with the page: then it is the new one that counts.
            if changed in done and changed.exception() is not None:
                await arrived
        finally:
            for one in (arrived, changed):
                one.cancel()
            await asyncio.gather(arrived, changed, return_exceptions=True)
        await page.wait_for_load_state("load")

    async def _look(self) -> Data:
        page = self._shown
        seen = await self._call("look")
        tree = await page.locator("body").aria_snapshot()
        return {
            "url": page.url.split("?", 1)[0],
            "status": self._status,
            **seen,
            "accessible": tree[:MOST_TREE],
            "asked": self._asked,
            "dialogs": self._dialogs,
        }

    async def _call(self, name: str, *arguments: Any) -> Any:
        given = ", ".join(json.dumps(one) for one in arguments)
        return await self._evaluate(f"{_script()}.{name}({given})", promise=name == "changed")

    async def _evaluate(self, expression: str, *, promise: bool = False) -> Any:
        session = await self._session()
        tree = await session.send("Page.getFrameTree")
        world = await session.send(
            "Page.createIsolatedWorld", {"frameId": tree["frameTree"]["frame"]["id"], "worldName": "ecert-judge"}
        )
        answer = await session.send(
            "Runtime.evaluate",
            {
                "expression": expression,
                "contextId": world["executionContextId"],
                "returnByValue": True,
                "awaitPromise": promise,
            },
        )
        if "exceptionDetails" in answer:
            told = answer["exceptionDetails"].get("exception", {}).get("description", "")
            raise Sheet(Failure(FailureKind.PROTOCOL, f"the page could not be examined: {told[:300]}"))
        return answer["result"].get("value")

    async def _session(self) -> "CDPSession":
        page = self._shown
        if self._cdp is None:
            self._cdp = await page.context.new_cdp_session(page)
        return self._cdp

    async def _begin(self) -> None:
        if self._context is not None:
            await self._context.close()
        self._asked, self._dialogs, self._status, self._cdp, self._arrived = [], [], 0, None, ""
        self._context = await self.chromium.browser.new_context(
            viewport=WINDOW,
            locale="en",
            service_workers="block",
            accept_downloads=False,
            reduced_motion="reduce",
        )
        self._context.set_default_timeout(self._seconds * 1000)
        await self._context.route(lambda url: not self._own(url), self._keep_back)
        self._page = await self._context.new_page()
        self._page.on("request", self._note_request)
        self._page.on("response", self._note_response)
        self._page.on("dialog", self._note_dialog)
        self.fresh = True

    def _own(self, url: str) -> bool:
        parts, own = urlsplit(url), urlsplit(self._base)
        return parts.scheme in ("data", "blob", "about") or (parts.scheme, parts.netloc) == (own.scheme, own.netloc)

    async def _keep_back(self, route: "Route") -> None:
        await route.abort("blockedbyclient")

    def _note_request(self, request: "Request") -> None:
        if len(self._asked) < MOST_ASKED:
            address = request.url.split("?", 1)[0].split("#", 1)[0][:500]
            self._asked.append({"method": request.method, "url": address, "blocked": not self._own(request.url)})

    def _note_response(self, response: "Response") -> None:
        if response.request.is_navigation_request() and response.frame.parent_frame is None:
            self._status = response.status

    async def _note_dialog(self, dialog: "Dialog") -> None:
        self._dialogs.append(f"{dialog.type}: {dialog.message}"[:200])
        await dialog.dismiss()


@lru_cache(maxsize=1)
def _script() -> str:
    return Path(__file__).with_name("browser_page.js").read_text(encoding="utf-8").rstrip()
