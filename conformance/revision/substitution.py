"""Substitution groups: which elements may take the place of another (XML Schema 1.0, Part 1, 3.3.6)."""

from lxml import etree

from conformance.revision.files import XSD
from conformance.revision.model import Name
from conformance.revision.symbols import Declared, Document, Symbols, qualified

_DERIVATIONS = frozenset({"extension", "restriction"})
_ANY = frozenset({"extension", "restriction", "substitution"})
_MOST_STEPS = 100


def substitutes(symbols: Symbols) -> dict[Name, set[Name]]:
    """Return for each head of a substitution group all elements that may take its place."""
    table = symbols.tables["element"]
    direct: dict[Name, set[Name]] = {}
    for name, declared in table.items():
        head = _head(declared)
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
        around = table.get(head)
        out[head] = {
            member for member in found - {head} if around is None or _may_stand(symbols, table[member], around)
        }
    return out


def _head(declared: Declared) -> Name | None:
    text = declared.node.get("substitutionGroup")
    return qualified(text, declared.node, declared.document) if text else None


def _blocked(node: etree._Element, document: Document) -> frozenset[str]:
    """Return what the block of a declaration, or of its document, forbids."""
    words = frozenset(node.get("block", document.file.root.get("blockDefault", "")).split())
    return _ANY if "#all" in words else words


def _may_stand(symbols: Symbols, member: Declared, head: Declared) -> bool:
    """Return whether nothing forbids a member to stand for the head: neither its block nor those of the types."""
    forbidden = _blocked(head.node, head.document)
    if "substitution" in forbidden:
        return False
    goal = _type_of(symbols, head)
    used: set[str] = set()
    found = _type_of(symbols, member)
    for _ in range(_MOST_STEPS):
        if found is None or (goal is not None and found.node is goal.node):
            break
        if used:
            forbidden |= _blocked(found.node, found.document)
        way, found = _base(symbols, found)
        used.add(way)
    if goal is not None:
        forbidden |= _blocked(goal.node, goal.document)
    return used.isdisjoint(forbidden & _DERIVATIONS)


def _type_of(symbols: Symbols, declared: Declared) -> Declared | None:
    """Return the definition of the type of a global element; None for a type that is built in."""
    for _ in range(_MOST_STEPS):
        text = declared.node.get("type")
        if text is not None:
            name = qualified(text, declared.node, declared.document)
            return symbols.find("type", name) if name else None
        inner = next(declared.node.iterchildren(f"{XSD}complexType", f"{XSD}simpleType"), None)
        if inner is not None:
            return Declared(inner, declared.document)
        head = _head(declared)
        above = symbols.find("element", head) if head else None
        if above is None:
            return None
        declared = above
    return None


def _base(symbols: Symbols, kind: Declared) -> tuple[str, Declared | None]:
    """Return how a type is derived, and the definition it is derived from; None for one that is built in."""
    content = next(kind.node.iterchildren(f"{XSD}simpleContent", f"{XSD}complexContent"), kind.node)
    step = next(content.iterchildren(f"{XSD}extension", f"{XSD}restriction"), None)
    if step is None:
        return "restriction", None
    name = qualified(step.get("base", ""), step, kind.document)
    declared = symbols.find("type", name) if name else None
    if declared is not None and declared.node is kind.node:
        declared = declared.before
    return etree.QName(step).localname, declared
