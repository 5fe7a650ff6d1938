"""Which defects are switched on together: a node with several shows as much as several nodes with one each."""

import random
from collections.abc import Collection, Mapping, Sequence

from seams import Seams

AT_MOST = 24


def groups(
    affected: Mapping[str, Collection[str]],
    seams: Mapping[str, Seams],
    apart: Collection[frozenset[str]] = (),
    *,
    costly: Collection[str] = (),
    shuffle: int | None = None,
    at_most: int = AT_MOST,
) -> list[tuple[str, ...]]:
    """Return every defect in one group; the same input gives the same groups.

    In a group no case is affected by two defects, no two replace one place of the node, and no two of `apart` meet.
    Each group is in the order in which the node must be patched: what replaces before what wraps. Those of `costly`
    come together in few groups. `shuffle` is the seed of another division of the same defects.
    """
    order = sorted(affected, key=lambda name: (-len(affected[name]), name))
    if shuffle is not None:
        random.Random(shuffle).shuffle(order)
    order.sort(key=lambda name: name not in costly)
    made: list[list[str]] = []
    for name in order:
        fitting = [group for group in made if len(group) < at_most and _fits(name, group, affected, seams, apart)]
        alike = [group for group in fitting if name in costly and set(group) & set(costly)]
        chosen = min(alike or fitting, key=len, default=None)
        if chosen is None:
            made.append([name])
        else:
            chosen.append(name)
    return [_in_order(group, seams) for group in made]


def _fits(
    name: str,
    group: Sequence[str],
    affected: Mapping[str, Collection[str]],
    seams: Mapping[str, Seams],
    apart: Collection[frozenset[str]],
) -> bool:
    return not any(
        set(affected[name]) & set(affected[other])
        or seams[name].clash(seams[other])
        or frozenset((name, other)) in apart
        for other in group
    )


def _in_order(group: Sequence[str], seams: Mapping[str, Seams]) -> tuple[str, ...]:
    return tuple(sorted(group, key=lambda name: (bool(seams[name].wrapped), name)))
