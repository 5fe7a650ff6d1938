"""What one load process measured, in memory that does not grow with the number of requests."""

import json
import math
import os
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

STEP = math.log(1.01)  # a bucket is one per cent wide
MOST_TEXTS = 50
MOST_TAKEN = 200  # messages of one process that are looked up afterwards


def bucket(milliseconds: float) -> int:
    """Return the histogram bucket of a time: its upper edge is `exp(bucket * STEP)` milliseconds."""
    return math.ceil(math.log(max(milliseconds, 0.01)) / STEP)


@dataclass
class Figures:
    """Figures of one kind of request."""

    access: str
    count: int = 0
    errors: int = 0
    deviations: int = 0
    longest: float = 0.0
    times: Counter[int] = field(default_factory=Counter)


class Samples:
    """Counts and times by kind of request, by access and second; written to one file when the process ends."""

    def __init__(self) -> None:
        self._random = Random(0)  # noqa: S311 - repeatable, nothing secret
        self._taken_count = 0
        self._taken: list[tuple[str, str, int]] = []
        self._figures: dict[str, Figures] = {}
        self._late: Counter[int] = Counter()
        self._faults: list[str] = []
        self._texts: Counter[tuple[str, str]] = Counter()
        self._seconds: dict[tuple[str, int], list[int]] = defaultdict(lambda: [0, 0])
        self._second_times: dict[tuple[str, int], Counter[int]] = defaultdict(Counter)

    def add(self, name: str, access: str, second: int, milliseconds: float, error: str, deviation: str) -> None:
        """Add one request: `milliseconds` since it was due; `error` when no answer came, `deviation` a wrong one."""
        figures = self._figures.setdefault(name, Figures(access))
        figures.count += 1
        figures.longest = max(figures.longest, milliseconds)
        figures.times[bucket(milliseconds)] += 1
        figures.errors += bool(error)
        figures.deviations += bool(deviation)
        if error or deviation:
            key = (name, error or deviation)
            self._texts[key if key in self._texts or len(self._texts) < MOST_TEXTS else (name, "other faults")] += 1
        self._seconds[access, second][1 if error or deviation else 0] += 1
        self._second_times[access, second][bucket(milliseconds)] += 1

    def taken(self, number: str, sha256: str, times: int) -> None:
        """Note a message that was taken (250) every one of the `times` it was sent; keeps a random part of them."""
        self._taken_count += 1
        if len(self._taken) < MOST_TAKEN:
            self._taken.append((number, sha256, times))
        elif (place := self._random.randrange(self._taken_count)) < MOST_TAKEN:
            self._taken[place] = (number, sha256, times)

    def late(self, milliseconds: float) -> None:
        """Note how late this process itself was in beginning a request."""
        self._late[bucket(milliseconds)] += 1

    def fault(self, text: str) -> None:
        """Note a fault of the load process's own; the run then ends in an error."""
        if len(self._faults) < MOST_TEXTS:
            self._faults.append(text)

    def write(self, folder: Path) -> None:
        """Write the figures into a file of this process."""
        data = {
            "rows": [
                {
                    "name": name,
                    "access": row.access,
                    "count": row.count,
                    "errors": row.errors,
                    "deviations": row.deviations,
                    "max": row.longest,
                    "times": sorted(row.times.items()),
                }
                for name, row in self._figures.items()
            ],
            "late": sorted(self._late.items()),
            "faults": self._faults,
            "texts": [[name, text, count] for (name, text), count in self._texts.items()],
            "seconds": [
                [*key, *counts, sorted(self._second_times[key].items())] for key, counts in self._seconds.items()
            ],
            "taken_count": self._taken_count,
            "taken": self._taken,
        }
        part = folder / f".samples-{os.getpid()}.part"
        part.write_text(json.dumps(data), "utf-8")
        part.replace(folder / f"samples-{os.getpid()}.json")
