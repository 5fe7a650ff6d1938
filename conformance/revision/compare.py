"""How two declarations of an element compare: what changed at it, and how the documents accepted compare.

Types that contain themselves are no trouble: a pair is compared once, and its children are pairs of their own.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from conformance.revision import facets, structure
from conformance.revision.change import Effect, Kind, Step
from conformance.revision.language import APART, GAINED, LOST, SAME, Relation
from conformance.revision.model import EMPTY, Attribute, Complex, Element, Name, Part, Simple, Value, Wildcard
from conformance.revision.normal import names
from conformance.revision.reader import SchemaSet
from conformance.revision.simple import collapse
from conformance.revision.values import compare, free

_STRICTNESS = {"strict": 0, "lax": 1, "skip": 2}
MOST_PAIRS = 50_000


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
            white = _white(self.after.type_of(new))
            found = _value_relation(old.value, new.value, white)
            if found != SAME or _plain(old.value, white) != _plain(new.value, white):
                steps.append(Step(Kind.FACET, "", _value_words(old.value, new.value), Effect(found.effect)))
            relation &= found
        if old.constraints != new.constraints:
            less, more = new.constraints < old.constraints, new.constraints > old.constraints
            found = GAINED if less else LOST if more else APART
            words = "; ".join(sorted(old.constraints ^ new.constraints))
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
        steps: list[Step] = []
        if old.abstract != new.abstract:
            found = LOST if new.abstract else GAINED
            words = "abstract: no document can use it as it is" if new.abstract else "no longer abstract"
            steps.append(Step(Kind.TYPE, "", words, Effect(found.effect)))
        steps += self._attribute_steps(old, new) + self._wild_attribute_steps(old, new)
        unknown = any(self._hidden(old.attributes, new.attributes, name) for name in new.attributes)
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

    def turned(self, content: Part) -> Part:
        """Return a content model of the old set with its names as the new one would write them."""
        return structure.renamed(content, self.mapped) if self._spaces else content

    @staticmethod
    def _hidden(old: Mapping[Name, Attribute], new: Mapping[Name, Attribute], name: Name) -> bool:
        return name in old and "unknown" in (old[name].type.variety, new[name].type.variety)

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
        for step in (*self._attribute_steps(old, new), *self._wild_attribute_steps(old, new)):
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

    def _attribute_steps(self, old: Complex, new: Complex) -> list[Step]:
        before = {self.mapped(name): attribute for name, attribute in old.attributes.items()}
        steps: list[Step] = []
        for name, attribute in before.items():
            other = new.attributes.get(name)
            if other is None:
                taken = new.any_attribute is not None and new.any_attribute.admits(name.namespace)
                found = GAINED if taken else APART if attribute.required else LOST
                if taken and not attribute.required:
                    found = SAME
                word = "required" if attribute.required else "optional"
                detail = f"attribute {name.local} ({word}) removed"
                steps.append(Step(Kind.ATTRIBUTE_REMOVED, f"@{name.local}", detail, Effect(found.effect)))
            else:
                steps += _attribute_changes(f"@{name.local}", attribute, other)
        for name, attribute in new.attributes.items():
            if name in before:
                continue
            taken = old.any_attribute is not None and old.any_attribute.admits(name.namespace)
            if attribute.required:
                found = LOST if taken else APART
            else:
                found = (SAME if free(attribute.type) and attribute.fixed is None else LOST) if taken else GAINED
            word = "required" if attribute.required else "optional"
            detail = f"attribute {name.local} ({word}, {facets.described(attribute.type)}) added"
            steps.append(Step(Kind.ATTRIBUTE_ADDED, f"@{name.local}", detail, Effect(found.effect)))
        return steps

    @staticmethod
    def _wild_attribute_steps(old: Complex, new: Complex) -> list[Step]:
        first, second = old.any_attribute, new.any_attribute
        if first == second:
            return []
        found = Relation(_wild_included(first, second), _wild_included(second, first))
        words = [f"{one} ({one.process})" if one else "none" for one in (first, second)]
        return [Step(Kind.WILDCARD, "", f"foreign attributes: {words[0]} -> {words[1]}", Effect(found.effect))]


def _wild_included(first: Wildcard | None, second: Wildcard | None) -> bool:
    if first is None:
        return True
    if second is None or _STRICTNESS.get(first.process, 0) > _STRICTNESS.get(second.process, 0):
        return first.allowed == frozenset()
    if first.allowed is not None:
        return all(second.admits(uri) for uri in first.allowed)
    return second.allowed is None and second.refused <= first.refused


def _attribute_changes(under: str, old: Attribute, new: Attribute) -> list[Step]:
    steps: list[Step] = []
    if old.required != new.required:
        words = ["required" if one.required else "optional" for one in (old, new)]
        found = LOST if new.required else GAINED
        steps.append(Step(Kind.ATTRIBUTE, under, f"use {words[0]} -> {words[1]}", Effect(found.effect)))
    first, second = _attribute_value(old), _attribute_value(new)
    found = _value_relation(first, second, new.type.white)
    if found != SAME or _plain(first, old.type.white) != _plain(second, new.type.white):
        steps.append(Step(Kind.ATTRIBUTE, under, _value_words(first, second), Effect(found.effect)))
    # Where one value alone is accepted, before and after, its type only says how that value is read.
    settled = first is not None and first.fixed and found == SAME
    for step in facets.explain(old.type, new.type, under):
        kind = Kind.ATTRIBUTE if step.kind is Kind.TYPE else step.kind
        detail = f"type {step.detail}" if step.kind is Kind.TYPE else step.detail
        steps.append(replace(step, kind=kind, detail=detail, effect=Effect.NONE if settled else step.effect))
    return steps


def _attribute_value(attribute: Attribute) -> Value | None:
    if attribute.fixed is not None:
        return Value(attribute.fixed, fixed=True)
    return Value(attribute.default, fixed=False) if attribute.default is not None else None


def _plain(value: Value | None, white: str) -> Value | None:
    return None if value is None else Value(collapse(value.text, white), value.fixed)


def _value_relation(old: Value | None, new: Value | None, white: str) -> Relation:
    """Return what a changed default or fixed value does: only a fixed one limits what is accepted."""
    first = collapse(old.text, white) if old is not None and old.fixed else None
    second = collapse(new.text, white) if new is not None and new.fixed else None
    if first == second:
        return SAME
    if first is None:
        return LOST
    return GAINED if second is None else APART


def _value_words(old: Value | None, new: Value | None) -> str:
    words = ["none" if one is None else f"{'fixed' if one.fixed else 'default'} {one.text!r}" for one in (old, new)]
    return f"value {words[0]} -> {words[1]}"


def _white(kind: Complex) -> str:
    return kind.simple.white if kind.simple is not None else "preserve"


def _contents(kind: Complex) -> str:
    if kind.simple is not None:
        return facets.described(kind.simple)
    inside = ", ".join(name.local for name in names(kind.content)[:8])
    return ("text and elements " if kind.mixed else "elements ") + (f"({inside})" if inside else "(none)")


def _text_and_children(text: Simple, children: Complex) -> Relation:
    """Return how a value compares with children: they meet in the text alone, or in nothing at all."""
    may_be_empty = structure.relation(EMPTY, children.content).kept
    bare = not names(children.content) and not structure.wildcards(children.content)
    if children.mixed and may_be_empty:
        return Relation(kept=True, earned=bare and free(text))
    return Relation(kept=False, earned=bare and free(text))
