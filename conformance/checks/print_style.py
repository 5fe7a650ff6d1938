"""What a page hides when it is printed, read from its own style sheets as a browser without script would."""

from collections.abc import Iterable, Iterator

import tinycss2
from cssselect import HTMLTranslator, SelectorError
from lxml import html
from lxml.etree import XPathError
from tinycss2.ast import AtRule, Node, QualifiedRule

from conformance.checks.page_marks import elements_of
from conformance.checks.page_root import root_of
from conformance.partner.pages import BY_THE_PROFILE, PageDescription

MAX_SHEET = 500_000
_HIDING = {("display", "none"), ("visibility", "hidden"), ("visibility", "collapse")}
_SHOWN_ON_PAPER = ("", "all", "print")


def hidden_on_paper(
    body: bytes, sheets: Iterable[str], facts: Iterable[str], described: PageDescription = BY_THE_PROFILE
) -> tuple[str, ...]:
    """Which of the `facts` of a page are hidden on paper by its `sheets` or its own `style` elements.

    Looked at are `display: none` and `visibility: hidden` on the element or one around it, whatever rule comes later:
    a style that hides and shows again is told as hiding.
    """
    root = root_of(body)
    if root is None:
        return ()
    own = [one.text or "" for one in root.iter("style") if (one.get("media") or "").lower() in _SHOWN_ON_PAPER]
    hidden = {found for sheet in (*sheets, *own) for found in _hidden(root, sheet)}

    def gone(element: html.HtmlElement) -> bool:
        return element in hidden or any(around in hidden for around in element.iterancestors())

    return tuple(
        name for name in facts if (found := elements_of(root, described, name)) and all(gone(one) for one in found)
    )


def paper_sheets(body: bytes) -> tuple[str, ...]:
    """The addresses of the style sheets a page has printed with."""
    root = root_of(body)
    if root is None:
        return ()
    return tuple(
        one.get("href") or ""
        for one in root.iter("link")
        if "stylesheet" in (one.get("rel") or "").lower() and (one.get("media") or "").lower() in _SHOWN_ON_PAPER
    )


def _hidden(root: html.HtmlElement, sheet: str) -> Iterator[html.HtmlElement]:
    for selector in _hiding_selectors(sheet[:MAX_SHEET]):
        try:
            yield from root.xpath(HTMLTranslator().css_to_xpath(selector))
        except (SelectorError, XPathError):
            continue  # a selector of scripts' state or of tomorrow's CSS matches nothing that is printed


def _hiding_selectors(sheet: str) -> Iterator[str]:
    waiting: list[Node] = list(tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True))
    while waiting:
        rule = waiting.pop()
        if isinstance(rule, AtRule) and rule.lower_at_keyword == "media" and rule.content is not None:
            media = tinycss2.serialize(rule.prelude).lower()
            if any(one.strip().split(" ")[0] in ("print", "all") for one in media.split(",")):
                waiting += tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
        elif isinstance(rule, QualifiedRule) and _hides(rule):
            yield tinycss2.serialize(rule.prelude).strip()


def _hides(rule: QualifiedRule) -> bool:
    declared = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    return any(
        (one.lower_name, tinycss2.serialize(one.value).strip().lower()) in _HIDING
        for one in declared
        if one.type == "declaration"
    )
