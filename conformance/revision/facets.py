"""Why two simple types accept different texts: the single edits, each with what it does."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from conformance.revision.accepting import accepts
from conformance.revision.change import Effect, Kind, Step
from conformance.revision.model import Bound, Simple
from conformance.revision.relation import SAME
from conformance.revision.values import compare

_MANY = 12
_LONG = 300
_TEXT = ("atomic", "string", "preserve")
_DECIMAL, _INTEGER = (("atomic", base, "collapse") for base in ("decimal", "integer"))


def _nature(kind: Simple) -> tuple[object, ...]:
    """Return what a reader makes of a value: its kind and how blanks are treated."""
    if kind.variety == "list" and kind.item is not None:
        return ("list", _nature(kind.item))
    if kind.variety == "union":
        members = frozenset(_nature(member) for member in kind.members)
        if _DECIMAL in members:
            members -= {_INTEGER}  # a number is read the same by either
        return ("union", members) if len(members) > 1 else next(iter(members))
    return _TEXT if kind.variety == "any" else (kind.variety, kind.base, kind.white)


def alike(before: Simple, after: Simple) -> bool:
    """Return whether two types accept the same texts and mean the same by them."""
    return before == after or (compare(before, after) == SAME and _nature(before) == _nature(after))


def explain(before: Simple, after: Simple, under: str = "") -> list[Step]:
    """Return the edits that lead from one type to the other; none when they are alike."""
    if "unknown" in (before.variety, after.variety) or alike(before, after):
        return []
    if before.variety == after.variety == "list" and before.item and after.item:
        bare = replace(before, item=after.item)
        steps = explain(before.item, after.item, under) if before.item != after.item else []
        return steps + (_facets(bare, after, under) if not alike(bare, after) else [])
    if before.variety == after.variety == "union":
        found = _members(before, after, under)
        if found is not None:
            return found
    elif before.variety == after.variety == "atomic" and before.base == after.base and before.named == after.named:
        return _facets(before, after, under)
    return _other_type(before, after, under)


def _other_type(before: Simple, after: Simple, under: str) -> list[Step]:
    steps: list[Step] = []
    between = after
    if before.enumeration is not None and after.enumeration is not None and before.variety == after.variety:
        between = replace(after, enumeration=before.enumeration)
    if not alike(before, between):
        detail = f"{described(before)} -> {described(after)}"
        steps.append(Step(Kind.TYPE, under, detail, Effect(compare(before, between).effect)))
    return steps + (_facets(between, after, under) if between is not after else [])


def _members(before: Simple, after: Simple, under: str) -> list[Step] | None:
    """Compare unions member by member; None when members came or went."""
    if len(before.members) != len(after.members):
        return None
    steps: list[Step] = []
    members = list(before.members)
    for place, goal in enumerate(after.members):
        if alike(members[place], goal):
            continue
        current = replace(before, members=tuple(members))
        members[place] = goal
        whole = compare(current, replace(before, members=tuple(members)))
        inner = explain(before.members[place], goal, under)
        if len(inner) == 1:
            inner = [replace(inner[0], effect=Effect(whole.effect))]
        steps += inner
    return steps or None


def described(kind: Simple) -> str:
    """Return a type for a person."""
    if kind.variety == "list":
        return f"list of {described(kind.item)}" if kind.item else "list"
    if kind.variety == "union":
        return "union of " + ", ".join(described(member) for member in kind.members[:6])
    facets = []
    if kind.enumeration is not None:
        facets.append(f"{len(kind.enumeration)} values")
    if kind.least_length or kind.most_length is not None:
        facets.append(f"length {kind.least_length or 0}..{'' if kind.most_length is None else kind.most_length}")
    return kind.named + (f" ({', '.join(facets)})" if facets else "")


_COUNTS = (
    ("least_length", "minLength"),
    ("most_length", "maxLength"),
    ("total_digits", "totalDigits"),
    ("fraction_digits", "fractionDigits"),
)
_ENDS = (("low", "lower bound"), ("high", "upper bound"))


def _edits(before: Simple, after: Simple) -> Iterator[tuple[dict[str, Any], str]]:
    """Yield the facets to change, in groups that belong together, each with its words."""
    if before.white != after.white:
        yield {"white": after.white}, f"whiteSpace {before.white} -> {after.white}"
    lengths = (before.least_length, before.most_length), (after.least_length, after.most_length)
    if all(low is not None and low == high for low, high in lengths):
        words = f"length {before.least_length} -> {after.least_length}"
        yield {"least_length": after.least_length, "most_length": after.most_length}, words
    for name, label in _COUNTS:
        yield {name: getattr(after, name)}, _told(label, getattr(before, name), getattr(after, name))
    yield {"patterns": after.patterns}, _told("pattern", _shown(before), _shown(after))
    for name, label in _ENDS:
        yield {name: getattr(after, name)}, f"{label} {_end(getattr(before, name))} -> {_end(getattr(after, name))}"


def _facets(before: Simple, after: Simple, under: str) -> list[Step]:
    steps: list[Step] = []
    current = before
    for changed, words in _edits(before, after):
        goal = replace(current, **changed)
        found = compare(current, goal)
        # How blanks are treated alters what is read even where it does not alter what is accepted.
        if found != SAME or goal.white != current.white:
            steps.append(Step(Kind.FACET, under, words, Effect(found.effect)))
        current = goal
    return steps + _values(current, after, under)


def _values(before: Simple, after: Simple, under: str) -> list[Step]:
    if before.enumeration == after.enumeration:
        return []
    if before.enumeration is None or after.enumeration is None:
        words = [_some(kind.enumeration) for kind in (before, after)]
        found = compare(before, after)
        return [Step(Kind.FACET, under, f"enumeration: {words[0]} -> {words[1]}", Effect(found.effect))]
    old, new = set(before.enumeration), set(after.enumeration)
    # A value that another facet of its own type refuses was never accepted.
    gone = [one for one in sorted(old - new) if _stood(before, one)]
    come = [one for one in sorted(new - old) if _stood(after, one)]
    return [
        *(Step(Kind.VALUE_REMOVED, under, f"value {one!r} removed", Effect.NARROWING, one) for one in gone),
        *(Step(Kind.VALUE_ADDED, under, f"value {one!r} added", Effect.WIDENING, one) for one in come),
    ]


def _stood(kind: Simple, value: str) -> bool:
    return not kind.patterns or kind.base == "QName" or accepts(kind, value)


def _some(values: tuple[str, ...] | None) -> str:
    if values is None:
        return "any value"
    return ", ".join(values[:_MANY]) + (f" ... ({len(values)} values)" if len(values) > _MANY else "")


def shortened(text: str) -> str:
    """Return a text of others cut to what a person reads."""
    return text if len(text) <= _LONG else f"{text[: _LONG - 3]}..."


def _told(name: str, before: object, after: object) -> str:
    return f"{name} {'none' if before is None else before} -> {'none' if after is None else after}"


def _shown(kind: Simple) -> str | None:
    return shortened(" and ".join("|".join(group) for group in kind.patterns)) or None


def _end(bound: Bound | None) -> str:
    if bound is None:
        return "none"
    return bound.value if bound.inclusive else f"{bound.value} (exclusive)"
