"""Figures of the load processes put together: percentiles, error shares, the course over time."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.model.load import LoadPoint, LoadRow, LoadText

STEP = math.log(1.01)  # as load/load_samples.py writes it: a bucket is one per cent wide
MOST_TEXTS = 100
CROWD = "limited"  # is held back on purpose, so its failures are none of the service's


@dataclass(frozen=True)
class Taken:
    """A message the partner has taken (250): number and SHA-256 of its certificate, and how often it was sent."""

    number: str
    sha256: str
    times: int


@dataclass(frozen=True)
class Figures:
    """A whole load run.

    `rows` are figures by kind of request, `totals` by access, `thirds` by access for those due in the first and in the
    last third of the time. `points` are the seconds of all accesses but the crowd's, `courses` those of each.
    `late_p95` is the judge's own lateness in milliseconds. `taken` is a random part of the `taken_count` messages that
    were taken.
    """

    rows: tuple[LoadRow, ...] = ()
    totals: Mapping[str, LoadRow] = field(default_factory=dict)
    thirds: Mapping[str, tuple[LoadRow, LoadRow]] = field(default_factory=dict)
    texts: tuple[LoadText, ...] = ()
    points: tuple[LoadPoint, ...] = ()
    courses: Mapping[str, tuple[LoadPoint, ...]] = field(default_factory=dict)
    late_p95: float = 0.0
    faults: tuple[str, ...] = ()
    processes: int = 0
    taken_count: int = 0
    taken: tuple[Taken, ...] = ()

    def row(self, name: str) -> LoadRow | None:
        """Return the figures of one kind of request, or None when none was sent."""
        return next((row for row in self.rows if row.name == name), None)


_Second = tuple[str, int, int, int, Counter[int]]


def read_figures(folder: Path, seconds: float) -> Figures:
    """Read what the load processes wrote into a folder; `seconds` is how long requests were sent."""
    files = [json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("samples-*.json"))]
    by_name: dict[tuple[str, str], list[Mapping[str, Any]]] = defaultdict(list)
    for row in (row for data in files for row in data["rows"]):
        by_name[row["access"], row["name"]].append(row)
    by_access: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for (access, _), rows in by_name.items():
        by_access[access].extend(rows)
    texts: Counter[tuple[str, str]] = Counter()
    for name, text, count in (entry for data in files for entry in data["texts"]):
        texts[name, text] += count
    course = [(a, s, good, bad, Counter(dict(h))) for data in files for a, s, good, bad, h in data["seconds"]]
    return Figures(
        rows=tuple(_row(name, access, rows, seconds) for (access, name), rows in sorted(by_name.items())),
        totals={access: _row(access, access, rows, seconds) for access, rows in by_access.items()},
        thirds={access: _thirds(access, course, seconds) for access in by_access},
        texts=tuple(LoadText(name, text, count) for (name, text), count in texts.most_common(MOST_TEXTS)),
        points=_points(one for one in course if one[0] != CROWD),
        courses={access: _points(one for one in course if one[0] == access) for access in by_access},
        late_p95=_percentile(_merged(data["late"] for data in files), 0.95),
        faults=tuple(fault for data in files for fault in data["faults"]),
        processes=len(files),
        taken_count=sum(data["taken_count"] for data in files),
        taken=tuple(Taken(*one) for data in files for one in data["taken"]),
    )


def _row(name: str, access: str, rows: Iterable[Mapping[str, Any]], seconds: float) -> LoadRow:
    rows = list(rows)
    times = _merged(row["times"] for row in rows)
    count, errors, wrong = (sum(row[key] for row in rows) for key in ("count", "errors", "deviations"))
    return _of_times(name, access, times, (count, errors, wrong), max((r["max"] for r in rows), default=0.0), seconds)


def _thirds(access: str, course: Iterable[_Second], seconds: float) -> tuple[LoadRow, LoadRow]:
    parts: list[LoadRow] = []
    course = [one for one in course if one[0] == access]
    for begin, end in ((0.0, seconds / 3), (seconds * 2 / 3, seconds)):
        chosen = [one for one in course if begin <= one[1] < end]
        times: Counter[int] = Counter()
        for _, _, _, _, histogram in chosen:
            times.update(histogram)
        count, bad = sum(one[2] + one[3] for one in chosen), sum(one[3] for one in chosen)
        longest = _edge(max(times)) if times else 0.0
        parts.append(_of_times(access, access, times, (count, bad, 0), longest, seconds / 3))
    return parts[0], parts[1]


def _of_times(
    name: str, access: str, times: Mapping[int, int], counts: tuple[int, int, int], longest: float, seconds: float
) -> LoadRow:
    count, errors, wrong = counts
    p50, p90, p95, p99 = (min(_percentile(times, share), longest) for share in (0.5, 0.9, 0.95, 0.99))
    share = round((errors + wrong) / count, 6) if count else 0.0
    return LoadRow(name, access, count, round(count / seconds, 2), errors, share, wrong, p50, p90, p95, p99, longest)


def _points(course: Iterable[_Second]) -> tuple[LoadPoint, ...]:
    good: Counter[int] = Counter()
    bad: Counter[int] = Counter()
    times: dict[int, Counter[int]] = defaultdict(Counter)
    for _, second, answers, failures, histogram in course:
        good[second] += answers
        bad[second] += failures
        times[second].update(histogram)
    return tuple(LoadPoint(s, good[s], bad[s], _percentile(times[s], 0.95)) for s in sorted(times))


def _merged(histograms: Iterable[list[list[int]]]) -> Counter[int]:
    merged: Counter[int] = Counter()
    for histogram in histograms:
        for bucket, count in histogram:
            merged[bucket] += count
    return merged


def _percentile(times: Mapping[int, int], share: float) -> float:
    """Return the time below which `share` of all lie (nearest rank), at most one per cent too high; 0 for none."""
    rank = math.ceil(sum(times.values()) * share)
    for bucket in sorted(times):
        rank -= times[bucket]
        if rank <= 0:
            return _edge(bucket)
    return 0.0


def _edge(bucket: int) -> float:
    return round(math.exp(bucket * STEP), 2)
