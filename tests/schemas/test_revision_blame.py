"""Of several changes, a document is laid at the door of those alone that change its own verdict."""

from pathlib import Path

import pytest
from trying import Sides

from conformance.revision.compiling import DoesNotCompile
from conformance.revision.diff import revise
from conformance.revision.impact import Impact

P = "SPSCertificate"
HEAD = (
    '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t"'
    f' elementFormDefault="qualified"><xsd:element name="{P}" type="t:T"/>'
)


def schema(*parts: str, more: str = "", attributes: str = "") -> str:
    inner = f"<xsd:sequence>{''.join(parts)}</xsd:sequence>{attributes}"
    return f'{HEAD}<xsd:complexType name="T">{inner}</xsd:complexType>{more}</xsd:schema>'


def element(name: str, low: int = 1, high: str = "1", kind: str = "xsd:string", more: str = "") -> str:
    return f'<xsd:element name="{name}" type="{kind}" minOccurs="{low}" maxOccurs="{high}"{more}/>'


def valued(name: str, attributes: str) -> str:
    inner = f'<xsd:extension base="xsd:string">{attributes}</xsd:extension>'
    return f'<xsd:complexType name="{name}"><xsd:simpleContent>{inner}</xsd:simpleContent></xsd:complexType>'


def attribute(name: str, use: str = "optional", kind: str = "xsd:token") -> str:
    return f'<xsd:attribute name="{name}" use="{use}" type="{kind}"/>'


def document(inner: str, attributes: str = "") -> bytes:
    return f'<{P} xmlns="urn:t"{attributes}>{inner}</{P}>'.encode()


TYPES = valued("One", attribute("one")) + valued("Two", attribute("two", kind="xsd:int"))
COUNTS = (schema(element("A", 0), element("B", 1, "9")), schema(element("A"), element("B", 1, "2")))
USES = (
    schema(element("A"), attributes=attribute("x") + attribute("y") + attribute("z")),
    schema(element("A"), attributes=attribute("x", "required") + attribute("z", kind="xsd:int")),
)
RETYPED = (
    schema(element("A", 0), element("E", kind="t:One"), more=TYPES),
    schema(element("A"), element("E", kind="t:Two"), more=TYPES),
)
RETYPED_BACK = (RETYPED[1].replace("t:Two", "t:One"), RETYPED[0].replace("t:One", "t:Two"))
REQUIRED = (RETYPED[0], RETYPED[1].replace('name="two" use="optional"', 'name="two" use="required"'))

CASES = {
    "too few": (COUNTS, document("<B/>"), [f"{P}/A"]),
    "too many": (COUNTS, document("<A/><B/><B/><B/>"), [f"{P}/B"]),
    "too few and too many": (COUNTS, document("<B/><B/><B/>"), [f"{P}/A", f"{P}/B"]),
    "as before": (COUNTS, document("<A/><B/>"), []),
    "an attribute lacking": (USES, document("<A/>"), [f"{P}/@x"]),
    "an attribute too much": (USES, document("<A/>", ' x="1" y="1"'), [f"{P}/@y"]),
    "an attribute of another type": (USES, document("<A/>", ' x="1" z="word"'), [f"{P}/@z"]),
    "an attribute of either type": (USES, document("<A/>", ' x="1" z="1"'), []),
    "a type without its attribute": (RETYPED, document('<A/><E one="1">text</E>'), [f"{P}/E"]),
    "a type whose attributes are not used": (RETYPED, document("<E>text</E>"), [f"{P}/A"]),
    "a type and a child": (RETYPED, document('<E one="1">text</E>'), [f"{P}/A", f"{P}/E"]),
    "a type whose attribute must be there": (REQUIRED, document("<A/><E>text</E>"), [f"{P}/E"]),
    "a type with an attribute of its own": (RETYPED_BACK, document('<A/><E two="1">text</E>'), [f"{P}/E"]),
    "a type with a wrong attribute": (RETYPED_BACK, document('<A/><E two="word">text</E>'), []),
}


@pytest.mark.parametrize("name", CASES)
def test_only_what_changed_the_verdict_is_blamed(name: str, tmp_path: Path) -> None:
    sets, text, expected = CASES[name]
    for side, content in zip(("old", "new"), sets, strict=True):
        (tmp_path / side).mkdir()
        (tmp_path / side / "set.xsd").write_text(content, encoding="utf-8")
    try:
        impact = Impact(revise(Sides.read(tmp_path / "old"), Sides.read(tmp_path / "new")))
    except DoesNotCompile as error:
        raise AssertionError(error.problems) from None
    fate = impact.fate("a.xml", text)
    assert sorted({change.path for change in fate.changes}) == expected
    assert (fate.before != fate.after) is bool(expected)
