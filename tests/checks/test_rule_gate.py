"""The gate may be too strict, which costs time; it must never let pass what a rule or the schema would find."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.rules.engine import check_rules
from conformance.checks.rules.gate import gate
from conformance.checks.rules.rule import Setting
from conformance.checks.schema import check_schema
from conformance.checks.schema_sets import release_of, releases
from conformance.vectors.certificate import CERTIFICATE, CertificateData, Line, Note, Reference, certificate, sized
from conformance.vectors.mutations import MUTATIONS

FULL = CertificateData(
    lines=(Line(notes=(Note("ADTLIL", "Free of pests", "en"),)), Line(references=(Reference("R-2"),))),
    references=(Reference("R-1", information="see there"),),
)
GOOD = certificate(FULL)
VALUES = ["", " ", "x", "-1", "0", "70", " 70", "CN", "XX", "HS", "RPCOR", "ADEDL", "2026-01-01",
"2026-02-30T00:00:00Z", "NULL",
          "2026-01-31T10:00:00Z", "AAA", "1", "en", "EN1", " en", "KGM", "KILO", "zh", "380", "12345"]  # fmt: skip


def schema() -> etree.XMLSchema:
    file = releases()[CERTIFICATE].file
    assert file is not None
    made = gate(file)
    assert made is not None
    return made


def test_the_gate_lets_ordinary_certificates_pass() -> None:
    for data in (FULL, CertificateData(), sized(CertificateData(), 31_000)):
        assert schema().validate(etree.fromstring(certificate(data)))


def test_no_mutation_of_ours_gets_by() -> None:
    for mutation in MUTATIONS:
        assert check_document(mutation(GOOD)).findings, mutation.name


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_passes_the_gate_breaks_no_gated_rule(data: st.DataObject) -> None:
    root = etree.fromstring(GOOD)
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
    octets = etree.tostring(root)
    again = etree.fromstring(octets)
    release = release_of(again)
    slow = [*check_schema(again), *check_rules(again, octets, release, Setting())]
    quick = list(check_document(octets).findings)
    key = [(f.requirement, f.where.path, f.message) for f in slow]
    assert sorted(key) == sorted((f.requirement, f.where.path, f.message) for f in quick)
