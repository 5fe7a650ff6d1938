"""Through which changes a document fares otherwise under the new set than under the old."""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from conformance.revision.accepting import accepts
from conformance.revision.change import Change, Effect, Kind, Step
from conformance.revision.compare import Pair
from conformance.revision.diff import Revision
from conformance.revision.model import Attribute, Complex, Group, Name, Part, Simple
from conformance.revision.normal import names
from conformance.revision.simple import canonical
from conformance.revision.words import accepted

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
MOST = 200
_LOSING = (Effect.NARROWING, Effect.BOTH)
_GAINING = (Effect.WIDENING, Effect.BOTH)


def _name(tag: str) -> Name:
    uri, _, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    return Name(uri, local)


def children_of(element: etree._Element) -> list[etree._Element]:
    """Return the child elements of an element."""
    return [child for child in element if isinstance(child.tag, str)]


class Attribution:
    """Looks a document through along both sets."""

    def __init__(self, revision: Revision) -> None:
        self._comparison = revision.comparison
        self._roots = dict(revision.roots)
        self._known: dict[tuple[str, str], list[Change]] = {}
        self._spaces: dict[str, list[Change]] = {}
        self._whole = [one.change for one in revision.located if not one.chain]
        for located in revision.located:
            change = located.change
            self._known.setdefault((change.kind.value, change.path), []).append(change)
            if change.kind is Kind.NAMESPACE:
                self._spaces.setdefault(change.detail, []).append(change)

    def touched(self, root: etree._Element) -> list[Change]:
        """Return the changes that a document has to do with, whatever becomes of it."""
        local = _name(root.tag).local
        pair = self._roots.get(local)
        if pair is None:
            return [change for change in self._whole if change.path == local]
        found: dict[Change, None] = {}
        waiting = [(root, local, pair)]
        spaces: set[tuple[str, str]] = set()
        while waiting and len(found) < MOST:
            element, path, pair = waiting.pop()
            space = pair.old.name.namespace, pair.new.name.namespace
            if space[0] != space[1] and space not in spaces:
                spaces.add(space)
                found.update(dict.fromkeys(self._namespace(space, local)))
            compared = self._comparison.element(pair)
            for step in compared.steps:
                if self._hits(step, element, pair):
                    found.setdefault(self._told(step, path))
            below = dict(self._by_tag(compared.below))
            inner = [(child, below[child.tag]) for child in children_of(element) if child.tag in below]
            waiting.extend((child, f"{path}/{name}", other) for child, (name, other) in reversed(inner))
        return list(found)

    def blamed(self, root: etree._Element, *, before: bool, after: bool) -> list[Change]:
        """Return the changes through which a document's verdict changed; none when it did not."""
        if before == after:
            return []
        effects = _LOSING if before else _GAINING
        return [change for change in self.touched(root) if change.effect in effects]

    def _namespace(self, space: tuple[str, str], root: str) -> Iterator[Change]:
        words = f"namespace {space[0] or 'none'} -> {space[1] or 'none'}"
        yield from (one for one in self._spaces.get(words, ()) if one.path.partition("/")[0] == root)

    def _told(self, step: Step, path: str) -> Change:
        """Return the change a step was told as; inside a type that contains itself the path may be longer than any."""
        where = f"{path}/{step.under}" if step.under else path
        same = [one for one in self._known.get((step.kind.value, where), ()) if one.detail == step.detail]
        moved = self._known.get((Kind.ELEMENT_MOVED.value, where), [])
        return (same or moved or [Change(step.kind, where, step.detail, step.effect)])[0]

    @staticmethod
    def _by_tag(below: tuple[tuple[str, Pair], ...]) -> Iterator[tuple[str, tuple[str, Pair]]]:
        for local, pair in below:
            for name in (pair.old.name, pair.new.name):
                yield (f"{{{name.namespace}}}{name.local}" if name.namespace else name.local), (local, pair)

    def _hits(self, step: Step, element: etree._Element, pair: Pair) -> bool:
        """Return whether an element has to do with a change at it."""
        old, new = self._comparison.before.type_of(pair.old), self._comparison.after.type_of(pair.new)
        if step.under.startswith("@"):
            return _attribute_hits(step, element, old, new)
        if step.kind is Kind.NILLABLE:
            return _NIL in element.attrib
        if old.simple is not None and new.simple is not None:
            hits = _value_hits(step, element.text or "", old.simple, new.simple, pair)
            return hits or (step.kind is Kind.TYPE and _attributes_differ(element, old, new))
        return step.kind in (Kind.TYPE, Kind.FACET) or self._content_hits(step, element, old, new)

    def _content_hits(self, step: Step, element: etree._Element, old: Complex, new: Complex) -> bool:
        word = [_name(child.tag) for child in children_of(element)]
        counted = Counter(name.local for name in word)
        named = (Kind.ELEMENT_REMOVED, Kind.ELEMENT_RENAMED, Kind.ELEMENT_ADDED, Kind.NAMESPACE)
        if step.kind in named and counted[step.under]:
            return True
        if step.kind in (Kind.ELEMENT_REMOVED, Kind.ELEMENT_ADDED) and step.effect is not Effect.BOTH:
            return False
        turned = [self._comparison.mapped(name) for name in word]
        fits = accepted(self._comparison.turned(old.content), turned), accepted(new.content, turned)
        if fits[0] == fits[1]:
            return False
        ranges = [_range(kind.content, step.under) for kind in (old, new)]
        if step.kind is Kind.OCCURRENCE and None not in ranges:
            count = counted[step.under]
            inside = [one is not None and one[0] <= count and (one[1] is None or count <= one[1]) for one in ranges]
            return inside[0] != inside[1]
        return True


