"""The content models of a schema set, read with the elements that stand in them."""

from lxml import etree

from conformance.revision.element_reader import declared_element
from conformance.revision.files import XSD
from conformance.revision.model import BROKEN, EMPTY, Element, Group, Name, Part
from conformance.revision.simple_reader import MOST_DERIVATIONS
from conformance.revision.substitution import substitutes
from conformance.revision.symbols import Document, Symbols, qualified
from conformance.revision.wildcards import wildcard

MOST_PARTICLES = 20_000
_GROUPS = {f"{XSD}sequence": "sequence", f"{XSD}choice": "choice", f"{XSD}all": "all"}
PARTICLES = (*_GROUPS, f"{XSD}group")


class _Budget:
    """Counts the particles of one content model, so that groups that double in each other stay bounded."""

    def __init__(self) -> None:
        self.left = MOST_PARTICLES


class ParticleReader:
    """Reads content models. Problems go to `symbols`."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._members = substitutes(symbols)

    def of(self, node: etree._Element, document: Document, elements: dict[Name, Element]) -> Part | None:
        """Read a content model; the elements in it are added to `elements`. None when the model is too large."""
        return self._particle(node, document, elements, _Budget(), ())

    def _particle(
        self,
        node: etree._Element,
        document: Document,
        elements: dict[Name, Element],
        budget: _Budget,
        inside: tuple[etree._Element, ...],
    ) -> Part | None:
        budget.left -= 1
        if budget.left < 0 or len(inside) > MOST_DERIVATIONS:
            self._symbols.trouble(node, document, f"the content model has more than {MOST_PARTICLES:,} particles")
            self._symbols.too_large = True
            return None
        low, high = self._occurs(node, document)
        if node.tag == f"{XSD}element":
            return self._element_particle(node, document, elements, low, high)
        if node.tag == f"{XSD}any":
            return Part(wildcard(node, document), low, high)
        if node.tag == f"{XSD}group":
            return self._group(node, document, elements, budget, inside)
        parts: list[Part] = []
        for child in node.iterchildren(f"{XSD}element", f"{XSD}any", *PARTICLES):
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
        declared = self._symbols.find("group", name) if name else None
        if declared is not None and declared.before is not None and declared.node in inside:
            declared = declared.before
        if declared is None or declared.node in inside:
            what = "contains itself" if declared is not None else "is not declared"
            self._symbols.trouble(node, document, f"the group {node.get('ref')} {what}")
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
            local = node.get("name")
            if not local:
                self._symbols.trouble(node, document, "an element has neither a name nor a ref")
                return EMPTY
            form = node.get("form") or ("qualified" if document.elements_qualified else "unqualified")
            name = Name(document.target if form == "qualified" else "", local)
            elements.setdefault(name, declared_element(name, node, document))
            return Part(name, low, high)
        name_or_none = qualified(reference, node, document)
        declared = self._symbols.find("element", name_or_none) if name_or_none else None
        if declared is None or name_or_none is None:
            self._symbols.trouble(node, document, f"the element {reference} is not declared")
            if name_or_none is None:
                return EMPTY
            elements.setdefault(name_or_none, Element(name_or_none, BROKEN))
            return Part(name_or_none, low, high)
        choices: list[Part] = []
        for member in (name_or_none, *sorted(self._members.get(name_or_none, ()))):
            found = self._symbols.tables["element"][member]
            if not true(found.node.get("abstract")):
                elements.setdefault(member, declared_element(member, found.node, found.document))
                choices.append(Part(member))
        return Part(Group("choice", tuple(choices)), low, high)

    def _occurs(self, node: etree._Element, document: Document) -> tuple[int, int | None]:
        low_text, high_text = node.get("minOccurs", "1").strip(), node.get("maxOccurs", "1").strip()
        unbounded = high_text == "unbounded"
        if not (low_text.isascii() and low_text.isdigit()) or not (
            unbounded or (high_text.isascii() and high_text.isdigit())
        ):
            self._symbols.trouble(node, document, f"minOccurs {low_text!r}, maxOccurs {high_text!r} are no counts")
            return 1, 1
        low, high = int(low_text[:12]), None if unbounded else int(high_text[:12])
        if high is not None and low > high:
            self._symbols.trouble(node, document, f"minOccurs {low} is greater than maxOccurs {high}")
            low = high
        return low, high


def true(text: str | None) -> bool:
    """Return whether an attribute of a schema document says yes."""
    return text is not None and text.strip() in ("true", "1")
