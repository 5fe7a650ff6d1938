"""What two certificates of the 2009 format say differently."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import zip_longest
from typing import Any

from conformance.legacy.values import Certificate


def differences(sent: Certificate, got: Certificate) -> list[tuple[str, str, str]]:
    """Return (place, what the first says, what the second says), "" for nothing; places are names of values."""
    return list(_between("", sent, got))


def _between(place: str, one: Any, other: Any) -> Iterator[tuple[str, str, str]]:
    if one == other:
        return
    if is_dataclass(one) and type(one) is type(other):
        for field in fields(one):
            name = f"{place}.{field.name}" if place else field.name
            yield from _between(name, getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, tuple) and isinstance(other, tuple):
        for number, (first, second) in enumerate(zip_longest(one, other), 1):
            yield from _between(f"{place}[{number}]", first, second)
    else:
        yield place, _shown(one), _shown(other)


def _shown(value: Any) -> str:
    if is_dataclass(value):
        return " ".join(filter(None, (_shown(getattr(value, field.name)) for field in fields(value))))
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    return "" if value is None else str(value)
