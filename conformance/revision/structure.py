"""Why two content models accept different children: the single edits that lead from one to the other.

Every edit is applied by itself, and what it does is read off the words accepted before and after it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from conformance.revision.change import Effect, Kind, Step
from conformance.revision.language import GAINED, LOST, SAME, Relation, related
from conformance.revision.model import EMPTY, Group, Name, Part, Wildcard
from conformance.revision.normal import names, normalised

_STRICTNESS = {"strict": 0, "lax": 1, "skip": 2}
Plug = Callable[[Part], Part]


def times(part: Part) -> str:
    """Return a count for a person."""
    return f"{part.low}..{'unbounded' if part.high is None else part.high}"


def _map(part: Part, change: Callable[[Part], Part | None]) -> Part:
    """Return a model with every leaf changed; None drops it."""

    def inner(one: Part) -> Part | None:
        if not isinstance(one.term, Group):
            return change(one)
        kept = [found for found in map(inner, one.term.parts) if found is not None]
        return replace(one, term=Group(one.term.model, tuple(kept))) if kept else None

    return normalised(inner(part) or EMPTY)


def without(part: Part, dropped: Iterable[Name]) -> Part:
    """Return a model without some names."""
    gone = frozenset(dropped)
    return _map(part, lambda one: None if one.term in gone else one) if gone else part


def without_wildcards(part: Part) -> Part:
    """Return a model without its wildcards."""
    return _map(part, lambda one: None if isinstance(one.term, Wildcard) else one)


def renamed(part: Part, change: Callable[[Name], Name]) -> Part:
    """Return a model with its names changed."""
    return _map(part, lambda one: replace(one, term=change(one.term)) if isinstance(one.term, Name) else one)


def wildcards(part: Part) -> list[Part]:
    """Return the wildcards of a model, in order."""
    if isinstance(part.term, Group):
        return [found for inner in part.term.parts for found in wildcards(inner)]
    return [part] if isinstance(part.term, Wildcard) else []


def relation(before: Part, after: Part) -> Relation:
    """Return how two models compare, what their wildcards demand of foreign elements included."""
    found = related(before, after)
    for old, new in zip(wildcards(before), wildcards(after), strict=False):
        found &= _processing(old.term, new.term)
    return found


def _processing(old: object, new: object) -> Relation:
    if not isinstance(old, Wildcard) or not isinstance(new, Wildcard) or old.process == new.process:
        return SAME
    return GAINED if _STRICTNESS.get(new.process, 0) > _STRICTNESS.get(old.process, 0) else LOST


def explain(before: Part, after: Part, alike: Callable[[Name, Name], bool]) -> list[Step]:
    """Return the edits that lead from one model to the other; none when they accept the same words.

    `alike(old, new)` says whether two names mean elements of the same type, which a renaming needs.
    """
    whole, first, last = relation(before, after), before, after
    if whole == SAME:
        return []
    steps: list[Step] = []
    before = _rename(before, after, alike, steps)
    _wildcard_steps(before, after, steps)
    before, after = without_wildcards(before), without_wildcards(after)
    old, new = names(before), names(after)
    for name in old:
        if name not in new:
            less = without(before, [name])
            steps.append(_step(Kind.ELEMENT_REMOVED, name.local, f"{name.local} removed", related(before, less)))
            before = less
    added = [name for name in new if name not in old]
    core = without(after, added)
    if related(before, core) != SAME:
        _Walk(steps).walk(before, core, lambda part: part)
    for place, name in enumerate(added):
        rest = added[place + 1 :]
        more, less = without(after, rest), without(after, [name, *rest])
        count = _count(after, name)
        word = "required" if count and count.low else "optional"
        steps.append(_step(Kind.ELEMENT_ADDED, name.local, f"{name.local} added, {word}", related(less, more)))
    lost = any(step.effect in (Effect.NARROWING, Effect.BOTH) for step in steps)
    won = any(step.effect in (Effect.WIDENING, Effect.BOTH) for step in steps)
    if not steps or not (whole.kept or lost) or not (whole.earned or won):
        # Names that stand in several places of one model may hide from single edits what they do together.
        steps.append(_step(Kind.MODEL, "", f"{_listed(first)} -> {_listed(last)}", whole))
    return steps


def _step(kind: Kind, under: str, detail: str, found: Relation) -> Step:
    return Step(kind, under, detail, Effect(found.effect))


def _count(part: Part, name: Name) -> Part | None:
    """Return the first place of a name; an enclosing group that may be left out makes it optional."""
    if isinstance(part.term, Group):
        for inner in part.term.parts:
            found = _count(inner, name)
            if found is not None:
                loose = part.low == 0 or part.term.model == "choice"
                return replace(found, low=0) if loose else found
        return None
    return part if part.term == name else None


def _leaves(part: Part, model: str = "sequence") -> list[tuple[Name, str]]:
    """Return the names in the order they stand, each with the kind of its group."""
    if isinstance(part.term, Group):
        return [found for inner in part.term.parts for found in _leaves(inner, part.term.model)]
    return [(part.term, model)] if isinstance(part.term, Name) else []


def _rename(before: Part, after: Part, alike: Callable[[Name, Name], bool], steps: list[Step]) -> Part:
    """Find names that only changed their namespace or their spelling; return the old model with the new names."""
    old, new = names(before), names(after)
    gone, fresh = [n for n in old if n not in new], [n for n in new if n not in old]
    change: dict[Name, Name] = {}
    for name in gone:
        others = [other for other in fresh if other.local == name.local]
        if len(others) == 1 and sum(1 for one in gone if one.local == name.local) == 1:
            change[name] = others[0]
            detail = f"namespace {name.namespace or 'none'} -> {others[0].namespace or 'none'}"
            steps.append(Step(Kind.NAMESPACE, name.local, detail, Effect.BOTH))
    gone = [name for name in gone if name not in change]
    fresh = [name for name in fresh if name not in change.values()]
    for name, other in _places(_leaves(before), _leaves(after), gone, fresh):
        if name not in change and other not in change.values() and alike(name, other):
            change[name] = other
            detail = f"{name.local} is now called {other.local}; place and type are the same"
            steps.append(Step(Kind.ELEMENT_RENAMED, name.local, detail, Effect.BOTH))
    return renamed(before, lambda name: change.get(name, name)) if change else before


def _places(
    before: Sequence[tuple[Name, str]], after: Sequence[tuple[Name, str]], gone: list[Name], fresh: list[Name]
) -> list[tuple[Name, Name]]:
    """Return pairs of a name that is gone and a new one in the same place."""
    if len(before) == len(after):
        pairs = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
        if all(old[0] in gone and new[0] in fresh and old[1] == new[1] for old, new in pairs):
            return [(old[0], new[0]) for old, new in pairs]
    found = []
    for name in gone:
        place = _neighbours(before, name, set(gone) - {name})
        fitting = [other for other in fresh if _neighbours(after, other, set(fresh) - {other}) == place]
        if len(fitting) == 1:
            found.append((name, fitting[0]))
    return [pair for pair in found if sum(1 for other in found if other[1] == pair[1]) == 1]


def _neighbours(leaves: Sequence[tuple[Name, str]], name: Name, ignored: set[Name]) -> tuple[object, ...]:
    kept = [leaf for leaf in leaves if leaf[0] not in ignored]
    place = next(i for i, leaf in enumerate(kept) if leaf[0] == name)
    before = kept[place - 1][0] if place else None
    after = kept[place + 1][0] if place + 1 < len(kept) else None
    return before, after, kept[place][1]


def _wildcard_steps(before: Part, after: Part, steps: list[Step]) -> None:
    old, new = wildcards(before), wildcards(after)
    if old == new:
        return
    bare_before, bare_after = without_wildcards(before), without_wildcards(after)
    if related(bare_before, bare_after) == SAME:
        found = relation(before, after)
    elif not old or not new:
        found = GAINED if not old else LOST
    else:
        found = relation(Part(Group("sequence", tuple(old))), Part(Group("sequence", tuple(new))))
    if found != SAME or len(old) != len(new):
        words = [", ".join(f"{part.term} {times(part)} ({_process(part)})" for part in side) for side in (old, new)]
        steps.append(_step(Kind.WILDCARD, "", f"wildcard: {words[0] or 'none'} -> {words[1] or 'none'}", found))


def _process(part: Part) -> str:
    return part.term.process if isinstance(part.term, Wildcard) else ""


class _Walk:
    """Compares two models of the same names, part by part."""

    def __init__(self, steps: list[Step]) -> None:
        self._steps = steps

    def _note(self, kind: Kind, under: str, detail: str, before: Part, after: Part) -> None:
        self._steps.append(_step(kind, under, detail, related(before, after)))

    def walk(self, before: Part, after: Part, plug: Plug) -> None:
        """Note the edits between two parts; `plug` puts a part into the whole model."""
        if related(plug(before), plug(after)) == SAME:
            return
        if isinstance(before.term, Group) and isinstance(after.term, Group):
            self._groups(before, after, plug)
            return
        only = names(before)
        if len(only) == 1:
            detail = f"{only[0].local} {_reach(before)} -> {_reach(after)}"
            self._note(Kind.OCCURRENCE, only[0].local, detail, plug(before), plug(after))
        else:
            self._note(Kind.MODEL, "", f"{_listed(before)} -> {_listed(after)}", plug(before), plug(after))

    def _groups(self, before: Part, after: Part, plug: Plug) -> None:
        old, new = before.term, after.term
        if not isinstance(old, Group) or not isinstance(new, Group):
            return
        if old.model != new.model:
            detail = f"{old.model} -> {new.model} of {', '.join(name.local for name in names(before))}"
            self._note(Kind.MODEL, "", detail, plug(before), plug(after))
            return
        if (before.low, before.high) != (after.low, after.high):
            counted = replace(before, low=after.low, high=after.high)
            if related(plug(before), plug(counted)) != SAME:
                detail = f"the {old.model} {_listed(before)} {times(before)} -> {times(after)}"
                self._note(Kind.OCCURRENCE, "", detail, plug(before), plug(counted))
            before = counted
        pairs = _matched(old.parts, new.parts)
        if len(pairs) == 1 and (len(old.parts) > 1 or len(new.parts) > 1):
            self._unsplit(before, after, plug)
            return
        if old.model == "sequence":
            before, pairs = self._order(before, pairs, plug)
        current = [_grouped(pair[0], old.model) for pair in pairs]
        for place, pair in enumerate(pairs):
            goal = _grouped(pair[1], old.model)
            self.walk(current[place], goal, _plug_in(before, old.model, list(current), place, plug))
            current[place] = goal

    def _order(
        self, before: Part, pairs: "list[tuple[list[Part], list[Part], int]]", plug: Plug
    ) -> "tuple[Part, list[tuple[list[Part], list[Part], int]]]":
        """Note a changed order; return the model and its pairs in the new order."""
        ordered = sorted(pairs, key=lambda pair: pair[2])
        if ordered == pairs:
            return before, pairs
        turned = replace(before, term=Group("sequence", tuple(part for pair in ordered for part in pair[0])))
        if related(plug(before), plug(turned)) != SAME:
            moved = _out_of_line([pair[2] for pair in pairs])
            texts = []
            for place in moved:
                now = ordered.index(pairs[place])
                texts.append(
                    f"{_listed_parts(pairs[place][0])} now stands "
                    + (f"after {_listed_parts(ordered[now - 1][0])}" if now else "first")
                )
            self._note(Kind.ORDER, "", "; ".join(texts), plug(before), plug(turned))
        return turned, ordered

    def _unsplit(self, before: Part, after: Part, plug: Plug) -> None:
        """Compare groups whose parts cannot be told apart by their names."""
        old, new = before.term, after.term
        if not isinstance(old, Group) or not isinstance(new, Group):
            return
        aligned = len(old.parts) == len(new.parts) and all(
            set(names(one)) == set(names(two)) for one, two in zip(old.parts, new.parts, strict=True)
        )
        if not aligned:
            self._note(Kind.MODEL, "", f"{_listed(before)} -> {_listed(after)}", plug(before), plug(after))
            return
        current = list(old.parts)
        for place, goal in enumerate(new.parts):
            self.walk(current[place], goal, _plug_in(before, old.model, list(current), place, plug))
            current[place] = goal


def _plug_in(around: Part, model: str, parts: list[Part], place: int, plug: Plug) -> Plug:
    def put(part: Part) -> Part:
        inside = (*parts[:place], part, *parts[place + 1 :])
        return plug(normalised(replace(around, term=Group(model, inside))))

    return put


def _grouped(parts: list[Part], model: str) -> Part:
    return parts[0] if len(parts) == 1 else Part(Group(model, tuple(parts)))


def _matched(before: tuple[Part, ...], after: tuple[Part, ...]) -> list[tuple[list[Part], list[Part], int]]:
    """Put together the parts of two groups that share names: parts before, parts after, and the place after."""
    home: dict[Name, int] = {}
    parent = list(range(len(before) + len(after)))

    def top(one: int) -> int:
        while parent[one] != one:
            one = parent[one]
        return one

    for number, part in enumerate((*before, *after)):
        for name in names(part):
            other = home.setdefault(name, number)
            parent[max(top(other), top(number))] = min(top(other), top(number))
    out: dict[int, tuple[list[Part], list[Part], list[int]]] = {}
    for number, part in enumerate((*before, *after)):
        found = out.setdefault(top(number), ([], [], []))
        if number < len(before):
            found[0].append(part)
        else:
            found[1].append(part)
            found[2].append(number)
    return [(old, new, places[0]) for old, new, places in out.values() if old and new]


def _out_of_line(places: list[int]) -> list[int]:
    """Return the positions that a longest rising sequence leaves out."""
    best: list[list[int]] = []
    for i, place in enumerate(places):
        chains: list[list[int]] = [chain for chain in best if places[chain[-1]] < place]
        longest: list[int] = chains[_longest(chains)] if chains else []
        best.append([*longest, i])
    kept = set(best[_longest(best)]) if best else set()
    return [i for i in range(len(places)) if i not in kept]


def _longest(chains: list[list[int]]) -> int:
    """Return the place of the first of the longest chains."""
    sizes = [len(chain) for chain in chains]
    return sizes.index(max(sizes))


def _reach(part: Part) -> str:
    if isinstance(part.term, Group):
        return f"in {_listed(part)} {times(part)}"
    return times(part)


def _listed(part: Part) -> str:
    if not isinstance(part.term, Group):
        return part.term.local if isinstance(part.term, Name) else str(part.term)
    sign = {"sequence": ", ", "choice": " | ", "all": " & "}[part.term.model]
    inner = sign.join(
        _listed(one) + ("" if (one.low, one.high) == (1, 1) else f" {times(one)}") for one in part.term.parts
    )
    return f"({inner})" if len(inner) < 400 else f"({inner[:397]}...)"  # noqa: PLR2004 - a line for a person


def _listed_parts(parts: list[Part]) -> str:
    return ", ".join(_listed(part) for part in parts)
