"""Values for simple types of XML Schema that the type refuses, each with the facet it breaks."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from xmlschema.validators import XsdSimpleType

from conformance.vectors.simple_values import built_in, facets, is_allowed, item_of, lengths, members_of, pool, written

# Text that no value of the built-in type can be; the last resort is tried for every type.
_WRONG: dict[str, tuple[str, ...]] = {
    "decimal": ("twelve", "1,5", "1e3"),
    "float": ("twelve",),
    "double": ("twelve",),
    "boolean": ("yes", "TRUE"),
    "dateTime": ("2026-02-30T09:30:00Z", "2026-03-02", "yesterday"),
    "date": ("2026-02-30", "02.03.2026"),
    "time": ("25:00:00", "9.30"),
    "duration": ("1 day", "P"),
    "hexBinary": ("0", "XY"),
    "base64Binary": ("A",),
    "anyURI": ("https://plant.example/a#b#c",),
    "QName": ("a:b:c",),
}
_LAST_RESORT = ("", "no such value", "@@", "2026-13-45", "-1", "0", "x" * 300, "\u00a0", "9" * 40, "0." + "1" * 40)


# By how much a text of digits or letters must go beyond a facet that counts.
_BEYOND = {"length": 1, "minLength": -1, "maxLength": 1, "totalDigits": 1}


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A value a simple type refuses; `breaks` names the facet or the built-in type, for a person.

    `deviation` names the row of docs/known-deviations.md (its test) where one of the two libraries takes the value.
    """

    text: str
    breaks: str
    deviation: str = ""


def wrong_values(kind: XsdSimpleType) -> list[WrongValue]:
    """Return values the type refuses, at most one for each facet and one for the built-in type.

    Empty for a type that takes every text, such as xs:token without facets.
    """
    found: dict[str, WrongValue] = {}
    for text, breaks in _wrong_candidates(kind):
        if breaks in found:
            continue
        if not is_allowed(kind, text):
            found[breaks] = WrongValue(text, breaks)
        elif built_in(kind) == "anyURI" and text in _WRONG["anyURI"]:
            found[breaks] = WrongValue(text, breaks, "test_any_uri")
    if not found:
        for text in _LAST_RESORT:
            if not is_allowed(kind, text):
                return [WrongValue(text, f"the type {kind.local_name or 'declared here'}")]
    return list(found.values())


def _wrong_candidates(kind: XsdSimpleType) -> Iterator[tuple[str, str]]:
    """Yield texts that the type may refuse, each with what it would break."""
    base = f"the type {kind.local_name or built_in(kind) or 'declared here'}"
    item = item_of(kind)
    if members := members_of(kind):
        for member in members:
            yield from ((text, base) for text, _ in _wrong_candidates(member))
    elif item is not None:
        yield from _wrong_lists(kind, item, base)
    elif kind.enumeration:
        codes = {written(value) for value in kind.enumeration}
        named = f"the enumeration of {kind.local_name or 'the type declared here'}"
        yield from ((text, named) for text in (f"{min(codes)}X", "ZZZZ9", "no such code") if text not in codes)
    else:
        primitive = built_in(kind)
        yield from ((text, f"the lexical form of {primitive}") for text in _WRONG.get(primitive, ()))
        yield from _wrong_facets(kind)


def _wrong_lists(kind: XsdSimpleType, item: XsdSimpleType, base: str) -> Iterator[tuple[str, str]]:
    yield from ((text, base) for text, _ in _wrong_candidates(item))
    one = (pool(item) or ("1",))[0]
    for length in lengths(kind):
        yield " ".join([one] * (length + 1)), "the greatest length of the list"
        yield " ".join([one] * (length - 1)), "the least length of the list"


def _wrong_facets(kind: XsdSimpleType) -> Iterator[tuple[str, str]]:
    known = facets(kind)
    for name, beyond in _BEYOND.items():
        if name in known:
            count = max(0, int(known[name].value) + beyond)
            yield from ((one * count, f"the facet {name}") for one in "a1")
    for name, step in (("minInclusive", -1), ("maxInclusive", 1), ("minExclusive", 0), ("maxExclusive", 0)):
        if name in known:
            bound = known[name].value
            yield written(bound + step if isinstance(bound, int | float | Decimal) else bound), f"the facet {name}"
    if "fractionDigits" in known:
        yield "0." + "1" * (int(known["fractionDigits"].value) + 1), "the facet fractionDigits"
    if kind.patterns is not None:
        yield from ((text, "the facet pattern") for text in ("@ @", "?", "", "~~~~~~~~"))
