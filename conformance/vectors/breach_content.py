"""Mutations of content models: elements missing, surplus, out of order, misnamed; strangers; text where none may be."""

from collections.abc import Iterator

from conformance.checks.schema_words import occurrence_requirement
from conformance.vectors.breach_work import Base, Breach, Place, Unbreakable, Workshop, clone
from conformance.vectors.content import local
from conformance.vectors.content_model import accepts
from conformance.vectors.grammar import Declared
from conformance.vectors.walker import EXTENSION, Item

ORDER, UNKNOWN, CONTENT = "DOC-047", "DOC-048", "DOC-002"


def content_breaches(workshop: Workshop, place: Place) -> Iterator[Breach | Unbreakable]:
    """Yield the mutations of the content of one type."""
    kind = place.kind
    if kind.content is None:
        if kind.value is None and not kind.mixed:
            yield from _filled(workshop, place)
        return
    base = workshop.base(place.way)
    yield from _strangers(workshop, place, base)
    yield from _order(workshop, place, base)
    for particle in kind.elements():
        own = base
        if not any(child.declared is particle for child in base.target.children):
            whole = workshop.base((*place.way, particle))
            target = whole.root
            for step in place.way:
                target = next(child for child in target.children if child.declared is step)
            own = Base(whole.root, target)
        yield from _missing(workshop, place, own, particle)
        yield from _surplus(workshop, place, own, particle)
        yield from _misnamed(workshop, place, own, particle)


def _names(item: Item) -> list[str]:
    return [child.declared.name for child in item.children]


def _subject(workshop: Workshop, place: Place, particle: Declared) -> str:
    return f"{place.kind.name}/{workshop.grammar.shown(particle.name)}"


def _missing(workshop: Workshop, place: Place, base: Base, particle: Declared) -> Iterator[Breach | Unbreakable]:
    subject, name = _subject(workshop, place, particle), local(particle.name)
    changed, target = base.copied()
    there = [child for child in target.children if child.declared is particle]
    for child in there[max(0, particle.minimum - 1) :]:
        target.children.remove(child)
    if particle.minimum == 0 or accepts(place.kind.content, _names(target)):
        yield Unbreakable("missing", subject, "may be left out")
        return
    parent = local(target.declared.name)
    what = f"{parent} with {particle.minimum - 1} {name}" if particle.minimum > 1 else f"{parent} without {name}"
    yield workshop.breach("missing", subject, occurrence_requirement(parent, name), what, base, changed, target)


def _surplus(workshop: Workshop, place: Place, base: Base, particle: Declared) -> Iterator[Breach | Unbreakable]:
    subject, name = _subject(workshop, place, particle), local(particle.name)
    if particle.maximum is None:
        yield Unbreakable("surplus", subject, "may occur any number of times")
        return
    changed, target = base.copied()
    there = [place for place, child in enumerate(target.children) if child.declared is particle]
    extra = clone(target.children[there[-1]])
    added = [clone(extra) for _ in range(particle.maximum + 1 - len(there))]
    target.children[there[-1] + 1 : there[-1] + 1] = added
    if not added or accepts(place.kind.content, _names(target)):
        yield Unbreakable("surplus", subject, "its group may be repeated")
        return
    parent = local(target.declared.name)
    what = f"{parent} with {particle.maximum + 1} {name}"
    yield workshop.breach("surplus", subject, occurrence_requirement(parent, name), what, base, changed, added[-1])


def _misnamed(workshop: Workshop, place: Place, base: Base, particle: Declared) -> Iterator[Breach | Unbreakable]:
    for kind, name, what in workshop.misnamed(particle):
        changed, target = base.copied()
        child = next(child for child in target.children if child.declared is particle)
        child.declared = Declared(name, particle.kind, 1, 1)
        subject = _subject(workshop, place, particle)
        if accepts(place.kind.content, _names(target)):
            yield Unbreakable(kind, subject, "a wildcard takes it")
        else:
            yield workshop.breach(kind, subject, UNKNOWN, what, base, changed, child)


def _order(workshop: Workshop, place: Place, base: Base) -> Iterator[Breach | Unbreakable]:
    """Exchange each child with the next one of another name."""
    for position in range(len(base.target.children) - 1):
        one, other = base.target.children[position : position + 2]
        if one.declared is other.declared:
            continue
        changed, target = base.copied()
        pair = target.children[position : position + 2]
        target.children[position : position + 2] = reversed(pair)
        subject = _subject(workshop, place, other.declared)
        if accepts(place.kind.content, _names(target)):
            yield Unbreakable("order", subject, "the order is free")
            continue
        what = f"{local(other.declared.name)} before {local(one.declared.name)}"
        yield workshop.breach("order", subject, ORDER, what, base, changed, pair[1])


def _strangers(workshop: Workshop, place: Place, base: Base) -> Iterator[Breach | Unbreakable]:
    """Add an element nobody declared, and text between the elements."""
    parent = local(base.target.declared.name)
    changed, target = base.copied()
    stranger = Item(Declared(f"{{{EXTENSION}}}Extension", "", 1, 1), text="x")
    target.children.append(stranger)
    if accepts(place.kind.content, _names(target)):
        yield Unbreakable("stranger", place.kind.name, "a wildcard takes it")
    else:
        what = f"an element nobody declared at the end of {parent}"
        yield workshop.breach("stranger", place.kind.name, UNKNOWN, what, base, changed, stranger)
    if place.kind.mixed:
        yield Unbreakable("text", place.kind.name, "text may stand between its elements")
        return
    changed, target = base.copied()
    target.text = "loose text"
    yield workshop.breach(
        "text", place.kind.name, CONTENT, f"text between the elements of {parent}", base, changed, target
    )


def _filled(workshop: Workshop, place: Place) -> Iterator[Breach]:
    """Fill an element that must be empty."""
    base = workshop.base(place.way)
    changed, target = base.copied()
    target.text = "loose text"
    what = f"text in {local(target.declared.name)}, which must be empty"
    yield workshop.breach("text", place.kind.name, CONTENT, what, base, changed, target)
