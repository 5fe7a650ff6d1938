"""Do two kinds of request take equally long: an exact test on paired times (profile 5.14).

A pair is one request of each kind, close together and in random order, so that whatever slows the machine or the line
down strikes either of them with the same chance. Only the median of the differences is judged, by an interval from the
binomial distribution (the interval of the sign test), which supposes nothing of how the times are spread.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import comb
from statistics import median

LOOKS = (6, 12, 24, 48, 96)
# For each look, both sides together. Five looks at most: a difference as large as what matters is missed in 10 of 100
# runs at most, one that is smaller is called too large in 1 of 400 at most. benchmarks/timing.py measures both.
MISSED, FALSE_ALARM = 0.04, 0.0005
SHARE = 0.5


class Outcome(StrEnum):
    """What is known of a difference: below what matters, above it, or not enough to say."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Comparison:
    """The outcome after so many pairs: the median difference, the interval it rests on, and what would have mattered.

    All in seconds.
    """

    outcome: Outcome
    pairs: int
    median: float
    low: float
    high: float
    margin: float


def compare(pairs: Sequence[tuple[float, float]], agreed: float) -> Comparison:
    """Judge the times of pairs, each of the first kind and of the second, in seconds.

    What matters is a difference of `agreed`, or of half of the longer time where that is more: on a busy machine
    everything takes longer, what differs too. EQUAL when an interval of 96 % for the median difference lies within
    that on both sides of nothing; DIFFERENT when one of 99.95 % lies beyond it on one side; UNDECIDED otherwise, as on
    a machine too noisy for that many pairs.
    """
    found = sorted(one - two for one, two in pairs)
    margin = max(agreed, median(max(pair) for pair in pairs) * SHARE)
    middle, narrow, wide = median(found), _interval(found, MISSED), _interval(found, FALSE_ALARM)
    if narrow is not None and -margin < narrow[0] and narrow[1] < margin:
        return Comparison(Outcome.EQUAL, len(found), middle, *narrow, margin)
    if wide is not None and (wide[0] > margin or wide[1] < -margin):
        return Comparison(Outcome.DIFFERENT, len(found), middle, *wide, margin)
    return Comparison(Outcome.UNDECIDED, len(found), middle, *(narrow or (found[0], found[-1])), margin)


def _interval(ordered: Sequence[float], error: float) -> tuple[float, float] | None:
    """The narrowest interval of order statistics that misses the median with at most `error`; None when none does."""
    count = len(ordered)
    tail, cut = 0.0, 0
    while cut < count // 2:
        tail += comb(count, cut) / 2**count
        if 2 * tail > error:
            break
        cut += 1
    return (ordered[cut - 1], ordered[count - cut]) if cut else None
