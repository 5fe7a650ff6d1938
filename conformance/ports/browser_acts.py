"""What a person does with a page, as pieces of work in the browser's thread. All of it is bounded in time."""

import json
from base64 import b64decode
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from importlib.resources import files
from typing import TYPE_CHECKING

from conformance.ports.browser_tab import WINDOW, Data, Tab
from conformance.ports.chromium import INSTALL, NoBrowser

if TYPE_CHECKING:
    from playwright.async_api import ViewportSize

# WCAG 2.2, 1.4.10: 320 CSS pixels, which is 1280 at 400 %.
NARROW: "ViewportSize" = {"width": 320, "height": 640}
SMALL = 0.35
PASTED = "pasted-7Q"
TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa")


class Acts(Tab):
    """What is done with a page and looked at on it; each gives what was seen as JSON values."""

    async def open(self, path: str, cookies: Mapping[str, str]) -> Data:
        """Open a page and look at it, with these cookies in the profile."""
        if cookies and self._context is not None:
            await self._context.add_cookies(
                [{"name": name, "value": value, "url": self._base, "secure": True} for name, value in cookies.items()]
            )
        await self._goto(path)
        return await self._look()

    async def send(self, path: str, values: Mapping[str, str], filled: Mapping[str, str]) -> Data:
        """Fill the form of a page in and send it by its button; the page is opened unless it is the one shown."""
        await self._stay_or_goto(path)
        page = self._shown
        missing = [name for name in (*values, *filled) if await page.locator(_field(name)).count() == 0]
        if missing:
            return {"missing": f"The page {path} has no field called {', '.join(missing)}."}
        for name, value in values.items():
            await self._choose(name, value)
        last = page.locator("[name]").first
        for name, value in filled.items():
            last = page.locator(_field(name)).first
            await last.fill(value)
        button = last.locator("xpath=ancestor::form[1]").locator(
            "button:not([type=button]):not([type=reset]), input[type=submit], input[type=image]"
        )
        if await button.count():
            await self._changing(button.first.click)
        else:
            await self._changing(lambda: last.press("Enter"))
        return await self._look()

    async def send_by_keyboard(self, path: str, filled: Mapping[str, str]) -> Data:
        """Come to each field of a page by the Tab key, type, and send with Enter; opened as for `send`."""
        await self._stay_or_goto(path)
        page = self._shown
        controls = await self._call("begin")
        left = dict(filled)
        for _ in range(len(controls["controls"]) + 2):
            if not left:
                break
            await page.keyboard.press("Tab")
            name = await self._call("focused")
            if name in left:
                await page.keyboard.type(left.pop(name))
        if left:
            return {"missing": f"The Tab key does not come to the field {', '.join(left)} of {path}."}
        await self._changing(lambda: page.keyboard.press("Enter"))
        return await self._look()

    async def telling(self, place: str) -> Data:
        """Look at the element that tells the state, in usual and in forced colours."""
        found = await self._call("telling", place)
        await self._shown.emulate_media(forced_colors="active")
        try:
            forced = await self._call("telling", place)
        finally:
            await self._shown.emulate_media(forced_colors="none")
        return {**found, "forced": bool(forced["legible"])}

    async def axe(self, rules: Sequence[str], without: Sequence[str]) -> Data:
        """Run axe-core in a world of its own beside the page's scripts, so no policy of the page stops it."""
        only = {"type": "rule", "values": list(rules)} if rules else {"type": "tag", "values": list(TAGS)}
        options = {
            "runOnly": only,
            "resultTypes": ["violations"],
            "rules": {name: {"enabled": False} for name in without},
        }
        await self._evaluate(axe_source())
        found = await self._evaluate(f"axe.run(document, {json.dumps(options)})", promise=True)
        broken = [
            {
                "rule": one["id"],
                "help": one["help"],
                "address": one["helpUrl"],
                "elements": [_element(node) for node in one["nodes"][:5]],
            }
            for one in found["violations"]
        ]
        return {"broken": broken, "engine": found["testEngine"]["version"]}

    async def walk(self) -> Data:
        """Press Tab until the focus has been everywhere, or does not go on."""
        page = self._shown
        begun = await self._call("begin")
        controls: list[str] = begun["controls"]
        seen: list[int] = []
        stops: list[Data] = []
        trapped = ""
        for _ in range(len(controls) + 20):
            await page.keyboard.press("Tab")
            stop = await self._call("stop")
            at = int(stop["index"])
            if at == -1 or (seen and at == seen[0] and len(set(seen)) > 1):
                break
            if at >= 0 and at in seen:
                trapped = str(stop["name"])
                break
            visible = bool(stop["ring"]) or await self._ring_in_pixels(stop["box"])
            seen.append(at)
            stops.append({"name": stop["name"], "visible": visible})
        missed = [name for at, name in enumerate(controls) if at not in seen and at not in begun["skipped"]]
        return {"stops": stops, "missed": missed, "trapped": trapped, "ordered": begun["ordered"]}

    async def narrow(self) -> Data:
        """Look at the page in a narrow window."""
        await self._shown.set_viewport_size(NARROW)
        try:
            found = await self._call("narrow")
        finally:
            await self._shown.set_viewport_size(WINDOW)
        return {**found, "limits": await self._call("limits")}

    async def entering(self, fields: Sequence[str]) -> Data:
        """Copy a text from one field and paste it into each, as a person does; look for puzzles."""
        page = self._shown
        missing = [name for name in fields if await page.locator(_field(name)).count() == 0]
        if missing:
            return {"missing": f"The page has no field called {', '.join(missing)}."}
        unpasted = []
        if fields:
            source = page.locator(_field(fields[0])).first
            await source.fill(PASTED)
            await source.press("Control+A")
            await source.press("Control+X")
        for name in fields:
            field = page.locator(_field(name)).first
            await field.fill("")
            await field.press("Control+V")
            if await self._call("value", name) != PASTED:
                unpasted.append(name)
            await field.fill("")
        found = await self._call("puzzles")
        return {"unpasted": unpasted, "puzzles": found["found"], "heard": found["heard"]}

    async def holds(self, selector: str) -> Data:
        """Look for an element."""
        return {"holds": await self._call("holds", selector)}

    async def picture(self, hidden: Sequence[str], *, small: bool) -> bytes:
        """A picture of the page, at most three windows high: PNG, or a smaller JPEG.

        The partner's secrets, those of `hidden` and what is made to look like them are under black boxes.
        """
        await self._call("cover", [*self._secrets, *hidden])
        try:
            height = min(await self._evaluate("document.documentElement.scrollHeight"), 3 * WINDOW["height"])
            area = {
                "x": 0,
                "y": 0,
                "width": WINDOW["width"],
                "height": max(height, 200),
                "scale": SMALL if small else 1,
            }
            options = {"format": "jpeg", "quality": 60} if small else {"format": "png"}
            taken = await (await self._session()).send(
                "Page.captureScreenshot", {**options, "clip": area, "captureBeyondViewport": True}
            )
            return b64decode(taken["data"])
        finally:
            with suppress(Exception):
                await self._call("uncover")

    async def _choose(self, name: str, value: str) -> None:
        field = self._shown.locator(_field(name)).first
        kind = await field.evaluate("one => one.localName === 'select' ? 'select' : one.type")
        if kind == "select":
            await field.select_option(value)
        elif kind in ("radio", "checkbox"):
            await self._shown.locator(f"{_field(name)}[value={json.dumps(value)}]").first.check()
        elif kind not in ("hidden", "submit", "button"):
            await field.fill(value)

    async def _ring_in_pixels(self, box: Data | None) -> bool:
        """Whether the focus changes what is seen around a control, where its style tells of nothing."""
        if box is None or not box["width"] or not box["height"]:
            return False
        page = self._shown
        x, y, width, height = max(0, box["x"] - 6), max(0, box["y"] - 6), box["width"] + 12, box["height"] + 12
        around = partial(page.screenshot, clip={"x": x, "y": y, "width": width, "height": height}, caret="hide")
        focused = await around()
        await self._call("leave")
        return focused != await around()


@lru_cache(maxsize=1)
def axe_source() -> str:
    """The text of axe-core. Raises `NoBrowser` when it is not installed."""
    try:
        return files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    except (ModuleNotFoundError, OSError) as error:
        raise NoBrowser(f"axe-core is not installed: {INSTALL}.") from error


def _field(name: str) -> str:
    return f"[name={json.dumps(name)}]"


def _element(node: Data) -> str:
    target = ", ".join(str(one) for one in node.get("target", ()))
    html = " ".join(str(node.get("html", "")).split())
    said = next((str(one["message"]) for kind in ("any", "all", "none") for one in node.get(kind, ())), "")
    return f"{target}: {html[:100]}" + (f" ({said[:200]})" if said else "")
