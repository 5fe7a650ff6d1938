"""Changes for people: each told once, with all the places where it shows."""

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.revision.change import Change


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
        name = "/".join(steps[-2:]) if steps[-1].startswith("@") else steps[-1]
        # Of values of one list only the value differs from line to line; the name of its element is no help there.
        key = (change.kind, "" if change.kind.value.startswith("enumeration") else name, change.detail, change.effect)
        found.setdefault(key, []).append(change)
    return [Group(same[0], tuple(one.path for one in same)) for same in found.values()]
