"""The agreed request rate: one token bucket for each caller."""

import math
from time import monotonic


class RateLimiter:
    """A bucket of five seconds' worth of requests (five at least), refilled evenly."""

    def __init__(self) -> None:
        self._buckets: dict[str, tuple[float, float]] = {}

    def wait(self, caller: str, per_minute: int) -> int:
        """0 when the request may go on, else the whole seconds after which the next one may."""
        if per_minute <= 0:
            return 0
        rate = per_minute / 60
        size = max(5.0, 5 * rate)
        now = monotonic()
        level, at = self._buckets.get(caller, (size, now))
        level = min(size, level + (now - at) * rate)
        if level >= 1:
            self._buckets[caller] = (level - 1, now)
            return 0
        self._buckets[caller] = (level, now)
        return max(1, math.ceil((1 - level) / rate))
