"""The attributes of a type: its own, those of its groups, and those of its base."""

from lxml import etree

from conformance.revision.files import XSD
from conformance.revision.model import Attribute, Name, Wildcard
from conformance.revision.simple import ANY
from conformance.revision.simple_reader import MOST_DERIVATIONS, SimpleReader
from conformance.revision.symbols import Document, Symbols, qualified
from conformance.revision.wildcards import met, wildcard


class AttributeReader:
    """Reads the attributes of definitions. Problems go to `symbols`."""

    def __init__(self, symbols: Symbols, simple: SimpleReader) -> None:
        self._symbols = symbols
        self._simple = simple

    def of(
        self, node: etree._Element, document: Document, base: "dict[Name, Attribute] | object"
    ) -> tuple[dict[Name, Attribute], Wildcard | None]:
        """Return the attributes a definition comes to, those of its base included, and its wildcard."""
        made: dict[Name, Attribute] = dict(base) if isinstance(base, dict) else {}
        return made, self._own(node, document, made, (), set())

    def _own(
        self,
        node: etree._Element,
        document: Document,
        made: dict[Name, Attribute],
        inside: tuple[etree._Element, ...],
        done: set[etree._Element],
    ) -> Wildcard | None:
        wild: Wildcard | None = None
        for child in node.iterchildren(f"{XSD}attribute", f"{XSD}attributeGroup", f"{XSD}anyAttribute"):
            if child.tag == f"{XSD}attribute":
                self._attribute(child, document, made)
                continue
            found: Wildcard | None
            if child.tag == f"{XSD}anyAttribute":
                found = wildcard(child, document)
            else:
                found = self._group(child, document, made, inside, done)
            wild = found if wild is None else wild if found is None else met(wild, found)
        return wild

    def _group(
        self,
        node: etree._Element,
        document: Document,
        made: dict[Name, Attribute],
        inside: tuple[etree._Element, ...],
        done: set[etree._Element],
    ) -> Wildcard | None:
        name = qualified(node.get("ref", ""), node, document)
        declared = self._symbols.find("attribute group", name) if name else None
        if declared is not None and declared.before is not None and declared.node in inside:
            declared = declared.before
        if declared is None or declared.node in inside or len(inside) > MOST_DERIVATIONS:
            what = "contains itself" if declared is not None else "is not declared"
            self._symbols.trouble(node, document, f"the attribute group {node.get('ref')} {what}")
            return None
        if declared.node in done:  # a group named twice adds nothing the second time
            return None
        done.add(declared.node)
        return self._own(declared.node, declared.document, made, (*inside, declared.node), done)

    def _attribute(self, node: etree._Element, document: Document, made: dict[Name, Attribute]) -> None:
        reference, source, home = node.get("ref"), node, document
        if reference is not None:
            name = qualified(reference, node, document)
            declared = self._symbols.find("attribute", name) if name else None
            if declared is None or name is None:
                if name is None or name.namespace != "http://www.w3.org/XML/1998/namespace":
                    self._symbols.trouble(node, document, f"the attribute {reference} is not declared")
                if name is not None and node.get("use") != "prohibited":
                    made[name] = Attribute(node.get("use") == "required", ANY, node.get("default"), node.get("fixed"))
                return
            source, home = declared.node, declared.document
        else:
            form = node.get("form") or ("qualified" if document.attributes_qualified else "unqualified")
            name = Name(document.target if form == "qualified" else "", node.get("name") or "")
        if node.get("use") == "prohibited":
            made.pop(name, None)
            return
        inner = next(source.iterchildren(f"{XSD}simpleType"), None)
        if source.get("type") is not None:
            kind = self._simple.base_of(source, home, "type")
        else:
            kind = self._simple.of(inner, home) if inner is not None else ANY
        made[name] = Attribute(
            node.get("use") == "required",
            kind,
            node.get("default", source.get("default") if node.get("fixed") is None else None),
            node.get("fixed", source.get("fixed")),
        )
