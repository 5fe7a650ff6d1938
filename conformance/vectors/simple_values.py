"""Values for simple types of XML Schema that the type allows.

Candidates come from the built-in type, the facets and the patterns; xmlschema's own model says which of them the type
allows, so that restrictions of restrictions, lists and unions need no rules of their own.
"""

import re
from base64 import b64encode
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, Unsatisfiable
from xmlschema.validators import XsdList, XsdSimpleType, XsdUnion

from conformance.checks.schema_model import normal
from conformance.vectors.chooser import Chooser, pick

XSD_NAMESPACE = "http://www.w3.org/2001/XMLSchema"
_TRIES = 200
_WORDS = ("a", "Sample", "A12", "42", "apple crate", "Zürich", "苹果", "تفاح", "แอปเปิล", "Яблоки", "x" * 40)
_INTEGERS = ("1", "0", "7", "42", "1000", "-1", "123456789")
_CANDIDATES: dict[str, tuple[str, ...]] = {
    "string": _WORDS,
    "decimal": ("1", "0", "12.5", "1000", "-3.25", "0.001", "123456789.75", "+7"),
    "float": ("1", "0", "12.5", "-1.0E3", "INF"),
    "double": ("1", "0", "12.5", "-1.0E3", "INF"),
    "boolean": ("false", "true", "0", "1"),
    "dateTime": ("2026-03-02T09:30:00Z", "2026-03-02T09:30:00+01:00", "2024-02-29T23:59:59.5-05:00",
                 "2026-01-01T00:00:00"),
    "date": ("2026-03-02", "2024-02-29", "2026-03-02Z", "2026-12-31+08:00"),
    "time": ("09:30:00", "23:59:59Z", "00:00:00.25+01:00"),
    "duration": ("P1D", "PT12H", "P1Y2M3DT4H5M6.5S"),
    "gYear": ("2026",), "gYearMonth": ("2026-03",), "gMonthDay": ("--03-02",), "gDay": ("---02",), "gMonth": ("--03",),
    "hexBinary": ("", "00FF", "CAFE"),
    "base64Binary": ("JVBERi0xLjcK", "iVBORw0KGgo=", ""),
    "anyURI": ("https://plant.example/documents/7", "urn:example:1", "a/b?c=d"),
    "QName": ("name",), "NOTATION": ("name",),
}  # fmt: skip
_DERIVED: dict[str, tuple[str, ...]] = {
    "token": ("A", "A12", "sample text", "苹果", "42"), "normalizedString": ("A 12", "sample"),
    "language": ("en", "zh-Hans", "ar"), "Name": ("n1", "name"), "NCName": ("n1", "name"),
    "NMTOKEN": ("n1", "4711"), "ID": ("id1",), "IDREF": ("id1",), "ENTITY": ("e",),
}  # fmt: skip


def is_allowed(kind: XsdSimpleType, text: str) -> bool:
    """Return whether a type allows a text, white space treated as the type says."""
    return next(kind.iter_errors(normal(text, kind)), None) is None


def good_value(kind: XsdSimpleType, chooser: Chooser) -> str:
    """Return a value the type allows. Raises `ValueError` when none is found, which says which type it is."""
    allowed = pool(kind)
    if allowed:
        return pick(chooser, allowed)
    raise ValueError(f"no value found for the type {kind.name or kind!r}")


@lru_cache(maxsize=4096)
def pool(kind: XsdSimpleType) -> tuple[str, ...]:
    """Return values the type allows, the simplest first: all codes of an enumeration, else up to 200 values."""
    found = [text for text in dict.fromkeys(_candidates(kind)) if is_allowed(kind, text)]
    return tuple(found[:_TRIES]) if not kind.enumeration else tuple(found)


def _candidates(kind: XsdSimpleType) -> Iterator[str]:
    if kind.enumeration:
        yield from (written(value) for value in kind.enumeration)
        return
    if members := members_of(kind):
        for member in members:
            yield from pool(member)
        return
    item = item_of(kind)
    if item is not None:
        items = pool(item)
        for count in (1, 2, 3, *lengths(kind)):
            yield " ".join((items * count)[:count])
        return
    if kind.patterns is not None and kind.target_namespace != XSD_NAMESPACE:
        yield from _matching(tuple(compiled.pattern for compiled in kind.patterns.patterns))
    yield from _of_facets(kind)
    ancestor: Any = kind
    while ancestor is not None:
        yield from _DERIVED.get(ancestor.local_name or "", ())
        ancestor = ancestor.base_type
    yield from _CANDIDATES.get(built_in(kind), _WORDS)
    yield from _INTEGERS


