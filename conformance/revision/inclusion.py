"""Whether one content model accepts all the words of another: decided exactly, within bounds."""

from functools import lru_cache

from conformance.revision.language import Languages, TooLarge, alphabet_of
from conformance.revision.model import Group, Name, Part
from conformance.revision.relation import SAME, Relation

_FEW = 3
_LONG = 3_000
_Flat = tuple[str, dict[Name, tuple[int, int | None]], bool]


@lru_cache(maxsize=4096)
def related(before: Part, after: Part) -> Relation:
    """Return how the words of two models compare.

    Where counts in counts come to thousands they are compared by their order alone. Past the bounds the answer is
    that each accepts something of its own, unless the two are written alike, and not sure.
    """
    if before == after:
        return SAME
    first_flat, second_flat = _flat(before), _flat(after)
    if first_flat is not None and second_flat is not None and "all" in (first_flat[0], second_flat[0]):
        return Relation(_flat_included(first_flat, second_flat), _flat_included(second_flat, first_flat))
    if _crowded(before) or _crowded(after):
        # Ranks begin to differ from counts at two, so that mandatory, optional and single keep their meaning.
        counts = sorted((_counts(before) | _counts(after)) - {0, 1})
        rank = {0: 0, 1: 1} | {count: place + 2 for place, count in enumerate(counts)}
        before, after = _ranked(before, rank), _ranked(after, rank)
        if before == after:
            return SAME
    try:
        languages = Languages()
        first, second = languages.of(before), languages.of(after)
        symbols = alphabet_of(before, after)
        return Relation(
            languages.witness(first, second, symbols) is None, languages.witness(second, first, symbols) is None
        )
    except (TooLarge, RecursionError):
        return Relation(kept=False, earned=False, sure=False)


def _crowded(part: Part) -> bool:
    """Return whether counts make a model too long to be followed step by step."""
    return max(_counts(part)) > _FEW and _length(part) > _LONG


def _length(part: Part) -> int:
    """Return how many steps it takes through a model, counts counted out."""
    inner = sum(_length(one) for one in part.term.parts) if isinstance(part.term, Group) else 1
    return inner * max(part.low, part.high or 1, 1)


def _ranked(part: Part, rank: dict[int, int]) -> Part:
    """Return a particle with its counts replaced by their ranks, which keeps what is more and what is less."""
    term = part.term
    if isinstance(term, Group):
        term = Group(term.model, tuple(_ranked(inner, rank) for inner in term.parts))
    return Part(term, rank[part.low], None if part.high is None else rank[part.high])


def _counts(part: Part) -> set[int]:
    found: set[int] = set()
    waiting = [part]
    while waiting:
        one = waiting.pop()
        found |= {one.low} | ({one.high} if one.high is not None else set())
        if isinstance(one.term, Group):
            waiting.extend(one.term.parts)
    return found


def _flat(part: Part) -> _Flat | None:
    """Return the kind of a group and the counts of its names, if it holds different names and nothing else.

    The last says whether the group as a whole may be left out, where its parts may not.
    """
    term = part.term
    if not isinstance(term, Group) or term.model == "choice" or part.high != 1:
        return None
    found = {one.term: (one.low, one.high) for one in term.parts if isinstance(one.term, Name)}
    loose = part.low == 0 and any(low for low, _ in found.values())
    return (term.model, found, loose) if len(found) == len(term.parts) else None


def _flat_included(first: _Flat, second: _Flat) -> bool:
    """Decide for groups that are `all`, whose orders are too many to try one by one."""
    if first[2] and not second[2] and any(low for low, _ in second[1].values()):
        return False
    if any(low and name not in first[1] for name, (low, _) in second[1].items()):
        return False
    for name, (low, high) in first[1].items():
        least, most = second[1].get(name, (0, 0))
        if low < least or (most is not None and (high is None or high > most)):
            return False
    return second[0] == "all" or sum(1 for _, high in first[1].values() if high != 0) < 2  # noqa: PLR2004 - an order
