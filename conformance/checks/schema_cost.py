"""What explaining faults against a schema has cost in this process."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """Documents whose faults were explained, and those xmlschema was asked about as a whole; seconds of each.

    The seconds of explaining include those of asking.
    """

    explained: int = 0
    explaining: float = 0.0
    asked: int = 0
    asking: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        """Return both together."""
        return Cost(
            self.explained + other.explained, self.explaining + other.explaining, self.asked + other.asked,
            self.asking + other.asking,
        )  # fmt: skip


_so_far: Cost | None = None


def note(cost: Cost) -> None:
    """Add to what was noted since the last `taken`."""
    global _so_far  # noqa: PLW0603 - one sum for the process, whoever checks in it
    _so_far = cost if _so_far is None else _so_far + cost


def taken() -> Cost | None:
    """Return what was noted since this was last called, None when nothing was."""
    global _so_far
    cost, _so_far = _so_far, None
    return cost
