"""Types that documents name with xsi:type where the declared type is abstract, so that they must name one."""

from lxml import etree

from conformance.revision.files import XSD
from conformance.revision.model import Name
from conformance.revision.symbols import Declared, Symbols, qualified


def concrete_types(symbols: Symbols, abstract: etree._Element) -> dict[Name, Declared]:
    """Return the types that are derived, in one step or several, from a global type, without the abstract ones."""
    table = symbols.tables["type"]
    children: dict[Name, list[Name]] = {}
    for name, declared in table.items():
        base = _base(declared)
        if base is not None and base != name:
            children.setdefault(base, []).append(name)
    found: dict[Name, Declared] = {}
    waiting = [name for name, declared in table.items() if declared.node is abstract]
    while waiting:
        for name in children.get(waiting.pop(), ()):
            if name not in found:
                found[name] = table[name]
                waiting.append(name)
    return {name: one for name, one in found.items() if one.node.get("abstract") not in ("true", "1")}


def _base(declared: Declared) -> Name | None:
    """Return the name of the type that a complex type is derived from."""
    for outer in declared.node.iterchildren(f"{XSD}simpleContent", f"{XSD}complexContent"):
        for step in outer.iterchildren(f"{XSD}extension", f"{XSD}restriction"):
            return qualified(step.get("base", ""), step, declared.document)
    return None
