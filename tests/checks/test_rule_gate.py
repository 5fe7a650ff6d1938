"""The gate may be too strict, which costs time; it must never let pass what a rule or the schema would find."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.rules.engine import check_rules
from conformance.checks.rules.gate import gate
from conformance.checks.rules.gate_codes import codes_pattern
from conformance.checks.rules.profile import load_profile, profile_names
from conformance.checks.rules.rule import Setting
from conformance.checks.rules.scan import re_export_notes_agree, second_language
from conformance.checks.rules.tables import names
from conformance.checks.schema import check_schema
from conformance.checks.schema_sets import release_of, releases
from conformance.data import data_path
from conformance.parsing import Unreadable, parse
from conformance.vectors.certificate import CERTIFICATE, CertificateData, Line, Note, Reference, certificate, sized
from conformance.vectors.mutations import MUTATIONS
from conformance.vectors.rule_twins import RULE_TWINS, WHAT, base

FULL = certificate(
    CertificateData(
        lines=(Line(notes=(Note("ADTLIL", "Free of pests", "en"),)), Line(references=(Reference("R-2"),))),
        references=(Reference("R-1", information="see there"),),
    )
)
BASES = [FULL, *(base(name) for name in WHAT)]
VALUES = [
    "", " ", "x", "-1", "0", "70", " 70", "CN", "XX", "HS", "RPCOR", "RPCTC", "True", "true", " True", "ADEDL", "657",
    "2026-01-01", "2026-02-30T00:00:00Z", "NULL", "tested", "Test", "2026-01-31T10:00:00Z", "AAA", "1", " 1", "2",
    "en", "EN1", " en", "zh", "zh-Hans", "zh-", "KGM", "KILO", "380", "12345", "e\u0301", "NZ-2026-000001",
]  # fmt: skip
Found = list[tuple[str, str, str, str]]


def schema(second: str = "") -> etree.XMLSchema:
    file = releases()[CERTIFICATE].file
    assert file is not None
    made = gate(file, second)
    assert made is not None
    return made


def quickly(octets: bytes, profile: str = "exchange") -> Found:
    found = check_document(octets, profile=profile).findings
    return sorted((f.requirement, f.where.path, f.message, f.level.value) for f in found)


def slowly(octets: bytes, profile: str = "exchange") -> Found:
    root = parse(octets)
    rules = check_rules(root, octets, release_of(root), Setting(), load_profile(profile))
    return sorted((f.requirement, f.where.path, f.message, f.level.value) for f in [*check_schema(root), *rules])


@pytest.mark.parametrize("name", sorted(WHAT))
def test_the_gate_lets_good_certificates_pass(name: str) -> None:
    octets = base(name)
    assert schema(second_language(octets)).validate(etree.fromstring(octets))


def test_and_large_ones() -> None:
    assert schema().validate(etree.fromstring(certificate(sized(CertificateData(), 31_000))))


def matches(codes: set[str], values: set[str]) -> set[str]:
    """Return those of the values that libxml2 finds to match the pattern of the codes."""
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="a"><xs:simpleType>'
    facet = f'<xs:restriction base="xs:string"><xs:pattern value="{codes_pattern(codes)}"/></xs:restriction>'
    made = etree.XMLSchema(etree.fromstring(f"{head}{facet}</xs:simpleType></xs:element></xs:schema>"))
    return {value for value in values if made.validate(etree.fromstring(f"<a>{value}</a>"))}


@pytest.mark.parametrize("table", ["units", "packages", "languages", "relation-codes", "document-names"])
def test_a_code_list_as_a_pattern_is_the_code_list(table: str) -> None:
    codes = set(names(table))
    near = {code[:-1] for code in codes} | {code + "A" for code in codes} | {code.swapcase() for code in codes}
    assert matches(codes, codes | near) == codes


@given(st.sets(st.text("AB1", min_size=1, max_size=4), min_size=1, max_size=12), st.text("AB1", max_size=5))
def test_and_so_is_any_other(codes: set[str], other: str) -> None:
    assert matches(codes, codes | {other}) == codes


@pytest.mark.parametrize("profile", profile_names())
def test_both_ways_agree_on_every_fixture_and_mutation(profile: str) -> None:
    good = base("accepted")
    documents = [path.read_bytes() for path in sorted(data_path("fixtures", "certificates").glob("*.xml"))]
    documents += [mutation(good) for mutation in MUTATIONS if profile == "exchange"]
    compared = 0
    for octets in documents:
        try:
            parse(octets)
        except Unreadable:
            continue
        assert quickly(octets, profile) == slowly(octets, profile)
        compared += 1
    assert compared > 60


def test_no_mutation_of_ours_gets_by() -> None:
    for mutation in MUTATIONS:
        assert check_document(mutation(FULL)).findings, mutation.name
    for twin in RULE_TWINS:
        assert check_document(twin.bad, languages=twin.languages).findings, twin.name


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_passes_the_gate_breaks_no_gated_rule(data: st.DataObject) -> None:
    root = etree.fromstring(data.draw(st.sampled_from(BASES)))
    for _ in range(data.draw(st.integers(1, 2))):
        element = data.draw(st.sampled_from([e for e in root.iter(etree.Element) if e.getparent() is not None]))
        parent = element.getparent()
        assert parent is not None
        change = data.draw(st.sampled_from(["remove", "repeat", "text", "attribute", "text"]))
        if change == "remove" and len(list(root.iter())) > 5:
            parent.remove(element)
        elif change == "repeat":
            element.addnext(etree.fromstring(etree.tostring(element, with_tail=False)))
        elif change == "attribute" and element.attrib:
            element.set(
                data.draw(st.sampled_from(sorted(map(str, element.attrib)))), data.draw(st.sampled_from(VALUES))
            )
        elif not len(element):
            element.text = data.draw(st.sampled_from(VALUES))
        if len(root) < 2:
            return
    encoding = data.draw(st.sampled_from(["UTF-8", "ASCII", "UTF-16"]))
    octets = etree.tostring(root)
    if encoding != "ASCII":
        octets = etree.tostring(root, encoding="UTF-8").decode().encode(encoding)
    profile = data.draw(st.sampled_from(["exchange", "ippc"]))
    assert quickly(octets, profile) == slowly(octets, profile)


NOTES = base("accepted-re-export")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<ram:Content>False", b"<ram:Content>no"),
        (b"RPCRP</ram:Subject>\n<ram:Content>False", b"RPCRP</ram:Subject>\n<ram:Content>True"),
        (b"RPCRP</ram:Subject>\n<ram:Content>False", b"&#82;PCRP</ram:Subject>\n<ram:Content>True"),
        (b"RPCRP</ram:Subject>\n<ram:Content>False", b"RP<!-- -->CRP</ram:Subject>\n<ram:Content>True"),
        (b"RPCRP</ram:Subject>\n<ram:Content>False", b"RP<![CDATA[CRP]]></ram:Subject>\n<ram:Content>True"),
        (b"RPCRP</ram:Subject>\n<ram:Content>False", b"RPCRP</ram:Subject>\n<ram:Content languageID='en'>True"),
        (b"<ram:Content>False", b"<ram:ContentCode>False</ram:ContentCode><ram:Content>no"),
    ],
)
def test_the_scan_of_re_export_notes_proves_nothing_that_is_not_so(old: bytes, new: bytes) -> None:
    assert re_export_notes_agree(NOTES)
    broken = NOTES.replace(old, new, 1)
    assert broken != NOTES
    assert not (schema().validate(etree.fromstring(broken)) and re_export_notes_agree(broken))
    assert quickly(broken) == slowly(broken)
    assert any(requirement == "DOC-045" for requirement, *_ in quickly(broken))


@pytest.mark.parametrize(
    ("changes", "agree"),
    [
        ({b"RPCST": b"RPCST"}, True),
        ({b"RPCOR</ram:Subject>\n<ram:Content>False": b"RPCOR</ram:Subject>\n<ram:Content>Falsely"}, False),
        ({b"RPCOC</ram:Subject>\n<ram:Content>True": b"RPCOC</ram:Subject>\n<ram:Content>Truest"}, False),
    ],
)
def test_the_scan_looks_at_every_line(changes: dict[bytes, bytes], agree: bool) -> None:
    """What the first line says is only a guess at what the others say."""
    notes = tuple(Note(label, said) for label, said in (("RPCST", "1"), ("RPCOR", "False"), ("RPCTC", "True")))
    opposite = tuple(Note(label, said) for label, said in (("RPCOR", "True"), ("RPCTC", "False"), ("RPCOC", "True")))
    octets = certificate(sized(CertificateData(lines=(Line(notes=notes), Line(notes=opposite))), 12_000))
    for old, new in changes.items():
        octets = new.join(octets.rsplit(old, 1))
    assert re_export_notes_agree(octets) is agree
    assert quickly(octets) == slowly(octets)
