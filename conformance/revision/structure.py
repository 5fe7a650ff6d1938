"""Why two content models accept different children: the single edits that lead from one to the other.

Every edit is applied by itself, and what it does is read off the words accepted before and after it.
"""

from collections.abc import Callable

from conformance.revision.change import Effect, Kind, Step
from conformance.revision.edits import Walk, step
from conformance.revision.inclusion import related
from conformance.revision.model import Group, Name, Part, Wildcard
from conformance.revision.normal import names
from conformance.revision.particles import listed, place_of, times, wildcards, without, without_wildcards
from conformance.revision.relation import GAINED, LOST, SAME, Relation
from conformance.revision.renaming import rename

STRICTNESS = {"strict": 0, "lax": 1, "skip": 2}


def relation(before: Part, after: Part) -> Relation:
    """Return how two models compare, what their wildcards demand of foreign elements included."""
    found = related(before, after)
    for old, new in zip(wildcards(before), wildcards(after), strict=False):
        found &= _processing(old.term, new.term)
    return found


def _processing(old: object, new: object) -> Relation:
    if not isinstance(old, Wildcard) or not isinstance(new, Wildcard) or old.process == new.process:
        return SAME
    return GAINED if STRICTNESS.get(new.process, 0) > STRICTNESS.get(old.process, 0) else LOST


def explain(before: Part, after: Part, alike: Callable[[Name, Name], bool]) -> list[Step]:
    """Return the edits that lead from one model to the other; none when they accept the same words.

    `alike(old, new)` says whether two names mean elements of the same type, which a renaming needs.
    """
    whole, first, last = relation(before, after), before, after
    if whole == SAME:
        return []
    steps: list[Step] = []
    before = rename(before, after, alike, steps)
    _wildcard_steps(before, after, steps)
    before, after = without_wildcards(before), without_wildcards(after)
    old, new = names(before), names(after)
    for name in old:
        if name not in new:
            less = without(before, [name])
            steps.append(step(Kind.ELEMENT_REMOVED, name.local, f"{name.local} removed", related(before, less)))
            before = less
    added = [name for name in new if name not in old]
    core = without(after, added)
    if related(before, core) != SAME:
        steps += _walked(before, core)
    for place, name in enumerate(added):
        rest = added[place + 1 :]
        more, less = without(after, rest), without(after, [name, *rest])
        count = place_of(after, name)
        word = "required" if count and count.low else "optional"
        steps.append(step(Kind.ELEMENT_ADDED, name.local, f"{name.local} added, {word}", related(less, more)))
    lost = any(one.effect in (Effect.NARROWING, Effect.BOTH) for one in steps)
    won = any(one.effect in (Effect.WIDENING, Effect.BOTH) for one in steps)
    if not steps or not (whole.kept or lost) or not (whole.earned or won):
        # Names that stand in several places of one model may hide from single edits what they do together.
        steps.append(step(Kind.MODEL, "", f"{listed(first)} -> {listed(last)}", whole))
    return steps


def _walked(before: Part, after: Part) -> list[Step]:
    """Return the edits between two models of the same names, none of which does what the whole does not."""
    whole = related(before, after)
    for inside_first in (False, True):
        steps: list[Step] = []
        Walk(steps, inside_first=inside_first).walk(before, after, lambda part: part)
        lost = any(one.effect in (Effect.NARROWING, Effect.BOTH) for one in steps)
        won = any(one.effect in (Effect.WIDENING, Effect.BOTH) for one in steps)
        if not (whole.kept and lost) and not (whole.earned and won):
            return steps
    return [step(Kind.MODEL, "", f"{listed(before)} -> {listed(after)}", whole)]


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
        steps.append(step(Kind.WILDCARD, "", f"wildcard: {words[0] or 'none'} -> {words[1] or 'none'}", found))


def _process(part: Part) -> str:
    return part.term.process if isinstance(part.term, Wildcard) else ""
