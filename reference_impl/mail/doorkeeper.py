"""How many mail connections are open at a time, in all and from one address."""

import asyncio
from collections import Counter

BUSY = b"421 4.7.0 Too many connections, try again later\r\n"


class Doorkeeper:
    """Counts connections. One address can fill its own share only, so it does not lock others out."""

    def __init__(self, most: int, most_from_address: int) -> None:
        """`most` connections in all; `most_from_address` of them from one address."""
        self.most = most
        self.most_from_address = most_from_address
        self._open: dict[object, str] = {}
        self._from: Counter[str] = Counter()

    def admit(self, connection: object, address: str) -> bool:
        """True when the connection may go on; it counts until `leave`."""
        if connection in self._open:
            return True
        if len(self._open) >= self.most or self._from[address] >= self.most_from_address:
            return False
        self._open[connection] = address
        self._from[address] += 1
        return True

    def leave(self, connection: object) -> None:
        """The connection has ended."""
        address = self._open.pop(connection, None)
        if address is not None:
            self._from[address] -= 1
            if not self._from[address]:
                del self._from[address]


class TurnedAway(asyncio.Protocol):
    """A connection that was answered 421 and is closed; what still comes on it is not read."""
