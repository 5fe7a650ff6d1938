"""What tells the state and the facts on a page: the profile's marks, or what the partner file says of the page.

A selector that cannot be read finds nothing here; the review of the partner file tells of it.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from lxml import html
from lxml.etree import XPathError, iterwalk

from conformance.partner.pages import STATES, Mark, PageDescription
from conformance.partner.selectors import compiled

MAX_FOUND = 200
MAX_VALUE = 10_000
MAX_TEXT = 200_000
# A heading beside which a fact stands is not longer.
MAX_LABEL = 200
# Elements whose text nobody reads.
_SILENT = frozenset({"script", "style", "template", "noscript", "head", "title", "option"})
# Elements that stand inside a line; every other one parts the words before it from those in it.
_INLINE = frozenset({"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "dfn", "em", "font", "i", "kbd", "label",
                     "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time",
                     "u", "var", "wbr"})  # fmt: skip
_LETTER = re.compile(r"[^\W\d_]")
# From here on scripts do not put spaces between words, so a word's end cannot be told.
_UNSPACED = 0x0E00
_LINKS = ("download", "pdf")


def selected(root: html.HtmlElement, selector: str) -> list[html.HtmlElement]:
    """Return what a CSS selector finds on a page, hidden things left out, at most 200 elements."""
    try:
        found = compiled(selector)(root)
    except (ValueError, XPathError):
        return []
    elements = [one for one in found if isinstance(one, html.HtmlElement)] if isinstance(found, list) else []
    return [one for one in elements[:MAX_FOUND] if not _hidden(one)]


def state_of(root: html.HtmlElement, described: PageDescription) -> tuple[str, html.HtmlElement | None]:
    """Return the state a page tells and the element that tells it; "" and None when there is none.

    Where marks of the partner file fit several states, the worse one counts.
    """
    for name in STATES:
        mark = described.states.get(name)
        element = None if mark is None else _telling(root, mark)
        if element is not None:
            return name, element
    if described.states:
        return "", None
    marked = next((one for one in root.iter() if one.get("data-ecert-state") is not None), None)
    return ("", None) if marked is None else (marked.get("data-ecert-state") or "", marked)


def path_to_state(body: bytes, described: PageDescription) -> str:
    """Return where on a page the element is that tells its state, as an XPath; "" when there is none."""
    if not body.strip():
        return ""
    root = html.document_fromstring(body, parser=html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False))
    element = state_of(root, described)[1]
    return "" if element is None else str(root.getroottree().getpath(element))


def fields_of(root: html.HtmlElement, described: PageDescription) -> Iterator[tuple[str, str]]:
    """Yield the facts of a page, name and value: marked ones in page order, then those the partner file describes."""
    for one in root.iter():
        name = one.get("data-ecert-field") if isinstance(one.tag, str) else None
        if name and name not in described.facts:
            yield name, _value(one, "href" if name in _LINKS else "")
    for name, mark in described.facts.items():
        attribute = mark.attribute or ("href" if name in _LINKS else "")
        yield from ((name, value) for one in _marked(root, mark, attribute) if (value := _value(one, attribute)))


def elements_of(root: html.HtmlElement, described: PageDescription, name: str) -> list[html.HtmlElement]:
    """Return the elements that hold a fact, by the profile's mark or as the partner file describes it."""
    mark = described.facts.get(name)
    if mark is not None:
        return _marked(root, mark, mark.attribute)
    return [one for one in root.iter() if isinstance(one.tag, str) and one.get("data-ecert-field") == name]


def text_of(element: html.HtmlElement, most: int = MAX_TEXT) -> str:
    """The text of an element as it is read: white space folded, without scripts and what is marked as hidden.

    Not much more than `most` characters are read.
    """
    parts: list[str] = []
    walk = iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, one in walk:
        piece = ""
        if event == "start":
            if one.tag in _SILENT or _concealed(one):
                walk.skip_subtree()
            else:
                piece = one.text or ""
        elif one is not element:
            piece = one.tail or ""
        parts.append(piece if one.tag in _INLINE or not isinstance(one.tag, str) else f" {piece}")
        most -= len(piece)
        if most < 0:
            break
    return " ".join("".join(parts).split())


def _marked(root: html.HtmlElement, mark: Mark, attribute: str) -> list[html.HtmlElement]:
    if mark.selector:
        return selected(root, mark.selector)
    return list(_beside(root, mark.labels, link=bool(attribute)))


def _telling(root: html.HtmlElement, mark: Mark) -> html.HtmlElement | None:
    if mark.selector:
        return next((one for one in selected(root, mark.selector) if _says(one, mark.words)), None)
    body = root.find(".//body")
    return _smallest(root if body is None else body, mark.words) if mark.words else None


def _smallest(element: html.HtmlElement, words: tuple[str, ...]) -> html.HtmlElement | None:
    """The innermost element that holds one of the words."""
    if not _says(element, words):
        return None
    while True:
        inner = next((one for one in element if isinstance(one, html.HtmlElement) and _says(one, words)), None)
        if inner is None:
            return element
        element = inner


def _says(element: html.HtmlElement, words: tuple[str, ...]) -> bool:
    if _hidden(element):
        return False
    text = text_of(element)
    return not words or any(_pattern(word).search(text) for word in words)


@lru_cache(maxsize=256)
def _pattern(word: str) -> re.Pattern[str]:
    folded = " ".join(word.split())
    before = r"(?<!\w)" if _ends_a_word(folded[:1]) else ""
    after = r"(?!\w)" if _ends_a_word(folded[-1:]) else ""
    return re.compile(before + re.escape(folded) + after, re.IGNORECASE)


def _ends_a_word(character: str) -> bool:
    return bool(_LETTER.match(character)) and ord(character) < _UNSPACED


def _beside(root: html.HtmlElement, labels: Iterable[str], *, link: bool) -> Iterator[html.HtmlElement]:
    """What stands beside a heading: the cell after it, the description after the term, or the element after it.

    A link is its own heading.
    """
    wanted = {_plain(label) for label in labels}
    for one in root.iter():
        if not isinstance(one, html.HtmlElement) or not isinstance(one.tag, str) or one.tag in _SILENT:
            continue
        if _heading(one) not in wanted or any(
            _heading(inner) in wanted for inner in one.iterdescendants() if isinstance(inner, html.HtmlElement)
        ):
            continue
        if link:
            yield from (up for up in (one, *one.iterancestors()) if up.get("href"))
            continue
        following = _next(one)
        if one.tag == "dt":
            while following is not None and following.tag == "dd":
                yield following
                following = _next(following)
        elif following is not None:
            yield following


def _next(element: html.HtmlElement) -> html.HtmlElement | None:
    """The element after this one, or after the one it fills alone."""
    while True:
        found = next((one for one in element.itersiblings() if isinstance(one.tag, str)), None)
        parent = element.getparent()
        if found is not None or parent is None or _heading(parent) != _heading(element):
            return found
        element = parent


def _heading(element: html.HtmlElement) -> str:
    return _plain(text_of(element, MAX_LABEL))


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(":： ").casefold()


def _value(element: html.HtmlElement, attribute: str) -> str:
    return (str(element.get(attribute) or "") if attribute else text_of(element))[:MAX_VALUE]


def _hidden(element: html.HtmlElement) -> bool:
    return any(_concealed(one) or one.tag in _SILENT for one in (element, *element.iterancestors()))


def _concealed(element: html.HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style
