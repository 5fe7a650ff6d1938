"""Declarations of elements, read without their types."""

import re

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
        words
        for child in node.iterchildren(f"{XSD}unique", f"{XSD}key", f"{XSD}keyref")
        for words in _constraint(child, document)
    )
    nillable = node.get("nillable") in ("true", "1")
    return Element(name, (node, document), nillable, value, constraints)


def _constraint(node: etree._Element, document: Document) -> list[str]:
    """Write an identity constraint without its name and prefixes; a key demands what a unique one does, and more."""
    words = _paths(node, document)
    kind = etree.QName(node).localname
    if kind == "key":
        return [f"unique {words}", f"key {words}"]
    if kind == "unique":
        return [f"unique {words}"]
    refer = qualified(node.get("refer", ""), node, document) if node.get("refer") else None
    around = node.getroottree().getroot().iter(f"{XSD}key", f"{XSD}unique")
    key = next((one for one in around if refer is not None and one.get("name") == refer.local), None)
    goal = _paths(key, document) if key is not None else node.get("refer", "")
    return [f"keyref {words} refers to {goal}"]


def _paths(node: etree._Element, document: Document) -> str:
    """Return what an identity constraint selects and the fields it looks at."""
    steps = []
    for child in node.iterchildren(f"{XSD}selector", f"{XSD}field"):
        parts = [
            part.strip()
            for part in re.sub(r"([/|@])", r" \1 ", (child.get("xpath") or "").replace("child::", "")).split()
        ]
        path = "".join(
            str(qualified(part, child, document) or part) if ":" in part and "::" not in part else part
            for part in parts
        )
        ways = (re.sub(r"^(?:\./(?!/))+", "", way) for way in path.split("|"))
        steps.append("|".join(sorted(ways)))
    return " ".join(steps)
