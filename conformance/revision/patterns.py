"""Regular expressions of XML Schema as sets of strings: whether one pattern accepts all that another does.

An expression is read into a machine over ranges of characters; what is not understood, or too large, is reported as
unknown and left to the caller's caution.
"""

import sys
import unicodedata
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

MOST_STATES = 3_000
MOST_REPEAT = 1_000
TOP = sys.maxunicode + 1
Ranges = tuple[tuple[int, int], ...]


class Unknown(Exception):
    """A pattern that is not understood, or too large to compare."""


def _union(ranges: Iterator[tuple[int, int]] | Ranges) -> Ranges:
    out: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if out and low <= out[-1][1]:
            out[-1] = (out[-1][0], max(high, out[-1][1]))
        elif low < high:
            out.append((low, high))
    return tuple(out)


def _complement(ranges: Ranges) -> Ranges:
    out, start = [], 0
    for low, high in ranges:
        if start < low:
            out.append((start, low))
        start = high
    if start < TOP:
        out.append((start, TOP))
    return tuple(out)


def _minus(first: Ranges, second: Ranges) -> Ranges:
    return _complement(_union((*_complement(first), *second)))


@lru_cache(maxsize=64)
def _category(name: str) -> Ranges:
    """Return the characters of a Unicode category such as L or Nd."""
    if not 1 <= len(name) <= 2 or not name[0].isupper():  # noqa: PLR2004 - a letter and a detail
        raise Unknown
    hits = (c for c in range(TOP) if unicodedata.category(chr(c)).startswith(name))
    return _union(tuple((c, c + 1) for c in hits))


_SPACE: Ranges = ((9, 11), (13, 14), (32, 33))
_START = _union(tuple(
    (ord(a), ord(b) + 1) for a, b in (
        (":", ":"), ("A", "Z"), ("_", "_"), ("a", "z"), ("\xc0", "\xd6"), ("\xd8", "\xf6"), ("\xf8", "\u02ff"),
        ("\u0370", "\u037d"), ("\u037f", "\u1fff"), ("\u200c", "\u200d"), ("\u2070", "\u218f"), ("\u2c00", "\u2fef"),
        ("\u3001", "\ud7ff"), ("\uf900", "\ufdcf"), ("\ufdf0", "\ufffd"), ("\U00010000", "\U000effff"),
    )
))  # fmt: skip
_NAME = _union((*_START, (0x2D, 0x2F), (0x30, 0x3A), (0xB7, 0xB8), (0x300, 0x370), (0x203F, 0x2041)))
_DOT = _complement(((10, 11), (13, 14)))


def _escape(letter: str) -> Ranges:
    lower = letter.lower()
    if lower == "s":
        found = _SPACE
    elif lower == "i":
        found = _START
    elif lower == "c":
        found = _NAME
    elif lower == "d":
        found = _category("Nd")
    else:
        found = _complement(_union((*_category("P"), *_category("Z"), *_category("C"))))
    return found if letter == lower else _complement(found)


_SINGLE = {"n": "\n", "r": "\r", "t": "\t"}
_LITERAL = frozenset("\\|.?*+(){}-[]^$")


@dataclass(slots=True)
class _Machine:
    """States with empty moves and moves over ranges; state 0 begins."""

    empty: list[list[int]]
    moves: list[list[tuple[Ranges, int]]]

    def state(self) -> int:
        if len(self.empty) > 20 * MOST_STATES:
            raise Unknown
        self.empty.append([])
        self.moves.append([])
        return len(self.empty) - 1


