"""Figures of the load processes put together: percentiles, error shares, the course over time."""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STEP = math.log(1.01)  # as load/load_samples.py writes it: a bucket is one per cent wide


@dataclass(frozen=True)
class Row:
    """Figures of one kind of request; times in milliseconds from the moment the request was due."""

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
class Figures:
    """A whole load run. `texts` are (request, what went wrong, how often); `late_p95` is the judge's own lateness."""

    rows: tuple[Row, ...]
    totals: Mapping[str, Row]
    texts: tuple[tuple[str, str, int], ...]
    points: tuple[tuple[int, int, int, float], ...]
    late_p95: float
    faults: tuple[str, ...]
    processes: int


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
    return Figures(
        rows=tuple(_row(name, access, rows, seconds) for (access, name), rows in sorted(by_name.items())),
        totals={access: _row(access, access, rows, seconds) for access, rows in by_access.items()},
        texts=tuple((name, text, count) for (name, text), count in texts.most_common(100)),
        points=_points(entry for data in files for entry in data["seconds"]),
        late_p95=_percentile(_merged(data["late"] for data in files), 0.95),
        faults=tuple(fault for data in files for fault in data["faults"]),
        processes=len(files),
    )


def _row(name: str, access: str, rows: Iterable[Mapping[str, Any]], seconds: float) -> Row:
    rows = list(rows)
    times = _merged(row["times"] for row in rows)
    count, errors, wrong = (sum(row[key] for row in rows) for key in ("count", "errors", "deviations"))
    longest = max((row["max"] for row in rows), default=0.0)
    p50, p90, p95, p99 = (min(_percentile(times, share), longest) for share in (0.5, 0.9, 0.95, 0.99))
    share = round((errors + wrong) / count, 6) if count else 0.0
    return Row(name, access, count, round(count / seconds, 2), errors, share, wrong, p50, p90, p95, p99, longest)


def _points(entries: Iterable[list[Any]]) -> tuple[tuple[int, int, int, float], ...]:
    good: Counter[int] = Counter()
    bad: Counter[int] = Counter()
    times: dict[int, Counter[int]] = defaultdict(Counter)
    for second, answers, failures, histogram in entries:
        good[second] += answers
        bad[second] += failures
        times[second].update(dict(histogram))
    return tuple((second, good[second], bad[second], _percentile(times[second], 0.95)) for second in sorted(times))


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
            return round(math.exp(bucket * STEP), 2)
    return 0.0
