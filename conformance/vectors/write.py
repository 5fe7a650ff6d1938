"""Writing generated elements as the octets of a document: one element a line, so that a finding's line tells it."""

from xml.sax.saxutils import escape, quoteattr

from conformance.vectors.grammar import Grammar
from conformance.vectors.walker import Item

_XSI = "http://www.w3.org/2001/XMLSchema-instance"


def namespaces(root: Item, grammar: Grammar) -> dict[str, str]:
    """Return the namespaces a document uses, by prefix; a foreign one gets a prefix of its own."""
    found: dict[str, str] = {}
    foreign = 0
    for item in root.walk():
        for name in (item.declared.name, *item.attributes):
            uri = name[1:].rpartition("}")[0] if name.startswith("{") else ""
            if not uri or uri in found.values():
                continue
            prefix = grammar.prefixes.get(uri)
            if prefix is None:
                foreign += 1
                prefix = f"x{foreign}"
            found[prefix] = uri
        if "xsi:type" in item.attributes:
            found.setdefault("xsi", _XSI)
            prefix = item.attributes["xsi:type"].rpartition(":")[0]
            found.update({own: uri for uri, own in grammar.prefixes.items() if own == prefix and own})
    return found


def octets_of(root: Item, grammar: Grammar) -> bytes:
    """Return a document as UTF-8 octets."""
    scope = namespaces(root, grammar)
    prefixes = {uri: prefix for prefix, uri in scope.items()}

    def shown(name: str) -> str:
        if not name.startswith("{"):
            return name
        uri, _, local = name[1:].rpartition("}")
        return f"{prefixes[uri]}:{local}"

    declared = "".join(f" xmlns:{prefix}={quoteattr(uri)}" for prefix, uri in scope.items())
    lines = ['<?xml version="1.0" encoding="UTF-8"?>']

    def write(item: Item, depth: int, extra: str = "") -> None:
        name, indent = shown(item.declared.name), " " * depth
        given = "".join(f" {shown(key)}={quoteattr(value)}" for key, value in item.attributes.items())
        start = f"{indent}<{name}{extra}{given}"
        if item.children:
            lines.append(f"{start}>{escape(item.text)}")
            for child in item.children:
                write(child, depth + 1)
            lines.append(f"{indent}</{name}>")
        else:
            lines.append(f"{start}>{escape(item.text)}</{name}>" if item.text else f"{start}/>")

    write(root, 0, declared)
    return ("\n".join(lines) + "\n").encode()


def path_of(root: Item, wanted: Item, grammar: Grammar) -> str:
    """Return an XPath that finds one element of a document, in the prefixes `octets_of` writes.

    Raises `ValueError` when the element is not in the document.
    """
    prefixes = {uri: prefix for prefix, uri in namespaces(root, grammar).items()}

    def step(item: Item, siblings: list[Item]) -> str:
        uri, _, local = item.declared.name[1:].rpartition("}") if item.declared.name.startswith("{") else ("", "", "")
        name = f"{prefixes[uri]}:{local}" if uri else item.declared.name
        if item is root:
            return name
        same = [other for other in siblings if other.declared.name == item.declared.name]
        return f"{name}[{next(place for place, other in enumerate(same, 1) if other is item)}]"

    waiting = [(root, "/" + step(root, []))]
    while waiting:
        item, path = waiting.pop()
        if item is wanted:
            return path
        waiting.extend((child, f"{path}/{step(child, item.children)}") for child in item.children)
    raise ValueError("the element is not in the document")
