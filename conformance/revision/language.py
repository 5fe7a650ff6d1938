"""The words a content model accepts: models as regular expressions over element names, and their derivatives."""

from collections import deque
from collections.abc import Iterable

from conformance.revision.model import Group, Name, Part, Wildcard
from conformance.revision.normal import names

NONE, EPSILON = 0, 1
MOST_STATES = 40_000
MOST_STEPS = 2_000_000
OTHER = "*"


class TooLarge(Exception):
    """A comparison went past its bounds."""


class Languages:
    """Expressions over one alphabet, each with a number; equal expressions have equal numbers."""

    def __init__(self) -> None:
        self._forms: list[tuple[object, ...]] = [("none",), ("empty",)]
        self._numbers: dict[tuple[object, ...], int] = {form: i for i, form in enumerate(self._forms)}
        self._nullable: list[bool] = [False, True]
        # The names an expression can begin with; None where a wildcard lets it be any.
        self._begins: list[frozenset[Name] | None] = [frozenset(), frozenset()]
        self._steps: dict[tuple[int, Name], int] = {}
        self._left = MOST_STEPS

    def _number(self, form: tuple[object, ...], nullable: bool) -> int:
        number = self._numbers.get(form)
        if number is None:
            number = len(self._forms)
            if number > MOST_STATES:
                raise TooLarge
            self._numbers[form] = number
            self._forms.append(form)
            self._nullable.append(nullable)
            self._begins.append(self._first(form))
        return number

    def _first(self, form: tuple[object, ...]) -> frozenset[Name] | None:
        kind = form[0]
        if kind == "symbol":
            return frozenset({form[1]}) if isinstance(form[1], Name) else None
        items: tuple[int, ...] = form[1:2] if kind == "repeat" else form[1:]  # type: ignore[assignment]
        found: set[Name] = set()
        for item in items:
            begins = self._begins[item]
            if begins is None:
                return None
            found |= begins
            if kind == "sequence" and not self._nullable[item]:
                break
        self._spend(len(found))
        return frozenset(found)

    def _spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise TooLarge

    def begins(self, expression: int, symbol: Name) -> bool:
        """Return whether a word of an expression can begin with a symbol."""
        first = self._begins[expression]
        return first is None or symbol in first

    def _sequence(self, items: Iterable[int]) -> int:
        flat: list[int] = []
        for item in items:
            if item == NONE:
                return NONE
            form = self._forms[item]
            if form[0] == "sequence":
                flat.extend(form[1:])  # type: ignore[arg-type]
            elif item != EPSILON:
                flat.append(item)
        if not flat:
            return EPSILON
        return flat[0] if len(flat) == 1 else self._number(("sequence", *flat), all(self._nullable[i] for i in flat))

    def _choice(self, items: Iterable[int]) -> int:
        flat: set[int] = set()
        for item in items:
            form = self._forms[item]
            if form[0] == "choice":
                self._spend(len(form))
                flat.update(form[1:])  # type: ignore[arg-type]
            elif item != NONE:
                flat.add(item)
        nullable = any(self._nullable[i] for i in flat)
        if EPSILON in flat and any(self._nullable[i] for i in flat if i != EPSILON):
            flat.discard(EPSILON)
        if not flat:
            return NONE
        return next(iter(flat)) if len(flat) == 1 else self._number(("choice", *sorted(flat)), nullable)

    def _repeat(self, item: int, low: int, high: int | None) -> int:
        if high == 0 or item == EPSILON:
            return EPSILON
        if item == NONE:
            return EPSILON if low == 0 else NONE
        if self._nullable[item]:
            low = 0
        if (low, high) == (1, 1):
            return item
        return self._number(("repeat", item, low, high), low == 0)

    def _all(self, items: Iterable[int]) -> int:
        kept = sorted(item for item in items if item != EPSILON)
        if NONE in kept:
            return NONE
        if len(kept) < 2:  # noqa: PLR2004 - an order needs two
            return kept[0] if kept else EPSILON
        return self._number(("all", *kept), all(self._nullable[i] for i in kept))

    def of(self, part: Part) -> int:
        """Return the expression of a particle."""
        term = part.term
        if isinstance(term, Group):
            items = [self.of(inner) for inner in term.parts]
            make = {"sequence": self._sequence, "choice": self._choice, "all": self._all}[term.model]
            inner = make(items)
        else:
            inner = self._number(("symbol", term), nullable=False)
        return self._repeat(inner, part.low, part.high)

    def nullable(self, expression: int) -> bool:
        """Return whether the empty word is accepted."""
        return self._nullable[expression]

    def step(self, expression: int, symbol: Name) -> int:
        """Return what may follow after a symbol."""
        key = (expression, symbol)
        known = self._steps.get(key)
        if known is None:
            if not self.begins(expression, symbol):
                return NONE
            self._spend(len(self._forms[expression]))
            known = self._steps[key] = self._derived(expression, symbol)
        return known

    def _derived(self, expression: int, symbol: Name) -> int:
        form = self._forms[expression]
        kind = form[0]
        if kind in ("none", "empty"):
            return NONE
        if kind == "symbol":
            return EPSILON if _fits(form[1], symbol) else NONE
        if kind == "repeat":
            _, item, low, high = form
            assert isinstance(item, int) and isinstance(low, int)  # noqa: S101, PT018 - how forms are made
            rest = self._repeat(item, max(low - 1, 0), None if high is None else high - 1)  # type: ignore[operator]
            return self._sequence((self.step(item, symbol), rest))
        items: tuple[int, ...] = form[1:]  # type: ignore[assignment]
        if kind == "choice":
            return self._choice(self.step(item, symbol) for item in items if self.begins(item, symbol))
        out: list[int] = []
        for place, item in enumerate(items):
            after = self.step(item, symbol)
            if kind == "all":
                others = (*items[:place], *items[place + 1 :])
                out.append(self._sequence((after, self._all(others))) if after != NONE else NONE)
                continue
            out.append(self._sequence((after, *items[place + 1 :])))
            if not self._nullable[item]:
                break
        return self._choice(out)

    def witness(self, first: int, second: int, alphabet: Iterable[Name]) -> tuple[Name, ...] | None:
        """Return a shortest word that `first` accepts and `second` does not, None when there is none.

        Raises `TooLarge` past the bounds.
        """
        symbols = tuple(alphabet)
        origin: dict[tuple[int, int], tuple[tuple[int, int], Name] | None] = {(first, second): None}
        waiting = deque([(first, second)])
        while waiting:
            pair = waiting.popleft()
            left, right = pair
            if self._nullable[left] and not self._nullable[right]:
                word: list[Name] = []
                while (back := origin[pair]) is not None:
                    pair, symbol = back
                    word.append(symbol)
                return tuple(reversed(word))
            begins = self._begins[left]
            for symbol in symbols if begins is None else sorted(begins):
                after = self.step(left, symbol)
                if after == NONE:
                    continue
                follow = (after, self.step(right, symbol))
                if follow not in origin:
                    if len(origin) > MOST_STATES:
                        raise TooLarge
                    origin[follow] = (pair, symbol)
                    waiting.append(follow)
        return None


def _fits(term: object, symbol: Name) -> bool:
    if isinstance(term, Wildcard):
        return term.admits(symbol.namespace)
    return term == symbol


def alphabet_of(*parts: Part) -> tuple[Name, ...]:
    """Return the symbols that tell the models apart: every name, and with wildcards one other name a namespace."""
    found = {name for part in parts for name in names(part)}
    wild = [term for part in parts for term in _wildcards(part)]
    if wild:
        spaces = {name.namespace for name in found} | {"urn:other", ""}
        for wildcard in wild:
            spaces |= (wildcard.allowed or frozenset()) | wildcard.refused
        found |= {Name(space, OTHER) for space in spaces}
    return tuple(sorted(found))


def _wildcards(part: Part) -> list[Wildcard]:
    found: list[Wildcard] = []
    waiting = [part]
    while waiting:
        term = waiting.pop().term
        if isinstance(term, Wildcard):
            found.append(term)
        elif isinstance(term, Group):
            waiting.extend(term.parts)
    return found
