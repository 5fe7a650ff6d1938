"""DOC-046: what a document may measure at most."""

from dataclasses import dataclass

from lxml import etree

from conformance.model.finding import Finding, Where

MOST_DEPTH = 100
MOST_ATTRIBUTES = 100


@dataclass(frozen=True, slots=True)
class Measures:
    """Octets of a document, levels of elements, trade lines, and the most attributes of one element."""

    octets: int
    depth: int
    lines: int
    attributes: int


def measured(document: bytes, root: etree._Element) -> Measures:
    """Measure a document; `root` is what it was parsed to."""
    deepest = depth = lines = attributes = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        deepest = max(deepest, depth)
        attributes = max(attributes, len(element.attrib))
        lines += isinstance(element.tag, str) and element.tag.endswith("}IncludedSPSTradeLineItem")
    return Measures(len(document), deepest, lines, attributes)


def check_limits(found: Measures, most: Measures) -> list[Finding]:
    """Return what goes beyond the agreed limits."""
    return [
        Finding(
            "DOC-046",
            f"The document has more {what} than agreed.",
            f"at most {limit:,}",
            f"{value:,}",
            Where("document"),
        )
        for what, value, limit in (
            ("octets", found.octets, most.octets),
            ("levels of elements", found.depth, most.depth),
            ("trade lines", found.lines, most.lines),
            ("attributes of one element", found.attributes, most.attributes),
        )
        if value > limit
    ]
