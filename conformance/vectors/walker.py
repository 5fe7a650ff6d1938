"""Writing a document along a grammar: valid by construction, with a chooser's choices and a content's words."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from conformance.vectors.chooser import Chooser
from conformance.vectors.content import Content, Frame, local
from conformance.vectors.grammar import Declared, Grammar, Group, Kind, Particle, Wild, particle_height

EXTENSION = "urn:example:extension"
_ENOUGH = 12
_USUAL = 20_000
# A document that must be deeper, or must go on for so many elements once it is large enough, is not written.
_DEEPEST, _MOST_DEMANDED = 120, 50_000
# Octets of an element besides its name (twice) and text: brackets, indentation, line end.
_AROUND = 22


@dataclass(slots=True)
class Item:
    """An element that has been written. `declared` is the particle it stands for."""

    declared: Declared
    attributes: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: "list[Item]" = field(default_factory=list)

    def walk(self) -> "Iterator[Item]":
        """Yield the element and everything below it, in document order."""
        waiting = [self]
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.children))


def own_octets(item: Item) -> int:
    """Return about how many octets an element takes as text, without what is in it."""
    given = sum(len(name) + len(value) + 4 for name, value in item.attributes.items())
    return 2 * len(local(item.declared.name)) + len(item.text.encode()) + given + _AROUND


def octets(item: Item) -> int:
    """Return about how many octets an element with everything below it takes as text."""
    return sum(own_octets(one) for one in item.walk())


class Walker:
    """Writes elements of one grammar."""

    def __init__(self, grammar: Grammar, chooser: Chooser, content: Content) -> None:
        self.grammar = grammar
        self._chooser = chooser
        self._content = content
        self._room = _USUAL
        self._demanded = 0

    def document(self, size: int = 0) -> Item:
        """Return a whole document, grown to about `size` octets if it has an element that may be repeated."""
        self._room = size * 3 // 4 if size else _USUAL
        self._demanded = 0
        root = self.element(self.grammar.root, None, 0)
        if size:
            self._grow(root, size)
        return root

    def element(
        self,
        declared: Declared,
        parent: Frame | None,
        index: int,
        forced: tuple[Declared, ...] = (),
        full: bool = False,
    ) -> Item:
        """Return one element with its content.

        `forced` is a way down the grammar that must be written: the next element, then one in it, and so on. `full`
        writes every particle of the last element of that way (of this one when there is none) at least once.
        """
        kind = self.grammar.kind(declared)
        frame = self._content.enter(local(declared.name), parent, index, self._chooser)
        self._refuse_endless(declared, frame)
        item = Item(declared)
        if declared.concrete:
            item.attributes["xsi:type"] = declared.concrete
        self._attributes(item, kind, frame)
        if kind.content is not None:
            item.children = list(self._particle(kind.content, frame, forced, full))
        elif declared.fixed is not None:
            item.text = declared.fixed
        elif kind.value is not None:
            item.text = self._content.text(frame, kind.value, self._chooser)
        self._room -= own_octets(item)
        return item

    def _refuse_endless(self, declared: Declared, frame: Frame) -> None:
        """Raise `ValueError` where the schema demands what has no end, or none in sight."""
        name = local(declared.name)
        if frame.depth > _DEEPEST:
            raise ValueError(f"the schema demands more than {_DEEPEST} levels: {name} must hold itself, or nearly so")
        if self._room <= 0:
            self._demanded += 1
        if self._demanded > _MOST_DEMANDED:
            raise ValueError(f"the schema demands more than {_MOST_DEMANDED:,} elements, {name} among them")

    def _attributes(self, item: Item, kind: Kind, frame: Frame) -> None:
        for attribute in kind.attributes:
            if attribute.use == "prohibited":
                continue
            value = self._content.attribute(frame, attribute, self._chooser)
            if value is not None:
                item.attributes[attribute.name] = value

    def _particle(self, part: Particle, frame: Frame, forced: tuple[Declared, ...], full: bool) -> Iterator[Item]:
        """Write a particle. `full` counts at the end of the forced way only."""
        wanted = bool(forced) and _holds(part, forced[0])
        at_least = max(part.minimum, 1) if wanted or (full and not forced) else part.minimum
        if isinstance(part, Wild):
            for _ in range(part.minimum):
                yield _stranger(part)
            return
        if isinstance(part, Declared):
            count = max(at_least, self._content.least(frame, part))
            if self._room > 0 and frame.depth < _ENOUGH:
                count = max(count, self._content.occurrences(frame, part, self._chooser))
            for index in range(count):
                below = wanted and index == 0
                yield self.element(part, frame, index, forced[1:] if below else (), full and below)
            return
        count = at_least
        if self._room > 0 and frame.depth < _ENOUGH:
            count = max(count, self._content.usual(frame, part.minimum, part.maximum, self._chooser))
        for _ in range(count):
            chosen = self._choice(part, frame, forced if wanted else ()) if part.model == "choice" else part.parts
            for inner in chosen:
                yield from self._particle(inner, frame, forced, full)

    def _choice(self, part: Group, frame: Frame, forced: tuple[Declared, ...]) -> tuple[Particle, ...]:
        if not part.parts:
            return ()
        if forced:
            return tuple(option for option in part.parts if _holds(option, forced[0]))[:1]
        if self._room <= 0 or frame.depth >= _ENOUGH:
            return (min(part.parts, key=self._height),)
        return (part.parts[self._content.option(frame, len(part.parts), self._chooser)],)

    def _height(self, part: Particle) -> int:
        return particle_height(part, self.grammar.heights)

    def _grow(self, root: Item, size: int) -> None:
        """Repeat the element with the richest type, of those that may be repeated, until the size is reached."""
        places = [
            (item, part)
            for item in root.walk()
            for part in self._repeatable(item)
            if any(child.declared is part for child in item.children)
        ]
        if not places:
            return
        owner, part = max(places, key=lambda place: len(list(self.grammar.kind(place[1]).elements())))
        frame = self._frame_of(root, owner)
        missing = size - octets(root)
        last = max(place for place, child in enumerate(owner.children) if child.declared is part)
        index = sum(1 for child in owner.children if child.declared is part)
        while missing > 0:
            self._room = _USUAL // 10
            child = self.element(part, frame, index)
            missing -= octets(child)
            last, index = last + 1, index + 1
            owner.children.insert(last, child)

    def _repeatable(self, item: Item) -> Iterator[Declared]:
        content = self.grammar.kind(item.declared).content
        if content is not None and content.model == "sequence":
            yield from (part for part in content.parts if isinstance(part, Declared) and part.maximum is None)

    def _frame_of(self, root: Item, owner: Item) -> Frame:
        """Return a frame for an element already written, below frames for its ancestors."""
        way = _way(root, owner)
        frame: Frame | None = None
        for item in way:
            frame = self._content.enter(local(item.declared.name), frame, 0, self._chooser)
        if frame is None:
            raise ValueError("the element is not in the document")
        return frame


def _way(root: Item, wanted: Item) -> list[Item]:
    """Return the elements from the root down to one."""
    waiting = [[root]]
    while waiting:
        way = waiting.pop()
        if way[-1] is wanted:
            return way
        waiting.extend([*way, child] for child in way[-1].children)
    return []


def _stranger(part: Wild) -> Item:
    """Return an element for a wildcard that must be filled. Raises `ValueError` where only declared ones may stand."""
    name = f"{{{EXTENSION}}}Extension"
    if part.component.process_contents == "strict" or not part.component.is_matching(name):
        raise ValueError("the schema demands a declared element in a wildcard, which is not generated")
    return Item(Declared(name, "", 1, 1), text="x")


def _holds(part: Particle, wanted: Declared) -> bool:
    if isinstance(part, Group):
        return any(_holds(inner, wanted) for inner in part.parts)
    return part is wanted
