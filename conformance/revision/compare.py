"""How two declarations of an element compare: what changed at it, and how the documents accepted compare.

Types that contain themselves are no trouble: a pair is compared once, and its children are pairs of their own.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from conformance.revision import attribute_edits, facets, particles, structure
from conformance.revision.accepting import accepts
from conformance.revision.change import Effect, Kind, Step
from conformance.revision.fixed_values import plain, value_relation, value_words
from conformance.revision.model import EMPTY, Complex, Element, Name, Part, Simple
from conformance.revision.normal import names
from conformance.revision.reader import SchemaSet
from conformance.revision.relation import APART, GAINED, LOST, SAME, Relation
from conformance.revision.values import compare, free

MOST_PAIRS = 50_000
_TEXT = Simple()


@dataclass(frozen=True, slots=True)
class Pair:
    """The same element in both sets."""

    old: Element
    new: Element


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What one pair of elements comes to: the changes at it, the pairs below it, and the relation at this place.

    `unknown` means that a type is missing in one of the sets, so that nothing can be said. `own` are those of the
    steps that the element's declaration makes, not its type.
    """

    steps: tuple[Step, ...]
    below: tuple[tuple[str, Pair], ...]
    relation: Relation
    unknown: bool
    own: tuple[Step, ...] = ()


