"""Where in a document of the reference node a requirement is kept: the lines `ecert explain` shows of it."""

from collections.abc import Iterator

from lxml import etree

from conformance.checks.rules.stock import stock
from conformance.checks.schema_paths import line_of
from conformance.checks.schema_sets import entity_namespaces, release_of
from conformance.parsing import Unreadable, parse
from conformance.vectors.rule_edits import PLACES

_BEFORE, _SHOWN = 2, 12


def lines_about(document: str, requirement: str) -> tuple[str, ...]:
    """Return the lines of a document around the first place that the rules of a requirement look at, it marked.

    Empty when no rule looks at it, or when the document is not whole.
    """
    try:
        root = parse(document.encode())
    except Unreadable:
        return ()
    release = release_of(root)
    if release is None:
        return ()
    entity, unqualified = entity_namespaces(release)
    namespaces = {"rsm": release.namespace, "ram": entity, "udt": unqualified}
    for path, part in _places(requirement):
        found = root.xpath(path, namespaces=namespaces)
        if isinstance(found, list) and found and isinstance(found[0], etree._Element):
            inner = found[0].find("/".join(f"{{*}}{step}" for step in part.split("/"))) if part else None
            place = found[0] if inner is None else inner
            return _around(document.split("\n"), line_of(place) or 1)
    return ()


def _places(requirement: str) -> Iterator[tuple[str, str]]:
    """Yield XPaths of the rules of a requirement, each with the part of the element that it is about, if it is one."""
    for row in stock().rows:
        if row.id.partition(".")[0] == requirement:
            yield from ((path, "" if row.at.startswith("@") else row.at) for path in row.contexts if "$" not in path)
    for rule, paths in PLACES.items():
        if rule.partition(".")[0] == requirement:
            yield from ((path, "") for path in paths)


def _around(lines: list[str], line: int) -> tuple[str, ...]:
    first = max(0, line - 1 - _BEFORE)
    shown = lines[first : first + _SHOWN]
    return tuple(f"{'>' if number == line else ' '} {number:>4} {text}" for number, text in enumerate(shown, first + 1))
