"""Built-in simple types, and simple types derived from them, by what they accept."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from conformance.revision.durations import duration
from conformance.revision.model import Bound, Simple
from conformance.revision.moments import moment

ANY = Simple(variety="any", base="anySimpleType", named="anySimpleType")
UNKNOWN = Simple(variety="unknown", base="unknown", named="unknown")
ORDERED = frozenset({
    "decimal", "float", "double", "duration", "dateTime", "time", "date", "gYearMonth", "gYear", "gMonthDay", "gDay",
    "gMonth",
})  # fmt: skip
_MOST_DIGITS = 400
_TIMES = ORDERED - {"decimal", "float", "double", "duration"}
_WRITTEN: Mapping[str, Callable[[str], str]] = {
    "duration": duration,
    "boolean": lambda text: {"0": "false", "1": "true"}.get(text, text),
    "hexBinary": str.upper,
    "base64Binary": lambda text: "".join(text.split()),
}
_TOKEN = Simple(named="token", white="collapse")
_ANY_TEXT = Simple(named="")
_INTEGER = Simple(base="integer", named="integer", white="collapse")
_BOUNDS: dict[str, tuple[int | None, int | None]] = {
    "nonPositiveInteger": (None, 0),
    "negativeInteger": (None, -1),
    "nonNegativeInteger": (0, None),
    "positiveInteger": (1, None),
    "long": (-(2**63), 2**63 - 1),
    "int": (-(2**31), 2**31 - 1),
    "short": (-(2**15), 2**15 - 1),
    "byte": (-128, 127),
    "unsignedLong": (0, 2**64 - 1),
    "unsignedInt": (0, 2**32 - 1),
    "unsignedShort": (0, 65535),
    "unsignedByte": (0, 255),
}
_PATTERNS = {
    "language": "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*",
    "NMTOKEN": r"\c+",
    "Name": r"\i\c*",
    "NCName": r"[\i-[:]][\c-[:]]*",
}


def _built_in() -> dict[str, Simple]:
    known = {
        "anySimpleType": ANY,
        "string": Simple(),
        "normalizedString": Simple(named="normalizedString", white="replace"),
        "token": _TOKEN,
        "integer": _INTEGER,
    }
    for name in (*ORDERED, "boolean", "hexBinary", "base64Binary", "anyURI", "QName", "NOTATION"):
        known[name] = Simple(base=name, named=name, white="collapse")
    for name, (low, high) in _BOUNDS.items():
        known[name] = replace(
            _INTEGER,
            named=name,
            low=None if low is None else Bound(str(low), inclusive=True),
            high=None if high is None else Bound(str(high), inclusive=True),
        )
    for name, pattern in _PATTERNS.items():
        known[name] = replace(_TOKEN, named=name, patterns=((pattern,),))
    for name in ("ID", "IDREF", "ENTITY"):
        known[name] = replace(known["NCName"], base=name, named=name)
    for name, item in (("NMTOKENS", "NMTOKEN"), ("IDREFS", "IDREF"), ("ENTITIES", "ENTITY")):
        known[name] = Simple("list", "list", name, "collapse", item=known[item], least_length=1)
    return known


BUILT_IN = _built_in()


def collapse(text: str, white: str) -> str:
    """Treat white space as a type says."""
    if white == "collapse":
        return " ".join(text.split())
    return text.translate({9: " ", 10: " ", 13: " "}) if white == "replace" else text


def _number(text: str) -> Decimal | None:
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def canonical(kind: Simple, text: str) -> str:
    """Return a value in one way of writing, where its type is known to read several as the same."""
    text = collapse(text, kind.white)
    if kind.variety == "list" and kind.item is not None:
        return " ".join(canonical(kind.item, part) for part in text.split())
    if kind.variety != "atomic":
        return text
    if kind.base in ("integer", "decimal"):
        value = _number(text)
        if value is None or abs(value.adjusted()) > _MOST_DIGITS:
            return text
        # Not `normalize`, which rounds to the digits of a context.
        plain = f"{value:f}"
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        return plain if value else "0"
    if kind.base in _TIMES:
        return moment(text)
    return _WRITTEN.get(kind.base, str)(text)


def canonical_bound(kind: Simple, bound: Bound | None, step: int) -> Bound | None:
    """Return a bound in one way of writing; for integers an exclusive bound becomes the next inclusive one."""
    if bound is None:
        return bound
    text = canonical(kind, bound.value)
    if kind.base == "integer" and not bound.inclusive and text.removeprefix("-").isdigit():
        return Bound(str(int(text) + step), inclusive=True)
    return Bound(text, bound.inclusive)


def tighter(kind: Simple, old: Bound | None, new: Bound | None, *, low: bool) -> Bound | None:
    """Return the bound in force where a derivation gives a new one; an equal or wider one changes nothing."""
    if new is None or old is None:
        return new or old
    if kind.base not in ("integer", "decimal"):
        return new
    first, second = _number(old.value), _number(new.value)
    if first is None or second is None:
        return new
    if first == second:
        return old if not old.inclusive else new
    return new if (second > first) is low else old


def least(old: int | None, new: int | None) -> int | None:
    """Return the smaller of two upper limits."""
    return new if old is None else old if new is None else min(old, new)


def most(old: int | None, new: int | None) -> int | None:
    """Return the greater of two lower limits."""
    return new if old is None else old if new is None else max(old, new)


def normal(kind: Simple) -> Simple:
    """Return a type with what is redundant in it taken away."""
    low = canonical_bound(kind, kind.low, 1)
    high = canonical_bound(kind, kind.high, -1)
    least_length = kind.least_length or None
    seen: list[tuple[str, ...]] = []
    for group in kind.patterns:
        ordered = tuple(sorted(set(group)))
        if ordered not in seen:
            seen.append(ordered)
    values = kind.enumeration
    fraction = kind.fraction_digits
    if kind.base == "integer" and fraction == 0:
        fraction = None
    if values is not None:
        values = tuple(sorted({canonical(kind, value) for value in values}))
    return replace(
        kind, low=low, high=high, least_length=least_length, patterns=tuple(sorted(seen)), enumeration=values,
        fraction_digits=fraction,
    )  # fmt: skip


def union_of(members: tuple[Simple, ...]) -> Simple:
    """Return a union in its simplest form: flat, without repetitions and what never counts, like ones put together."""
    flat: list[Simple] = []
    for member in members:
        plain = member.variety == "union" and member.enumeration is None and not member.patterns
        for one in member.members if plain else (member,):
            if one not in flat:
                flat.append(one)
    merged: list[Simple] = []
    for member in flat:
        place, both = next(((i, both) for i, other in enumerate(merged) if (both := _both(other, member))), (-1, None))
        if both is None:
            merged.append(member)
        else:
            merged[place] = both
        if replace(member, named="") == _ANY_TEXT:
            break  # members are tried in their order, and this one takes every text
    if len(merged) == 1:
        return merged[0]
    return Simple("union", "union", "union", "collapse", members=tuple(merged))


def _both(first: Simple, second: Simple) -> Simple | None:
    """Return one type for what two accept together: their lists, or ranges that touch; None where there is none."""
    if first.enumeration is not None and second.enumeration is not None:
        if replace(first, enumeration=None, named="") != replace(second, enumeration=None, named=""):
            return None
        return replace(first, enumeration=tuple(sorted({*first.enumeration, *second.enumeration})))
    if first.base != "integer" or replace(first, low=None, high=None, named="") != replace(
        second, low=None, high=None, named=""
    ):
        return None
    (low, high), (other_low, other_high) = _range(first), _range(second)
    if max(low, other_low) > min(high, other_high) + 1:
        return None
    ends = min(low, other_low), max(high, other_high)
    return replace(
        first, low=Bound(str(ends[0]), inclusive=True) if ends[0].is_finite() else None,
        high=Bound(str(ends[1]), inclusive=True) if ends[1].is_finite() else None,
    )  # fmt: skip


def _range(kind: Simple) -> tuple[Decimal, Decimal]:
    """Return the ends of a range of whole numbers, infinite where it has none."""
    low = Decimal("-Infinity") if kind.low is None else Decimal(kind.low.value)
    return low, Decimal("Infinity") if kind.high is None else Decimal(kind.high.value)
