"""Schema sets made to take for ever: each is read and compared within bounds, and what was cut short is said."""

from pathlib import Path

import pytest
from click.testing import CliRunner
from trying import Sides

from conformance.cli.schema_impact import impact
from conformance.revision.change import Difference
from conformance.revision.telling import values_together

HEAD = '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t"'
ROOT = '<xsd:element name="SPSCertificate" type="t:T"/>'
TEXT = '<xsd:sequence><xsd:element name="A" type="xsd:string"/></xsd:sequence>'
DOUBLED = 40


def whole(inner: str, more: str = "") -> str:
    return f'{HEAD}>{ROOT}<xsd:complexType name="T">{inner}</xsd:complexType>{more}</xsd:schema>'


def doubling(kind: str, inner: str) -> str:
    """Return groups each of which holds the next one twice, down to one that holds what is given."""
    around = ("<xsd:sequence>", "</xsd:sequence>") if kind == "group" else ("", "")
    twice = ""
    for n in range(DOUBLED):
        inside = f'<xsd:{kind} ref="t:G{n + 1}"/>' * 2
        twice += f'<xsd:{kind} name="G{n}">{around[0]}{inside}{around[1]}</xsd:{kind}>'
    return f'{twice}<xsd:{kind} name="G{DOUBLED}">{inner}</xsd:{kind}>'


def text_of(kinds: str) -> str:
    return whole('<xsd:sequence><xsd:element name="A" type="t:S"/></xsd:sequence>', kinds)


def codes(count: int) -> str:
    values = "".join(f'<xsd:enumeration value="c{number}"/>' for number in range(count))
    return text_of(
        f'<xsd:simpleType name="S"><xsd:restriction base="xsd:token">{values}</xsd:restriction></xsd:simpleType>'
    )


def nested(count: int) -> str:
    part = '<xsd:element name="A" type="xsd:string" minOccurs="0"/><xsd:element name="B" type="xsd:string"/>'
    for _ in range(3):
        part = f'<xsd:sequence maxOccurs="{count}">{part}<xsd:element name="C" type="xsd:string"/></xsd:sequence>'
    return whole(part)


def alternatives(count: int, low: int) -> str:
    pairs = "".join(
        f'<xsd:sequence><xsd:element name="E{n}" type="xsd:string" minOccurs="{low if n == 7 else 0}"/>'
        f'<xsd:element name="F{n}" type="xsd:string"/></xsd:sequence>'
        for n in range(count)
    )  # fmt: skip
    return whole(f'<xsd:choice maxOccurs="unbounded">{pairs}</xsd:choice>')


UNIONS = "".join(
    f'<xsd:simpleType name="U{n}"><xsd:union memberTypes="t:U{n + 1} t:V{n}"/></xsd:simpleType>'
    f'<xsd:simpleType name="V{n}"><xsd:list itemType="t:U{n + 1}"/></xsd:simpleType>'
    for n in range(DOUBLED)
) + f'<xsd:simpleType name="U{DOUBLED}"><xsd:restriction base="xsd:token"/></xsd:simpleType>'  # fmt: skip


def compared(before: str, after: str, tmp_path: Path) -> Difference:
    for name, text in (("old", before), ("new", after)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "set.xsd").write_text(text, encoding="utf-8")
    return Sides(tmp_path / "old").difference(tmp_path / "new")


def test_attribute_groups_that_double_are_read_once_each(tmp_path: Path) -> None:
    groups = doubling("attributeGroup", '<xsd:attribute name="x"/>')
    found = compared(whole(TEXT), whole(f'{TEXT}<xsd:attributeGroup ref="t:G0"/>', groups), tmp_path)
    assert [(one.kind.value, one.path) for one in found.changes] == [("attribute-added", "SPSCertificate/@x")]


@pytest.mark.parametrize(
    ("bomb", "word"),
    [
        (whole('<xsd:group ref="t:G0"/>', doubling("group", TEXT)), "particles"),
        (text_of(UNIONS.replace('"U0"', '"S"')), "made of more than"),
        (whole(TEXT.replace("</xsd:sequence>", '<xsd:element nam="B"/></xsd:sequence>')), "neither a name nor a ref"),
    ],
    ids=["groups", "unions", "nameless"],
)
def test_what_cannot_be_read_is_a_problem_with_its_place(bomb: str, word: str, tmp_path: Path) -> None:
    found = compared(whole(TEXT), bomb, tmp_path)
    assert [word in problem.what and problem.line == 1 for problem in found.problems_after] == [True]
    assert all(one.path.endswith("/A") for one in found.changes)


def test_documents_are_not_judged_by_a_set_that_takes_for_ever(tmp_path: Path) -> None:
    for name, text in (("old", whole(TEXT)), ("new", whole('<xsd:group ref="t:G0"/>', doubling("group", TEXT)))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "set.xsd").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(impact, [str(tmp_path / "old"), str(tmp_path / "new"), str(tmp_path)])
    assert done.exit_code == 2
    assert "new does not compile: set.xsd:1: the content model has more than 20,000 particles" in done.output


def test_thousands_of_codes_are_told_one_by_one_and_shown_in_short(tmp_path: Path) -> None:
    found = compared(codes(3_000), codes(9_000), tmp_path)
    assert {(one.kind.value, one.effect.value) for one in found.changes} == {("enumeration-value-added", "widening")}
    assert (len(found.changes), found.backward, found.forward) == (6_000, True, False)
    (group,) = values_together(found.changes)
    assert group.change.detail.startswith("6000 values added: c3000, ")
    assert group.change.detail.endswith(" and 5,960 more")


def test_counts_inside_counts_are_compared_by_their_order(tmp_path: Path) -> None:
    found = compared(nested(299), nested(298), tmp_path)
    assert {(one.kind.value, one.effect.value) for one in found.changes} == {("occurrence-changed", "narrowing")}
    assert (found.backward, found.forward) == (False, True)


def test_hundreds_of_alternatives_are_compared_exactly(tmp_path: Path) -> None:
    found = compared(alternatives(250, 0), alternatives(250, 1), tmp_path)
    told = [(one.kind.value, one.path, one.effect.value) for one in found.changes]
    assert told == [("occurrence-changed", "SPSCertificate/E7", "narrowing")]
