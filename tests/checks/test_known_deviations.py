"""Each row of docs/known-deviations.md, so that it is noticed when a library changes its mind."""

import re
from pathlib import Path

import xmlschema
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.schema import validate
from conformance.model.words import Layer
from conformance.vectors.certificate import CertificateData, Reference, certificate

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


def simple(kind: str) -> str:
    return HEAD + f'<xs:element name="a" type="xs:{kind}"/></xs:schema>'


def test_any_uri(tmp_path: Path) -> None:
    for uri in ("https://plant.example/a#b#c", "http://[x"):
        assert opinions(simple("anyURI"), f"<a>{uri}</a>") == (False, True)
    file = tmp_path / "uri.xsd"
    file.write_text(simple("anyURI"), encoding="utf-8")
    (fault,) = validate(etree.fromstring("<a>http://[x</a>"), file)
    assert "known-deviations" in fault.message


def test_base64_alphabet() -> None:
    assert opinions(simple("base64Binary"), "<a>@@@@</a>") == (True, False)
    data = certificate(
        CertificateData(references=(Reference("N1", filename="a.pdf", mime="application/pdf", content="@@@@"),))
    )
    assert {finding.requirement for finding in check_document(data).findings} == {"DOC-037"}


def test_huge_text() -> None:
    report = check_document(b"<a>" + b"x" * 10_100_000 + b"</a>")
    assert [f.layer for f in report.findings] == [Layer.READING]


def test_every_row_names_a_test_here() -> None:
    table = Path(__file__).parents[2] / "docs" / "known-deviations.md"
    named = set(re.findall(r"`(test_\w+)` \|", table.read_text(encoding="utf-8")))
    assert named
    assert named <= set(globals())
