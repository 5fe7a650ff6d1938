"""Particles in their simplest form: what the way of writing adds is taken away, what is accepted stays."""

from dataclasses import replace

from conformance.revision.model import EMPTY, Group, Name, Part


def times(outer: int | None, inner: int | None) -> int | None:
    """Multiply two upper limits, None meaning unbounded."""
    if outer == 0 or inner == 0:
        return 0
    return None if outer is None or inner is None else outer * inner


def plus(first: int | None, second: int | None) -> int | None:
    """Add two upper limits, None meaning unbounded."""
    return None if first is None or second is None else first + second


def empty(part: Part) -> bool:
    """Return whether a particle holds nothing at all."""
    return part.high == 0 or (isinstance(part.term, Group) and part.term.model != "choice" and not part.term.parts)


def normalised(part: Part) -> Part:
    """Return an equivalent particle without needless groups.

    Groups of one are dissolved, nested groups of one kind put together, neighbours of one name added up, and choices
    freed of optional and repeated alternatives.
    """
    if part.high == 0:
        return EMPTY
    if not isinstance(part.term, Group):
        return part
    model = part.term.model
    parts = [normalised(inner) for inner in part.term.parts if inner.high != 0]
    low = part.low
    if model == "choice":
        if any(empty(inner) for inner in parts) or any(inner.low == 0 for inner in parts):
            low = 0
        parts = [replace(inner, low=1) if inner.low == 0 else inner for inner in parts if not empty(inner)]
        parts = list(dict.fromkeys(_spliced(parts, model)))
        if not parts:
            return EMPTY if low == 0 else Part(Group("choice", ()))
    else:
        parts = [inner for inner in parts if not empty(inner)]
        if model == "sequence":
            parts = _added_up(_spliced(parts, model))
        if not parts:
            return EMPTY
    if len(parts) == 1:
        return _combined(parts[0], low, part.high, model)
    return Part(Group(model, tuple(parts)), low, part.high)


def _combined(inner: Part, low: int, high: int | None, model: str) -> Part:
    """Return a group of one particle as that particle, where its counts can be multiplied."""
    if (low, high) == (1, 1):
        return inner
    if (inner.low, inner.high) == (1, 1):
        return replace(inner, low=low, high=high)
    if _without_gap(inner, low, high):
        return replace(inner, low=low * inner.low, high=times(high, inner.high))
    return Part(Group("sequence" if model == "all" else model, (inner,)), low, high)


def _without_gap(inner: Part, low: int, high: int | None) -> bool:
    """Return whether a particle repeated `low` to `high` times comes to every count between its least and greatest."""
    if inner.low <= 1 or low == high:
        return True
    # The gap between one number of rounds and the next is widest at the fewest rounds.
    return low > 0 and (inner.high is None or low * inner.high + 1 >= (low + 1) * inner.low)


def _spliced(parts: list[Part], model: str) -> list[Part]:
    out: list[Part] = []
    for part in parts:
        if isinstance(part.term, Group) and part.term.model == model and (part.low, part.high) == (1, 1):
            out.extend(part.term.parts)
        else:
            out.append(part)
    return out


def _added_up(parts: list[Part]) -> list[Part]:
    out: list[Part] = []
    for part in parts:
        if out and isinstance(part.term, Name) and out[-1].term == part.term:
            out[-1] = replace(part, low=out[-1].low + part.low, high=plus(out[-1].high, part.high))
        else:
            out.append(part)
    return out


def names(part: Part) -> list[Name]:
    """Return the names in a particle, in order, each once."""
    found: dict[Name, None] = {}
    waiting = [part]
    while waiting:
        term = waiting.pop().term
        if isinstance(term, Name):
            found.setdefault(term)
        elif isinstance(term, Group):
            waiting.extend(reversed(term.parts))
    return list(found)
