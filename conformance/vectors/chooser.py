"""Where a generator's choices come from: a seed, for volume, or hypothesis, which can shrink what fails.

A walk asks for nothing but whole numbers within bounds, so that the same walk serves both, and so that a seed means
the same document on every machine and version of the libraries.
"""

from collections.abc import Callable, Sequence
from random import Random
from typing import Protocol, TypeVar

from hypothesis import strategies as st

Item = TypeVar("Item")


class Chooser(Protocol):
    """Gives whole numbers; the smallest is the simplest choice."""

    def integer(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        ...


class SeededChooser:
    """Choices by a seed."""

    def __init__(self, seed: int | str) -> None:
        self._random = Random(seed)  # noqa: S311 - test data, not secrets

    def integer(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low + int(self._random.random() * (high - low + 1))


class DrawnChooser:
    """Choices drawn by hypothesis inside a composite strategy."""

    def __init__(self, draw: Callable[[st.SearchStrategy[int]], int]) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """Return a number from `low` to `high`, both included."""
        return low if low == high else self._draw(st.integers(low, high))


class FirstChooser:
    """Always the simplest choice: for the smallest document there is."""

    def integer(self, low: int, high: int) -> int:  # noqa: ARG002 - the protocol's signature
        """Return `low`."""
        return low


def pick(chooser: Chooser, items: Sequence[Item]) -> Item:
    """Return one of the items; the first is the simplest."""
    return items[chooser.integer(0, len(items) - 1)]


def chance(chooser: Chooser, percent: int) -> bool:
    """Return True in so many of a hundred cases; False is the simplest."""
    return chooser.integer(1, 100) > 100 - percent
