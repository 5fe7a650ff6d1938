"""What the node says of a document, what stops its issue, and how it reads the format of 2009."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from lxml import etree

from reference_impl.certificates.examination import Examination
from reference_impl.certificates.facts import Facts, Line, Party
from reference_impl.certificates.legacy import LegacyReader
from reference_impl.certificates.remarks import SEVERE, WARNING, field_of
from reference_impl.certificates.validation import InvalidDocument, Validator
from reference_impl.data import data_path

AT = datetime(2026, 11, 23, tzinfo=UTC)
PARTY = Party("Northern Orchard Cooperative", "18 Orchard Road", "Harbour City", "CN")
FACTS = Facts(
    number="CN-1", name="Phytosanitary certificate", type_code="851", status="70", issued="2026-11-23T09:30:00+00:00",
    authority="Example Authority", place="Harbour City", officer="Lin Example", consignor=PARTY, consignee=PARTY,
    export_country=("CN", "China"), import_country=("NZ", "New Zealand"), transit=(),
    transport=("1", "MV Calm Horizon"), container="EXMU1234569", clause="Inspected.",
    lines=(Line("1", "Fresh pears", "Pyrus pyrifolia", "8400", "KGM", "560", "CT", "CN", "China"),) * 2,
)  # fmt: skip
TWINS = data_path("fixtures", "certificates")
OLD = data_path("fixtures", "legacy")


def refused(name: str) -> str:
    root = etree.parse(str(TWINS / name)).getroot()
    with pytest.raises(InvalidDocument) as told:
        Validator().check_certificate(root, AT)
    return str(told.value)


def test_a_refusal_names_area_level_and_field() -> None:
    assert refused("refused-no-issue-time.xml").startswith("Schema SEVERE SPSExchangedDocument")
    assert refused("refused-no-issue-time.xml").count("IssueDateTime") == 1
    assert "{urn:" not in refused("refused-two-numbers.xml")


def test_a_field_is_a_path_without_prefixes_and_counts_repetitions() -> None:
    root = etree.fromstring('<a xmlns:x="urn:x"><x:b/><x:b><c/></x:b></a>')
    assert field_of(root[1][0]) == "b[2]/c"
    assert field_of(root) == "a"


def test_a_serious_fault_stops_the_issue_and_a_warning_does_not() -> None:
    look = Examination()
    assert look.remarks(FACTS) == ()
    warned = look.remarks(replace(FACTS, container="HOLD 2"))
    assert [one.level for one in warned] == [WARNING]
    assert look.stopping(warned) == ()
    severe = look.remarks(replace(FACTS, lines=(FACTS.lines[0], replace(FACTS.lines[1], description=" "))))
    assert [one.level for one in look.stopping(severe)] == [SEVERE]
    assert "IncludedSPSTradeLineItem[2]/Description" in severe[0].field


@pytest.mark.parametrize("name", ["accepted.xml", "accepted-least.xml"])
def test_a_good_certificate_of_2009_becomes_one_of_17a(name: str) -> None:
    mapped = LegacyReader().mapped(etree.parse(str(OLD / name)).getroot(), AT)
    Validator().check_schema(mapped, "urn:un:unece:uncefact:data:standard:SPSCertificate:17", "SPSCertificate")


@pytest.mark.parametrize(
    "name",
    ["refused-month-13", "refused-no-such-day", "refused-cdata-open", "refused-unknown-status", "refused-no-date"],
)  # fmt: skip
def test_a_bad_certificate_of_2009_is_refused(name: str) -> None:
    with pytest.raises(InvalidDocument):
        LegacyReader().mapped(etree.parse(str(OLD / f"{name}.xml")).getroot(), AT)
