"""Default and fixed values of elements and attributes: what a change of one does."""

from conformance.revision.model import Attribute, Simple, Value
from conformance.revision.relation import APART, GAINED, LOST, SAME, Relation
from conformance.revision.simple import canonical


def value_of(attribute: Attribute) -> Value | None:
    """Return the default or fixed value of an attribute, None when it has neither."""
    if attribute.fixed is not None:
        return Value(attribute.fixed, fixed=True)
    return Value(attribute.default, fixed=False) if attribute.default is not None else None


def plain(value: Value | None, kind: Simple) -> Value | None:
    """Return a value as its type reads it."""
    return None if value is None else Value(canonical(kind, value.text), value.fixed)


def value_relation(old: Value | None, new: Value | None, kind: Simple, *, empty: bool = True) -> Relation:
    """Return what a changed default or fixed value does.

    A fixed one limits what is accepted. Of an element, either lets it be empty where its type would not: `empty` says
    whether the type does.
    """
    first = canonical(kind, old.text) if old is not None and old.fixed else None
    second = canonical(kind, new.text) if new is not None and new.fixed else None
    if first == second:
        found = SAME
    elif first is None:
        found = LOST
    else:
        found = GAINED if second is None else APART
    if not empty and (old is None) != (new is None):
        found &= GAINED if old is None else LOST
    return found


def value_words(old: Value | None, new: Value | None) -> str:
    """Return a change of a value for a person."""
    words = ["none" if one is None else f"{'fixed' if one.fixed else 'default'} {one.text!r}" for one in (old, new)]
    return f"value {words[0]} -> {words[1]}"
