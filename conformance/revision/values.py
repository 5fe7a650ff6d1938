"""How the texts that two simple types accept compare.

Where the question cannot be decided the answer is that neither contains the other: a change is rather called too
sharp than overlooked.
"""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from conformance.revision.accepting import accepts
from conformance.revision.characters import Unknown
from conformance.revision.durations import longer
from conformance.revision.lexical import as_number, demands, facts
from conformance.revision.model import Bound, Simple
from conformance.revision.patterns import implied, lengths
from conformance.revision.relation import SAME, Relation
from conformance.revision.simple import collapse

_TEXT = ("string", "ID", "IDREF", "ENTITY")
_NUMBERS = ("decimal", "integer")
_STRENGTH = {"preserve": 0, "replace": 1, "collapse": 2}
_BOOLEANS = ("true", "false", "0", "1")
# Every text of the first is a text of the second, if nothing narrows the second.
_WIDER_BASE = {
    "ID": ("string",), "IDREF": ("string",), "ENTITY": ("string",), "integer": ("decimal", "float", "double"),
    "decimal": ("float", "double"), "float": ("double",), "double": ("float",),
}  # fmt: skip


def free(kind: Simple) -> bool:
    """Return whether a type accepts any text."""
    return kind.variety == "any" or (
        kind.variety == "atomic"
        and kind.base == "string"
        and not kind.patterns
        and kind.enumeration is None
        and not kind.least_length
        and kind.most_length is None
    )


def compare(before: Simple, after: Simple) -> Relation:
    """Return how the texts of two types compare."""
    if before == after:
        return SAME
    return Relation(included(before, after), included(after, before))


@lru_cache(maxsize=8192)
def included(first: Simple, second: Simple) -> bool:
    """Return whether every text of the first type is one of the second; False also where that is not known."""
    if first == second or free(second) or "unknown" in (first.variety, second.variety):
        return True
    values = _finite(first)
    return _infinite_included(first, second) if values is None else _values_included(first, values, second)


def _infinite_included(first: Simple, second: Simple) -> bool:
    if first.variety == "union" and not first.patterns:
        return all(included(member, second) for member in first.members)
    if second.enumeration is not None and not _covers(second) and demands(second) is None:
        return False
    if second.variety == "union":
        return not second.patterns and any(included(first, member) for member in second.members)
    if first.variety != second.variety:
        return False
    if first.variety == "list":
        return _lists_included(first, second)
    return first.variety == "atomic" and _atoms_included(first, second)


def _finite(kind: Simple) -> tuple[str, ...] | None:
    """Return all values of a type if they are few."""
    if kind.enumeration is not None:
        return kind.enumeration
    return _BOOLEANS if kind.base == "boolean" else None


def _covers(kind: Simple) -> bool:
    return kind.base == "boolean" and all(accepts(kind, value) for value in _BOOLEANS)


def _values_included(first: Simple, values: tuple[str, ...], second: Simple) -> bool:
    if first.base == "QName" or second.base == "QName":
        return first.base == second.base and set(values) <= set(second.enumeration or values)
    if _STRENGTH[first.white] > _STRENGTH[_white(second)] and not _blanks_free(second):
        return False  # a value with blanks around it is accepted by the first alone
    within = _among(first, values, second)
    if within is None:
        within = all(accepts(second, value) for value in values if accepts(first, value))
    if not within:
        return False
    # One number or time can be written in many ways, which a pattern or another kind of type may not accept.
    many_ways = first.base not in (*_TEXT, "boolean", "anyURI") and first.variety == "atomic"
    if not many_ways or (second.base == first.base and set(second.patterns) <= set(first.patterns)):
        return True
    return included(replace(first, enumeration=None, low=None, high=None), _no_limits(second)) and not second.patterns


def _among(first: Simple, values: tuple[str, ...], second: Simple) -> bool | None:
    """Return whether values are of a list of others, where nothing but the lists decides; else None."""
    plain = all(one.base in _TEXT and one.variety == "atomic" and not one.patterns for one in (first, second))
    if not plain or second.enumeration is None or second.least_length or second.most_length is not None:
        return None
    return {collapse(value, second.white) for value in values} <= set(second.enumeration)


def _no_limits(kind: Simple) -> Simple:
    return replace(
        kind, enumeration=None, low=None, high=None, total_digits=None, fraction_digits=None,
        members=tuple(_no_limits(member) for member in kind.members),
    )  # fmt: skip


