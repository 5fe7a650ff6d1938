"""Texts to try on simple types: what such a type usually holds, and what lies just inside and outside its limits."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from conformance.revision.accepting import accepts
from conformance.revision.model import Bound, Simple
from conformance.revision.patterns import examples

_MOST_LENGTH = 5_000
_MOST_VALUES = 2_000
_USUAL = {
    "string": ("text", "A", "1", "", "two words"),
    "boolean": ("true", "false", "1", "0"),
    "decimal": ("1", "0", "12.5", "-1", "1234567890123.4567"),
    "integer": ("1", "0", "-1", "1000000"),
    "float": ("1", "1.5E3", "INF"),
    "double": ("1", "1.5E3", "INF"),
    "dateTime": (
        "2026-03-02T09:30:00Z",
        "2026-03-02T09:30:00",
        "2026-03-02T09:30:00.5+08:00",
        "0900-01-01T00:00:00Z",
        "0900-01-01T00:00:00",
        "3900-01-01T00:00:00",
    ),
    "date": ("2026-03-02", "2026-03-02Z", "0900-01-01", "3900-01-01"),
    "time": ("09:30:00", "09:30:00Z"),
    "gYear": ("2026",),
    "gYearMonth": ("2026-03",),
    "gMonth": ("--03",),
    "gMonthDay": ("--03-02",),
    "gDay": ("---02",),
    "duration": ("P1D", "PT2H"),
    "hexBinary": ("0A", ""),
    "base64Binary": ("AAAA", "", "AAAAAAAAAAAAAAAA"),
    "anyURI": ("https://example.org/a", "a"),
    "QName": ("a",),
    "ID": ("a1",),
    "IDREF": ("a1",),
    "ENTITY": ("a1",),
}
_OTHERS = (
    "text",
    "1",
    "-1",
    "1.5",
    "true",
    "2026-03-02",
    "2026-03-02T09:30:00Z",
    "",
    "%zz",
    "AAAA",
    "two words",
    " a ",
)


def _around(bound: Bound) -> Iterator[str]:
    yield bound.value
    try:
        value = Decimal(bound.value)
    except InvalidOperation:
        return
    for step in ("1", "-1", "0.5", "-0.5"):
        yield f"{value + Decimal(step):f}"


def _digits(kind: Simple) -> Iterator[str]:
    if kind.fraction_digits is not None:
        yield "1." + "1" * kind.fraction_digits
        yield "1." + "1" * (kind.fraction_digits + 1)
    if kind.total_digits is not None:
        yield "9" * kind.total_digits
        yield "9" * (kind.total_digits + 1)


def _sized(kind: Simple) -> Iterator[str]:
    for limit in (kind.least_length, kind.most_length):
        for length in (limit, (limit or 0) + 1, (limit or 0) - 1) if limit is not None else ():
            if 0 <= length <= _MOST_LENGTH:
                yield "x" * length
                if kind.base == "hexBinary":
                    yield "0A" * length


def candidates(kind: Simple) -> Iterator[str]:
    """Yield texts worth trying on a type, likely ones first; not all are accepted."""
    yield from (kind.enumeration or ())[:_MOST_VALUES]
    if kind.variety == "list" and kind.item is not None:
        inner = [text for text in candidates(kind.item) if accepts(kind.item, text)][:3]
        counts = {1, kind.least_length or 1, (kind.most_length or 2) + 1, kind.most_length or 2}
        yield from (" ".join([text] * count) for text in inner for count in sorted(counts) if count <= _MOST_LENGTH)
        return
    for member in kind.members:
        yield from candidates(member)
    if kind.patterns:
        yield from examples(kind.patterns)
    yield from _USUAL.get(kind.base, ())
    for bound in (kind.low, kind.high):
        if bound is not None:
            yield from _around(bound)
    yield from _digits(kind)
    yield from _sized(kind)


def _padded(kind: Simple) -> Iterator[str]:
    """Yield a text with blanks around it, which not every type takes away."""
    text = sample(kind)
    if text:
        yield f" {text} "


@lru_cache(maxsize=4096)
def sample(kind: Simple) -> str | None:
    """Return a text the type accepts, None when none was found."""
    if kind.variety in ("any", "unknown"):
        return "text"
    return next((text for text in candidates(kind) if accepts(kind, text)), None)


def only_in(first: Simple, second: Simple) -> str | None:
    """Return a text that the first type accepts and the second does not, None when none was found."""
    if first.patterns or second.patterns:
        extra = examples(first.patterns or (((r"[^\n\r]*",),)), second.patterns) if second.patterns else []
    else:
        extra = []
    for text in (*candidates(first), *candidates(second), *extra, *_OTHERS, *_padded(first)):
        if accepts(first, text) and not accepts(second, text):
            return text
    return None
