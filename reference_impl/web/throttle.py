"""Holds back whoever guesses codes, and nobody else."""

import math
from collections import OrderedDict, deque
from time import monotonic

WINDOW_SECONDS = 60.0
WRONG_FOR_NUMBER = 5
WRONG_FROM_CLIENT = 30
MAX_KEYS = 20_000


class Throttle:
    """Counts wrong answers by client and number, and by client alone, over the last minute."""

    def __init__(self) -> None:
        self._wrong: OrderedDict[tuple[str, str], deque[float]] = OrderedDict()

    def wait(self, client: str, number: str) -> int:
        """0 when the client may ask, else the seconds it has to wait."""
        from_client = self._wait(self.key(client, ""), WRONG_FROM_CLIENT)
        return max(from_client, self._wait(self.key(client, number), WRONG_FOR_NUMBER) if number else 0)

    def wrong(self, client: str, number: str) -> None:
        """Note a wrong answer (`number` empty: an unknown link)."""
        self._note(self.key(client, ""), WRONG_FROM_CLIENT)
        if number:
            self._note(self.key(client, number), WRONG_FOR_NUMBER)
        while len(self._wrong) > MAX_KEYS:
            self._wrong.popitem(last=False)

    def _note(self, key: tuple[str, str], limit: int) -> None:
        self._wrong.setdefault(key, deque(maxlen=limit)).append(monotonic())
        self._wrong.move_to_end(key)

    def key(self, client: str, number: str) -> tuple[str, str]:
        """Under what wrong answers are counted together."""
        return client, number

    def _wait(self, key: tuple[str, str], limit: int) -> int:
        times = self._wrong.get(key)
        if times is None or len(times) < limit:
            return 0
        left = WINDOW_SECONDS - (monotonic() - times[0])
        return max(0, math.ceil(left))
