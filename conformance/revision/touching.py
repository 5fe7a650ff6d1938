"""Which requirements a change has to do with: those whose rules look at its place, and those about validity."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from conformance.checks.rules.stock import stock
from conformance.checks.schema_words import occurrence_requirement
from conformance.revision.change import Change, Effect, Kind

_PREDICATE = re.compile(r"\[[^\[\]]*\]")
_PREFIX = re.compile(r"\b[a-z]+:")
_NAMED = re.compile(r"\b(?:rsm|ram|udt):(\w+)")
_STRUCTURAL = (Kind.ELEMENT_REMOVED, Kind.ELEMENT_RENAMED, Kind.ELEMENT_MOVED, Kind.TYPE, Kind.MODEL)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the rule of a requirement looks: a path as a change writes it, and the names its test speaks of."""

    requirement: str
    path: str
    names: frozenset[str]


@lru_cache(maxsize=1)
def _places() -> tuple[_Place, ...]:
    found: dict[_Place, None] = {}
    for row in stock().rows:
        for context in row.contexts:
            plain, before = context, ""
            while plain != before:
                plain, before = _PREDICATE.sub("", plain), plain
            names = frozenset(_NAMED.findall(f"{context} {row.test}"))
            found.setdefault(_Place(row.id.partition(".")[0], _PREFIX.sub("", plain).strip("/"), names))
    return tuple(found)


def _meets(place: _Place, change: Change) -> bool:
    """Return whether a rule looks at what a change is about: at its very place, at what it names below its own place,
    or, where a change takes a whole element away or elsewhere, below that."""
    path = change.path.partition("/@")[0]
    last = path.rpartition("/")[2]
    if place.path == path or (place.path == last and "/" not in place.path):
        return True
    if path.startswith(f"{place.path}/"):
        return last in place.names
    return change.kind in _STRUCTURAL and place.path.startswith(f"{path}/")


def touched_requirements(change: Change) -> tuple[str, ...]:
    """Return the ids of the requirements a change has to do with, in order."""
    parts = change.path.split("/")
    found = {place.requirement for place in _places() if _meets(place, change)}
    if change.effect is not Effect.NONE:
        found.add("DOC-002")
    if change.kind is Kind.NAMESPACE:
        found |= {"DOC-001", "DOC-003"}
    elif change.kind is Kind.ORDER:
        found.add("DOC-047")
    elif change.kind in (Kind.OCCURRENCE, Kind.ELEMENT_ADDED, Kind.ELEMENT_REMOVED) and len(parts) > 1:
        found.add(occurrence_requirement(parts[-2], parts[-1]))
    return tuple(sorted(found))


def requirements_of(changes: Iterable[Change]) -> dict[str, int]:
    """Return how many of some changes each requirement has to do with."""
    found: dict[str, int] = {}
    for change in changes:
        for requirement in touched_requirements(change):
            found[requirement] = found.get(requirement, 0) + 1
    return dict(sorted(found.items()))
