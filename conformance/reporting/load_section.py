"""The figures of a load run (extras["load"], JSON) as the report shows them."""

import json
from dataclasses import dataclass
from typing import Any

from conformance.model.record import RunRecord

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 720, 220, 56, 24, 28, 10


@dataclass(frozen=True)
class LoadRow:
    """Figures of one kind of request; times in milliseconds from the intended start."""

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
class LoadView:
    """What a load run measured. `points` are (second, answers, failures, p95 in milliseconds)."""

    settings: tuple[tuple[str, str], ...]
    rows: tuple[LoadRow, ...]
    deviations: tuple[tuple[str, str, int], ...]
    points: tuple[tuple[int, int, int, float], ...]
    plot: "Plot | None"


@dataclass(frozen=True)
class Plot:
    """An SVG drawing in numbers: the line of the 95th percentile, the bars of answers and of failures, the scales."""

    width: int
    height: int
    line: str
    bars: tuple[tuple[float, float, float, float], ...]
    bad_bars: tuple[tuple[float, float, float, float], ...]
    ticks: tuple[tuple[float, str], ...]
    times: tuple[tuple[float, str], ...]
    most: int
    words: str


def load_view(record: RunRecord) -> LoadView | None:
    """Return the load section of a record, or None when it has none. Raises `ValueError` when it is not as written."""
    text = (record.extras or {}).get("load")
    if text is None:
        return None
    try:
        data: dict[str, Any] = json.loads(text)
        rows = tuple(LoadRow(**row) for row in data["rows"])
        points = tuple((int(p[0]), int(p[1]), int(p[2]), float(p[3])) for p in data["points"])
        deviations = tuple((str(d["name"]), str(d["text"]), int(d["count"])) for d in data["deviations"])
        settings = tuple((str(k), str(v)) for k, v in data["settings"].items())
    except (KeyError, TypeError, IndexError, AttributeError) as error:
        raise ValueError(f"the record's load figures are not as this version writes them: {error}") from error
    return LoadView(settings, rows, deviations, points, _plot(points))


def _plot(points: tuple[tuple[int, int, int, float], ...]) -> Plot | None:
    if len(points) < 2:  # noqa: PLR2004 - a line needs two points
        return None
    last = max(p[0] for p in points) + 1
    most = max(p[1] + p[2] for p in points) or 1
    peak = _round_up(max(p[3] for p in points))
    inner_w, inner_h = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    step = inner_w / last

    def x(second: float) -> float:
        return round(LEFT + second * step, 1)

    def y(share: float) -> float:
        return round(TOP + inner_h * (1 - share), 1)

    def bar(second: int, low: int, high: int) -> tuple[float, float, float, float]:
        top, bottom = y(high / most * 0.9), y(low / most * 0.9)
        return x(second), top, round(max(step * 0.8, 0.5), 1), round(bottom - top, 1)

    return Plot(
        width=WIDTH,
        height=HEIGHT,
        line=" ".join(f"{x(p[0] + 0.4)},{y(p[3] / peak)}" for p in points if p[1]),
        bars=tuple(bar(p[0], 0, p[1]) for p in points if p[1]),
        bad_bars=tuple(bar(p[0], p[1], p[1] + p[2]) for p in points if p[2]),
        ticks=tuple((y(part / 4), f"{peak * part / 4:g}") for part in range(5)),
        times=tuple((x(last * part / 4), f"{last * part / 4:.0f} s") for part in range(5)),
        most=most,
        words=f"95th percentile per second, highest {max(p[3] for p in points):.0f} ms; "
        f"at most {most} answers in a second; {sum(p[2] for p in points)} failures in all",
    )


def _round_up(value: float) -> float:
    """Return the next 1, 2, 4 or 8 times a power of ten, so that quarters of it are round."""
    scale = 1.0
    while scale * 10 <= value:
        scale *= 10
    return next((scale * f for f in (1, 2, 4, 8) if scale * f >= value), scale * 10)
