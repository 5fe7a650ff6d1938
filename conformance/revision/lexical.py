"""What the facets of a type say about its texts, written as patterns, so that one kind of facet meets another."""

import re
from dataclasses import replace
from functools import lru_cache

from conformance.revision.characters import Unknown
from conformance.revision.model import Bound, Simple
from conformance.revision.pattern_reader import MOST_REPEAT
from conformance.revision.patterns import implied, lengths

_MOST_VALUES = 300
_MOST_DIGITS = 40
_NUMBER = r"[+\-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)"
# Patterns all texts of a type fulfil, and that nothing else fulfils.
_SPELLED = {
    "integer": r"[+\-]?[0-9]+",
    "decimal": _NUMBER,
    "float": rf"{_NUMBER}([eE][+\-]?[0-9]+)?|-?INF|NaN",
    "double": rf"{_NUMBER}([eE][+\-]?[0-9]+)?|-?INF|NaN",
    "boolean": "true|false|0|1",
    "hexBinary": "([0-9a-fA-F]{2})*",
}
_BLANKS = {"preserve": (), "replace": ((r"[^\t\n\r]*",),), "collapse": ((r"(\S+( \S+)*)?",),)}
Patterns = tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1024)
def facts(kind: Simple) -> Patterns:
    """Return patterns that every text of an atomic type fulfils, once its white space is treated as the type says."""
    found = list(kind.patterns)
    if kind.base in _SPELLED:
        return (*found, (_SPELLED[kind.base],))
    found += _BLANKS[kind.white]
    low, high = kind.least_length or 0, kind.most_length
    if kind.base == "string" and max(low, high or 0) <= MOST_REPEAT and (low or high is not None):
        found.append((rf"[\s\S]{{{low},{'' if high is None else high}}}",))
    return tuple(found)


def demands(kind: Simple) -> Patterns | None:
    """Return patterns that together say all that a type of texts demands but its lengths; None where none do."""
    if kind.enumeration is None:
        return kind.patterns
    if kind.base != "string" or len(kind.enumeration) > _MOST_VALUES:
        return None
    return (*kind.patterns, tuple(_quoted(value) for value in kind.enumeration))


def _quoted(text: str) -> str:
    return re.sub(r"([\\|.?*+(){}\-\[\]^])", r"\\\1", text).replace("\n", r"\n").replace("\r", r"\r")


def as_number(kind: Simple, goal: Simple) -> Simple | None:
    """Return a type of texts as one of numbers, where each of its texts is a number of the goal's base; else None."""
    spelled = _SPELLED.get(goal.base)
    if kind.base != "string" or spelled is None or implied(facts(kind), ((spelled,),)) is not True:
        return None
    made = replace(kind, base=goal.base, white="collapse", least_length=None, most_length=None)
    if goal.base != "integer" or implied(facts(kind), (("[0-9]+",),)) is not True:
        return made
    try:
        _, most = lengths(facts(kind))
    except Unknown:
        return made
    top = Bound("9" * most, inclusive=True) if most is not None and most <= _MOST_DIGITS else None
    return replace(made, low=Bound("0", inclusive=True), high=top)
