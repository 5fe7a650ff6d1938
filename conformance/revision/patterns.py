"""Regular expressions of XML Schema as sets of strings: whether one pattern accepts all that another does.

What is not understood, or too large, is reported as unknown and left to the caller's caution.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from functools import lru_cache

from conformance.revision.characters import TOP, Ranges, Unknown
from conformance.revision.pattern_reader import MOST_REPEAT, MOST_STATES, Machine, Parser


class Strings:
    """The strings a list of alternative patterns accepts, as a deterministic machine built as it is used."""

    def __init__(self, patterns: tuple[str, ...]) -> None:
        machine = Machine([[]], [[]])
        self._ends: set[int] = set()
        for pattern in patterns:
            begin = machine.state()
            machine.empty[0].append(begin)
            self._ends.add(Parser(pattern, machine).whole(begin))
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
