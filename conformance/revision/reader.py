"""A schema set read into what its documents may hold: elements, content and attributes, however they are written."""

from dataclasses import replace

from lxml import etree

from conformance.revision.attribute_reader import AttributeReader
from conformance.revision.files import XSD, Folder
from conformance.revision.model import EMPTY, Complex, Element, Group, Name, Part, Simple, Value, Wildcard
from conformance.revision.normal import normalised
from conformance.revision.simple import BUILT_IN, UNKNOWN
from conformance.revision.simple_reader import MOST_DERIVATIONS, XSD_URI, SimpleReader
from conformance.revision.symbols import Declared, Document, Symbols, collect, means_redefined, qualified
from conformance.revision.wildcards import joined, wildcard

MOST_PARTICLES = 20_000
_GROUPS = {f"{XSD}sequence": "sequence", f"{XSD}choice": "choice", f"{XSD}all": "all"}
_PARTICLES = (*_GROUPS, f"{XSD}group")
_ANY_WILD = Wildcard(None, process="lax")
ANY_TYPE = Complex("anyType", {}, _ANY_WILD, content=Part(_ANY_WILD, 0, None), mixed=True)
BROKEN = Complex("unknown", unknown=True)


class _Budget:
    """Counts the particles of one content model, so that groups that double in each other stay bounded."""

    def __init__(self) -> None:
        self.left = MOST_PARTICLES


