"""Wildcards: what one admits, and several of a definition put together, as XML Schema does it."""

from dataclasses import replace

from lxml import etree

from conformance.revision.model import Wildcard
from conformance.revision.symbols import Document


def wildcard(node: etree._Element, document: Document) -> Wildcard:
    """Return what an xsd:any or xsd:anyAttribute admits."""
    text = (node.get("namespace") or "##any").split()
    process = node.get("processContents", "strict")
    if text == ["##any"]:
        return Wildcard(None, process=process)
    if text == ["##other"]:
        return Wildcard(None, frozenset({document.target, ""}), process)
    words = {"##targetNamespace": document.target, "##local": ""}
    return Wildcard(frozenset(words.get(word, word) for word in text), process=process)


def joined(first: Wildcard | None, second: Wildcard | None) -> Wildcard | None:
    """Return the union of two attribute wildcards, as an extension makes it."""
    if first is None or second is None:
        return first or second
    if first.allowed is not None and second.allowed is not None:
        return replace(second, allowed=first.allowed | second.allowed)
    if first.allowed is None and second.allowed is None:
        return replace(second, refused=first.refused & second.refused)
    listed, other = (first, second) if first.allowed is not None else (second, first)
    return replace(second, allowed=None, refused=other.refused - (listed.allowed or frozenset()))


def met(first: Wildcard, second: Wildcard) -> Wildcard:
    """Return the intersection of two attribute wildcards of one definition."""
    if first.allowed is None and second.allowed is None:
        return replace(first, refused=first.refused | second.refused)
    listed, other = (first, second) if first.allowed is not None else (second, first)
    allowed = frozenset(uri for uri in listed.allowed or () if other.admits(uri))
    return replace(first, allowed=allowed, refused=frozenset())
