"""Default and fixed values of elements and attributes: what a change of one does."""

from conformance.revision.model import Attribute, Value
from conformance.revision.relation import APART, GAINED, LOST, SAME, Relation
from conformance.revision.simple import collapse


def value_of(attribute: Attribute) -> Value | None:
    """Return the default or fixed value of an attribute, None when it has neither."""
    if attribute.fixed is not None:
        return Value(attribute.fixed, fixed=True)
    return Value(attribute.default, fixed=False) if attribute.default is not None else None


def plain(value: Value | None, white: str) -> Value | None:
    """Return a value with its white space treated as its type says."""
    return None if value is None else Value(collapse(value.text, white), value.fixed)


def value_relation(old: Value | None, new: Value | None, white: str) -> Relation:
    """Return what a changed default or fixed value does: only a fixed one limits what is accepted."""
    first = collapse(old.text, white) if old is not None and old.fixed else None
    second = collapse(new.text, white) if new is not None and new.fixed else None
    if first == second:
        return SAME
    if first is None:
        return LOST
    return GAINED if second is None else APART


def value_words(old: Value | None, new: Value | None) -> str:
    """Return a change of a value for a person."""
    words = ["none" if one is None else f"{'fixed' if one.fixed else 'default'} {one.text!r}" for one in (old, new)]
    return f"value {words[0]} -> {words[1]}"
