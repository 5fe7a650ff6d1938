"""When a document is not valid, every fault is named, at its place."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from conformance.checks import schema_facts, schema_second
from conformance.checks.document import check_document
from conformance.checks.schema import check_schema, validate
from conformance.checks.schema_align import Particle, align
from conformance.checks.schema_paths import line_of
from conformance.checks.schema_sets import compiled, described, release_of, releases
from conformance.model.finding import Finding
from conformance.model.words import Layer
from conformance.parsing import parse
from conformance.vectors.certificate import CERTIFICATE, CertificateData, Reference, certificate
from conformance.vectors.mutations import MUTATIONS

GOOD = certificate(CertificateData(references=(Reference("R-1", information="see there"),)))


def faults(data: bytes) -> list[Finding]:
    return check_schema(parse(data))


def changed(*steps: tuple[str, str]) -> bytes:
    text = GOOD.decode()
    for pattern, put in steps:
        text, count = re.subn(pattern, put, text, count=1, flags=re.DOTALL)
        assert count, pattern
    return text.encode()


def test_several_faults_of_one_content_model_are_all_named() -> None:
    found = faults(
        changed(
            (r"<ram:ID>NZ-2026-000001</ram:ID>\s*", ""),
            (r"(<ram:StatusCode>70</ram:StatusCode>)\s*(<ram:IssueDateTime>.*?</ram:IssueDateTime>)", r"\2\1"),
            (r"(</rsm:SPSExchangedDocument>)", r"<ram:Odd/>\1"),
            (r"<ram:ModeCode>1<", "<ram:ModeCode>99<"),
        )
    )
    assert [f.requirement for f in found] == ["DOC-048", "DOC-047", "DOC-004", "DOC-025"]
    assert "ram:Odd" in found[0].message
    assert "ram:StatusCode is misplaced" in found[1].message
    assert "before ram:IssueDateTime" in found[1].message
    assert "lacks ram:ID" in found[2].message
    assert all(f.where.line and f.where.path.startswith("/rsm:SPSCertificate") for f in found)


def test_values_inside_a_misplaced_element_are_checked_too() -> None:
    found = faults(
        changed(
            (r"(<ram:TypeCode>)851(</ram:TypeCode>)\s*(<ram:StatusCode>)70(</ram:StatusCode>)", r"\g<3>0x\4\g<1>0y\2"),
        )
    )
    assert sorted(f.requirement for f in found) == ["DOC-006", "DOC-007", "DOC-047"]


def test_a_broken_choice_is_named() -> None:
    both = changed((r"(</udt:DateTimeString>)", r"\1<udt:DateTime>2026-03-02T09:30:00Z</udt:DateTime>"))
    none = changed((r"<udt:DateTimeString>[^<]*</udt:DateTimeString>", ""))
    assert ["between which to choose" in f.message for f in faults(both)] == [True]
    assert ["lacks its content" in f.message for f in faults(none)] == [True]


def test_attributes_are_explained() -> None:
    found = faults(changed((r"<ram:StatusCode>", '<ram:StatusCode listAgencyID="7" odd="x">')))
    assert {f.where.path.rpartition("/")[2] for f in found} == {"@listAgencyID", "@odd"}
    assert next(f for f in found if f.where.path.endswith("@listAgencyID")).expected == "'6' or no attribute"


def test_the_path_finds_just_the_element() -> None:
    data = changed((r"<ram:ItemQuantity>60<", "<ram:ItemQuantity>many<"))
    root = parse(data)
    (fault,) = check_schema(root)
    found = root.xpath(fault.where.path, namespaces={str(prefix): uri for prefix, uri in root.nsmap.items()})
    assert isinstance(found, list)
    (element,) = found
    assert isinstance(element, etree._Element)
    assert element.text == "many"
    assert line_of(element) == fault.where.line


def test_a_namespace_in_other_case_is_told_once_where_it_begins() -> None:
    found = faults(GOOD.replace(b"standard:ReusableAggregate", b"Standard:ReusableAggregate"))
    assert {f.requirement for f in found} == {"DOC-003"}


@pytest.mark.parametrize(
    ("old", "new", "requirement"),
    [
        (b"SPSCertificate:17", b"SPSCertificate:99", "DOC-001"),
        (b"standard:SPSCertificate:17", b"Standard:SPSCertificate:17", "DOC-003"),
    ],
)
def test_a_root_of_no_release_at_hand_is_one_finding(old: bytes, new: bytes, requirement: str) -> None:
    assert [f.requirement for f in faults(GOOD.replace(old, new))] == [requirement]


def test_a_schema_location_in_the_document_does_not_matter() -> None:
    hint = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x http://127.0.0.1:9/x.xsd"'
    assert faults(GOOD.replace(b"<rsm:SPSCertificate", b"<rsm:SPSCertificate" + hint, 1)) == []


def test_a_signature_needs_the_declared_profile() -> None:
    mark = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/></rsm:SPSCertificate>'
    signed = GOOD.replace(b"</rsm:SPSCertificate>", mark)
    (fault,) = faults(signed)
    assert fault.requirement == "DOC-048"
    assert "Without it the document is valid" in fault.message
    root = parse(signed)
    before = etree.tostring(root)
    assert check_schema(root, signature_allowed=True) == []
    assert etree.tostring(root) == before
    twice = signed.replace(b"</rsm:SPSCertificate>", mark)
    assert check_schema(parse(twice), signature_allowed=True) != []


NAMES = [e.tag for e in etree.fromstring(GOOD).iter(etree.Element)]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_libxml2_refuses_is_explained_and_nothing_else(data: st.DataObject) -> None:
    root = etree.fromstring(GOOD)
    for _ in range(data.draw(st.integers(1, 3))):
        elements = [e for e in root.iter(etree.Element) if e.getparent() is not None]
        if not elements:
            break
        element = data.draw(st.sampled_from(elements))
        parent = element.getparent()
        assert parent is not None
        change = data.draw(st.sampled_from(["remove", "repeat", "move", "rename", "text", "attribute"]))
        if change == "remove":
            parent.remove(element)
        elif change == "repeat":
            parent.append(etree.fromstring(etree.tostring(element, with_tail=False)))
        elif change == "move":
            parent.insert(data.draw(st.integers(0, len(parent))), element)
        elif change == "rename":
            element.tag = data.draw(st.sampled_from(NAMES))
        elif change == "text":
            element.text = data.draw(st.sampled_from(["", " ", "x", "-1", "70", "2026-01-01", "AAA="]))
        else:
            element.set(data.draw(st.sampled_from(["name", "listID", "unitCode", "odd"])), "x")
    file = releases()[CERTIFICATE].file
    assert file is not None
    again = etree.fromstring(etree.tostring(root))
    assert bool(validate(again, file)) is not compiled(file).validate(again)
    assert release_of(again) is not None
    for fault in validate(again, file):
        assert fault.layer is Layer.SCHEMA
        assert fault.where.line
        assert fault.expected


def test_an_alignment_keeps_the_greatest_part_in_place() -> None:
    declared = [Particle(name, 0, None) for name in "abcd"]
    result = align(list("bcda"), declared)
    assert [(m.positions, m.after, m.before) for m in result.misplaced] == [((3,), None, "b")]


def test_a_document_with_many_faults_ends_in_bounded_findings() -> None:
    flood = GOOD.replace(b"</rsm:SPSExchangedDocument>", b"<ram:Odd/>" * 5000 + b"</rsm:SPSExchangedDocument>")
    assert len(check_document(flood, layers={Layer.SCHEMA}).findings) == 501


XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xs="http://www.w3.org/2001/XMLSchema"'


@pytest.mark.parametrize("kind", [b"xs:string", b"x:unknown", b"ram:NoSuchType", b""])
def test_a_type_that_is_not_known_is_a_finding_and_no_crash(kind: bytes) -> None:
    bad = GOOD.replace(b"<ram:StatusCode>", b"<ram:StatusCode" + XSI + b' xsi:type="' + kind + b'">', 1)
    assert any("xsi:type" in fault.message for fault in faults(bad))


def test_the_same_faults_are_told_whatever_was_checked_before() -> None:
    """What is remembered of parts that were in order hides no fault of a part that is not."""
    broken = [mutation(GOOD) for mutation in MUTATIONS if mutation.layer is Layer.SCHEMA]
    first = []
    for data in broken:
        schema_facts.facts_of.cache_clear()
        first.append(faults(data))
    assert [faults(data) for data in reversed(broken)] == first[::-1]
    assert all(first)


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_facts, "_KEPT", 3)
    schema_facts.facts_of.cache_clear()
    odd = b"<ram:StatusCode>none"
    for number in range(10):
        many = b"<ram:ItemQuantity>%d<" % number
        faults(GOOD.replace(b"<ram:StatusCode>70", odd).replace(b"<ram:ItemQuantity>60<", many))
    file = releases()[CERTIFICATE].file
    assert file is not None
    known = schema_facts.facts_of(described(file))
    sizes = [len(one._values) for one in known._known.values()]
    assert 1 <= max(sizes) <= 3
    schema_facts.facts_of.cache_clear()


def test_the_whole_document_is_put_to_xmlschema_only_where_its_parts_do_not_tell(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []

    def accepts(_schema: object, root: etree._Element) -> bool:
        asked.append(root.tag)
        return True

    monkeypatch.setattr(schema_second, "accepts", accepts)
    for mutation in MUTATIONS:
        if mutation.layer is Layer.SCHEMA and mutation.name not in ("unknown-release", "wrong-root"):
            assert faults(mutation(GOOD))
    assert asked == []
    (fault,) = faults(changed((r"<ram:ID>", '<ram:ID schemeURI="http://[x">')))
    assert len(asked) == 1
    assert "known-deviations" in fault.message
