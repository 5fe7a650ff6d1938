"""Cutting a failing document down to the smallest that still fails in the same way."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from conformance.parsing import Unreadable, parse

Fails = Callable[[bytes], bool]


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest document found; `tries` counts the documents judged, `whole` is False when the limit was reached."""

    data: bytes
    tries: int
    whole: bool


class _Spent(Exception):
    """No tries are left."""


class _Trial:
    def __init__(self, fails: Fails, limit: int) -> None:
        self._fails = fails
        self._limit = limit
        self._seen: dict[bytes, bool] = {}
        self.tries = 0

    def __call__(self, root: etree._Element) -> bool:
        data = _written(root)
        if data not in self._seen:
            if self.tries >= self._limit:
                raise _Spent
            self.tries += 1
            self._seen[data] = self._fails(data)
        return self._seen[data]


def shrink(data: bytes, fails: Fails, *, limit: int = 3000) -> Shrunk:
    """Return the smallest document that still fails: elements, attributes and texts are taken away while it does.

    `fails` judges octets; at most `limit` documents are judged. Octets that are not readable XML, and those that do not
    fail once written anew, come back as they are.
    """
    try:
        root = parse(data)
    except Unreadable:
        return Shrunk(data, 0, whole=False)
    trial = _Trial(fails, limit)
    if not trial(root):
        return Shrunk(data, trial.tries, whole=False)
    whole = True
    try:
        while _without_elements(root, trial) or _without_attributes(root, trial) or _with_less_text(root, trial):
            pass
    except _Spent:
        whole = False
    return Shrunk(_tidy(root, fails), trial.tries, whole)


def _written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"


def _tidy(root: etree._Element, fails: Fails) -> bytes:
    """Return the document with one element a line, unless that mends it."""
    copy = deepcopy(root)
    etree.cleanup_namespaces(copy)
    etree.indent(copy, " ")
    data = _written(copy)
    return data if fails(data) else _written(root)


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the elements below the root, those with most in them first."""
    yield from sorted(root.iterdescendants(), key=lambda one: -sum(1 for _ in one.iter()))


def _without_elements(root: etree._Element, trial: _Trial) -> bool:
    changed = False
    for element in _elements(root):
        parent = element.getparent()
        if parent is None or not any(one is root for one in element.iterancestors()):
            continue  # it went with an element around it
        place, tail = parent.index(element), element.tail
        parent.remove(element)
        kept = False
        try:
            kept = trial(root)
        finally:
            if not kept:
                element.tail = tail
                parent.insert(place, element)
        changed = changed or kept
    return changed


def _without_attributes(root: etree._Element, trial: _Trial) -> bool:
    changed = False
    for element in root.iter(etree.Element):
        for name, value in list(element.attrib.items()):
            del element.attrib[name]
            kept = False
            try:
                kept = trial(root)
            finally:
                if not kept:
                    element.attrib[name] = value
            changed = changed or kept
    return changed


def _with_less_text(root: etree._Element, trial: _Trial) -> bool:
    changed = False
    for element in root.iter(etree.Element):
        while (text := element.text) and text.strip() and not len(element):
            shorter = next((one for one in _shorter(text) if _takes(element, one, trial)), None)
            if shorter is None:
                break
            changed = True
    return changed


def _takes(element: etree._Element, text: str, trial: _Trial) -> bool:
    before = element.text
    element.text = text
    kept = False
    try:
        kept = trial(element.getroottree().getroot())
    finally:
        if not kept:
            element.text = before
    return kept


def _shorter(text: str) -> Iterator[str]:
    seen = {text}
    for shorter in ("", text[:1], text[: len(text) // 2], text[len(text) // 2 :], text[:-1]):
        if shorter not in seen:
            seen.add(shorter)
            yield shorter
