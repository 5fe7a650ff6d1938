"""When a partner's pull service is asked again without being told to."""

import random
from collections.abc import Callable, Mapping
from time import monotonic

LONGEST_PAUSE = 3600.0
_SPREAD = 0.1


class PullTimer:
    """Keeps the next time for each country. After a failure the interval doubles, up to an hour or the interval itself.

    Intervals are up to a tenth longer by chance, so that nodes that failed together do not come back together.
    """

    def __init__(self, now: Callable[[], float] = monotonic, chance: Callable[[], float] = random.random) -> None:
        """`now` gives seconds, `chance` numbers from 0 up to 1."""
        self._now = now
        self._chance = chance
        self._next: dict[str, float] = {}
        self._failures: dict[str, int] = {}

    def due(self, intervals: Mapping[str, float]) -> set[str]:
        """The countries whose time has come; `intervals` are seconds, those of 0 are never due by themselves."""
        now = self._now()
        return {country for country, every in intervals.items() if every > 0 and now >= self._next.get(country, 0.0)}

    def done(self, country: str, every: float, *, well: bool) -> None:
        """A pull has ended, well or not: plan the next one."""
        self._failures[country] = 0 if well else self._failures.get(country, 0) + 1
        self._next[country] = self._now() + self.pause(every, self._failures[country])

    def pause(self, every: float, failures: int) -> float:
        """Seconds until the next pull after so many failures in a row."""
        longest = max(every, LONGEST_PAUSE)
        return min(longest, every * 2.0 ** min(failures, 30)) * (1 + _SPREAD * self._chance())
