"""Declarations of elements, read without their types."""

from lxml import etree

from conformance.revision.files import XSD
from conformance.revision.model import Element, Name, Value
from conformance.revision.symbols import Document, qualified


def declared_element(name: Name, node: etree._Element, document: Document) -> Element:
    """Return the element an xsd:element declares; its type is found when it is asked for."""
    fixed, default = node.get("fixed"), node.get("default")
    value = Value(fixed, fixed=True) if fixed is not None else None
    if value is None and default is not None:
        value = Value(default, fixed=False)
    constraints = frozenset(
        _constraint(child, document) for child in node.iterchildren(f"{XSD}unique", f"{XSD}key", f"{XSD}keyref")
    )
    nillable = node.get("nillable") in ("true", "1")
    return Element(name, (node, document), nillable, value, constraints)


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
