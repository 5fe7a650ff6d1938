"""The grammar of a message: what xmlschema's component model says may be written, as frozen values.

Generators and mutations walk this and not the library's objects, so that they read alike for every schema set: a
published release, an imported national one, a draft.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import xmlschema
from xmlschema.validators import XsdAnyElement, XsdAttribute, XsdComplexType, XsdElement, XsdGroup, XsdSimpleType

from conformance.checks.schema_sets import described

Occurs = int | None
_ENDLESS = 10_000


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a type; `kind` is its simple type, `use` required, optional or prohibited."""

    name: str
    kind: XsdSimpleType
    use: str
    fixed: str | None


@dataclass(frozen=True, slots=True)
class Declared:
    """An element a content model declares, as one particle of it; `kind` is a key of `Grammar.kinds`.

    `concrete` names a type (prefixed) that must be given as xsi:type because the declared one is abstract. `maximum`
    None means unbounded.
    """

    name: str
    kind: str
    minimum: int
    maximum: Occurs
    fixed: str | None = None
    nillable: bool = False
    concrete: str = ""


@dataclass(frozen=True, slots=True)
class Wild:
    """A wildcard; `namespaces` are the library's words for what it admits."""

    component: Any
    minimum: int
    maximum: Occurs


@dataclass(frozen=True, slots=True)
class Group:
    """A sequence, choice or all group of particles."""

    model: str
    parts: "tuple[Particle, ...]"
    minimum: int
    maximum: Occurs


Particle = Declared | Group | Wild


@dataclass(frozen=True, slots=True)
class Kind:
    """A type: its attributes and either a simple `value` or a `content` model (both None: empty)."""

    name: str
    attributes: tuple[Attribute, ...]
    any_attribute: bool
    value: XsdSimpleType | None
    content: Group | None
    mixed: bool

    def elements(self) -> Iterator[Declared]:
        """Yield the element particles of the content model, in the order of the schema."""
        if self.content is not None:
            yield from elements_of(self.content)


@dataclass(frozen=True, slots=True)
class Grammar:
    """A message: its root, its types by key, and a prefix for each namespace (the schema's own where it has one).

    `heights` says for each type how many levels its smallest content has. `unique` says that the schema has identity
    constraints, which a grammar cannot keep by construction.
    """

    root: Declared
    kinds: dict[str, Kind]
    heights: dict[str, int]
    prefixes: dict[str, str]
    unique: bool

    def kind(self, declared: Declared) -> Kind:
        """Return the type of an element."""
        return self.kinds[declared.kind]

    def shown(self, name: str) -> str:
        """Return a name in Clark notation as it is written in a document."""
        uri, _, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        prefix = self.prefixes.get(uri, "")
        return f"{prefix}:{local}" if prefix else local


def elements_of(particle: Particle) -> Iterator[Declared]:
    """Yield the element particles below a particle, in the order of the schema."""
    if isinstance(particle, Declared):
        yield particle
    elif isinstance(particle, Group):
        for part in particle.parts:
            yield from elements_of(part)


def particle_height(particle: Particle, known: dict[str, int]) -> int:
    """Return how many levels the smallest content of a particle has, given the heights of types."""
    if particle.minimum == 0 or isinstance(particle, Wild):
        return 0
    if isinstance(particle, Declared):
        return 1 + known[particle.kind]
    inner = [particle_height(part, known) for part in particle.parts] or [0]
    return min(inner) if particle.model == "choice" else max(inner)


def _heights(kinds: dict[str, Kind]) -> dict[str, int]:
    known = dict.fromkeys(kinds, _ENDLESS)
    changed = True
    while changed:
        changed = False
        for name, kind in kinds.items():
            height = 0 if kind.content is None else particle_height(kind.content, known)
            if height < known[name]:
                known[name], changed = height, True
    return known


@lru_cache(maxsize=8)
def grammar_of(file: Path, root: str = "") -> Grammar:
    """Return the grammar of the message whose schema file is given.

    `root` is the root element's local name; without it the only global element of the file is taken, or the first one
    that no other element of the file uses. Raises `ValueError` when there is none, and what xmlschema raises when the
    set does not load.
    """
    schema = described(file)
    return _Reader(schema).read(_root(schema, root, file))


def _root(schema: xmlschema.XMLSchema10, name: str, file: Path) -> XsdElement:
    own = [element for element in schema.elements.values() if not element.abstract]
    if name:
        own = [element for element in own if element.local_name == name]
    if len(own) > 1:
        used = {part.name for part in schema.maps.iter_components(XsdElement) if getattr(part, "ref", None) is not None}
        own = [element for element in own if element.name not in used] or own
    if not own:
        raise ValueError(f"{file.name} declares no element {name or 'that could be a root'}")
    return own[0]