def _range(content: Part, local: str) -> tuple[int, int | None] | None:
    """Return how often a child stands in a plain sequence; None where the model is more than that."""
    parts = content.term.parts if isinstance(content.term, Group) else (content,)
    if isinstance(content.term, Group) and (content.term.model == "choice" or (content.low, content.high) != (1, 1)):
        return None
    holding = [part for part in parts if local in {name.local for name in names(part)}]
    if len(holding) != 1 or not isinstance(holding[0].term, Name):
        return None
    return holding[0].low, holding[0].high


def _value_hits(step: Step, text: str, old: Simple, new: Simple, pair: Pair) -> bool:
    if step.value is not None:
        return canonical(new, text) == step.value
    if step.effect is Effect.NONE or pair.old.value != pair.new.value:
        return True
    return accepts(old, text) != accepts(new, text)


def _attributes_differ(element: etree._Element, old: Complex, new: Complex) -> bool:
    """Return whether the attributes an element has, or lacks, are taken by one of two types alone."""
    here = {_name(str(key)).local: str(text) for key, text in element.attrib.items()}
    for local in {name.local for name in (*old.attributes, *new.attributes)}:
        sides = [
            next((one for name, one in kind.attributes.items() if name.local == local), None) for kind in (old, new)
        ]
        taken = [_takes(one, here[local]) if local in here else not (one and one.required) for one in sides]
        if taken[0] != taken[1]:
            return True
    return False


def _attribute_hits(step: Step, element: etree._Element, old: Complex, new: Complex) -> bool:
    local = step.under[1:]
    value = next((str(text) for key, text in element.attrib.items() if _name(str(key)).local == local), None)
    first = next((one for name, one in old.attributes.items() if name.local == local), None)
    second = next((one for name, one in new.attributes.items() if name.local == local), None)
    if value is None:
        return bool(first and first.required) != bool(second and second.required) or step.effect is Effect.NONE
    if step.value is not None and second is not None:
        return canonical(second.type, value) == step.value
    return step.effect is Effect.NONE or _takes(first, value) != _takes(second, value)


def _takes(attribute: Attribute | None, value: str) -> bool:
    if attribute is None:
        return False
    kind = attribute.type
    if attribute.fixed is not None and canonical(kind, value) != canonical(kind, attribute.fixed):
        return False
    return attribute.type.variety in ("any", "unknown") or accepts(attribute.type, value)
