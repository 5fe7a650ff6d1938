"""Frozen values of a schema set as this room reads it: what a document may hold, and nothing about how it was written.

Names of types, files, groups and prefixes are gone: two sets that accept the same documents come out the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias


class Name(NamedTuple):
    """An expanded name; the namespace is empty for names in none."""

    namespace: str
    local: str

    def __str__(self) -> str:
        """Return `Q{namespace}local`, or the local name alone."""
        return f"Q{{{self.namespace}}}{self.local}" if self.namespace else self.local


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a part of a set could not be used: `file` as in the set, `line` from 1 or None, `what` in one sentence."""

    file: str
    line: int | None
    what: str

    def __str__(self) -> str:
        """Return `file:line: what`."""
        return f"{self.file}:{self.line}: {self.what}" if self.line else f"{self.file}: {self.what}"


@dataclass(frozen=True, slots=True)
class Bound:
    """One end of an ordered range: a lexical value and whether the value itself belongs to the range."""

    value: str
    inclusive: bool


@dataclass(frozen=True, slots=True)
class Simple:
    """A simple type by what it accepts.

    `variety` is atomic, list, union, any or unknown (its definition is missing). `base` is the primitive type of an
    atomic one, `named` the nearest built-in type, for people. `patterns` is a conjunction of disjunctions, as the
    derivation steps gave them.
    """

    variety: str = "atomic"
    base: str = "string"
    named: str = "string"
    white: str = "preserve"
    item: "Simple | None" = None
    members: "tuple[Simple, ...]" = ()
    patterns: tuple[tuple[str, ...], ...] = ()
    enumeration: tuple[str, ...] | None = None
    least_length: int | None = None
    most_length: int | None = None
    total_digits: int | None = None
    fraction_digits: int | None = None
    low: Bound | None = None
    high: Bound | None = None


@dataclass(frozen=True, slots=True)
class Wildcard:
    """Which foreign names may stand somewhere.

    `allowed` lists the namespaces ("" for none); None means any but those in `refused`. `process` is strict, lax or
    skip.
    """

    allowed: frozenset[str] | None
    refused: frozenset[str] = frozenset()
    process: str = "strict"

    def admits(self, namespace: str) -> bool:
        """Return whether a name in this namespace may stand here."""
        return namespace not in self.refused if self.allowed is None else namespace in self.allowed

    def __str__(self) -> str:
        """Return the namespaces for a person."""
        if self.allowed is not None:
            return "names of " + (", ".join(sorted(uri or "no namespace" for uri in self.allowed)) or "nowhere")
        refused = sorted(uri or "no namespace" for uri in self.refused)
        return "any names" + (f" but those of {', '.join(refused)}" if refused else "")


@dataclass(frozen=True, slots=True)
class Group:
    """A model group: `model` is sequence, choice or all."""

    model: str
    parts: "tuple[Part, ...]"


Term: TypeAlias = "Name | Wildcard | Group"


@dataclass(frozen=True, slots=True)
class Part:
    """A particle: a term and how often it stands; `high` None means unbounded."""

    term: Term
    low: int = 1
    high: int | None = 1


EMPTY = Part(Group("sequence", ()))


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute an element may carry."""

    required: bool
    type: Simple
    default: str | None = None
    fixed: str | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """The default or fixed value of an element."""

    text: str
    fixed: bool


@dataclass(frozen=True, eq=False, slots=True)
class Element:
    """An element where it may stand. `type` is asked of the set, because types may contain themselves."""

    name: Name
    type: object
    nillable: bool = False
    value: Value | None = None
    constraints: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, slots=True)
class Complex:
    """What an element may hold: attributes, and a value or children.

    `simple` is the type of a value; else `content` is the normalised particle of the children and `elements` says
    what each of them is. `unknown` means that the definition is missing or broken.
    """

    label: str
    attributes: Mapping[Name, Attribute] = field(default_factory=dict)
    any_attribute: Wildcard | None = None
    simple: Simple | None = None
    content: Part = EMPTY
    elements: Mapping[Name, Element] = field(default_factory=dict)
    mixed: bool = False
    abstract: bool = False
    unknown: bool = False


BROKEN = Complex("unknown", unknown=True)
