"""The node's clock and how it writes moments down."""

import re
from datetime import UTC, datetime, timedelta
from threading import Lock


class Clock:
    """Gives the present time in UTC; `reading` never gives the same moment twice, so that changes have an order."""

    def __init__(self) -> None:
        self._last = datetime(2000, 1, 1, tzinfo=UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        """The present time, UTC, microseconds."""
        return datetime.now(UTC)

    def reading(self) -> datetime:
        """The present time, later than every reading before."""
        with self._lock:
            self._last = max(self.now(), self._last + timedelta(microseconds=1))
            return self._last


def instant(moment: datetime) -> str:
    """Write a moment as `YYYY-MM-DDThh:mm:ss.ffffffZ`: fixed width, so that text order is time order."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def parse_instant(text: str) -> datetime:
    """Read an ISO 8601 moment with an offset.

    Digits beyond microseconds round up, so that "at or after" and "before" keep their meaning for our own times,
    which have no finer digits. Raises `ValueError` for anything else, also for a local time.
    """
    whole, fraction, zone = _split(text.strip())
    moment = datetime.fromisoformat(f"{whole}{zone}")
    digits = (fraction + "000000")[:6]
    beyond = fraction[6:].strip("0")
    return (moment + timedelta(microseconds=int(digits) + (1 if beyond else 0))).astimezone(UTC)


def kept_instant(text: str) -> datetime:
    """Read a moment back that `instant` wrote."""
    return datetime.fromisoformat(text)


def _split(text: str) -> tuple[str, str, str]:
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)", text)
    if found is None:
        raise ValueError(f"{text!r} is not a moment with an offset")
    return found[1], found[2] or "", "+00:00" if found[3] == "Z" else found[3]
