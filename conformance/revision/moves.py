"""Elements that moved: gone in one place, new in another, and the same all along."""

from dataclasses import dataclass, replace

from conformance.revision.change import Effect, Kind, Step
from conformance.revision.compare import Comparison, Pair
from conformance.revision.model import Complex, Element, Name
from conformance.revision.normal import names

_DEPTH = 3


@dataclass(frozen=True, slots=True)
class _Half:
    """One end of what may be a move: the types of the place, the element that went or came, and the step told."""

    old: Complex
    new: Complex
    element: Element
    pair: Pair
    step: Step


def find_moves(comparison: Comparison, pairs: list[Pair]) -> dict[tuple[Pair, Step], Step]:
    """Return, for a step at a pair that is half of a move, the step to tell in its place.

    A move is proved when an element of a name was removed from the content of one type alone, was added to that of
    one other alone, or now stands in an element that was added in its old place, and accepts the same.
    """
    gone: dict[str, list[_Half]] = {}
    come: dict[str, list[_Half]] = {}
    for pair in pairs:
        old, new = comparison.before.type_of(pair.old), comparison.after.type_of(pair.new)
        for step in comparison.element(pair).steps:
            if step.kind in (Kind.ELEMENT_REMOVED, Kind.ELEMENT_ADDED):
                ends, side = (gone, old) if step.kind is Kind.ELEMENT_REMOVED else (come, new)
                element = next((one for name, one in side.elements.items() if name.local == step.under), None)
                if element is not None:
                    ends.setdefault(step.under, []).append(_Half(old, new, element, pair, step))
    out: dict[tuple[Pair, Step], Step] = {}
    for local, halves in gone.items():
        others = come.get(local, [])
        if not _one_place(halves):
            continue
        if not others:
            _wrapped(comparison, out, halves)
        elif _one_place(others):
            taken = {(half.old, half.new) for half in (*halves, *others)}
            if comparison.alike(halves[0].element, others[0].element, taken):
                _tell(out, halves, f"{local} moved from {halves[0].old.label} to {others[0].new.label}")
                _tell(out, others, f"{local} moved here from {halves[0].old.label}")
    return out


def _one_place(halves: list[_Half]) -> bool:
    """Return whether all ends are in one type, which may be written out several times in one of the sets."""
    return len({half.old for half in halves}) == 1 or len({half.new for half in halves}) == 1


def _tell(out: dict[tuple[Pair, Step], Step], halves: list[_Half], detail: str) -> None:
    for half in halves:
        told = replace(half.step, kind=Kind.ELEMENT_MOVED, detail=detail, effect=Effect.BOTH)
        out[half.pair, half.step] = told


def _wrapped(comparison: Comparison, out: dict[tuple[Pair, Step], Step], halves: list[_Half]) -> None:
    """Tell of an element that now stands inside one that was added where it stood."""
    old, new, element = halves[0].old, halves[0].new, halves[0].element
    here = {comparison.mapped(name) for name in names(old.content)}
    for name in names(new.content):
        if name not in here and name in new.elements:
            inside = _inside(comparison, new.elements[name], comparison.mapped(element.name))
            if inside is not None and comparison.alike(element, inside, {(old, new)}):
                _tell(out, halves, f"{element.name.local} moved into the new element {name.local}")
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
