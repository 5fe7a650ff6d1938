"""The figures of a load run as the report shows them: tables, and drawings in numbers for the template's SVG."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from conformance.model.load import LoadFigures, LoadPoint, LoadRow
from conformance.model.record import RunRecord

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 720, 56, 16, 12, 24
COURSE_HEIGHT, SPREAD_ROW, SPREAD_LEFT = 170, 30, 190
MOST_BARS = 120
MILLISECONDS = 1000


@dataclass(frozen=True)
class Tick:
    """A mark on a scale: where it is, and what is written there."""

    at: float
    label: str


@dataclass(frozen=True)
class Bar:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Course:
    """How a run went over time: times as a line, answers and failures as bars, each on a scale of its own.

    `words` say the same for those who do not see it; `each` is how many seconds a bar or a step of the line covers.
    """

    width: int
    height: int
    lines: tuple[str, ...]
    dots: tuple[tuple[float, float], ...]
    time_scale: tuple[Tick, ...]
    good: tuple[Bar, ...]
    bad: tuple[Bar, ...]
    count_scale: tuple[Tick, ...]
    seconds: tuple[Tick, ...]
    each: int
    words: str


@dataclass(frozen=True)
class Spread:
    """Where the times of one kind of request lie on the scale: median, 95th and 99th percentile, the longest."""

    name: str
    y: float
    p50: float
    p95: float
    p99: float
    longest: float
    words: str


@dataclass(frozen=True)
class Spreads:
    """The spreads of all kinds of requests under one scale."""

    width: int
    height: int
    rows: tuple[Spread, ...]
    scale: tuple[Tick, ...]
    words: str


@dataclass(frozen=True)
class LoadView:
    """What the template needs."""

    figures: LoadFigures
    course: Course | None
    spreads: Spreads | None


def load_view(record: RunRecord) -> LoadView | None:
    """Return the load section of a record, or None when it has none. Raises `ValueError` when it is not as written."""
    text = (record.extras or {}).get("load")
    if text is None:
        return None
    figures = LoadFigures.from_json(text)
    return LoadView(figures, _course(figures.points), _spreads(figures.rows))


@dataclass(frozen=True)
class _Part:
    """Some seconds together: answers and failures a second, and the highest of their 95th percentiles."""

    begin: float
    good: float
    bad: float
    p95: float


def _parts(points: Sequence[LoadPoint]) -> tuple[int, tuple[_Part, ...]]:
    """Return how many seconds a part covers, and the parts: never more than can be told apart."""
    last = max(point.second for point in points) + 1
    each = max(1, math.ceil(last / MOST_BARS))
    groups: dict[int, list[LoadPoint]] = {}
    for point in points:
        groups.setdefault(point.second // each, []).append(point)
    return each, tuple(
        _Part(
            number * each,
            sum(point.good for point in group) / each,
            sum(point.bad for point in group) / each,
            max(point.p95 for point in group),
        )
        for number, group in sorted(groups.items())
    )


def _course(points: Sequence[LoadPoint]) -> Course | None:
    if len(points) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    each, parts = _parts(points)
    last = max(point.second for point in points) + 1
    step = (WIDTH - LEFT - RIGHT) / last
    slowest, most = max(part.p95 for part in parts), max(part.good + part.bad for part in parts)
    time_top, count_top = _round_up(slowest), _round_up(most)

    def x(second: float) -> float:
        return round(LEFT + second * step, 1)

    def y(share: float) -> float:
        return round(TOP + (COURSE_HEIGHT - TOP - BOTTOM) * (1 - share), 1)

    def bar(part: _Part, low: float, high: float) -> Bar:
        top, bottom = y(high / count_top), y(low / count_top)
        return Bar(x(part.begin), top, round(max(step * each * 0.85, 0.5), 1), round(bottom - top, 1))

    line = [(x(part.begin + each / 2), y(part.p95 / time_top)) for part in parts]
    bad = sum(point.bad for point in points)
    return Course(
        width=WIDTH,
        height=COURSE_HEIGHT,
        lines=_unbroken(parts, line, each),
        dots=tuple(line) if len(line) <= WIDTH // 24 else (),
        time_scale=tuple(Tick(y(part / 4), _time(time_top * part / 4)) for part in range(5)),
        good=tuple(bar(part, 0, part.good) for part in parts if part.good),
        bad=tuple(bar(part, part.good, part.good + part.bad) for part in parts if part.bad),
        count_scale=tuple(Tick(y(part / 4), f"{count_top * part / 4:g}") for part in range(5)),
        seconds=_seconds(last, x),
        each=each,
        words=f"Highest 95th percentile of a second: {_time(slowest)}. Requests a second: at most {most:g}. "
        f"Failures in all: {bad:,}.",
    )


def _unbroken(parts: Sequence[_Part], line: Sequence[tuple[float, float]], each: int) -> tuple[str, ...]:
    """Return the line in pieces: it is not drawn over seconds in which nothing was due."""
    pieces: list[list[tuple[float, float]]] = []
    before: float | None = None
    for part, place in zip(parts, line, strict=True):
        if before is None or part.begin - before > each:
            pieces.append([])
        pieces[-1].append(place)
        before = part.begin
    return tuple(" ".join(f"{x},{y}" for x, y in piece) for piece in pieces)


def _seconds(last: int, x: Callable[[float], float]) -> tuple[Tick, ...]:
    step = next(size for size in _steps() if last / size <= 6)  # noqa: PLR2004 - what fits on a telephone
    return tuple(Tick(x(second), _span(second)) for second in range(0, last + 1, step))


def _steps() -> Iterator[int]:
    yield from (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800)
    hour = 3600
    while True:
        yield hour
        hour *= 2


def _span(seconds: int) -> str:
    if seconds < 60 or seconds % 60:  # noqa: PLR2004 - a minute
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds % 3600 else f"{seconds // 3600} h"


def _spreads(rows: Sequence[LoadRow]) -> Spreads | None:
    shown = [row for row in rows if row.count and row.max > 0]
    if not shown:
        return None
    low = math.floor(math.log10(min(max(row.p50, 0.1) for row in shown)))
    high = max(math.ceil(math.log10(max(row.max for row in shown))), low + 1)

    def x(milliseconds: float) -> float:
        share = (math.log10(max(milliseconds, 10**low)) - low) / (high - low)
        return round(SPREAD_LEFT + share * (WIDTH - SPREAD_LEFT - RIGHT - 12), 1)

    height = TOP + SPREAD_ROW * len(shown) + BOTTOM
    return Spreads(
        width=WIDTH,
        height=height,
        rows=tuple(
            Spread(
                row.name, TOP + SPREAD_ROW * (place + 0.5), x(row.p50), x(row.p95), x(row.p99), x(row.max),
                f"{row.name}: median {_time(row.p50)}, 95th percentile {_time(row.p95)}, 99th {_time(row.p99)}, "
                f"longest {_time(row.max)}",
            )
            for place, row in enumerate(shown)
        ),
        scale=tuple(Tick(x(10.0**power), _time(10.0**power)) for power in range(low, high + 1)),
        words="; ".join(f"{row.name}: median {_time(row.p50)}, longest {_time(row.max)}" for row in shown),
    )  # fmt: skip


def _time(milliseconds: float) -> str:
    if milliseconds >= MILLISECONDS:
        return f"{milliseconds / MILLISECONDS:.3g} s"
    return f"{milliseconds:.3g} ms" if milliseconds else "0"


def _round_up(value: float) -> float:
    """Return the next 1, 2, 4 or 8 times a power of ten, so that quarters of it are round."""
    scale = 1.0
    while scale * 10 <= value:
        scale *= 10
    return next((scale * f for f in (1, 2, 4, 8) if scale * f >= value), scale * 10)
