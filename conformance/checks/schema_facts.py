"""What a type of a schema set says of its elements, read once, and what has been found to be in order by it before.

Documents of one archive are much alike: the same children under the same parents, the same units, codes and dates. An
element is looked at closely when it is the first of its like. What is kept is bounded, so memory stays flat.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

import xmlschema
from xmlschema.validators import XsdAttributeGroup, XsdElement, XsdGroup, XsdSimpleType, XsdType

from conformance.checks.schema_align import Particle
from conformance.checks.schema_model import flat, is_choice, normal

_ANYTHING = frozenset(f"{{http://www.w3.org/2001/XMLSchema}}{name}" for name in ("string", "normalizedString", "token"))
# Of one type so many values or lists of children are kept, and none that is longer than so many characters or names.
_KEPT, _LONG_VALUE, _LONG_LIST = 1000, 100, 200

Attributes = tuple[tuple[str, str], ...]


@dataclass(eq=False, slots=True)
class Facts:
    """A type: its attributes, and either the simple type of its value or what its group of children declares."""

    kind: XsdType | None
    attributes: XsdAttributeGroup | None
    holds_value: bool
    simple: XsdSimpleType | None
    group: XsdGroup | None
    own: dict[str, XsdElement]
    folded: dict[str, str]
    parts: list[Particle] | None
    choice: bool
    takes_anything: bool
    _attributes: set[Attributes] = field(default_factory=set)
    _children: dict[tuple[str, ...], tuple["Child", ...]] = field(default_factory=dict)
    _values: dict[str, bool] = field(default_factory=dict)

    def accepts(self, text: str) -> bool:
        """Return whether xmlschema finds a text to be a value of the type."""
        if self.simple is None or self.takes_anything:
            return True
        known = self._values.get(text)
        if known is None:
            known = next(self.simple.iter_errors(normal(text, self.simple)), None) is None
            if len(text) <= _LONG_VALUE:
                _room(self._values)
                self._values[text] = known
        return known

    def are_fine(self, attributes: Attributes) -> bool:
        """Return whether nothing was found about these attributes before."""
        return attributes in self._attributes

    def note_attributes(self, attributes: Attributes) -> None:
        """Remember that there is nothing to say about these attributes."""
        if all(len(value) <= _LONG_VALUE for _, value in attributes):
            _room(self._attributes)
            self._attributes.add(attributes)

    def declared(self, tags: tuple[str, ...]) -> "tuple[Child, ...] | None":
        """Return what is declared for children about whose names there was nothing to say before, else None."""
        return self._children.get(tags)

    def note_children(self, tags: tuple[str, ...], facts_of_type: "FactsOf") -> None:
        """Remember that there is nothing to say about children of these names."""
        if self.group is not None and (self.parts is not None or self.choice) and len(tags) <= _LONG_LIST:
            _room(self._children)
            declared = [self.own[tag] for tag in tags]
            self._children[tags] = tuple(_child(one, facts_of_type(one.type)) for one in declared)


class Child(NamedTuple):
    """What is declared for a child; `plain` when it holds a value that the type alone decides about."""

    declaration: XsdElement
    facts: Facts
    plain: bool


def _child(declaration: XsdElement, facts: Facts) -> Child:
    plain = facts.holds_value and declaration.fixed is None and declaration.default is None
    return Child(declaration, facts, plain)


def _room(kept: set[Attributes] | dict[str, bool] | dict[tuple[str, ...], tuple[Child, ...]]) -> None:
    if len(kept) >= _KEPT:
        kept.clear()


class FactsOf:
    """The facts of each type of one schema set."""

    def __init__(self) -> None:
        self._known: dict[int, Facts] = {}

    def __call__(self, kind: XsdType | None) -> Facts:
        """Return the facts of a type, the same object each time."""
        # A type lives as long as its facts, which hold it; so its identity stands for nothing else.
        facts = self._known.get(id(kind))
        if facts is None:
            facts = self._known[id(kind)] = _read(kind)
        return facts


def _read(kind: XsdType | None) -> Facts:
    attributes = getattr(kind, "attributes", None)
    holds_value = kind is not None and (kind.is_simple() or kind.has_simple_content())
    content = getattr(kind, "content", None)
    simple = kind if isinstance(kind, XsdSimpleType) else content if isinstance(content, XsdSimpleType) else None
    group = content if isinstance(content, XsdGroup) else None
    own = (
        {part.name: part for part in group.iter_elements() if isinstance(part, XsdElement)} if group is not None else {}
    )
    return Facts(
        kind,
        attributes if isinstance(attributes, XsdAttributeGroup) else None,
        holds_value,
        simple,
        group,
        own,
        {name.lower(): name for name in own},
        flat(group) if group is not None else None,
        group is not None and is_choice(group),
        simple is not None and simple.name in _ANYTHING,
    )


@lru_cache(maxsize=8)
def facts_of(schema: xmlschema.XMLSchema10) -> FactsOf:
    """Return the facts of a schema set."""
    assert schema is not None  # noqa: S101 - the set is the key: its types live as long as these facts
    return FactsOf()
