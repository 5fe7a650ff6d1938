"""Defects that shut people out: by colour, contrast, keyboard, screen reader, small windows."""

import re
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from reference_impl.defects.defect import Collection, patch
from reference_impl.defects.pages import rewrite

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()

NO_PASTING = "addEventListener('paste', (event) => event.preventDefault(), true);"
TRAP = """addEventListener('keydown', (event) => {
  if (event.key === 'Tab' && event.target.id === 'code') event.preventDefault();
}, true);"""
PUZZLE = (
    b'<div class="field"><label for="captcha">Type the characters in the picture</label>'
    b'<img src="/captcha.png" alt="" width="160" height="50"><input id="captcha" name="captcha" type="text"></div>'
)


def _styled(node: "Node", rules: str) -> None:
    """Add rules to the style sheet."""
    respond = node.site.respond

    async def responding(request: Request) -> Response:
        answer = await respond(request)
        if request.url.path != "/style.css":
            return answer
        return Response(bytes(answer.body) + b"\n" + rules.encode(), media_type="text/css")

    patch(node.site, respond=responding)


def _scripted(node: "Node", name: str, script: str) -> None:
    """Have every page load a script of the site's own, and the content policy allow it."""
    respond = node.site.respond

    async def responding(request: Request) -> Response:
        if request.url.path == f"/{name}.js":
            return Response(script, media_type="text/javascript")
        return await respond(request)

    patch(node.site, respond=responding)
    node.site.headers["Content-Security-Policy"] += "; script-src 'self'"
    rewrite(node, lambda text: text.replace(b"</head>", f'<script src="/{name}.js" defer></script></head>'.encode()))


@defects.add("colour-only", "Tells the state by the colour of a box alone.", "A11Y-001")
def _colour_only(node: "Node") -> None:
    told = re.compile(rb'<p class="word">[^<]*</p>\s*<p>[^<]*</p>(\s*<p>Reason:.*?</p>)?')
    rewrite(node, lambda text: told.sub(b'<p class="word">Result</p>', text))


@defects.add("grey-on-white", "Writes hints and headings in pale grey.", "A11Y-002")
def _grey_on_white(node: "Node") -> None:
    _styled(node, ".hint, dt, th, .at, main p { color: #a9b0bb !important; background: #ffffff; }")


@defects.add("focus-ring-removed", "Hides where the focus is, because a designer did not like the ring.", "A11Y-003")
def _focus_ring_removed(node: "Node") -> None:
    _styled(node, "*:focus, *:focus-visible { outline: none !important; }")


@defects.add("field-out-of-reach", "Has a field that only a mouse comes to.", "A11Y-003")
def _field_out_of_reach(node: "Node") -> None:
    rewrite(node, lambda text: text.replace(b'<input id="code"', b'<input tabindex="-1" id="code"'))


@defects.add("keyboard-trap", "Keeps the focus in a field once it is there.", "A11Y-003")
def _keyboard_trap(node: "Node") -> None:
    _scripted(node, "trap", TRAP)


@defects.add("silent-state", "Shows the state without telling screen readers of it.", "A11Y-006")
def _silent_state(node: "Node") -> None:
    rewrite(node, lambda text: text.replace(b' role="status"', b""))


@defects.add("no-pasting", "Lets nobody paste, so that codes must be typed.", "A11Y-007")
def _no_pasting(node: "Node") -> None:
    _scripted(node, "paste", NO_PASTING)


@defects.add("picture-puzzle", "Asks for characters in a picture, and has no other way.", "A11Y-007")
def _picture_puzzle(node: "Node") -> None:
    rewrite(node, lambda text: text.replace(b'<button type="submit">Verify', PUZZLE + b'<button type="submit">Verify'))


@defects.add("fixed-width", "Lays its pages out for one width of screen.", "A11Y-008")
def _fixed_width(node: "Node") -> None:
    _styled(node, "body > main { min-width: 60rem; }")


@defects.add("page-refreshes", "Loads a page again every minute, whoever is reading it.", "A11Y-008")
def _page_refreshes(node: "Node") -> None:
    rewrite(node, lambda text: text.replace(b"</head>", b'<meta http-equiv="refresh" content="60"></head>'))


@defects.add("pictures-without-words", "Has links that are pictures and say nothing else.", "A11Y-009")
def _pictures_without_words(node: "Node") -> None:
    rewrite(node, lambda text: text.replace(b"</main>", b'<p><a href="/guide"><img src="/help.png"></a></p></main>'))
