"""Changes for people: each told once, with all the places where it shows."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from conformance.revision.change import Change, Kind

MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class Group:
    """One change and all the paths where it shows."""

    change: Change
    paths: tuple[str, ...]


def grouped(changes: Iterable[Change]) -> list[Group]:
    """Return changes that say the same of the same name as one."""
    found: dict[tuple[object, ...], list[Change]] = {}
    for change in changes:
        steps = change.path.split("/")
        # A namespace, and the values of one list, are the same whatever the element is called.
        name = "" if change.value is not None or change.kind is Kind.NAMESPACE else steps[-1]
        key = (change.kind, name, change.detail, change.effect)
        found.setdefault(key, []).append(change)
    return [Group(same[0], tuple(one.path for one in same)) for same in found.values()]


def values_together(changes: Iterable[Change], most: int = MOST_VALUES) -> list[Group]:
    """Return groups in which the values that came to, or went from, the same places are one; `most` are named."""
    found: list[Group] = []
    lists: dict[tuple[object, ...], list[Group]] = {}
    for group in grouped(changes):
        change = group.change
        if change.value is None:
            found.append(group)
            continue
        same = lists.setdefault((change.kind, change.effect, group.paths), [])
        if not same:
            found.append(group)
        same.append(group)
    return [_joined(lists.get((one.change.kind, one.change.effect, one.paths), [one]), one, most) for one in found]


def _joined(same: list[Group], first: Group, most: int) -> Group:
    if len(same) < 2:  # noqa: PLR2004 - one is told as it is
        return first
    change = first.change
    word = change.detail.rpartition(" ")[2]
    values = ", ".join(one.change.value or "\u2018\u2019" for one in same[:most])
    if len(same) > most:
        values += f" and {len(same) - most:,} more"
    return Group(replace(change, detail=f"{len(same)} values {word}: {values}", value=None), first.paths)
