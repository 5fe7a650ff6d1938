"""What is wrong with the children of an element, told one by one: strangers, misplaced, missing, too many."""

from collections.abc import Container, Iterator

from lxml import etree

from conformance.checks.schema_align import Alignment
from conformance.checks.schema_paths import name_of, tag_name, where
from conformance.checks.schema_words import finding, local, occurrence_requirement
from conformance.model.finding import Finding


def _stranger(element: etree._Element, child: etree._Element, allowed: str, names: Container[str]) -> Finding:
    """Judge an element that its parent does not declare."""
    name, parent = tag_name(child), tag_name(element)
    if child.tag in names:
        message = f"{name} may not stand in {parent}; it is declared for another place"
        return finding("DOC-002", message, allowed, name, where(child))
    message = f"{name} is not declared in {parent}; an extension needs a declared profile"
    return finding("DOC-048", message, allowed, child.tag, where(child))


def in_sequence(
    element: etree._Element, children: list[etree._Element], result: Alignment, names: Container[str]
) -> Iterator[Finding]:
    """Yield the faults of the children of an element whose content is a sequence, in the order of their kinds.

    `result` is how they were aligned with it, `names` are those of all elements that the set declares.
    """
    scope, parent = element.nsmap, tag_name(element)

    def shown(tag: str | None) -> str:
        return name_of(tag, scope) if tag else ""

    for position in result.unknown:
        yield _stranger(element, children[position], f"only declared elements in {parent}", names)
    for wrong in result.misplaced:
        bounds = [f"after {shown(wrong.after)}"] * bool(wrong.after)
        bounds += [f"before {shown(wrong.before)}"] * bool(wrong.before)
        ahead = children[wrong.positions[0] - 1] if wrong.positions[0] else None
        for position in wrong.positions:
            name = tag_name(children[position])
            yield finding(
                "DOC-047",
                f"{name} is misplaced in {parent}: must come {' and '.join(bounds) or 'elsewhere'}",
                f"{name} {' and '.join(bounds)}",
                f"after {tag_name(ahead)}" if ahead is not None else "first",
                where(children[position]),
            )
    for lack in result.missing:
        hint = f" (after {shown(lack.after)})" if lack.after else " (first)"
        yield finding(
            occurrence_requirement(local(element.tag), local(lack.name)),
            f"{parent} lacks {shown(lack.name)}",
            f"at least {lack.minimum} {shown(lack.name)}{hint}",
            str(lack.present) if lack.present else "none",
            where(element),
        )
    for extra in result.too_many:
        for position in extra.positions:
            yield finding(
                occurrence_requirement(local(element.tag), local(extra.name)),
                f"{parent} has {extra.present} elements {shown(extra.name)}, too many",
                f"at most {extra.maximum}",
                str(extra.present),
                where(children[position]),
            )


def in_choice(
    element: etree._Element, children: list[etree._Element], options: list[str], minimum: int, names: Container[str]
) -> Iterator[Finding]:
    """Yield the faults of the children of an element whose content is a choice between single elements."""
    allowed = "exactly one of " + ", ".join(name_of(name, element.nsmap) for name in options)
    known = [child for child in children if child.tag in options]
    for child in children:
        if child.tag not in options:
            yield _stranger(element, child, allowed, names)
    if not known and minimum:
        yield finding("DOC-002", f"{tag_name(element)} lacks its content", allowed, "none", where(element))
    if len(known) > 1:
        yield finding(
            "DOC-002",
            f"{tag_name(element)} has {len(known)} of the elements between which to choose",
            allowed,
            ", ".join(tag_name(child) for child in known),
            where(known[1]),
        )