def members_of(kind: XsdSimpleType) -> tuple[XsdSimpleType, ...]:
    """Return the member types of a union or of a restriction of one; none for other types."""
    union = _ancestor(kind, XsdUnion)
    return tuple(union.member_types) if isinstance(union, XsdUnion) else ()


def item_of(kind: XsdSimpleType) -> XsdSimpleType | None:
    """Return the item type of a list or of a restriction of one; None for other types."""
    found = _ancestor(kind, XsdList)
    return found.item_type if isinstance(found, XsdList) else None


def is_identifier(kind: XsdSimpleType) -> bool:
    """Return whether a type is xs:ID or derived from it, so that a value may occur once only."""
    ancestor: Any = kind
    while ancestor is not None:
        if ancestor.name == f"{{{XSD_NAMESPACE}}}ID":
            return True
        ancestor = ancestor.base_type
    return False


def _ancestor(kind: XsdSimpleType, wanted: type[XsdSimpleType]) -> XsdSimpleType | None:
    ancestor: Any = kind
    while ancestor is not None and not isinstance(ancestor, wanted):
        ancestor = ancestor.base_type
    return ancestor


def written(value: object) -> str:
    """Return a facet's value as it is written in a schema."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def built_in(kind: XsdSimpleType) -> str:
    """Return the local name of the primitive type a type goes back to."""
    primitive = getattr(kind, "primitive_type", None)
    return (primitive.local_name or "") if primitive is not None else ""


def facets(kind: XsdSimpleType) -> dict[str, Any]:
    """Return the facets in force by local name, nearest restriction first."""
    found: dict[str, Any] = {}
    ancestor: Any = kind
    while ancestor is not None:
        for name, facet in getattr(ancestor, "facets", {}).items():
            if name is not None:
                found.setdefault(name.rpartition("}")[2], facet)
        ancestor = ancestor.base_type
    return found


def lengths(kind: XsdSimpleType) -> list[int]:
    """Return the lengths that the type's facets name."""
    known = facets(kind)
    return [int(known[name].value) for name in ("length", "minLength", "maxLength") if name in known]


def _bounds(kind: XsdSimpleType) -> list[Any]:
    known = facets(kind)
    names = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
    return [known[name].value for name in names if name in known]


def _of_facets(kind: XsdSimpleType) -> Iterator[str]:
    """Yield what the facets themselves suggest: lengths filled, bounds and their neighbours."""
    for length in lengths(kind):
        count = min(length, 10_000)
        yield from ("a" * count, "1" * count, "ab " * (count // 3) + "abc"[: count % 3])
        if built_in(kind) == "hexBinary":
            yield "00" * count
        elif built_in(kind) == "base64Binary":
            yield b64encode(b"\x00" * count).decode("ascii")
    for bound in _bounds(kind):
        yield written(bound)
        if isinstance(bound, int | float | Decimal):
            yield from (written(bound + 1), written(bound - 1))
    known = facets(kind)
    digits = int(known["totalDigits"].value) if "totalDigits" in known else 0
    if digits:
        yield "1" * digits


@lru_cache(maxsize=256)
def _matching(patterns: tuple[str, ...]) -> tuple[str, ...]:
    """Return texts that match patterns (Python's form): hypothesis makes them, always the same ones."""
    return _drawn(patterns, ascii_only=True) or _drawn(patterns, ascii_only=False)


def _drawn(patterns: tuple[str, ...], *, ascii_only: bool) -> tuple[str, ...]:
    texts: list[str] = []
    alphabet = st.characters(min_codepoint=0x20, max_codepoint=0x7E) if ascii_only else st.characters(codec="utf-8")
    strategy = st.one_of([st.from_regex(pattern, alphabet=alphabet) for pattern in patterns])

    @seed(0)
    @settings(
        max_examples=40, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
    )
    @given(strategy)
    def collect(text: str) -> None:
        texts.append(text)

    try:
        collect()
    except (InvalidArgument, Unsatisfiable, re.error):
        return ()
    return tuple(text for text in texts if text.isprintable())
