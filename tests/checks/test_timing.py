"""The comparison of times: finds what matters, blames nothing else, and says when it cannot tell."""

from random import Random

import pytest

from conformance.checks.timing import LOOKS, Outcome, compare

AGREED = 0.01


def judged(random: Random, noise: float, extra: float) -> Outcome:
    """As a case does it: look after so many pairs, until it is decided. Noise is heavy-tailed, as a busy machine's."""
    pairs: list[tuple[float, float]] = []
    for look in LOOKS:
        while len(pairs) < look:
            one, two = (0.004 + random.expovariate(1) ** 2 * noise for _ in range(2))
            pairs.append((one + extra, two))
        found = compare(pairs, AGREED).outcome
        if found is not Outcome.UNDECIDED:
            return found
    return Outcome.UNDECIDED


@pytest.mark.parametrize("noise", [0.0005, 0.005, 0.02])
def test_equal_times_are_never_blamed_and_a_delay_is_found(noise: float) -> None:
    random = Random(7)
    equal = [judged(random, noise, 0.0) for _ in range(100)]
    delayed = [judged(random, noise, 0.02 + 10 * noise) for _ in range(100)]
    assert Outcome.DIFFERENT not in equal
    assert equal.count(Outcome.EQUAL) >= 95
    assert Outcome.EQUAL not in delayed
    assert delayed.count(Outcome.DIFFERENT) >= 95


def test_a_difference_that_does_not_matter_is_equal() -> None:
    pairs = [(0.005 + 0.0001 * place, 0.004) for place in range(12)]
    assert compare(pairs, AGREED).outcome is Outcome.EQUAL


def test_five_pairs_say_nothing_and_wild_times_are_undecided() -> None:
    assert compare([(0.5, 0.004)] * 5, AGREED).outcome is Outcome.UNDECIDED
    wild = [(0.004, 0.5), (0.5, 0.004)] * 6
    assert compare(wild, AGREED).outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("sign", [1, -1])
def test_either_kind_may_be_the_slower_one(sign: int) -> None:
    slow, quick = [0.05] * 12, [0.004 + 0.0001 * place for place in range(12)]
    pairs = list(zip(slow, quick, strict=True) if sign > 0 else zip(quick, slow, strict=True))
    found = compare(pairs, AGREED)
    assert found.outcome is Outcome.DIFFERENT
    assert found.median * sign > 0.04
    assert found.low <= found.median <= found.high
