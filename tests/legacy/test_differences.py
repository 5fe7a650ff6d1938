"""What was lost of a certificate of 2009 is told by its place, and the certificate the judge sends is good."""

from dataclasses import replace
from datetime import date

from lxml import etree

from conformance.checks.document import check_document
from conformance.legacy.differences import differences
from conformance.legacy.from_sps import from_sps
from conformance.legacy.to_sps import to_sps
from conformance.legacy.values import Text
from conformance.legacy.writing import write_certificates
from conformance.vectors.old_certificate import old_certificate

SENT = old_certificate("NZ-1", "NZ", "CN", date(2026, 3, 2))


def test_the_certificate_the_judge_sends_keeps_the_rules_of_the_format() -> None:
    assert check_document(write_certificates([SENT])).findings == ()


def test_there_and_back_nothing_differs() -> None:
    assert differences(SENT, from_sps(etree.fromstring(to_sps(SENT).document)).certificate) == []


def test_each_difference_has_its_place_and_both_values() -> None:
    assert SENT.exporter is not None
    got = replace(
        SENT, titles=SENT.titles[:1], place="", exporter=replace(SENT.exporter, id="EX-204"),
        declarations=((Text("EN", "Treated."),), *SENT.declarations[1:]),
    )  # fmt: skip
    assert differences(SENT, got) == [
        ("titles[2]", "ZH 植物检疫证书", ""),
        ("exporter.id", "EX-0204", "EX-204"),
        ("declarations[1][1].content", SENT.declarations[0][0].content, "Treated."),
        ("place", "Harbour City", ""),
    ]
