"""What a generated document says where the schema leaves it open: how often, and which values.

`Content` knows the schema only and writes whatever it allows. `Plausible` (plausible.py) writes what a certificate
would say.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from xmlschema.validators import XsdSimpleType

from conformance.vectors.chooser import Chooser, chance, pick
from conformance.vectors.grammar import Attribute, Declared, Occurs
from conformance.vectors.simple_values import good_value, is_allowed, is_identifier

MANY = 3


@dataclass(slots=True)
class Frame:
    """The element being written: its local name, its parent's frame, which repetition it is (from 0), and what has
    been settled for it and everything below."""

    name: str
    parent: "Frame | None"
    index: int
    depth: int
    settled: dict[str, str] = field(default_factory=dict)

    def find(self, key: str) -> str:
        """Return what this element or the nearest ancestor has settled; empty when none has."""
        frame: Frame | None = self
        while frame is not None:
            if key in frame.settled:
                return frame.settled[key]
            frame = frame.parent
        return ""

    def under(self, name: str) -> bool:
        """Return whether an element of this name is the frame itself or an ancestor."""
        frame: Frame | None = self
        while frame is not None:
            if frame.name == name:
                return True
            frame = frame.parent
        return False


@lru_cache(maxsize=20_000)
def fits(kind: XsdSimpleType, text: str) -> bool:
    """Return whether a type allows a text; remembered, because plausible texts recur."""
    return is_allowed(kind, text)


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


class Content:
    """Whatever the schema allows. `richness` is how many of a hundred optional particles are written."""

    def __init__(self, richness: int = 30) -> None:
        self.richness = richness
        self._identifiers = 0

    def enter(self, name: str, parent: Frame | None, index: int, chooser: Chooser) -> Frame:  # noqa: ARG002
        """Begin an element and settle what its content shares."""
        return Frame(name, parent, index, parent.depth + 1 if parent else 0)

    def occurrences(self, frame: Frame, particle: Declared, chooser: Chooser) -> int:
        """Return how often to write an element in the element of `frame`."""
        return self.usual(frame, particle.minimum, particle.maximum, chooser)

    def least(self, frame: Frame, particle: Declared) -> int:  # noqa: ARG002 - for subclasses
        """Return how often an element must be written at least."""
        return particle.minimum

    def usual(self, frame: Frame, minimum: int, maximum: Occurs, chooser: Chooser) -> int:
        """Return an ordinary number of occurrences within bounds; the deeper, the fewer."""
        most = minimum + MANY if maximum is None else min(maximum, minimum + MANY)
        if most <= minimum or not chance(chooser, self.richness * 3 // (3 + frame.depth)):
            return minimum
        return chooser.integer(minimum, most) if minimum else chooser.integer(1, most)

    def text(self, frame: Frame, kind: XsdSimpleType, chooser: Chooser) -> str:  # noqa: ARG002 - for subclasses
        """Return a value for an element."""
        return self.any_value(kind, chooser)

    def any_value(self, kind: XsdSimpleType, chooser: Chooser) -> str:
        """Return any value a type allows; an identifier that no other element of the document has."""
        value = good_value(kind, chooser)
        if not is_identifier(kind):
            return value
        self._identifiers += 1
        return f"{value}-{self._identifiers}"

    def attribute(self, frame: Frame, attribute: Attribute, chooser: Chooser) -> str | None:  # noqa: ARG002
        """Return a value for an attribute, None to leave it out. Not asked for prohibited ones."""
        if attribute.use != "required" and not chance(chooser, self.richness // 2):
            return None
        return attribute.fixed if attribute.fixed is not None else self.any_value(attribute.kind, chooser)

    def option(self, frame: Frame, options: int, chooser: Chooser) -> int:  # noqa: ARG002 - for subclasses
        """Return which option of a choice to write."""
        return pick(chooser, range(options))
