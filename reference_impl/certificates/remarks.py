"""What a check finds in a certificate, as profile 2.36 wants it told."""

from dataclasses import dataclass

from lxml import etree

SCHEMA, MANDATORY, MAPPING = "Schema", "MandatoryElements", "Mapping"
SEVERE, WARNING, INFO = "SEVERE", "WARNING", "INFO"


@dataclass(frozen=True)
class Remark:
    """One finding: in which area, how bad, about which field (path below the root), and what is wrong."""

    area: str
    level: str
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.area} {self.level} {self.field}: {self.text}"


def severe(area: str, element: etree._Element, text: str) -> Remark:
    """Return a finding about an element that makes its document useless."""
    return Remark(area, SEVERE, field_of(element), text)


def field_of(element: etree._Element) -> str:
    """Return the path of an element below the root, names without prefixes; that of the root is its name."""
    steps = [_step(one) for one in (element, *element.iterancestors()) if one.getparent() is not None]
    return "/".join(reversed(steps)) or _name(element)


def _step(element: etree._Element) -> str:
    before = sum(1 for _ in element.itersiblings(element.tag, preceding=True))
    return f"{_name(element)}[{before + 1}]" if before else _name(element)


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else "node()"
