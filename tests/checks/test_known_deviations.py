"""Each row of docs/known-deviations.md, so that it is noticed when a library changes its mind."""

import re
from pathlib import Path

import xmlschema
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.schema import validate
from conformance.model.words import Layer

HEAD = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'
IDREF = HEAD + (
    '<xs:element name="a"><xs:complexType><xs:attribute name="r" type="xs:IDREF"/></xs:complexType>'
    "</xs:element></xs:schema>"
)
FIXED = HEAD + '<xs:element name="a" type="xs:decimal" fixed="1"/></xs:schema>'


def opinions(schema: str, document: str) -> tuple[bool, bool]:
    root = etree.fromstring(document)
    return etree.XMLSchema(etree.fromstring(schema)).validate(root), xmlschema.XMLSchema10(schema).is_valid(document)


def test_dangling_idref() -> None:
    assert opinions(IDREF, '<a r="nowhere"/>') == (True, False)


def test_fixed_decimal(tmp_path: Path) -> None:
    assert opinions(FIXED, "<a>1.0</a>") == (False, True)
    file = tmp_path / "fixed.xsd"
    file.write_text(FIXED, encoding="utf-8")
    (fault,) = validate(etree.fromstring("<a>1.0</a>"), file)
    assert "known-deviations" in fault.message


def test_huge_text() -> None:
    report = check_document(b"<a>" + b"x" * 10_100_000 + b"</a>")
    assert [f.layer for f in report.findings] == [Layer.READING]


def test_every_row_names_a_test_here() -> None:
    table = Path(__file__).parents[2] / "docs" / "known-deviations.md"
    named = set(re.findall(r"`(test_\w+)` \|", table.read_text(encoding="utf-8")))
    assert named
    assert named <= set(globals())
