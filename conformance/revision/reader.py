"""A schema set read into what its documents may hold: elements, content and attributes, however they are written."""

from dataclasses import replace

from lxml import etree

from conformance.revision.attribute_reader import AttributeReader
from conformance.revision.derived import concrete_types
from conformance.revision.element_reader import declared_element
from conformance.revision.files import XSD, Folder
from conformance.revision.model import BROKEN, Complex, Element, Group, Name, Part, Simple, Wildcard
from conformance.revision.normal import normalised
from conformance.revision.particle_reader import PARTICLES, ParticleReader, true
from conformance.revision.simple import BUILT_IN, UNKNOWN
from conformance.revision.simple_reader import MOST_DERIVATIONS, XSD_URI, SimpleReader
from conformance.revision.symbols import Declared, Document, Symbols, collect, means_redefined, qualified
from conformance.revision.wildcards import joined

_ANY_WILD = Wildcard(None, process="lax")
ANY_TYPE = Complex("anyType", {}, _ANY_WILD, content=Part(_ANY_WILD, 0, None), mixed=True)


class SchemaSet:
    """A schema set: its roots, and the type of any element in it. Problems are collected as parts are read."""

    def __init__(self, folder: Folder) -> None:
        self.symbols: Symbols = collect(folder)
        self._simple = SimpleReader(self.symbols)
        self._attributes = AttributeReader(self.symbols, self._simple)
        self._types: dict[etree._Element, Complex] = {}
        self._open: list[etree._Element] = []
        self._particles = ParticleReader(self.symbols)
        self._labels: set[str] | None = None
        self.roots: dict[Name, Element] = {}
        for name in self.symbols.roots():
            declared = self.symbols.tables["element"][name]
            self.roots[name] = self._global(name, declared)

    def type_of(self, element: Element) -> Complex:
        """Return what an element may hold."""
        if isinstance(element.type, Complex):
            return element.type
        node, document = element.type if isinstance(element.type, tuple) else (None, None)
        if node is None or document is None:
            return BROKEN
        return self._type_at(node, document)

    def read_all(self) -> None:
        """Read everything that documents can have, so that all problems are known."""
        seen: set[Complex] = set()
        waiting = list(self.roots.values())
        while waiting:
            kind = self.type_of(waiting.pop())
            for one in (kind, *(self.stand_ins(kind).values() if kind.abstract else ())):
                if one not in seen:
                    seen.add(one)
                    waiting.extend(one.elements.values())

    def stand_ins(self, kind: Complex) -> dict[Name, Complex]:
        """Return the types that a document may name in the place of an abstract one, by their names."""
        found = {}
        for node, made in list(self._types.items()):
            if made is kind:
                found.update(concrete_types(self.symbols, node))
        return {name: self._defined(one.node, one.document) for name, one in found.items()}

    def declares_type(self, label: str) -> bool:
        """Return whether the set has a type of this local name; it has all the built-in ones."""
        if self._labels is None:
            self._labels = {name.local for name in self.symbols.tables["type"]} | set(BUILT_IN) | {"anyType"}
        return label in self._labels

    def global_elements(self) -> dict[Name, Element]:
        """Return every global element that could be a message root."""
        table = self.symbols.tables["element"]
        return {name: self._global(name, declared) for name, declared in table.items()}

    def _global(self, name: Name, declared: Declared) -> Element:
        return declared_element(name, declared.node, declared.document)

    def _type_at(self, node: etree._Element, document: Document) -> Complex:
        """Return the type of an element declaration."""
        text = node.get("type")
        if text is not None:
            name = qualified(text, node, document)
            if name is None:
                self.symbols.trouble(node, document, f"the prefix of {text} is not declared")
                return BROKEN
            return self._named(name, node, document)
        inner = next(node.iterchildren(f"{XSD}complexType", f"{XSD}simpleType"), None)
        if inner is not None:
            return self._defined(inner, document)
        head = qualified(node.get("substitutionGroup", ""), node, document) if node.get("substitutionGroup") else None
        declared = self.symbols.find("element", head) if head else None
        if declared is not None and declared.node is not node and len(self._open) < MOST_DERIVATIONS:
            self._open.append(node)
            try:
                return self._type_at(declared.node, declared.document)
            finally:
                self._open.pop()
        return ANY_TYPE

    def _named(self, name: Name, node: etree._Element, document: Document) -> Complex:
        if name.namespace == XSD_URI:
            return ANY_TYPE if name.local == "anyType" else self._valued(self._simple.named(name, node, document))
        declared = self.symbols.find("type", name)
        if declared is None:
            self.symbols.trouble(node, document, f"the type {name} is not declared")
            return BROKEN
        if declared.before is not None and means_redefined(declared, node):
            declared = declared.before
        return self._defined(declared.node, declared.document)

    @staticmethod
    def _valued(simple: Simple, label: str = "") -> Complex:
        if simple is UNKNOWN:
            return BROKEN
        return Complex(label or simple.named, simple=simple)

    def _defined(self, node: etree._Element, document: Document) -> Complex:
        if node in self._types:
            return self._types[node]
        if node in self._open or len(self._open) >= MOST_DERIVATIONS:
            self.symbols.trouble(node, document, "the type is derived from itself, or in too many steps")
            return BROKEN
        self._open.append(node)
        try:
            label = node.get("name") or "anonymous type"
            if node.tag == f"{XSD}simpleType":
                made = self._valued(self._simple.of(node, document), label)
            else:
                made = self._complex(node, document, label)
        finally:
            self._open.pop()
        self._types[node] = made
        return made

    def _complex(self, node: etree._Element, document: Document, label: str) -> Complex:
        abstract = node.get("abstract") in ("true", "1")
        outer = next(node.iterchildren(f"{XSD}simpleContent", f"{XSD}complexContent"), None)
        mixed = true(node.get("mixed")) or (outer is not None and true(outer.get("mixed")))
        if outer is None:
            made = self._with_own(Complex(label, mixed=mixed), node, document)
            return replace(made, abstract=abstract)
        step = next(outer.iterchildren(f"{XSD}extension", f"{XSD}restriction"), None)
        name = qualified(step.get("base", ""), step, document) if step is not None else None
        if step is None or name is None:
            self.symbols.trouble(outer, document, "neither extension nor restriction of a known base")
            return BROKEN
        base = self._named(name, step, document)
        if base.unknown:
            return BROKEN
        extends = step.tag == f"{XSD}extension"
        if outer.tag == f"{XSD}simpleContent":
            made = self._simple_content(base, step, document, extends=extends)
        elif extends:
            made = self._with_own(replace(base, mixed=mixed or base.mixed), step, document)
        else:
            start = Complex(label, base.attributes, None, mixed=mixed)
            made = self._with_own(start, step, document)
        return replace(made, label=label, abstract=abstract)

    def _simple_content(self, base: Complex, step: etree._Element, document: Document, *, extends: bool) -> Complex:
        simple = base.simple
        own = next(step.iterchildren(f"{XSD}simpleType"), None)
        if not extends and own is not None:
            simple = self._simple.of(own, document)
        if simple is None:
            self.symbols.trouble(step, document, f"{base.label} has no simple content to build on")
            return BROKEN
        if not extends:
            simple = self._simple.restricted(simple, step, document)
        if simple is UNKNOWN:
            return BROKEN
        attributes, wild = self._attributes.of(step, document, base.attributes)
        if extends:
            wild = joined(base.any_attribute, wild)
        return Complex(base.label, attributes, wild, simple)

    def _with_own(self, base: Complex, node: etree._Element, document: Document) -> Complex:
        """Return a type with the children and attributes that a definition adds to its base."""
        attributes, wild = self._attributes.of(node, document, base.attributes)
        wild = joined(base.any_attribute, wild)
        particle = next(node.iterchildren(*PARTICLES), None)
        if particle is None:
            return replace(base, attributes=attributes, any_attribute=wild)
        if base.simple is not None:
            self.symbols.trouble(node, document, f"{base.label} has simple content; children cannot be added")
            return BROKEN
        elements = dict(base.elements)
        own = self._particles.of(particle, document, elements)
        if own is None:
            return BROKEN
        whole = normalised(Part(Group("sequence", (base.content, own))))
        return replace(base, attributes=attributes, any_attribute=wild, content=whole, elements=elements)
