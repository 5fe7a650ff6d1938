"""What can change between two schema sets, and what a change does to the documents."""

from dataclasses import dataclass, field
from enum import StrEnum

from conformance.revision.model import Problem


class Kind(StrEnum):
    """The kinds of change."""

    NAMESPACE = "namespace-changed"
    ELEMENT_ADDED = "element-added"
    ELEMENT_REMOVED = "element-removed"
    ELEMENT_RENAMED = "element-renamed"
    ELEMENT_MOVED = "element-moved"
    OCCURRENCE = "occurrence-changed"
    ORDER = "order-changed"
    MODEL = "model-changed"
    TYPE = "type-changed"
    FACET = "facet-changed"
    VALUE_ADDED = "enumeration-value-added"
    VALUE_REMOVED = "enumeration-value-removed"
    ATTRIBUTE_ADDED = "attribute-added"
    ATTRIBUTE_REMOVED = "attribute-removed"
    ATTRIBUTE = "attribute-changed"
    WILDCARD = "wildcard-changed"
    NILLABLE = "nillable-changed"


class Effect(StrEnum):
    """What a change does to the set of documents accepted."""

    NARROWING = "narrowing"
    WIDENING = "widening"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Step:
    """One change at an element or below it: `under` is empty, the name of a child, or `@` and that of an attribute.

    `value` is the enumerated value that came or went.
    """

    kind: Kind
    under: str
    detail: str
    effect: Effect
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `path` is the element path from the message root, without prefixes.

    `value` is the enumerated value that came or went.
    """

    kind: Kind
    path: str
    detail: str
    effect: Effect
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two sets.

    `backward` says that every document of the old set is one of the new, `forward` the reverse; they count only what
    could be read. `problems` are of the old and of the new set. `cut` says that there are more changes than listed.
    """

    changes: tuple[Change, ...]
    backward: bool
    forward: bool
    problems_before: tuple[Problem, ...] = ()
    problems_after: tuple[Problem, ...] = ()
    cut: bool = False
    renamed: dict[str, str] = field(default_factory=dict)
