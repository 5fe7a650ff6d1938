"""One measured figure beside its budget, and how the benchmarks tell it."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

VARIABLE = "ECERT_BENCH_OUT"


@dataclass(frozen=True)
class Figure:
    """What was measured. `budget` is None for a figure that is only told; `most` tells whether it is an upper bound."""

    name: str
    value: float
    unit: str
    budget: float | None = None
    most: bool = True

    @property
    def kept(self) -> bool:
        """Whether the budget is kept; true without one."""
        if self.budget is None:
            return True
        return self.value <= self.budget if self.most else self.value >= self.budget

    def agreed(self) -> str:
        """Return the budget in words."""
        return (
            ""
            if self.budget is None
            else f"{'at most' if self.most else 'at least'} {self.budget:g} {self.unit}".strip()
        )

    def measured(self) -> str:
        """Return the value in words."""
        return (
            f"{self.value:,.2f} {self.unit}".strip() if self.value < 100 else f"{self.value:,.0f} {self.unit}".strip()
        )


@dataclass(frozen=True)
class Told:
    """What one benchmark measured, or why it was left out."""

    figures: tuple[Figure, ...] = ()
    skipped: str = ""

    def say(self) -> int:
        """Print the figures, write them where `benchmarks.run` wants them, return 1 when a budget is not kept."""
        for figure in self.figures:
            note = f" ({figure.agreed()})" if figure.budget is not None else ""
            print(f"{figure.name}: {figure.measured()}{note}{'' if figure.kept else '  NOT KEPT'}")
        if self.skipped:
            print(f"skipped: {self.skipped}")
        if place := os.environ.get(VARIABLE):
            Path(place).write_text(json.dumps(asdict(self)), "utf-8")
        return 0 if all(figure.kept for figure in self.figures) else 1

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what a benchmark wrote."""
        data = json.loads(path.read_text("utf-8"))
        return cls(tuple(Figure(**figure) for figure in data["figures"]), data["skipped"])
