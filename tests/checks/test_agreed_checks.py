"""Checks of what two countries agree: envelope, register, limits, and how findings are told."""

from dataclasses import replace

import pytest
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.envelope import check_envelope
from conformance.checks.limits import Measures, check_limits, measured
from conformance.checks.refusal_words import Told, read_told, speaks_of
from conformance.checks.register import check_identifier
from conformance.vectors.certificate import AUSTRALIA, CertificateData, certificate
from conformance.vectors.measured import with_lines, with_octets

DATA = CertificateData()
ROOM = Measures(1_000_000, 100, 999, 100)


def root(data: bytes = b"") -> etree._Element:
    return etree.fromstring(data or certificate(DATA))


def identified(identifier: str) -> etree._Element:
    before = b"<ram:ConsigneeSPSParty>"
    octets = certificate(DATA).replace(before, before + f"<ram:ID>{identifier}</ram:ID>".encode())
    return root(octets)


def test_from_and_to_are_the_countries_of_the_document() -> None:
    assert check_envelope(root(), "NZ", "CN", {}) == []
    for sender, recipient, expected in (("AU", "CN", "AU"), ("NZ", "FJ", "FJ"), ("", "CN", "no country")):
        (finding,) = check_envelope(root(), sender, recipient, {})
        assert (finding.requirement, finding.expected) == ("DOC-011", expected)


def test_a_transit_country_may_be_addressed() -> None:
    through = root(certificate(replace(DATA, transit=(AUSTRALIA,))))
    assert check_envelope(through, "NZ", "AU", {}) == []


def test_a_connection_code_needs_its_declaration_and_stays_outside_the_document() -> None:
    assert len(check_envelope(root(), "NZ2", "CN", {})) == 1
    assert check_envelope(root(), "NZ2", "CN", {"NZ2": "NZ"}) == []
    leaked = root(
        certificate(DATA).replace(b"<ram:ExportSPSCountry>\n<ram:ID>NZ<", b"<ram:ExportSPSCountry><ram:ID>NZ2<")
    )
    found = check_envelope(leaked, "NZ2", "CN", {"NZ2": "NZ"})
    assert {one.actual for one in found} == {"NZ2"}
    assert any("stands in the document" in one.message for one in found)


@pytest.mark.parametrize("identifier", ["nz-Est-0417a", "0047110", "ＮＺ－0815"])
def test_an_identifier_as_in_the_register_is_right(identifier: str) -> None:
    assert check_identifier(identified(identifier), identifier) == []


@pytest.mark.parametrize(
    ("wanted", "given", "how"),
    [
        ("nz-Est-0417a", "NZ-EST-0417A", "case"),
        ("0047110", "47110", "zeros"),
        ("ＮＺ－0815", "NZ-0815", "form"),
        ("nz-1", " nz-1", "white space"),
        ("nz-1", "au-7", "missing"),
    ],
)
def test_a_changed_identifier_is_told_with_what_was_done_to_it(wanted: str, given: str, how: str) -> None:
    (finding,) = check_identifier(identified(given), wanted)
    assert finding.requirement == "DOC-043"
    assert how in finding.message
    assert "ConsigneeSPSParty" in finding.where.path


def test_no_identifier_at_all_is_a_finding() -> None:
    (finding,) = check_identifier(root(), "nz-1")
    assert finding.actual == "none"


def test_a_document_is_measured() -> None:
    data = with_lines(DATA, 7)
    found = measured(data, root(data))
    assert (found.octets, found.lines, found.attributes) == (len(data), 7, 1)
    assert 5 <= found.depth <= 10
    assert check_limits(found, ROOM) == []


@pytest.mark.parametrize("what", ["octets", "depth", "lines", "attributes"])
def test_each_measure_may_just_reach_its_limit(what: str) -> None:
    data = with_lines(DATA, 3)
    found = measured(data, root(data))
    value = getattr(found, what)
    assert check_limits(found, replace(ROOM, **{what: value})) == []
    (finding,) = check_limits(found, replace(ROOM, **{what: value - 1}))
    assert (finding.requirement, finding.actual) == ("DOC-046", f"{value:,}")


@pytest.mark.parametrize("count", [1, 2, 200])
def test_certificates_of_any_number_of_lines_are_good(count: int) -> None:
    data = with_lines(DATA, count)
    assert measured(data, root(data)).lines == count
    assert check_document(data).findings == ()


@pytest.mark.parametrize("octets", [20_000, 20_001, 20_002, 20_003, 20_004, 20_005])
def test_certificates_of_any_number_of_octets_are_good(octets: int) -> None:
    data = with_octets(DATA, octets, lambda plain: plain)
    assert len(data) == octets
    assert check_document(data).findings == ()


def test_a_certificate_cannot_be_smaller_than_it_is() -> None:
    with pytest.raises(ValueError, match="cannot be made"):
        with_octets(DATA, 100, lambda plain: plain)


def test_a_finding_in_the_agreed_form_is_read() -> None:
    text = "Mapping SEVERE SPSConsignment/ImportSPSCountry/ID: 'UK' is not a country"
    told = Told("Mapping", "SEVERE", "SPSConsignment/ImportSPSCountry/ID", "'UK' is not a country")
    assert read_told(text) == told
    assert speaks_of([told], "ImportSPSCountry")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not valid",
        "line 12: not valid",
        "Schema TypeCode: missing",
        "Schema FATAL TypeCode: x",
        "Schema SEVERE TypeCode:",
    ],
)
def test_what_says_less_is_not_in_the_form(text: str) -> None:
    assert read_told(text) is None


def test_a_warning_or_another_field_does_not_explain_a_refusal() -> None:
    for text in ("Schema WARNING TypeCode: missing", "Schema SEVERE StatusCode: RelationshipTypeCode is missing"):
        told = read_told(text)
        assert told is not None
        assert not speaks_of([told], "TypeCode")
