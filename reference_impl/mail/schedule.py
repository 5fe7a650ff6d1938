"""When a message is tried again: intervals grow, differ a little, and end."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Schedule:
    """`first` seconds to the second try, each later interval `factor` times longer, `tries` tries in all.

    `spread` is the part of an interval by which it may be longer (never shorter, so that intervals still grow),
    so that many messages that failed together do not come back together.
    """

    first: float = 1.0
    factor: float = 2.0
    tries: int = 4
    spread: float = 0.1

    def pause(self, attempts: int, chance: Callable[[], float]) -> float | None:
        """Seconds to wait after that many tries have failed, or None when no further try is agreed.

        `chance` gives numbers from 0 up to 1.
        """
        if attempts >= self.tries:
            return None
        return float(self.first * self.factor ** (attempts - 1) * (1 + self.spread * chance()))