class Comparison:
    """Two sets side by side. `spaces` gives the new namespace of old ones whose elements live on under it."""

    def __init__(self, before: SchemaSet, after: SchemaSet, spaces: Mapping[str, str]) -> None:
        self.before, self.after, self._spaces = before, after, dict(spaces)
        self._elements: dict[Pair, Compared] = {}
        self._types: dict[tuple[Complex, Complex], Compared] = {}
        self._same: dict[tuple[Complex, Complex], bool] = {}

    def mapped(self, name: Name) -> Name:
        """Return a name of the old set as the new one would write it."""
        return Name(self._spaces.get(name.namespace, name.namespace), name.local)

    def element(self, pair: Pair) -> Compared:
        """Return what changed between two declarations of an element."""
        known = self._elements.get(pair)
        if known is None:
            known = self._elements[pair] = self._element(pair)
        return known

    def _element(self, pair: Pair) -> Compared:
        old, new = pair.old, pair.new
        types = self._retyped(pair) or self.types(self.before.type_of(old), self.after.type_of(new))
        steps: list[Step] = []
        relation = types.relation
        if old.nillable != new.nillable:
            found = GAINED if new.nillable else LOST
            detail = f"nillable {str(old.nillable).lower()} -> {str(new.nillable).lower()}"
            steps.append(Step(Kind.NILLABLE, "", detail, Effect(found.effect)))
            relation &= found
        if old.value != new.value:
            kind = self.after.type_of(new).simple or _TEXT
            found = value_relation(old.value, new.value, kind, empty=accepts(kind, ""))
            if found != SAME or plain(old.value, kind) != plain(new.value, kind):
                steps.append(Step(Kind.FACET, "", value_words(old.value, new.value), Effect(found.effect)))
            relation &= found
        if old.constraints != new.constraints:
            less, more = new.constraints < old.constraints, new.constraints > old.constraints
            found = GAINED if less else LOST if more else APART
            words = "; ".join(sorted(_told_once(old.constraints ^ new.constraints)))
            steps.append(Step(Kind.TYPE, "", f"identity constraints differ: {words}"[:300], Effect(found.effect)))
            relation &= found
        return Compared((*steps, *types.steps), types.below, relation, types.unknown, tuple(steps))

    def _retyped(self, pair: Pair) -> Compared | None:
        """Return one change of type for an element that was given another of the types both sets have.

        Were either type new, or gone, the type itself would have been revised or renamed; that is told piece by piece.
        """
        old, new = self.before.type_of(pair.old), self.after.type_of(pair.new)
        if old.label == new.label or old.unknown or new.unknown or old.abstract or new.abstract:
            return None
        both = all(one.declares_type(old.label) and one.declares_type(new.label) for one in (self.before, self.after))
        if not both or self.alike(
            replace(pair.old, value=None), replace(pair.new, value=None, nillable=pair.old.nillable)
        ):
            return None
        found = self.deep(old, new)
        words = f"type {old.label} -> {new.label}: {_contents(old)} -> {_contents(new)}"
        return Compared((Step(Kind.TYPE, "", words, Effect(found.effect)),), (), found, unknown=False)

    def deep(self, old: Complex, new: Complex) -> Relation:
        """Return how two types compare, with all that can stand in them."""
        found = SAME
        seen = {(old, new)}
        waiting = [(old, new)]
        while waiting:
            first, second = waiting.pop()
            if first.unknown or second.unknown:
                continue
            found &= self._relation(first, second)
            for name in names(first.content):
                other = self.mapped(name)
                if name in first.elements and other in second.elements:
                    inner = first.elements[name], second.elements[other]
                    if inner[0].nillable != inner[1].nillable:
                        found &= GAINED if inner[1].nillable else LOST
                    types = self.before.type_of(inner[0]), self.after.type_of(inner[1])
                    if types not in seen:
                        seen.add(types)
                        waiting.append(types)
        return found

    def types(self, old: Complex, new: Complex) -> Compared:
        """Return what changed between two types."""
        known = self._types.get((old, new))
        if known is None:
            known = self._types[old, new] = self._compared(old, new)
        return known

    def _compared(self, old: Complex, new: Complex) -> Compared:
        if old.unknown or new.unknown:
            return Compared((), (), SAME, unknown=old is not new)
        if old.abstract and new.abstract:
            return self._named_types(old, new)
        steps: list[Step] = []
        if old.abstract != new.abstract:
            found = LOST if new.abstract else GAINED
            words = "abstract: no document can use it as it is" if new.abstract else "no longer abstract"
            steps.append(Step(Kind.TYPE, "", words, Effect(found.effect)))
        steps += attribute_edits.explain(old, new, self.mapped)
        unknown = any(attribute_edits.hidden(old.attributes, new.attributes, name) for name in new.attributes)
        if old.simple is not None and new.simple is not None:
            steps += facets.explain(old.simple, new.simple)
            return Compared(tuple(steps), (), self._relation(old, new), unknown)
        if old.simple is not None or new.simple is not None:
            words = f"{_contents(old)} -> {_contents(new)}"
            found = self._content_relation(old, new)
            steps.append(Step(Kind.TYPE, "", words, Effect(found.effect)))
            return Compared(tuple(steps), (), self._relation(old, new), unknown)
        if old.mixed != new.mixed:
            found = GAINED if new.mixed else LOST
            words = "text between the elements is " + ("allowed" if new.mixed else "no longer allowed")
            steps.append(Step(Kind.MODEL, "", words, Effect(found.effect)))
        steps += structure.explain(
            self.turned(old.content), new.content, lambda first, second: self._alike(old, new, first, second)
        )
        return Compared(tuple(steps), self._below(old, new, steps), self._relation(old, new), unknown)

    def _named_types(self, old: Complex, new: Complex) -> Compared:
        """Return what changed between two abstract types: a document names another type in their place."""
        before = {self.mapped(name): kind for name, kind in self.before.stand_ins(old).items()}
        after = self.after.stand_ins(new)
        steps: dict[Step, None] = {}
        below: dict[tuple[str, Pair], None] = {}
        relation, unknown = SAME, False
        for name in before.keys() ^ after.keys():
            word, found = ("removed", LOST) if name in before else ("added", GAINED)
            words = f"type {name.local}, which documents name with xsi:type, {word}"
            steps[Step(Kind.TYPE, "", words, Effect(found.effect))] = None
            relation &= found
        for name in before.keys() & after.keys():
            one = self.types(before[name], after[name])
            steps.update(dict.fromkeys(one.steps))
            below.update(dict.fromkeys(one.below))
            relation &= one.relation
            unknown = unknown or one.unknown
        return Compared(tuple(steps), tuple(below), relation, unknown)

    def turned(self, content: Part) -> Part:
        """Return a content model of the old set with its names as the new one would write them."""
        return particles.renamed(content, self.mapped) if self._spaces else content

    def _below(self, old: Complex, new: Complex, steps: list[Step]) -> tuple[tuple[str, Pair], ...]:
        """Return the pairs of children, with those that were renamed or changed their namespace."""
        by_local = {step.under for step in steps if step.kind in (Kind.NAMESPACE, Kind.ELEMENT_RENAMED)}
        out: list[tuple[str, Pair]] = []
        for name in names(old.content):
            other = self.mapped(name)
            if other not in new.elements and name.local in by_local:
                other = self._renaming(old, new, name)
            if other in new.elements and name in old.elements and other in names(new.content):
                out.append((name.local, Pair(old.elements[name], new.elements[other])))
        return tuple(out)

    def _renaming(self, old: Complex, new: Complex, name: Name) -> Name:
        """Return the name that took the place of an old one."""
        same = [other for other in names(new.content) if other.local == name.local]
        if same:
            return same[0]
        before, after = names(self.turned(old.content)), names(new.content)
        mapped = self.mapped(name)
        gone = [one for one in before if one not in after]
        fresh = [one for one in after if one not in before]
        fitting = [one for one in fresh if self._alike(old, new, mapped, one)]
        return fitting[gone.index(mapped)] if len(gone) == len(fitting) else (fitting or [mapped])[0]

    def _alike(self, old: Complex, new: Complex, first: Name, second: Name) -> bool:
        """Return whether two names, the first written as in the new set, mean elements that accept the same."""
        found = [element for name, element in old.elements.items() if self.mapped(name) == first]
        return bool(found) and second in new.elements and self.alike(found[0], new.elements[second], {(old, new)})

    def alike(self, first: Element, second: Element, taken: Collection[tuple[Complex, Complex]] = ()) -> bool:
        """Return whether two elements, their names apart, accept the same.

        `taken` are types whose own differences are told elsewhere and do not count.
        """
        seen: set[tuple[Complex, Complex]] = set(taken)
        waiting = [(first, second)]
        while waiting:
            old_element, new_element = waiting.pop()
            if old_element.nillable != new_element.nillable or old_element.value != new_element.value:
                return False
            old, new = self.before.type_of(old_element), self.after.type_of(new_element)
            if (old, new) in seen:
                continue
            seen.add((old, new))
            if len(seen) > MOST_PAIRS or old.unknown or new.unknown or not self._like(old, new):
                return False
            for name in names(old.content):
                other = self.mapped(name)
                if name in old.elements and other in new.elements:
                    waiting.append((old.elements[name], new.elements[other]))
        return True

    def _like(self, old: Complex, new: Complex) -> bool:
        known = self._same.get((old, new))
        if known is None:
            simple = old.simple is None or new.simple is None or facets.alike(old.simple, new.simple)
            known = self._same[old, new] = simple and self._relation(old, new) == SAME
        return known

    def _relation(self, old: Complex, new: Complex) -> Relation:
        """Return how the contents and attributes of two types compare, the types of children apart."""
        found = self._content_relation(old, new)
        if old.abstract != new.abstract:
            found &= LOST if new.abstract else GAINED
        for step in attribute_edits.explain(old, new, self.mapped):
            found &= {Effect.NARROWING: LOST, Effect.WIDENING: GAINED, Effect.BOTH: APART}.get(step.effect, SAME)
        return found

    def _content_relation(self, old: Complex, new: Complex) -> Relation:
        if old.simple is not None and new.simple is not None:
            return compare(old.simple, new.simple)
        if old.simple is not None:
            return _text_and_children(old.simple, new)
        if new.simple is not None:
            turned = _text_and_children(new.simple, old)
            return Relation(turned.earned, turned.kept, turned.sure)
        found = structure.relation(self.turned(old.content), new.content)
        if old.mixed != new.mixed:
            found &= GAINED if new.mixed else LOST
        return found


def _told_once(constraints: frozenset[str]) -> Iterator[str]:
    """Yield constraints without those that a key among them says again."""
    keys = {one.removeprefix("key ") for one in constraints if one.startswith("key ")}
    yield from (one for one in constraints if one.removeprefix("unique ") not in keys)


def _contents(kind: Complex) -> str:
    if kind.simple is not None:
        return facets.described(kind.simple)
    inside = ", ".join(name.local for name in names(kind.content)[:8])
    return ("text and elements " if kind.mixed else "elements ") + (f"({inside})" if inside else "(none)")


def _text_and_children(text: Simple, children: Complex) -> Relation:
    """Return how a value compares with children: they meet in the text alone, or in nothing at all."""
    may_be_empty = structure.relation(EMPTY, children.content).kept
    bare = not names(children.content) and not particles.wildcards(children.content)
    if children.mixed and may_be_empty:
        return Relation(kept=True, earned=bare and free(text))
    return Relation(kept=False, earned=bare and free(text))