class _Parser:
    """Reads an expression twice if it must be repeated: a piece is a function that adds itself to a machine."""

    def __init__(self, text: str, machine: _Machine) -> None:
        self._text, self._machine, self._at, self._depth = text, machine, 0, 0

    def whole(self, start: int) -> int:
        end = self._choice(start)
        if self._at != len(self._text):
            raise Unknown
        return end

    def _peek(self) -> str:
        return self._text[self._at] if self._at < len(self._text) else ""

    def _take(self) -> str:
        found = self._peek()
        if not found:
            raise Unknown
        self._at += 1
        return found

    def _choice(self, start: int) -> int:
        self._depth += 1
        if self._depth > 100:  # noqa: PLR2004 - brackets in brackets
            raise Unknown
        end = self._machine.state()
        while True:
            self._machine.empty[self._branch(start)].append(end)
            if self._peek() != "|":
                break
            self._at += 1
        self._depth -= 1
        return end

    def _branch(self, start: int) -> int:
        while self._peek() not in ("", "|", ")"):
            start = self._piece(start)
        return start

    def _piece(self, start: int) -> int:
        begin = self._at
        last = self._atom(start)
        after_atom = self._at
        low, high = self._count()
        after = self._at
        if (low, high) == (1, 1):
            return last
        # The first copy is built already; it is reached by an empty move where it may be left out.
        current, copies = last, 1
        end = self._machine.state()
        if low == 0:
            self._machine.empty[start].append(end)
        if high == 0:
            return end
        while copies < (high if high is not None else max(low, 1)):
            if copies >= low:
                self._machine.empty[current].append(end)
            self._at = begin
            fresh = self._machine.state()
            self._machine.empty[current].append(fresh)
            current = self._atom(fresh)
            if self._at != after_atom:
                raise Unknown
            copies += 1
        self._machine.empty[current].append(end)
        if high is None:
            self._at = begin
            loop = self._machine.state()
            self._machine.empty[current].append(loop)
            self._machine.empty[self._atom(loop)].append(loop)
            self._machine.empty[loop].append(end)
        self._at = after
        return end

    def _count(self) -> tuple[int, int | None]:
        sign = self._peek()
        simple: dict[str, tuple[int, int | None]] = {"?": (0, 1), "*": (0, None), "+": (1, None)}
        if sign in simple:
            self._at += 1
            return simple[sign]
        if sign != "{":
            return 1, 1
        end = self._text.find("}", self._at)
        first, comma, second = self._text[self._at + 1 : end].partition(",")
        if end < 0 or not first.isdigit() or (second and not second.isdigit()):
            raise Unknown
        self._at = end + 1
        low = int(first)
        high = (int(second) if second else None) if comma else low
        if max(low, high or 0) > MOST_REPEAT or (high is not None and high < low):
            raise Unknown
        return low, high

    def _atom(self, start: int) -> int:
        sign = self._take()
        if sign == "(":
            inner = self._machine.state()
            self._machine.empty[start].append(inner)
            end = self._choice(inner)
            if self._take() != ")":
                raise Unknown
            return end
        if sign == "[":
            found = self._class()
        elif sign == ".":
            found = _DOT
        elif sign == "\\":
            found = self._escaped()
        elif sign in "?*+{}])":
            raise Unknown
        else:
            found = ((ord(sign), ord(sign) + 1),)
        end = self._machine.state()
        self._machine.moves[start].append((found, end))
        return end

    def _escaped(self) -> Ranges:
        sign = self._take()
        if sign in "sSiIcCdDwW":
            return _escape(sign)
        if sign in "pP":
            end = self._text.find("}", self._at)
            if self._take() != "{" or end < 0:
                raise Unknown
            found = _category(self._text[self._at : end])
            self._at = end + 1
            return found if sign == "p" else _complement(found)
        if sign not in _SINGLE and sign not in _LITERAL:
            raise Unknown
        code = ord(_SINGLE.get(sign, sign))
        return ((code, code + 1),)

    def _class(self) -> Ranges:
        negative = self._peek() == "^"
        self._at += negative
        found: list[tuple[int, int]] = []
        taken: Ranges = ()
        first = True
        while (sign := self._take()) != "]" or first:
            if sign == "-" and self._peek() == "[" and not first:
                self._at += 1
                taken = self._class()
                if self._take() != "]":
                    raise Unknown
                break
            first = False
            if sign == "[":
                raise Unknown
            part = self._escaped() if sign == "\\" else ((ord(sign), ord(sign) + 1),)
            single = len(part) == 1 and part[0][1] - part[0][0] == 1
            if single and self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in ("]", "[", ""):
                self._at += 1
                upper = self._take()
                end = self._escaped() if upper == "\\" else ((ord(upper), ord(upper) + 1),)
                if len(end) != 1 or end[0][1] <= part[0][0]:
                    raise Unknown
                part = ((part[0][0], end[0][1]),)
            found.extend(part)
        ranges = _union(tuple(found))
        return _minus(_complement(ranges) if negative else ranges, taken)


