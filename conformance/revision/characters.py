"""Sets of characters as ranges, and those that XML Schema's escapes stand for."""

import sys
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

TOP = sys.maxunicode + 1
Ranges = tuple[tuple[int, int], ...]


class Unknown(Exception):
    """A pattern that is not understood, or too large to compare."""


def union(ranges: Iterator[tuple[int, int]] | Ranges) -> Ranges:
    """Return ranges in order, those that touch put together."""
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        elif low < high:
            out.append((low, high))
    return tuple(out)


def complement(ranges: Ranges) -> Ranges:
    """Return the characters outside some ranges."""
    out, start = [], 0
    for low, high in ranges:
        if start < low:
            out.append((start, low))
        start = high
    if start < TOP:
        out.append((start, TOP))
    return tuple(out)


def minus(first: Ranges, second: Ranges) -> Ranges:
    """Return the characters of the first set that are not of the second."""
    return complement(union((*complement(first), *second)))


@lru_cache(maxsize=64)
def category(name: str) -> Ranges:
    """Return the characters of a Unicode category such as L or Nd."""
    if not 1 <= len(name) <= 2 or not name[0].isupper():  # noqa: PLR2004 - a letter and a detail
        raise Unknown
    hits = (c for c in range(TOP) if unicodedata.category(chr(c)).startswith(name))
    return union(tuple((c, c + 1) for c in hits))


_SPACE: Ranges = ((9, 11), (13, 14), (32, 33))
_START = union(tuple(
    (ord(a), ord(b) + 1) for a, b in (
        (":", ":"), ("A", "Z"), ("_", "_"), ("a", "z"), ("\xc0", "\xd6"), ("\xd8", "\xf6"), ("\xf8", "\u02ff"),
        ("\u0370", "\u037d"), ("\u037f", "\u1fff"), ("\u200c", "\u200d"), ("\u2070", "\u218f"), ("\u2c00", "\u2fef"),
        ("\u3001", "\ud7ff"), ("\uf900", "\ufdcf"), ("\ufdf0", "\ufffd"), ("\U00010000", "\U000effff"),
    )
))  # fmt: skip
_NAME = union((*_START, (0x2D, 0x2F), (0x30, 0x3A), (0xB7, 0xB8), (0x300, 0x370), (0x203F, 0x2041)))
DOT = complement(((10, 11), (13, 14)))


def escape(letter: str) -> Ranges:
    """Return the characters of an escape such as \\d or \\S."""
    lower = letter.lower()
    if lower == "s":
        found = _SPACE
    elif lower == "i":
        found = _START
    elif lower == "c":
        found = _NAME
    elif lower == "d":
        found = category("Nd")
    else:
        found = complement(union((*category("P"), *category("Z"), *category("C"))))
    return found if letter == lower else complement(found)
