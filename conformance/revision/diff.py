"""The semantic difference of two schema sets: every change at every path where it shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from conformance.revision.change import Change, Difference, Effect, Kind, Step
from conformance.revision.compare import Comparison, Pair
from conformance.revision.model import Complex, Element, Name
from conformance.revision.moves import find_moves
from conformance.revision.normal import names
from conformance.revision.reader import SchemaSet
from conformance.revision.relation import APART, GAINED, LOST, SAME

MOST_CHANGES = 200_000
MOST_PAIRS = 50_000
_SHARED = 0.5


def spaces_of(schema: SchemaSet) -> dict[str, set[str]]:
    """Return the local names of all elements that documents can have, by namespace."""
    found: dict[str, set[str]] = {}
    seen: set[Complex] = set()
    waiting = list(schema.roots.values())
    while waiting:
        element = waiting.pop()
        found.setdefault(element.name.namespace, set()).add(element.name.local)
        kind = schema.type_of(element)
        if kind not in seen:
            seen.add(kind)
            waiting.extend(kind.elements[name] for name in names(kind.content) if name in kind.elements)
    return found


def mapped_spaces(before: SchemaSet, after: SchemaSet) -> dict[str, str]:
    """Return which old namespaces live on under another name: gone on one side, new on the other, names shared."""
    old, new = spaces_of(before), spaces_of(after)
    out: dict[str, str] = {}
    for uri in sorted(old, key=lambda one: -len(old[one])):
        if uri in new:
            continue
        fitting = [
            (len(old[uri] & new[other]), other) for other in new if other not in old and other not in out.values()
        ]
        shared, other = max(fitting, default=(0, ""))
        if fitting and shared and shared >= _SHARED * min(len(old[uri]), len(new[other])):
            out[uri] = other
    return out


@dataclass(frozen=True, slots=True, eq=False)
class Located:
    """A change with where it comes from: the pairs of elements from the root to the one it is a step of."""

    change: Change
    chain: tuple[Pair, ...]
    step: Step | None


@dataclass(frozen=True, slots=True, eq=False)
class Revision:
    """Two sets compared: the difference, and the comparison it was read off."""

    difference: Difference
    located: tuple[Located, ...]
    comparison: Comparison
    roots: tuple[tuple[str, Pair], ...]


def compare_sets(before: SchemaSet, after: SchemaSet) -> Difference:
    """Return every change between two sets, in the order of the documents, and the direction of compatibility."""
    return revise(before, after).difference


def revise(before: SchemaSet, after: SchemaSet) -> Revision:
    """Compare two sets and keep what the changes were read off."""
    spaces = mapped_spaces(before, after)
    comparison = Comparison(before, after, spaces)
    found: list[Located] = []
    relation = SAME
    roots: list[tuple[str, Pair]] = []
    for name, element in before.roots.items():
        other = _root_like(name, after, comparison)
        if other is None:
            what = _gone(element, comparison)
            found.append(Located(what, (), None))
            relation &= LOST if what.kind is Kind.ELEMENT_REMOVED else APART
        else:
            roots.append((name.local, Pair(element, after.roots[other])))
    taken = {pair.new.name for _, pair in roots}
    renamed = {one.change.detail.rpartition(" ")[2] for one in found if one.change.kind is Kind.ELEMENT_RENAMED}
    for name in after.roots:
        if name not in taken and name.local not in renamed:
            what = Change(Kind.ELEMENT_ADDED, name.local, f"message {name.local} added", Effect.WIDENING)
            found.append(Located(what, (), None))
            relation &= GAINED
    pairs, unknown = _reachable(comparison, [pair for _, pair in roots])
    for pair in pairs:
        relation &= comparison.element(pair).relation
        if pair.old.name.namespace != pair.new.name.namespace:
            relation &= APART
    moves = find_moves(comparison, pairs)
    showing = _showing(comparison, pairs, spaces)
    walks = (_walk(comparison, path, pair, showing, moves) for path, pair in roots)
    found += islice(chain.from_iterable(walks), MOST_CHANGES + 1 - len(found))
    difference = Difference(
        tuple(one.change for one in found[:MOST_CHANGES]), relation.kept and not unknown,
        relation.earned and not unknown, tuple(before.symbols.problems), tuple(after.symbols.problems),
        len(found) > MOST_CHANGES,
    )  # fmt: skip
    return Revision(difference, tuple(found[:MOST_CHANGES]), comparison, tuple(roots))


def _gone(element: Element, comparison: Comparison) -> Change:
    """Return what became of a message that is gone: another name, if one new element alone accepts the same."""
    before = {name.local for name in comparison.before.symbols.tables["element"]}
    fitting = [
        name.local
        for name, other in comparison.after.global_elements().items()
        if name.local not in before and comparison.alike(element, other)
    ]
    local = element.name.local
    if len(fitting) == 1:
        return Change(Kind.ELEMENT_RENAMED, local, f"message {local} is now called {fitting[0]}", Effect.BOTH)
    return Change(Kind.ELEMENT_REMOVED, local, f"message {local} removed", Effect.NARROWING)


def _root_like(name: Name, after: SchemaSet, comparison: Comparison) -> Name | None:
    for other in (comparison.mapped(name), name):
        if other in after.roots:
            return other
    same = [other for other in after.roots if other.local == name.local]
    return same[0] if len(same) == 1 else None


def _reachable(comparison: Comparison, roots: list[Pair]) -> tuple[list[Pair], bool]:
    """Return every pair of elements that documents can have, and whether some could not be compared."""
    seen: dict[Pair, None] = dict.fromkeys(roots)
    waiting, unknown = list(roots), False
    while waiting:
        found = comparison.element(waiting.pop())
        unknown = unknown or found.unknown
        for _, pair in found.below:
            if pair not in seen:
                if len(seen) >= MOST_PAIRS:
                    return list(seen), True
                seen[pair] = None
                waiting.append(pair)
    return list(seen), unknown


def _changed_space(pair: Pair) -> tuple[str, str] | None:
    old, new = pair.old.name.namespace, pair.new.name.namespace
    return (old, new) if old != new else None


def _showing(comparison: Comparison, pairs: list[Pair], spaces: dict[str, str]) -> set[Pair]:
    """Return the pairs at or below which something changed, so that nothing else is walked."""
    above: dict[Pair, list[Pair]] = {}
    found: set[Pair] = set()
    for pair in pairs:
        compared = comparison.element(pair)
        if compared.steps or (_changed_space(pair) and pair.old.name.namespace in spaces):
            found.add(pair)
        for _, below in compared.below:
            above.setdefault(below, []).append(pair)
    waiting = list(found)
    while waiting:
        for parent in above.get(waiting.pop(), ()):
            if parent not in found:
                found.add(parent)
                waiting.append(parent)
    return found


def _walk(
    comparison: Comparison, root: str, start: Pair, showing: set[Pair], moves: "dict[tuple[Pair, Step], Step]"
) -> Iterator[Located]:
    """Yield the changes below a root, path by path; a type inside itself is not entered again."""
    told: set[tuple[str, str]] = set()
    waiting: list[tuple[str, tuple[Pair, ...], frozenset[tuple[Complex, tuple[Step, ...]]]]]
    waiting = [(root, (start,), frozenset())]
    while waiting:
        path, pairs, inside = waiting.pop()
        pair = pairs[-1]
        if pair not in showing:
            continue
        space = _changed_space(pair)
        if space is not None and comparison.mapped(pair.old.name) == pair.new.name and space not in told:
            told.add(space)
            words = f"namespace {space[0] or 'none'} -> {space[1] or 'none'}"
            yield Located(Change(Kind.NAMESPACE, path, words, Effect.BOTH), pairs, None)
        compared = comparison.element(pair)
        # A type inside itself: the old one or the new one again, with the same to tell.
        found = comparison.types(comparison.before.type_of(pair.old), comparison.after.type_of(pair.new)).steps
        marks = {(kind, found) for kind in (comparison.before.type_of(pair.old), comparison.after.type_of(pair.new))}
        again = not marks.isdisjoint(inside)
        for step in compared.own if again else compared.steps:
            known = moves.get((pair, step), step)
            where = f"{path}/{known.under}" if known.under else path
            yield Located(Change(known.kind, where, known.detail, known.effect, known.value), pairs, step)
        if not again:
            further = [(f"{path}/{local}", (*pairs, below), inside | marks) for local, below in compared.below]
            waiting.extend(reversed(further))
