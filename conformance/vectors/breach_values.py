"""Mutations of values: attributes unknown, missing, with another fixed value or outside their type; element values
outside their type, each facet and each enumeration once; elements inside a value."""

from collections.abc import Iterator, Mapping

from conformance.checks.schema_words import value_requirement
from conformance.vectors.breach_work import Base, Breach, Place, Unbreakable, Workshop
from conformance.vectors.content import local
from conformance.vectors.grammar import Attribute, Declared, Kind
from conformance.vectors.walker import EXTENSION, Item
from conformance.vectors.wrong_values import wrong_values

VALUE = "DOC-002"


def attribute_breaches(workshop: Workshop, place: Place) -> Iterator[Breach | Unbreakable]:
    """Yield the mutations of the attributes of one type."""
    base = workshop.base(place.way)
    if place.kind.any_attribute:
        yield Unbreakable("unknown attribute", place.kind.name, "a wildcard takes it")
    else:
        yield _with(workshop, place, base, "unknown attribute", "unknown", "x", "an attribute nobody declared")
    for attribute in place.kind.attributes:
        yield from _attribute(workshop, place, base, attribute)


def _with(
    workshop: Workshop, place: Place, base: Base, kind: str, name: str, value: str, what: str, deviation: str = ""
) -> Breach:
    changed, target = base.copied()
    target.attributes[name] = value
    subject = f"{place.kind.name}/@{workshop.grammar.shown(name)}"
    where = f"{what} on {local(target.declared.name)}"
    return workshop.breach(kind, subject, VALUE, where, base, changed, target, deviation)


def _attribute(workshop: Workshop, place: Place, base: Base, attribute: Attribute) -> Iterator[Breach | Unbreakable]:
    subject, shown = f"{place.kind.name}/@{attribute.name}", local(attribute.name)
    if attribute.use == "prohibited":
        value = attribute.fixed or "x"
        yield _with(workshop, place, base, "prohibited attribute", attribute.name, value, f"the prohibited {shown}")
        return
    if attribute.use == "required":
        changed, target = base.copied()
        target.attributes.pop(attribute.name, None)
        what = f"{local(target.declared.name)} without the attribute {shown}"
        yield workshop.breach("missing attribute", subject, VALUE, what, base, changed, target)
    if attribute.fixed is not None:
        other = f"{attribute.fixed}1"
        what = f"{shown} {other} instead of the fixed {attribute.fixed}"
        yield _with(workshop, place, base, "fixed attribute", attribute.name, other, what)
    wrong = wrong_values(attribute.kind)
    for one in wrong:
        what = f"{shown} against {one.breaks}"
        yield _with(workshop, place, base, "attribute value", attribute.name, one.text, what, one.deviation)
    if not wrong:
        yield Unbreakable("attribute value", subject, f"{_named(attribute.kind)} takes every text")


def value_breaches(workshop: Workshop, ways: Mapping[str, tuple[Declared, ...]]) -> Iterator[Breach | Unbreakable]:
    """Yield, for every element with a simple value, one value its type refuses, and each facet of each type once."""
    told: set[str] = set()
    for kind_name, way in ways.items():
        holder = workshop.grammar.kinds[kind_name]
        for particle in holder.elements():
            kind = workshop.grammar.kind(particle)
            if kind.value is None:
                continue
            base = workshop.base((*way, particle))
            subject = f"{holder.name}/{workshop.grammar.shown(particle.name)}"
            yield from _values(workshop, base, subject, kind, every=kind.name not in told)
            told.add(kind.name)


def _values(workshop: Workshop, base: Base, subject: str, kind: Kind, *, every: bool) -> Iterator[Breach | Unbreakable]:
    """`every` breaks each facet of the type; without it one of them is enough."""
    assert kind.value is not None  # noqa: S101 - the caller has looked
    declared = base.target.declared
    parent = local(_parent(base).declared.name)
    requirement = value_requirement(parent, local(declared.name))
    if declared.fixed is not None:
        changed, target = base.copied()
        target.text = f"{declared.fixed}1"
        what = f"{local(declared.name)} {target.text} instead of the fixed {declared.fixed}"
        yield workshop.breach("fixed value", subject, requirement, what, base, changed, target)
    wrong = wrong_values(kind.value)
    for one in wrong if every else wrong[:1]:
        changed, target = base.copied()
        target.text = one.text
        what = f"{local(declared.name)} against {one.breaks}"
        yield workshop.breach("value", subject, requirement, what, base, changed, target, one.deviation)
    if not wrong:
        yield Unbreakable("value", subject, f"{_named(kind.value)} takes every text")
    if every:
        changed, target = base.copied()
        child = Item(Declared(f"{{{EXTENSION}}}Extension", "", 1, 1), text="x")
        target.children.append(child)
        what = f"an element in the value of {local(declared.name)}"
        yield workshop.breach("element in a value", kind.name, VALUE, what, base, changed, child)


def _parent(base: Base) -> Item:
    return next(item for item in base.root.walk() if any(child is base.target for child in item.children))


def _named(kind: object) -> str:
    return getattr(kind, "prefixed_name", None) or getattr(kind, "local_name", None) or "its type"
