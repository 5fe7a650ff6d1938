"""Alignment of the children an element has with the children it should have, for content models that are one
sequence of differently named elements (all of the SPS messages'), in any XSD set.

libxml2 stops at the first child that does not fit; this looks at all of them: what is unknown, what stands in the
wrong place and between which it belongs, what is missing, what is too many.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby


@dataclass(frozen=True, slots=True)
class Particle:
    """One element a sequence declares; `maximum` None means unbounded."""

    name: str
    minimum: int
    maximum: int | None


@dataclass(frozen=True, slots=True)
class Misplaced:
    """Children of one name that stand together in the wrong place; positions count from 0 among the children.

    `after` and `before` name the elements, present in the document, between which they belong.
    """

    positions: tuple[int, ...]
    after: str | None
    before: str | None


@dataclass(frozen=True, slots=True)
class Missing:
    """A mandatory element that is absent; `present` of `minimum` are there; `after` names what it belongs behind."""

    name: str
    present: int
    minimum: int
    after: str | None


@dataclass(frozen=True, slots=True)
class TooMany:
    """Children beyond the greatest number allowed."""

    name: str
    positions: tuple[int, ...]
    present: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Everything that is wrong with the children of one element."""

    unknown: tuple[int, ...]
    misplaced: tuple[Misplaced, ...]
    missing: tuple[Missing, ...]
    too_many: tuple[TooMany, ...]


def _kept(ranks: Sequence[int]) -> set[int]:
    """Return the indices of a longest non-decreasing subsequence; of two equally long, the one that keeps what
    stands first, so that the later of two exchanged neighbours is called misplaced, as a validating parser would."""
    best = [0] * (max(ranks, default=0) + 1)
    length = [0] * len(ranks)
    for i in range(len(ranks) - 1, -1, -1):
        length[i] = 1 + max(best[ranks[i] :])
        best[ranks[i]] = length[i]
    kept: set[int] = set()
    last, left = -1, max(length, default=0)
    for i, rank in enumerate(ranks):
        if rank >= last and length[i] == left:
            kept.add(i)
            last, left = rank, left - 1
    return kept


def align(children: Sequence[str], declared: Sequence[Particle]) -> Alignment:
    """Compare the names of an element's children with the declared sequence."""
    rank = {particle.name: place for place, particle in enumerate(declared)}
    unknown = tuple(i for i, name in enumerate(children) if name not in rank)
    known = [i for i, name in enumerate(children) if name in rank]
    runs = [list(group) for _, group in groupby(known, key=lambda i: children[i])]
    kept = _kept([rank[children[run[0]]] for run in runs])
    placed = sorted({rank[children[runs[i][0]]] for i in kept})
    misplaced = []
    for i, run in enumerate(runs):
        if i in kept:
            continue
        own = rank[children[run[0]]]
        after = [declared[place].name for place in placed if place < own]
        before = [declared[place].name for place in placed if place > own]
        misplaced.append(Misplaced(tuple(run), after[-1] if after else None, before[0] if before else None))
    missing, too_many = [], []
    for place, particle in enumerate(declared):
        positions = [i for i in known if children[i] == particle.name]
        if len(positions) < particle.minimum:
            earlier = [declared[other].name for other in placed if other < place]
            missing.append(Missing(particle.name, len(positions), particle.minimum, earlier[-1] if earlier else None))
        if particle.maximum is not None and len(positions) > particle.maximum:
            surplus = tuple(positions[particle.maximum :])
            too_many.append(TooMany(particle.name, surplus, len(positions), particle.maximum))
    return Alignment(unknown, tuple(misplaced), tuple(missing), tuple(too_many))
