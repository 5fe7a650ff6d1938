"""Whether a simple type accepts a text: the type is written out as a schema and libxml2 is asked."""

from functools import lru_cache

from lxml import etree

from conformance.revision.files import XSD
from conformance.revision.model import Simple

_XSD_URI = XSD[1:-1]


def _facets(kind: Simple) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = [("enumeration", value) for value in kind.enumeration or ()]
    if kind.low is not None:
        found.append(("minInclusive" if kind.low.inclusive else "minExclusive", kind.low.value))
    if kind.high is not None:
        found.append(("maxInclusive" if kind.high.inclusive else "maxExclusive", kind.high.value))
    for name, count in (
        ("minLength", kind.least_length),
        ("maxLength", kind.most_length),
        ("totalDigits", kind.total_digits),
        ("fractionDigits", kind.fraction_digits),
    ):
        if count is not None:
            found.append((name, str(count)))
    return found


def write(parent: etree._Element, kind: Simple) -> None:
    """Add an xsd:simpleType to `parent` that accepts what the type accepts."""
    node = etree.SubElement(parent, f"{XSD}simpleType")
    facets = _facets(kind)
    groups = list(kind.patterns)
    base = kind.base if kind.variety == "atomic" else None
    if kind.variety in ("any", "unknown"):
        base = "string"
    elif kind.base == "string":
        base = {"preserve": "string", "replace": "normalizedString", "collapse": "token"}[kind.white]
    current = node
    # Patterns of one step are alternatives; so each group gets a step of its own.
    while groups:
        step = etree.SubElement(current, f"{XSD}restriction")
        for pattern in groups.pop():
            etree.SubElement(step, f"{XSD}pattern", value=pattern)
        inner = etree.Element(f"{XSD}simpleType")
        step.insert(0, inner)
        current = inner
    if base is not None:
        step = etree.SubElement(current, f"{XSD}restriction", base=f"xsd:{base}")
    else:
        step = etree.SubElement(current, f"{XSD}restriction")
        inner = etree.SubElement(step, f"{XSD}simpleType")
        if kind.variety == "list" and kind.item is not None:
            write(etree.SubElement(inner, f"{XSD}list"), kind.item)
        else:
            around = etree.SubElement(inner, f"{XSD}union")
            for member in kind.members:
                write(around, member)
    for name, value in facets:
        etree.SubElement(step, f"{XSD}{name}", value=value)


@lru_cache(maxsize=512)
def _compiled(kind: Simple) -> etree.XMLSchema | None:
    schema = etree.Element(f"{XSD}schema", nsmap={"xsd": _XSD_URI})
    write(etree.SubElement(schema, f"{XSD}element", name="v"), kind)
    try:
        return etree.XMLSchema(schema)
    except etree.XMLSchemaParseError:
        return None


def accepts(kind: Simple, text: str) -> bool:
    """Return whether a type accepts a text; a type that cannot be compiled accepts nothing."""
    schema = _compiled(kind)
    if schema is None:
        return False
    element = etree.Element("v")
    try:
        element.text = text
    except ValueError:  # characters that XML does not have
        return False
    return schema.validate(element)