class SchemaSet:
    """A schema set: its roots, and the type of any element in it. Problems are collected as parts are read."""

    def __init__(self, folder: Folder) -> None:
        self.symbols: Symbols = collect(folder)
        self._simple = SimpleReader(self.symbols)
        self._attributes = AttributeReader(self.symbols, self._simple)
        self._types: dict[etree._Element, Complex] = {}
        self._open: list[etree._Element] = []
        self._members = self._substitutes()
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
            if kind not in seen:
                seen.add(kind)
                waiting.extend(kind.elements.values())

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
        return self._element(name, declared.node, declared.document)

    def _element(self, name: Name, node: etree._Element, document: Document) -> Element:
        fixed, default = node.get("fixed"), node.get("default")
        value = Value(fixed, fixed=True) if fixed is not None else None
        if value is None and default is not None:
            value = Value(default, fixed=False)
        constraints = frozenset(
            self._constraint(child, document)
            for child in node.iterchildren(f"{XSD}unique", f"{XSD}key", f"{XSD}keyref")
        )
        nillable = node.get("nillable") in ("true", "1")
        return Element(name, (node, document), nillable, value, constraints)

    @staticmethod
    def _constraint(node: etree._Element, document: Document) -> str:
        """Write an identity constraint without its name and prefixes."""
        steps = []
        for child in node.iterchildren(f"{XSD}selector", f"{XSD}field"):
            parts = [part.strip() for part in (child.get("xpath") or "").replace("/", " / ").split()]
            steps.append("".join(
                str(qualified(part, child, document) or part) if ":" in part and "::" not in part else part
                for part in parts
            ))  # fmt: skip
        refer = qualified(node.get("refer", ""), node, document) if node.get("refer") else None
        return f"{etree.QName(node).localname} {' '.join(steps)}" + (f" refers to {refer.local}" if refer else "")

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
        mixed = _true(node.get("mixed")) or (outer is not None and _true(outer.get("mixed")))
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
        particle = next(node.iterchildren(*_PARTICLES), None)
        if particle is None:
            return replace(base, attributes=attributes, any_attribute=wild)
        if base.simple is not None:
            self.symbols.trouble(node, document, f"{base.label} has simple content; children cannot be added")
            return BROKEN
        elements = dict(base.elements)
        budget = _Budget()
        own = self._particle(particle, document, elements, budget, ())
        if own is None:
            return BROKEN
        whole = normalised(Part(Group("sequence", (base.content, own))))
        return replace(base, attributes=attributes, any_attribute=wild, content=whole, elements=elements)

    def _particle(
        self,
        node: etree._Element,
        document: Document,
        elements: dict[Name, Element],
        budget: _Budget,
        inside: tuple[etree._Element, ...],
    ) -> Part | None:
        """Read a particle; the elements in it are added to `elements`. None when the model is too large."""
        budget.left -= 1
        if budget.left < 0 or len(inside) > MOST_DERIVATIONS:
            self.symbols.trouble(node, document, f"the content model has more than {MOST_PARTICLES:,} particles")
            self.symbols.too_large = True
            return None
        low, high = self._occurs(node, document)
        if node.tag == f"{XSD}element":
            return self._element_particle(node, document, elements, low, high)
        if node.tag == f"{XSD}any":
            return Part(wildcard(node, document), low, high)
        if node.tag == f"{XSD}group":
            return self._group(node, document, elements, budget, inside)
        parts: list[Part] = []
        for child in node.iterchildren(f"{XSD}element", f"{XSD}any", *_PARTICLES):
            part = self._particle(child, document, elements, budget, inside)
            if part is None:
                return None
            parts.append(part)
        return Part(Group(_GROUPS[node.tag], tuple(parts)), low, high)

    def _group(
        self,
        node: etree._Element,
        document: Document,
        elements: dict[Name, Element],
        budget: _Budget,
        inside: tuple[etree._Element, ...],
    ) -> Part | None:
        name = qualified(node.get("ref", ""), node, document)
        declared = self.symbols.find("group", name) if name else None
        if declared is not None and declared.before is not None and declared.node in inside:
            declared = declared.before
        if declared is None or declared.node in inside:
            what = "contains itself" if declared is not None else "is not declared"
            self.symbols.trouble(node, document, f"the group {node.get('ref')} {what}")
            return EMPTY
        inner = next(declared.node.iterchildren(*_GROUPS), None)
        if inner is None:
            return EMPTY
        part = self._particle(inner, declared.document, elements, budget, (*inside, declared.node))
        low, high = self._occurs(node, document)
        return None if part is None else Part(Group("sequence", (part,)), low, high)

    def _element_particle(
        self, node: etree._Element, document: Document, elements: dict[Name, Element], low: int, high: int | None
    ) -> Part:
        reference = node.get("ref")
        if reference is None:
            local = node.get("name") or ""
            form = node.get("form") or ("qualified" if document.elements_qualified else "unqualified")
            name = Name(document.target if form == "qualified" else "", local)
            elements.setdefault(name, self._element(name, node, document))
            return Part(name, low, high)
        name_or_none = qualified(reference, node, document)
        declared = self.symbols.find("element", name_or_none) if name_or_none else None
        if declared is None or name_or_none is None:
            self.symbols.trouble(node, document, f"the element {reference} is not declared")
            if name_or_none is None:
                return EMPTY
            elements.setdefault(name_or_none, Element(name_or_none, BROKEN))
            return Part(name_or_none, low, high)
        choices: list[Part] = []
        for member in (name_or_none, *sorted(self._members.get(name_or_none, ()))):
            found = self.symbols.tables["element"][member]
            if not _true(found.node.get("abstract")):
                elements.setdefault(member, self._global(member, found))
                choices.append(Part(member))
        return Part(Group("choice", tuple(choices)), low, high)

    def _substitutes(self) -> dict[Name, set[Name]]:
        """Return for each head of a substitution group all elements that may take its place."""
        direct: dict[Name, set[Name]] = {}
        for name, declared in self.symbols.tables["element"].items():
            text = declared.node.get("substitutionGroup")
            head = qualified(text, declared.node, declared.document) if text else None
            if head is not None:
                direct.setdefault(head, set()).add(name)
        out: dict[Name, set[Name]] = {}
        for head in direct:
            waiting, found = [head], {head}
            while waiting:
                for member in direct.get(waiting.pop(), ()):
                    if member not in found:
                        found.add(member)
                        waiting.append(member)
            out[head] = found - {head}
        return out

    def _occurs(self, node: etree._Element, document: Document) -> tuple[int, int | None]:
        low_text, high_text = node.get("minOccurs", "1").strip(), node.get("maxOccurs", "1").strip()
        unbounded = high_text == "unbounded"
        if not (low_text.isascii() and low_text.isdigit()) or not (
            unbounded or (high_text.isascii() and high_text.isdigit())
        ):
            self.symbols.trouble(node, document, f"minOccurs {low_text!r}, maxOccurs {high_text!r} are no counts")
            return 1, 1
        low, high = int(low_text[:12]), None if unbounded else int(high_text[:12])
        if high is not None and low > high:
            self.symbols.trouble(node, document, f"minOccurs {low} is greater than maxOccurs {high}")
            low = high
        return low, high


def _true(text: str | None) -> bool:
    return text is not None and text.strip() in ("true", "1")
