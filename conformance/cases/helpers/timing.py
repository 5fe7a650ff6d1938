"""Two kinds of request, in pairs, until it is known whether they take equally long."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from conformance.cases.helpers.judge import Judge
from conformance.checks.timing import LOOKS, Comparison, Outcome, compare
from conformance.model.finding import Where
from conformance.model.outcome import Inconclusive
from conformance.partner import Partner
from conformance.ports.tape import Tape

# The profile allows five wrong entries for one name from one address (5.6, 8.6): one is left.
PAIRS_OF_ADDRESS = 4
ADDRESSES = LOOKS[-1] // PAIRS_OF_ADDRESS
Ask = Callable[[str, int], float]


class Stopwatch:
    """Asks in pairs from further addresses of the judge's, so that it is not held back."""

    def __init__(self, partner: Partner, tape: Tape, judge: Judge, sources: Sequence[str]) -> None:
        self._partner, self._tape, self._judge = partner, tape, judge
        self._sources = sources

    def expect_equal_times(self, one: tuple[str, Ask], two: tuple[str, Ask], where: Where) -> None:
        """Expect both kinds (what it is, and what asks: given source and number of the pair, it returns seconds) to
        take equally long, within the agreed margin. `Inconclusive` when the times vary too much to say.
        """
        found = self._measure(one[1], two[1])
        told = (
            f"{one[0]} takes {found.median * 1000:+.1f} ms beside {two[0]} (median of {found.pairs} pairs, "
            f"interval {found.low * 1000:+.1f} to {found.high * 1000:+.1f} ms)"
        )
        self._judge.step(told)
        if found.outcome is Outcome.UNDECIDED:
            raise Inconclusive(
                f"The times vary too much to be compared: {told}; what matters is {found.margin * 1000:.0f} ms. "
                "Run again when machine and line are quiet."
            )
        self._judge.expect(
            found.outcome is Outcome.EQUAL,
            expected=f"times that differ by less than {found.margin * 1000:.0f} ms",
            actual=told,
            message=f"{one[0][0].upper()}{one[0][1:]} and {two[0]} can be told apart by the time of the answer.",
            where=where,
        )

    def _measure(self, one: Ask, two: Ask) -> Comparison:
        possible = len(self._sources) * PAIRS_OF_ADDRESS
        if possible < LOOKS[0]:
            raise Inconclusive(
                "The judge has too few addresses to ask often enough without being held back: "
                "name more of its machine's in [ixit.judge] addresses."
            )
        end = self._tape.now() + timedelta(seconds=self._partner.limits.case_seconds / 2)
        agreed = self._partner.limits.equal_answer_seconds
        pairs: list[tuple[float, float]] = []
        found = None
        for look in (look for look in LOOKS if look <= possible):
            while len(pairs) < look:
                pairs.append(self._pair(one, two, len(pairs)))
            found = compare(pairs, agreed)
            if found.outcome is not Outcome.UNDECIDED or self._tape.now() > end:
                break
        assert found is not None  # noqa: S101 - the first look is possible
        return found

    def _pair(self, one: Ask, two: Ask, place: int) -> tuple[float, float]:
        source = self._sources[place // PAIRS_OF_ADDRESS]
        if self._tape.random.random() < 0.5:
            first = one(source, place)
            return first, two(source, place)
        second = two(source, place)
        return one(source, place), second
