"""Figures of a load run: what was measured, and how it goes into a record and comes back (extras["load"])."""

import json
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True)
class LoadRow:
    """Figures of one kind of request; times in milliseconds from the moment the request was due.

    `rate` is requests a second, `error_share` (0 to 1) counts requests without a right answer: `errors` got none,
    `deviations` a wrong one.
    """

    name: str
    access: str
    count: int
    rate: float
    errors: int
    error_share: float
    deviations: int
    p50: float
    p90: float
    p95: float
    p99: float
    max: float


@dataclass(frozen=True)
class LoadPoint:
    """One second since the start: right answers, failures, and the 95th percentile of their times in milliseconds."""

    second: int
    good: int
    bad: int
    p95: float


@dataclass(frozen=True)
class LoadLimit:
    """What was agreed beside what was measured, in words; `kept` is a verdict's word."""

    requirement: str
    name: str
    agreed: str
    measured: str
    kept: str


@dataclass(frozen=True)
class LoadText:
    """What went wrong with one kind of request, and how often."""

    name: str
    text: str
    count: int


@dataclass(frozen=True)
class LoadFigures:
    """The load section of a report. `settings` are pairs of a name and a value, in the order they are shown."""

    settings: tuple[tuple[str, str], ...]
    rows: tuple[LoadRow, ...]
    points: tuple[LoadPoint, ...]
    limits: tuple[LoadLimit, ...]
    deviations: tuple[LoadText, ...]

    def to_json(self) -> str:
        """Return the figures as JSON text (schemas/json/report-1.json, `load`)."""
        return json.dumps(
            {
                "settings": dict(self.settings),
                "rows": [asdict(row) for row in self.rows],
                "points": [[point.second, point.good, point.bad, point.p95] for point in self.points],
                "limits": [asdict(limit) for limit in self.limits],
                "deviations": [asdict(text) for text in self.deviations],
            }
        )

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Return the figures of JSON text. Raises `ValueError` when it is not as this version writes it."""
        try:
            data: dict[str, Any] = json.loads(text)
            return cls(
                settings=tuple((str(name), str(value)) for name, value in data["settings"].items()),
                rows=tuple(LoadRow(**row) for row in data["rows"]),
                points=tuple(LoadPoint(int(s), int(good), int(bad), float(p)) for s, good, bad, p in data["points"]),
                # Records written before limits were shown have none.
                limits=tuple(LoadLimit(**limit) for limit in data.get("limits", ())),
                deviations=tuple(LoadText(**one) for one in data["deviations"]),
            )
        except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
            raise ValueError(f"the record's load figures are not as this version writes them: {error}") from error