class Strings:
    """The strings a list of alternative patterns accepts, as a deterministic machine built as it is used."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        machine = _Machine([[]], [[]])
        self._ends: set[int] = set()
        for pattern in patterns:
            begin = machine.state()
            machine.empty[0].append(begin)
            self._ends.add(_Parser(pattern, machine).whole(begin))
        self._machine = machine
        self._closed: dict[frozenset[int], frozenset[int]] = {}
        self.start = self._closure(frozenset({0}))

    def cuts(self) -> set[int]:
        """Return the characters where a range of some move begins or ends."""
        return {edge for moves in self._machine.moves for ranges, _ in moves for pair in ranges for edge in pair}

    def _closure(self, states: frozenset[int]) -> frozenset[int]:
        known = self._closed.get(states)
        if known is None:
            found, waiting = set(states), list(states)
            while waiting:
                for state in self._machine.empty[waiting.pop()]:
                    if state not in found:
                        found.add(state)
                        waiting.append(state)
            known = self._closed[states] = frozenset(found)
        return known

    def step(self, states: frozenset[int], code: int) -> frozenset[int]:
        """Return the states after a character."""
        after = frozenset(end for state in states for ranges, end in self._machine.moves[state] if _holds(ranges, code))
        return self._closure(after)

    def accepts(self, states: frozenset[int]) -> bool:
        """Return whether a string may end here."""
        return not self._ends.isdisjoint(states)


def _holds(ranges: Ranges, code: int) -> bool:
    place = bisect_right(ranges, (code, TOP)) - 1
    return place >= 0 and ranges[place][0] <= code < ranges[place][1]


@lru_cache(maxsize=512)
def strings(patterns: tuple[str, ...]) -> Strings:
    """Return the strings of alternative patterns. Raises `Unknown` for what is not understood."""
    try:
        return Strings(patterns)
    except (RecursionError, IndexError):
        raise Unknown from None


@lru_cache(maxsize=2048)
def implied(first: tuple[tuple[str, ...], ...], second: tuple[tuple[str, ...], ...]) -> bool | None:
    """Return whether whatever fulfils all of `first` fulfils all of `second`; None when that is not known."""
    missing = [group for group in second if group not in first]
    if not missing:
        return True
    try:
        return _included([strings(group) for group in first], [strings(group) for group in missing])
    except Unknown:
        return None


def _included(first: list[Strings], second: list[Strings]) -> bool:
    return next(_words([*first, *second], len(first), 1), None) is None


def _words(every: list[Strings], wanted: int, most: int) -> Iterator[str]:
    """Yield short strings that the first `wanted` machines accept and the others do not all accept."""
    codes = _samples({edge for one in every for edge in one.cuts()})
    start = tuple(one.start for one in every)
    seen, waiting, found = {start}, deque([(start, "")]), 0
    while waiting and found < most:
        states, text = waiting.popleft()
        accepted = [one.accepts(state) for one, state in zip(every, states, strict=True)]
        if all(accepted[:wanted]) and (wanted == len(every) or not all(accepted[wanted:])):
            found += 1
            yield text
        for code in codes:
            after = tuple(one.step(state, code) for one, state in zip(every, states, strict=True))
            if all(after[:wanted]) and after not in seen:
                if len(seen) > MOST_STATES:
                    raise Unknown
                seen.add(after)
                waiting.append((after, text + chr(code)))


def examples(accepted: tuple[tuple[str, ...], ...], refused: tuple[tuple[str, ...], ...] = ()) -> list[str]:
    """Return a few strings that fulfil all of `accepted` and, if given, not all of `refused`; none when unknown."""
    try:
        every = [strings(group) for group in (*accepted, *refused)]
        return list(_words(every, len(accepted), 5))
    except Unknown:
        return []


def _samples(edges: set[int]) -> list[int]:
    """Return one character of every range between edges that XML can hold."""
    codes = {32, 0xE000, 0x10000}
    for edge in edges:
        if edge >= 32 or edge in (9, 10, 13):  # noqa: PLR2004 - the characters of XML below the blank
            codes.add(edge)
    # A letter or digit in place of a sign nobody can read, where the same range holds one.
    ordered = sorted(edges)
    for code in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B)):
        place = bisect_right(ordered, code)
        low = ordered[place - 1] if place else 0
        if low not in codes or low in (32, 0xE000, 0x10000) or low > code:
            continue
        if not chr(low).isalnum():
            codes.discard(low)
            codes.add(code)
    return sorted(code for code in codes if code < TOP and not 0xD800 <= code < 0xE000 and code not in (0xFFFE, 0xFFFF))  # noqa: PLR2004


@lru_cache(maxsize=512)
def lengths(patterns: tuple[tuple[str, ...], ...]) -> tuple[int, int | None]:
    """Return the least and the greatest length of a string that fulfils all patterns; None means without limit.

    Raises `Unknown` when that cannot be told within bounds.
    """
    every = [strings(group) for group in patterns]
    codes = _samples({edge for one in every for edge in one.cuts()})
    layer = {tuple(one.start for one in every)}
    low: int | None = None
    high = 0
    seen = 0
    for length in range(MOST_REPEAT):
        if any(all(one.accepts(s) for one, s in zip(every, states, strict=True)) for states in layer):
            low = length if low is None else low
            high = length
        layer = {
            after
            for states in layer
            for code in codes
            if all(after := tuple(one.step(s, code) for one, s in zip(every, states, strict=True)))
        }
        seen += len(layer)
        if not layer:
            return low or 0, high
        if seen > MOST_STATES:
            break
    return (low or 0), None
