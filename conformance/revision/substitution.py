"""Substitution groups: which elements may take the place of another."""

from conformance.revision.model import Name
from conformance.revision.symbols import Symbols, qualified


def substitutes(symbols: Symbols) -> dict[Name, set[Name]]:
    """Return for each head of a substitution group all elements that may take its place."""
    direct: dict[Name, set[Name]] = {}
    for name, declared in symbols.tables["element"].items():
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
