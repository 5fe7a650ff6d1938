"""Attribute wildcards of several definitions put together, as XML Schema does it."""

from dataclasses import replace

from conformance.revision.model import Wildcard


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
