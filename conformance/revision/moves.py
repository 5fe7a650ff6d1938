"""Elements that moved: gone in one place, new in another, and the same all along."""

from dataclasses import replace

from conformance.revision.change import Effect, Kind, Step
from conformance.revision.compare import Comparison, Pair
from conformance.revision.model import Complex, Element, Name
from conformance.revision.normal import names

_DEPTH = 3


def find_moves(comparison: Comparison, pairs: list[Pair]) -> dict[tuple[Pair, Step], Step]:
    """Return, for a step at a pair that is half of a move, the step to tell in its place.

    A move is proved when an element of a name was removed from the content of one type alone, was added to that of
    one other alone, or now stands in an element that was added in its old place, and accepts the same.
    """
    gone: dict[str, dict[tuple[Complex, Complex], tuple[Element, list[tuple[Pair, Step]]]]] = {}
    come: dict[str, dict[tuple[Complex, Complex], tuple[Element, list[tuple[Pair, Step]]]]] = {}
    for pair in pairs:
        old, new = comparison.before.type_of(pair.old), comparison.after.type_of(pair.new)
        for step in comparison.element(pair).steps:
            if step.kind is Kind.ELEMENT_REMOVED:
                _note(gone, old, new, old, pair, step)
            elif step.kind is Kind.ELEMENT_ADDED:
                _note(come, old, new, new, pair, step)
    out: dict[tuple[Pair, Step], Step] = {}
    for local, places in gone.items():
        if len(places) != 1:
            continue
        ((old, new), (element, steps)) = next(iter(places.items()))
        others = come.get(local, {})
        if len(others) == 1:
            ((origin, target), (other, more)) = next(iter(others.items()))
            if comparison.alike(element, other, {(old, new), (origin, target)}):
                _tell(out, steps, f"{local} moved from {old.label} to {target.label}")
                _tell(out, more, f"{local} moved here from {old.label}")
        elif not others:
            _wrapped(comparison, out, (old, new), element, steps)
    return out


def _note(
    found: dict[str, dict[tuple[Complex, Complex], tuple[Element, list[tuple[Pair, Step]]]]],
    old: Complex,
    new: Complex,
    side: Complex,
    pair: Pair,
    step: Step,
) -> None:
    element = next((one for name, one in side.elements.items() if name.local == step.under), None)
    if element is not None:
        found.setdefault(step.under, {}).setdefault((old, new), (element, []))[1].append((pair, step))


def _tell(out: dict[tuple[Pair, Step], Step], steps: list[tuple[Pair, Step]], detail: str) -> None:
    for pair, step in steps:
        out[pair, step] = replace(step, kind=Kind.ELEMENT_MOVED, detail=detail, effect=Effect.BOTH)


def _wrapped(
    comparison: Comparison,
    out: dict[tuple[Pair, Step], Step],
    types: tuple[Complex, Complex],
    element: Element,
    steps: list[tuple[Pair, Step]],
) -> None:
    """Tell of an element that now stands inside one that was added where it stood."""
    old, new = types
    here = {comparison.mapped(name) for name in names(old.content)}
    for name in names(new.content):
        if name not in here and name in new.elements:
            inside = _inside(comparison, new.elements[name], comparison.mapped(element.name))
            if inside is not None and comparison.alike(element, inside, {types}):
                _tell(out, steps, f"{element.name.local} moved into the new element {name.local}")
                return


def _inside(comparison: Comparison, around: Element, name: Name) -> Element | None:
    layer = [around]
    for _ in range(_DEPTH):
        deeper: list[Element] = []
        for element in layer:
            kind = comparison.after.type_of(element)
            if name in kind.elements:
                return kind.elements[name]
            deeper.extend(kind.elements.values())
        layer = deeper[:200]
    return None
