"""Holds back whoever guesses, and nobody else."""

import math
from collections import OrderedDict, deque
from time import monotonic

MAX_KEYS = 20_000


class Throttle:
    """Counts wrong answers by client and name (a certificate's number, an account), and by client alone.

    `window` is in seconds; `for_name` and `from_client` are how many wrong answers it may have.
    """

    def __init__(self, window: float = 60.0, for_name: int = 5, from_client: int = 30) -> None:
        self.window = window
        self.for_name = for_name
        self.from_client = from_client
        self._wrong: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def wait(self, client: str, name: str) -> int:
        """0 when the client may ask, else the seconds it has to wait."""
        from_client = self._wait(self.key(client, ""), self.from_client)
        return max(from_client, self._wait(self.key(client, name), self.for_name) if name else 0)

    def wrong(self, client: str, name: str) -> None:
        """Note a wrong answer (`name` empty: it was about no name, as with an unknown link)."""
        self._note(self.key(client, ""), self.from_client)
        if name:
            self._note(self.key(client, name), self.for_name)
        while len(self._wrong) > MAX_KEYS:
            self._wrong.popitem(last=False)

    def key(self, client: str, name: str) -> tuple[str, str]:
        """Under what wrong answers are counted together."""
        return client, name

    def _note(self, key: tuple[str, str], limit: int) -> None:
        self._wrong.setdefault(key, deque(maxlen=limit)).append(monotonic())
        self._wrong.move_to_end(key)

    def _wait(self, key: tuple[str, str], limit: int) -> int:
        times = self._wrong.get(key)
        if times is None or len(times) < limit:
            return 0
        left = self.window - (monotonic() - times[0])
        return max(0, math.ceil(left))
