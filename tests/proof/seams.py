"""Which places of the reference node a defect patches, found by patching one and looking."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FunctionType, MethodType
from typing import Any

from reference_impl import importer, mail
from reference_impl.config import load_config
from reference_impl.defects import DEFECTS
from reference_impl.node import Node

Place = tuple[str, str]
_MISSING = object()
_DEPTH = 4


@dataclass(frozen=True)
class Seams:
    """The attributes a defect patches, by path from the node: those it replaces, and those it wraps.

    What is wrapped still does what it did before, so two wrappers of one place work together; two replacements do not.
    """

    replaced: frozenset[str]
    wrapped: frozenset[str]

    def clash(self, other: "Seams") -> bool:
        """Tell whether both replace one place: the one applied last would undo the other."""
        return bool(self.replaced & other.replaced)


def seams_of_all(folder: Path) -> dict[str, Seams]:
    """Patch the node of an initialised `folder` with each defect in turn, undoing it, and return what each touched."""
    node = Node(load_config(folder))
    try:
        mail.install(node)
        importer.install(node)
        return {name: _seams(node, DEFECTS[name].apply) for name in sorted(DEFECTS)}
    finally:
        node.close()


def _seams(node: Node, apply: "Callable[[Node], None]") -> Seams:
    components = dict(_components(node))
    before = {path: dict(vars(one)) for path, one in components.items()}
    contents = {
        (path, name): dict(value)
        for path, values in before.items()
        for name, value in values.items()
        if isinstance(value, dict)
    }
    apply(node)
    changed = _changed(components, before)
    touched = {
        f"{path}.{name}[{key}]"
        for (path, name), old in contents.items()
        for key in {*old, *before[path][name]}
        if old.get(key, _MISSING) is not before[path][name].get(key, _MISSING)
    }
    for path, one in components.items():
        vars(one).clear()
        vars(one).update(before[path])
    for (path, name), old in contents.items():
        before[path][name].clear()
        before[path][name].update(old)
    wrapped = {
        f"{path}.{name}"
        for (path, name), new in changed.items()
        if _reaches(new, getattr(components[path], name, _MISSING))
    }
    return Seams(frozenset({f"{path}.{name}" for path, name in changed} - wrapped | touched), frozenset(wrapped))


def _components(node: Node) -> Iterator[tuple[str, Any]]:
    """Yield every object of the node's own classes that can be reached from it, once, with its path."""
    seen: set[int] = set()
    waiting: list[tuple[str, Any]] = [("node", node)]
    while waiting:
        path, one = waiting.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, list | tuple):
            waiting += [(f"{path}[{at}]", item) for at, item in enumerate(one)]
        elif type(one).__module__.startswith("reference_impl") and hasattr(one, "__dict__"):
            yield path, one
            waiting += [(f"{path}.{name}", value) for name, value in vars(one).items()]


def _changed(components: dict[str, Any], before: dict[str, dict[str, Any]]) -> dict[Place, Any]:
    return {
        (path, name): value
        for path, one in components.items()
        for name, value in vars(one).items()
        if before[path].get(name, _MISSING) is not value
    }


def _reaches(new: object, old: object, depth: int = _DEPTH) -> bool:
    """Tell whether a function keeps hold of the one it stands in for, and so can call it."""
    if isinstance(new, MethodType):
        new = new.__func__
    if depth == 0 or not isinstance(new, FunctionType):
        return False
    held = [cell.cell_contents for cell in new.__closure__ or ()]
    return any(one == old or _reaches(one, old, depth - 1) for one in held)
