"""Notices when somebody tries numbers out, also when it is done from many addresses, slowly (profile 5.16)."""

from collections import Counter, OrderedDict, deque
from time import monotonic

MOST_KEPT = 50_000


class Watch:
    """Counts wrong answers of the pages, of all addresses together. Methods may be replaced.

    `until` is how many there may be within `window` seconds. From then on each address with at least a tenth of them is
    told, once in that time.
    """

    def __init__(self, until: int, window: float = 3600.0) -> None:
        self.until = until
        self.window = window
        self._wrong: deque[tuple[float, str]] = deque()
        self._of: Counter[str] = Counter()
        self._told: OrderedDict[str, float] = OrderedDict()

    def wrong(self, client: str) -> tuple[str, ...]:
        """Note a wrong answer; returns the addresses that are to be told of now."""
        now = monotonic()
        self._wrong.append((now, client))
        self._of[client] += 1
        while self._wrong and (self._wrong[0][0] < now - self.window or len(self._wrong) > MOST_KEPT):
            self._forget(self._wrong.popleft()[1])
        while self._told and next(iter(self._told.values())) < now - self.window:
            self._told.popitem(last=False)
        if len(self._wrong) < self.until:
            return ()
        due = tuple(one for one, count in self._of.items() if count * 10 >= self.until and one not in self._told)
        self._told.update(dict.fromkeys(due, now))
        return due

    def _forget(self, client: str) -> None:
        self._of[client] -= 1
        if not self._of[client]:
            del self._of[client]
