"""What changed about the attributes of a type: those it names, and the wildcard for foreign ones."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from conformance.revision import facets
from conformance.revision.change import Effect, Kind, Step
from conformance.revision.fixed_values import plain, value_of, value_relation, value_words
from conformance.revision.model import Attribute, Complex, Name, Wildcard
from conformance.revision.relation import APART, GAINED, LOST, SAME, Relation
from conformance.revision.structure import STRICTNESS
from conformance.revision.values import free


def hidden(old: Mapping[Name, Attribute], new: Mapping[Name, Attribute], name: Name) -> bool:
    """Return whether nothing can be said of an attribute, because its type is missing in one of the sets."""
    return name in old and "unknown" in (old[name].type.variety, new[name].type.variety)


def explain(old: Complex, new: Complex, mapped: Callable[[Name], Name]) -> list[Step]:
    """Return the edits that lead from the attributes of one type to those of another.

    `mapped` writes a name of the old set as the new one would.
    """
    before = {mapped(name): attribute for name, attribute in old.attributes.items()}
    steps: list[Step] = []
    for name, attribute in before.items():
        other = new.attributes.get(name)
        if other is None:
            taken = _takes(new.any_attribute, name)
            found = GAINED if taken else APART if attribute.required else LOST
            if taken and not attribute.required and free(attribute.type) and attribute.fixed is None:
                found = SAME
            word = "required" if attribute.required else "optional"
            detail = f"attribute {name.local} ({word}) removed"
            steps.append(Step(Kind.ATTRIBUTE_REMOVED, f"@{name.local}", detail, Effect(found.effect)))
        else:
            steps += _changes(f"@{name.local}", attribute, other)
    for name, attribute in new.attributes.items():
        if name in before:
            continue
        taken = _takes(old.any_attribute, name)
        if attribute.required:
            found = LOST if taken else APART
        else:
            found = (SAME if free(attribute.type) and attribute.fixed is None else LOST) if taken else GAINED
        word = "required" if attribute.required else "optional"
        detail = f"attribute {name.local} ({word}, {facets.described(attribute.type)}) added"
        steps.append(Step(Kind.ATTRIBUTE_ADDED, f"@{name.local}", detail, Effect(found.effect)))
    return steps + _wild_steps(old, new)


def _takes(wildcard: Wildcard | None, name: Name) -> bool:
    """Return whether a wildcard takes an attribute that is declared nowhere else."""
    return wildcard is not None and wildcard.process != "strict" and wildcard.admits(name.namespace)


def _wild_steps(old: Complex, new: Complex) -> list[Step]:
    first, second = old.any_attribute, new.any_attribute
    if first == second:
        return []
    found = Relation(_wild_included(first, second), _wild_included(second, first))
    words = [f"{one} ({one.process})" if one else "none" for one in (first, second)]
    return [Step(Kind.WILDCARD, "", f"foreign attributes: {words[0]} -> {words[1]}", Effect(found.effect))]


def _wild_included(first: Wildcard | None, second: Wildcard | None) -> bool:
    if first is None:
        return True
    if second is None or STRICTNESS.get(first.process, 0) > STRICTNESS.get(second.process, 0):
        return first.allowed == frozenset()
    if first.allowed is not None:
        return all(second.admits(uri) for uri in first.allowed)
    return second.allowed is None and second.refused <= first.refused


def _changes(under: str, old: Attribute, new: Attribute) -> list[Step]:
    steps: list[Step] = []
    if old.required != new.required:
        words = ["required" if one.required else "optional" for one in (old, new)]
        found = LOST if new.required else GAINED
        steps.append(Step(Kind.ATTRIBUTE, under, f"use {words[0]} -> {words[1]}", Effect(found.effect)))
    first, second = value_of(old), value_of(new)
    found = value_relation(first, second, new.type)
    if found != SAME or plain(first, new.type) != plain(second, new.type):
        steps.append(Step(Kind.ATTRIBUTE, under, value_words(first, second), Effect(found.effect)))
    # Where one value alone is accepted, before and after, its type only says how that value is read.
    settled = first is not None and first.fixed and found == SAME
    for step in facets.explain(old.type, new.type, under):
        kind = Kind.ATTRIBUTE if step.kind is Kind.TYPE else step.kind
        detail = f"type {step.detail}" if step.kind is Kind.TYPE else step.detail
        steps.append(replace(step, kind=kind, detail=detail, effect=Effect.NONE if settled else step.effect))
    return steps
