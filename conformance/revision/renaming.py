"""Names of a content model that only changed their namespace or their spelling."""

from collections.abc import Callable, Sequence

from conformance.revision.change import Effect, Kind, Step
from conformance.revision.model import Name, Part
from conformance.revision.normal import names
from conformance.revision.particles import leaves, renamed


def rename(before: Part, after: Part, alike: Callable[[Name, Name], bool], steps: list[Step]) -> Part:
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
    for name, other in _places(leaves(before), leaves(after), gone, fresh, alike):
        if name not in change and other not in change.values() and alike(name, other):
            change[name] = other
            detail = f"{name.local} is now called {other.local}; place and type are the same"
            steps.append(Step(Kind.ELEMENT_RENAMED, name.local, detail, Effect.BOTH))
    return renamed(before, lambda name: change.get(name, name)) if change else before


def _places(
    before: Sequence[tuple[Name, str]],
    after: Sequence[tuple[Name, str]],
    gone: list[Name],
    fresh: list[Name],
    alike: Callable[[Name, Name], bool],
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
        if len(fitting) > 1:
            fitting = [other for other in fitting if alike(name, other)]
        if len(fitting) == 1:
            found.append((name, fitting[0]))
    return [pair for pair in found if sum(1 for other in found if other[1] == pair[1]) == 1]


def _neighbours(leaves: Sequence[tuple[Name, str]], name: Name, ignored: set[Name]) -> tuple[object, ...]:
    kept = [leaf for leaf in leaves if leaf[0] not in ignored]
    place = next(i for i, leaf in enumerate(kept) if leaf[0] == name)
    before = kept[place - 1][0] if place else None
    after = kept[place + 1][0] if place + 1 < len(kept) else None
    return before, after, kept[place][1]
