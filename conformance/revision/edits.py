"""The single edits between two content models of the same names, each with what it does to the words accepted."""

from collections.abc import Callable
from dataclasses import replace

from conformance.revision.alignment import matched, out_of_line
from conformance.revision.change import Effect, Kind, Step
from conformance.revision.inclusion import related
from conformance.revision.model import Group, Part
from conformance.revision.normal import names, normalised
from conformance.revision.particles import listed, listed_parts, reach, times
from conformance.revision.relation import SAME, Relation

Plug = Callable[[Part], Part]


def step(kind: Kind, under: str, detail: str, found: Relation) -> Step:
    """Return a step with its effect read off a relation."""
    return Step(kind, under, detail, Effect(found.effect))


class Walk:
    """Compares two models of the same names, part by part: a group's own count before, or after, what is inside."""

    def __init__(self, steps: list[Step], *, inside_first: bool = False) -> None:
        self._steps = steps
        self._inside_first = inside_first

    def _note(self, kind: Kind, under: str, detail: str, before: Part, after: Part) -> None:
        self._steps.append(step(kind, under, detail, related(before, after)))

    def walk(self, before: Part, after: Part, plug: Plug) -> None:
        """Note the edits between two parts; `plug` puts a part into the whole model."""
        if before == after or related(plug(before), plug(after)) == SAME:
            return
        if isinstance(before.term, Group) and isinstance(after.term, Group):
            self._groups(before, after, plug)
            return
        only = names(before)
        if len(only) == 1:
            detail = f"{only[0].local} {reach(before)} -> {reach(after)}"
            self._note(Kind.OCCURRENCE, only[0].local, detail, plug(before), plug(after))
        else:
            self._note(Kind.MODEL, "", f"{listed(before)} -> {listed(after)}", plug(before), plug(after))

    def _groups(self, before: Part, after: Part, plug: Plug) -> None:
        old, new = before.term, after.term
        if not isinstance(old, Group) or not isinstance(new, Group):
            return
        if old.model != new.model:
            detail = f"{old.model} -> {new.model} of {', '.join(name.local for name in names(before))}"
            self._note(Kind.MODEL, "", detail, plug(before), plug(after))
            return
        if self._inside_first:
            self._parts(before, after, plug)
            self._counts(replace(before, term=new), after, plug)
        else:
            self._counts(before, after, plug)
            self._parts(replace(before, low=after.low, high=after.high), after, plug)

    def _counts(self, before: Part, after: Part, plug: Plug) -> None:
        """Note that a group stands more or less often."""
        counted = replace(before, low=after.low, high=after.high)
        if counted != before and isinstance(before.term, Group) and related(plug(before), plug(counted)) != SAME:
            detail = f"the {before.term.model} {listed(before)} {times(before)} -> {times(after)}"
            self._note(Kind.OCCURRENCE, "", detail, plug(before), plug(counted))

    def _parts(self, before: Part, after: Part, plug: Plug) -> None:
        """Note the edits inside two groups of one kind."""
        old, new = before.term, after.term
        if not isinstance(old, Group) or not isinstance(new, Group):
            return
        pairs = matched(old.parts, new.parts)
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
            moved = out_of_line([pair[2] for pair in pairs])
            texts = []
            for place in moved:
                now = ordered.index(pairs[place])
                texts.append(
                    f"{listed_parts(pairs[place][0])} now stands "
                    + (f"after {listed_parts(ordered[now - 1][0])}" if now else "first")
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
            self._note(Kind.MODEL, "", f"{listed(before)} -> {listed(after)}", plug(before), plug(after))
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
