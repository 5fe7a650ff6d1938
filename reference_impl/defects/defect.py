"""What a defect is."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference_impl.node import Node


@dataclass(frozen=True)
class Defect:
    """One named thing done wrong: a sentence about it, the requirements it breaks, and the patch itself."""

    name: str
    sentence: str
    requirements: tuple[str, ...]
    apply: "Callable[[Node], None]"


class Collection:
    """Defects of one file. `add` is used as a decorator on the function that patches a node."""

    def __init__(self) -> None:
        self.defects: list[Defect] = []

    def add(
        self, name: str, sentence: str, *requirements: str
    ) -> "Callable[[Callable[[Node], None]], Callable[[Node], None]]":
        """Register the decorated function as the patch of a defect."""

        def register(apply: "Callable[[Node], None]") -> "Callable[[Node], None]":
            self.defects.append(Defect(name, sentence, requirements, apply))
            return apply

        return register


def patch(target: object, **replacements: object) -> None:
    """Replace methods or attributes of a component that are there already; a misspelt one raises `AttributeError`."""
    for name, replacement in replacements.items():
        if not hasattr(target, name):
            raise AttributeError(f"{type(target).__name__} has no {name} to replace")
        setattr(target, name, replacement)