def _white(kind: Simple) -> str:
    """Return how a type treats white space; for a union how its most lenient member does."""
    if kind.variety != "union":
        return kind.white
    return max((_white(member) for member in kind.members), key=_STRENGTH.__getitem__)


def _blanks_free(kind: Simple) -> bool:
    """Return whether blanks around a text never make this type refuse it."""
    if kind.variety == "union":
        return any(_blanks_free(member) for member in kind.members)
    return kind.enumeration is None and not kind.patterns and kind.most_length is None and kind.base == "string"


def _lists_included(first: Simple, second: Simple) -> bool:
    if first.item is None or second.item is None or not included(first.item, second.item):
        return False
    if (first.least_length or 0) < (second.least_length or 0):
        return False
    if second.most_length is not None and (first.most_length is None or first.most_length > second.most_length):
        return False
    return set(second.patterns) <= set(first.patterns)


def _atoms_included(first: Simple, second: Simple) -> bool:
    if first.base != second.base and second.base not in _WIDER_BASE.get(first.base, ()):
        numbers = as_number(first, second)
        return numbers is not None and _atoms_included(numbers, second)
    if not _white_included(first, second) or not _patterns_included(first, second):
        return False
    if first.base in _NUMBERS and second.base in _NUMBERS:
        return _numbers_included(first, second)
    if second.low is not None and not _bound_included(first.low, second.low, low=True):
        return False
    if second.high is not None and not _bound_included(first.high, second.high, low=False):
        return False
    return _lengths_included(first, second)


def _white_included(first: Simple, second: Simple) -> bool:
    if first.white == second.white or free(second):
        return True
    if _STRENGTH[first.white] > _STRENGTH[second.white]:
        return _blanks_free(second)
    # The second type takes blanks away before it looks. That is no loss if it does not count characters or look at
    # them, or if the first accepts no blanks anyway.
    if not second.patterns and not second.least_length:
        return True
    return implied(first.patterns, ((r"\S*",),)) is True or implied(first.patterns, ((r"(\S+( \S+)*)?",),)) is True


def _patterns_included(first: Simple, second: Simple) -> bool:
    if second.enumeration is None and set(second.patterns) <= set(first.patterns):
        return True
    wanted = demands(second)
    return wanted is not None and (implied(first.patterns, wanted) is True or implied(facts(first), wanted) is True)


def _lengths_included(first: Simple, second: Simple) -> bool:
    if second.least_length is None and second.most_length is None:
        return True
    low, high = first.least_length or 0, first.most_length
    if first.patterns and second.base in _TEXT:
        try:
            least, most = lengths(first.patterns)
        except Unknown:
            least, most = 0, None
        low = max(low, least)
        high = most if high is None else high if most is None else min(high, most)
    if low < (second.least_length or 0):
        return False
    return second.most_length is None or (high is not None and high <= second.most_length)


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return None if value.is_nan() else value


def _numbers_included(first: Simple, second: Simple) -> bool:
    for mine, theirs, low in ((first.low, second.low, True), (first.high, second.high, False)):
        if theirs is not None and not _bound_included(mine, theirs, low=low):
            return False
    fraction = 0 if first.base == "integer" else first.fraction_digits
    if second.fraction_digits is not None and (fraction is None or fraction > second.fraction_digits):
        return False
    if second.total_digits is None:
        return True
    return (first.total_digits or _digits(first, fraction)) <= second.total_digits


def _digits(kind: Simple, fraction: int | None) -> float:
    """Return how many digits the bounds of a number leave room for."""
    ends = [_number(bound.value) for bound in (kind.low, kind.high) if bound is not None]
    if fraction is None or len(ends) < 2 or None in ends:  # noqa: PLR2004 - two ends
        return float("inf")
    return max(len(str(abs(int(end)))) for end in ends if end is not None) + fraction


def _bound_included(mine: Bound | None, theirs: Bound, *, low: bool) -> bool:
    if mine is None:
        return False
    first, second = _number(mine.value), _number(theirs.value)
    if mine.value == theirs.value or (first is not None and first == second):
        return theirs.inclusive or not mine.inclusive
    if first is not None and second is not None:
        return (first > second) is low
    more = longer(mine.value, theirs.value)
    if more is not None:
        return more is low
    # Times with unlike offsets are not in order; only like ones, written alike, are compared as texts.
    if mine.value[:1] == "-" or theirs.value[:1] == "-" or _form(mine.value) != _form(theirs.value):
        return False
    return (mine.value > theirs.value) is low


def _form(text: str) -> str:
    return "".join("9" if letter.isdigit() else letter for letter in text)


__all__ = ["collapse", "compare", "free", "included"]