class _Reader:
    """Turns the components of one schema into kinds, each once."""

    def __init__(self, schema: xmlschema.XMLSchema10) -> None:
        self._schema = schema
        self._kinds: dict[str, Kind | None] = {}
        self._keys: dict[int, str] = {}
        self._prefixes = _prefixes(schema)

    def read(self, root: XsdElement) -> Grammar:
        """Return the grammar below a root element."""
        declared = self._declared(root, 1, 1)[0]
        kinds = {key: kind for key, kind in self._kinds.items() if kind is not None}
        kinds[""] = Kind("", (), True, None, None, True)  # of what stands for a wildcard
        unique = any(getattr(part, "identities", None) for part in self._schema.maps.iter_components(XsdElement))
        return Grammar(declared, kinds, _heights(kinds), self._prefixes, bool(unique))

    def _named(self, name: str) -> str:
        uri, _, local = name[1:].rpartition("}") if name.startswith("{") else ("", "", name)
        prefix = self._prefixes.get(uri, "")
        return f"{prefix}:{local}" if prefix else local

    def _kind(self, component: Any, owner: str) -> str:
        """Read a type once and return its key."""
        if id(component) in self._keys:
            return self._keys[id(component)]
        key = self._named(component.name) if component.name else f"type of {owner}"
        while key in self._kinds:
            key += "'"
        self._keys[id(component)] = key
        self._kinds[key] = None  # a type may contain itself
        if isinstance(component, XsdSimpleType):
            self._kinds[key] = Kind(key, (), False, component, None, False)
            return key
        attributes = tuple(
            Attribute(name, part.type, part.use, part.fixed)
            for name, part in component.attributes.items()
            if name is not None and isinstance(part, XsdAttribute)
        )
        content = component.content
        value = content if isinstance(content, XsdSimpleType) else None
        group = self._group(content) if isinstance(content, XsdGroup) else None
        loose = None in component.attributes
        self._kinds[key] = Kind(key, attributes, loose, value, group, bool(component.mixed))
        return key

    def _group(self, group: XsdGroup) -> Group:
        parts: list[Particle] = []
        for part in group:
            if isinstance(part, XsdGroup):
                parts.append(self._group(part))
            elif isinstance(part, XsdAnyElement):
                parts.append(Wild(part, part.min_occurs, part.max_occurs))
            elif isinstance(part, XsdElement):
                options = self._declared(part, part.min_occurs, part.max_occurs)
                if len(options) == 1:
                    parts.append(options[0])
                elif options:
                    single = tuple(self._declared(part, 1, 1))
                    parts.append(Group("choice", single, part.min_occurs, part.max_occurs))
        return Group(group.model, tuple(parts), group.min_occurs, group.max_occurs)

    def _declared(self, element: XsdElement, minimum: int, maximum: Occurs) -> list[Declared]:
        """Return the element, or the members of its substitution group when there are any."""
        members = (
            [element, *element.iter_substitutes()] if element.ref is not None or element.is_global() else [element]
        )
        found: list[Declared] = []
        for member in members:
            base = member if member.ref is None else member.ref
            if getattr(base, "abstract", False):
                continue
            kind: Any = base.type
            concrete = ""
            if getattr(kind, "abstract", False):
                kind = next((other for other in self._derived(kind) if not other.abstract), None)
                if kind is None:
                    continue
                concrete = self._named(kind.name or "")
            key = self._kind(kind, base.local_name or "")
            found.append(Declared(base.name, key, minimum, maximum, base.fixed, bool(base.nillable), concrete))
        return found

    def _derived(self, kind: Any) -> Iterator[Any]:
        for other in self._schema.maps.types.values():
            if isinstance(other, XsdComplexType) and other is not kind and other.is_derived(kind):
                yield other


def _prefixes(schema: xmlschema.XMLSchema10) -> dict[str, str]:
    """Return a prefix for each namespace: the schema's own, else one of our making; none for no namespace."""
    taken: dict[str, str] = {"": ""}
    for uri, modules in schema.maps.namespaces.items():
        if not uri or "www.w3.org" in uri:
            continue
        own = [prefix for module in modules for prefix, bound in module.namespaces.items() if bound == uri and prefix]
        taken[uri] = next((prefix for prefix in own if prefix not in taken.values()), f"n{len(taken)}")
    return taken
