"""Single mutations that together break everything a schema demands, derived from its components.

Every particle is left out, given too often, put in the wrong place, misnamed and moved to another namespace; every
attribute left out, misspelt, given another fixed value or a value outside its type; every simple type and every
enumeration is given a value it refuses. What cannot be broken (a free text takes everything) is listed, not forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from conformance.vectors.breach_content import content_breaches
from conformance.vectors.breach_values import attribute_breaches, value_breaches
from conformance.vectors.breach_work import Breach, Place, Unbreakable, Workshop
from conformance.vectors.grammar import Declared, Grammar


@dataclass(frozen=True, slots=True)
class Breaches:
    """The mutations of one message, and what cannot be broken, with the reason."""

    breaches: tuple[Breach, ...]
    unbreakable: tuple[Unbreakable, ...]


def all_breaches(grammar: Grammar, seed: int = 0) -> Breaches:
    """Return every single mutation of a message. The same grammar and seed give the same octets."""
    workshop = Workshop(grammar, seed)
    made: list[Breach] = []
    kept: list[Unbreakable] = []
    for one in _everything(workshop):
        if isinstance(one, Breach):
            made.append(one)
        else:
            kept.append(one)
    return Breaches(tuple(made), tuple(kept))


def _everything(workshop: Workshop) -> Iterator[Breach | Unbreakable]:
    yield from root_breaches(workshop)
    for way in ways(workshop.grammar).values():
        place = Place(way, workshop.grammar.kind(way[-1] if way else workshop.grammar.root))
        yield from content_breaches(workshop, place)
        yield from attribute_breaches(workshop, place)
    yield from value_breaches(workshop, ways(workshop.grammar))


def root_breaches(workshop: Workshop) -> Iterator[Breach]:
    """Yield the root misnamed and in another namespace."""
    base = workshop.base(())
    for kind, name, what in workshop.misnamed(workshop.grammar.root):
        changed, root = base.copied(base.root)
        root.declared = Declared(name, root.declared.kind, 1, 1)
        yield workshop.breach(kind, "the root", "DOC-001", what, base, changed, root)


def ways(grammar: Grammar) -> dict[str, tuple[Declared, ...]]:
    """Return for each type the shortest way to an element of it, from below the root; the root's own way is empty."""
    found: dict[str, tuple[Declared, ...]] = {grammar.root.kind: ()}
    waiting: list[tuple[Declared, ...]] = [()]
    while waiting:
        following: list[tuple[Declared, ...]] = []
        for way in waiting:
            for child in grammar.kind(way[-1] if way else grammar.root).elements():
                if child.kind not in found:
                    found[child.kind] = (*way, child)
                    following.append(found[child.kind])
        waiting = following
    return found
