"""Why a document is not valid: every fault, not only the first of each content model.

Works on any schema set that xmlschema loads. Content models that are one sequence of differently named elements, or
one choice of single elements, are explained by an alignment of our own; for others xmlschema's messages are taken.
"""

from collections.abc import Iterator, Mapping
from typing import Any, cast

import xmlschema
from lxml import etree
from xmlschema.validators import XsdElement, XsdGroup, XsdType

from conformance.checks.schema_align import align
from conformance.checks.schema_content import in_choice, in_sequence
from conformance.checks.schema_facts import Attributes, Child, Facts, facts_of
from conformance.checks.schema_model import declared_names, normal
from conformance.checks.schema_paths import name_of, path_of, tag_name, where
from conformance.checks.schema_second import errors_of, refuses_attributes, refuses_children
from conformance.checks.schema_words import (
    SIGNATURE,
    finding,
    local,
    quoted,
    type_words,
    value_requirement,
)
from conformance.model.finding import Finding, Where

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


class Explainer:
    """Walks one document along one schema.

    `refused` is true when xmlschema by itself, asked about single values, attributes or lists of children that are
    found to be wrong, has refused one of them: a document with such a part it would refuse as a whole.
    """

    def __init__(self, schema: xmlschema.XMLSchema10) -> None:
        self._schema = schema
        self._facts = facts_of(schema)
        self.refused = False

    def explain(self, root: etree._Element) -> Iterator[Finding]:
        """Yield a finding for every fault, in document order of the elements they are about."""
        declared = self._schema.maps.elements.get(root.tag)
        if not isinstance(declared, XsdElement):
            allowed = ", ".join(name_of(str(e.name), root.nsmap) for e in self._schema.elements.values())
            yield finding(
                "DOC-001",
                f"the root element {tag_name(root)} is not the root of this message",
                f"root element {allowed}",
                tag_name(root),
                where(root),
            )
            return
        # A stack, not recursion: nesting is bounded by the parser's cap, not by Python's.
        waiting: list[tuple[etree._Element, XsdElement]] = [(root, declared)]
        while waiting:
            element, declaration = waiting.pop()
            facts = self._facts(declaration.type)
            attributes = cast("Attributes", tuple(element.items()))
            named = element.get(f"{XSI}type") if attributes else None
            if named is not None:
                kind = self._named_type(element, named, declaration)
                if kind is None:
                    yield finding(
                        "DOC-002",
                        f"xsi:type {quoted(named)} is not a type that may stand here",
                        type_words(declaration.type),
                        quoted(named),
                        where(element, "/@xsi:type"),
                    )
                    continue
                facts = self._facts(kind)
            if not facts.are_fine(attributes):
                yield from self._noted_attributes(element, declaration, facts, attributes)
            if facts.holds_value:
                if not _is_plainly_fine(element, declaration, facts):
                    yield from self._value(element, declaration, facts)
            elif facts.group is not None:
                matched: list[tuple[etree._Element, XsdElement]] = []
                yield from self._content(element, declaration, facts, facts.group, matched)
                waiting.extend(reversed(matched))

    def _named_type(self, element: etree._Element, name: str, declaration: XsdElement) -> XsdType | None:
        prefix, _, own = name.strip().rpartition(":")
        uri = element.nsmap.get(prefix or None)
        kind = self._schema.maps.types.get(f"{{{uri}}}{own}" if uri else own)
        if not isinstance(kind, XsdType) or declaration.type is None:
            return None
        return kind if kind is declaration.type or kind.is_derived(declaration.type) else None

    def _noted_attributes(
        self, element: etree._Element, declaration: XsdElement, facts: Facts, attributes: Attributes
    ) -> list[Finding]:
        """Judge attributes that are the first of their like; those of xsi depend on more than their type."""
        found = list(self._attributes(element, declaration, facts))
        own = {name: value for name, value in attributes if not name.startswith(XSI)}
        if found:
            self.refused = self.refused or refuses_attributes(facts.attributes, own)
        elif len(own) == len(attributes):
            facts.note_attributes(attributes)
        return found

    def _attributes(self, element: etree._Element, declaration: XsdElement, facts: Facts) -> Iterator[Finding]:
        declared: Mapping[str | None, Any] = facts.attributes or {}
        name = tag_name(element)
        for key, raw in element.attrib.items():
            attribute, value = str(key), str(raw)
            shown = name_of(attribute, element.nsmap)
            place = where(element, f"/@{shown}")
            if attribute.startswith(XSI):
                if local(attribute) == "nil" and not declaration.nillable:
                    yield finding("DOC-002", f"{name} may not be nil", "no xsi:nil", f"xsi:nil={quoted(value)}", place)
                elif local(attribute) not in ("nil", "type", "schemaLocation", "noNamespaceSchemaLocation"):
                    yield finding("DOC-002", f"{shown} is unknown", "no such attribute", quoted(value), place)
                continue
            yield from self._attribute(name, shown, value, declared, attribute, place)
        for expected, known in declared.items():
            if expected and known.use == "required" and expected not in element.attrib:
                yield finding(
                    "DOC-002",
                    f"{name} lacks the attribute {local(expected)}",
                    type_words(known.type),
                    "absent",
                    where(element),
                )

    def _attribute(
        self, name: str, shown: str, value: str, declared: Mapping[str | None, Any], attribute: str, place: Where
    ) -> Iterator[Finding]:
        """Judge one attribute that is none of xsi's."""
        known = declared.get(attribute)
        if known is None:
            if None in declared and declared[None].is_matching(attribute):
                return
            allowed = ", ".join(sorted(str(a) for a in declared if a)) or "none"
            yield finding(
                "DOC-002",
                f"{name} has the attribute {shown}, which is not declared",
                f"attributes: {allowed}",
                f"{shown}={quoted(value)}",
                place,
            )
            return
        if known.use == "prohibited":
            yield finding("DOC-002", f"{shown} is prohibited on {name}", "absent", quoted(value), place)
        elif known.fixed is not None and normal(value, known.type) != known.fixed:
            yield finding(
                "DOC-002",
                f"the attribute {shown} of {name} is fixed",
                f"'{known.fixed}' or no attribute",
                quoted(value),
                place,
            )
        elif next(known.type.iter_errors(normal(value, known.type)), None) is not None:
            yield finding(
                "DOC-002",
                f"the attribute {shown} of {name} has a value that is not allowed",
                type_words(known.type),
                quoted(value),
                place,
            )

    def _value(self, element: etree._Element, declaration: XsdElement, facts: Facts) -> Iterator[Finding]:
        simple = facts.simple
        if simple is None:
            return
        name, parent = tag_name(element), element.getparent()
        requirement = value_requirement(local(parent.tag) if parent is not None else "", local(element.tag))
        inner = [child for child in element if isinstance(child.tag, str)]
        for child in inner:
            yield finding(
                "DOC-002",
                f"{name} holds a value; the element {tag_name(child)} may not stand in it",
                type_words(simple),
                f"element {tag_name(child)}",
                where(child),
            )
        text = (element.text or "") + "".join(child.tail or "" for child in element)
        if inner or (not text and (declaration.fixed is not None or declaration.default is not None)):
            return
        value = normal(text, simple)
        if declaration.fixed is not None and value != declaration.fixed:
            yield finding(requirement, f"{name} is fixed", f"'{declaration.fixed}'", quoted(text), where(element))
        elif not facts.accepts(text):
            self.refused = True
            yield finding(
                requirement,
                f"{name} has a value that is not allowed",
                type_words(simple),
                quoted(text) if text else "empty",
                where(element),
            )

    def _content(
        self,
        element: etree._Element,
        declaration: XsdElement,
        facts: Facts,
        group: XsdGroup,
        matched: list[tuple[etree._Element, XsdElement]],
    ) -> Iterator[Finding]:
        inside = list(element)
        written = tuple([child.tag for child in inside])
        known = facts.declared(written)
        loose = _loose(element, inside)
        if known is not None and not loose:
            matched.extend(_unsettled(inside, known))
            return
        children = [child for child in inside if isinstance(child.tag, str)]
        written = tuple(child.tag for child in children)
        if loose and not getattr(facts.kind, "mixed", False):
            yield finding(
                "DOC-002",
                f"{tag_name(element)} may hold elements only, there is text between them",
                "no text",
                quoted(loose),
                where(element),
            )
        own, folded = facts.own, facts.folded
        # A name that differs only in case is told once, where it begins, and then taken for what was meant.
        tags = [child.tag if child.tag in own else folded.get(child.tag.lower(), child.tag) for child in children]
        for child, tag in zip(children, tags, strict=True):
            if child.tag != tag and element.tag == declaration.name:
                message = f"{tag_name(child)} differs from the declared name only in upper and lower case"
                self.refused = self.refused or refuses_children(group, written)
                yield finding("DOC-003", message, tag, child.tag, where(child))
        matched.extend((child, own[tag]) for child, tag in zip(children, tags, strict=True) if tag in own)
        found: Iterator[Finding]
        if facts.parts is not None:
            found = in_sequence(element, children, align(tags, facts.parts), declared_names(self._schema))
        elif facts.choice:
            found = in_choice(element, children, list(own), group.min_occurs, declared_names(self._schema))
        else:
            yield from self._by_second_opinion(element, declaration)
            return
        first = next(found, None)
        if first is not None:
            self.refused = self.refused or refuses_children(group, written)
            yield first
            yield from found
        elif tags == list(written):
            facts.note_children(written, self._facts)

    def _by_second_opinion(self, element: etree._Element, declaration: XsdElement) -> Iterator[Finding]:
        """Take xmlschema's word about the children of an element."""
        for error in errors_of(declaration, element):
            if getattr(error, "elem", None) is element:
                yield finding(
                    "DOC-002",
                    f"{tag_name(element)}: {' '.join((error.reason or '').split())[:200]}",
                    "the declared content",
                    "other content",
                    where(element),
                )


def _loose(element: etree._Element, inside: list[etree._Element]) -> str:
    """Return the text that stands between the children of an element."""
    texts = [element.text, *[child.tail for child in inside]]
    return " ".join([text.strip() for text in texts if text and not text.isspace()])


def _unsettled(
    children: list[etree._Element], declared: tuple[Child, ...]
) -> Iterator[tuple[etree._Element, XsdElement]]:
    """Leave out children that only hold a value, and one that is known to be right."""
    for child, (declaration, facts, plain) in zip(children, declared, strict=True):
        attributes = cast("Attributes", tuple(child.items()))
        if not (plain and facts.are_fine(attributes) and not len(child) and facts.accepts(child.text or "")):
            yield child, declaration


def _is_plainly_fine(element: etree._Element, declaration: XsdElement, facts: Facts) -> bool:
    """Return whether an element holds nothing but a value that its type accepts."""
    if len(element) or declaration.fixed is not None or declaration.default is not None:
        return False
    return facts.accepts(element.text or "")


__all__ = ["SIGNATURE", "Explainer", "finding", "path_of", "quoted"]
