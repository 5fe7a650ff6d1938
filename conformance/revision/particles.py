"""Content models looked at and rewritten: without some names, with other names, and in words."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from conformance.revision.model import EMPTY, Group, Name, Part, Wildcard
from conformance.revision.normal import normalised


def times(part: Part) -> str:
    """Return a count for a person."""
    return f"{part.low}..{'unbounded' if part.high is None else part.high}"


def _map(part: Part, change: Callable[[Part], Part | None]) -> Part:
    """Return a model with every leaf changed; None drops it."""

    def inner(one: Part) -> Part | None:
        if not isinstance(one.term, Group):
            return change(one)
        kept = [found for found in map(inner, one.term.parts) if found is not None]
        return replace(one, term=Group(one.term.model, tuple(kept))) if kept else None

    return normalised(inner(part) or EMPTY)


def without(part: Part, dropped: Iterable[Name]) -> Part:
    """Return a model without some names."""
    gone = frozenset(dropped)
    return _map(part, lambda one: None if one.term in gone else one) if gone else part


def without_wildcards(part: Part) -> Part:
    """Return a model without its wildcards."""
    return _map(part, lambda one: None if isinstance(one.term, Wildcard) else one)


def renamed(part: Part, change: Callable[[Name], Name]) -> Part:
    """Return a model with its names changed."""
    return _map(part, lambda one: replace(one, term=change(one.term)) if isinstance(one.term, Name) else one)


def wildcards(part: Part) -> list[Part]:
    """Return the wildcards of a model, in order."""
    if isinstance(part.term, Group):
        return [found for inner in part.term.parts for found in wildcards(inner)]
    return [part] if isinstance(part.term, Wildcard) else []


def leaves(part: Part, model: str = "sequence") -> list[tuple[Name, str]]:
    """Return the names in the order they stand, each with the kind of its group."""
    if isinstance(part.term, Group):
        return [found for inner in part.term.parts for found in leaves(inner, part.term.model)]
    return [(part.term, model)] if isinstance(part.term, Name) else []


def place_of(part: Part, name: Name) -> Part | None:
    """Return the first place of a name; an enclosing group that may be left out makes it optional."""
    if isinstance(part.term, Group):
        for inner in part.term.parts:
            found = place_of(inner, name)
            if found is not None:
                loose = part.low == 0 or part.term.model == "choice"
                return replace(found, low=0) if loose else found
        return None
    return part if part.term == name else None


def reach(part: Part) -> str:
    """Return a count for a person, with the group it counts."""
    if isinstance(part.term, Group):
        return f"in {listed(part)} {times(part)}"
    return times(part)


def listed(part: Part) -> str:
    """Return a model for a person, in one line."""
    if not isinstance(part.term, Group):
        return part.term.local if isinstance(part.term, Name) else str(part.term)
    sign = {"sequence": ", ", "choice": " | ", "all": " & "}[part.term.model]
    inner = sign.join(
        listed(one) + ("" if (one.low, one.high) == (1, 1) else f" {times(one)}") for one in part.term.parts
    )
    return f"({inner})" if len(inner) < 400 else f"({inner[:397]}...)"  # noqa: PLR2004 - a line for a person


def listed_parts(parts: list[Part]) -> str:
    """Return several models for a person."""
    return ", ".join(listed(part) for part in parts)
