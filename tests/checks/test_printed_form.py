"""A printed form is compared with its certificate by its text alone."""

from datetime import UTC, datetime

from lxml import etree

from conformance.checks.printed import check_printed, said_besides
from conformance.model.words import Level
from conformance.vectors.certificate import CertificateData, certificate

ROOT = etree.fromstring(certificate(CertificateData()))


def form() -> str:
    """A form as a program would draw it: labels, and every value; long texts broken into lines."""
    values = [(one.text or "").strip() for one in ROOT.iter(etree.Element) if len(one) == 0]
    return "Certificate\nStatement: " + "\nField: ".join(value.replace(" ", "\n", 1) for value in values)


def test_a_form_with_every_value_is_whole() -> None:
    assert check_printed(ROOT, form()) == []


def test_another_weight_is_found_both_ways() -> None:
    found = check_printed(ROOT, form().replace("1200.5", "1300.5"))
    assert {(one.expected, one.actual) for one in found} == {
        ("1200.5", "not printed"), ("only what the certificate says", "1300.5"),
    }  # fmt: skip
    assert {(one.requirement, one.level) for one in found} == {("DOC-049", Level.SHOULD)}


def test_a_line_that_is_left_out_is_told_with_its_place() -> None:
    found = check_printed(ROOT, form().replace("Malus\ndomestica", ""))
    assert [one.expected for one in found] == ["Malus domestica"]
    assert "ScientificName" in found[0].where.path


def test_what_a_form_may_say_besides_is_no_fault() -> None:
    text = f"{form()}\nprinted 2026-11-23 at https://verify.example/v/9xY2k7"
    assert len(check_printed(ROOT, text)) == 2
    assert check_printed(ROOT, text, beside="2026-11-23 https://verify.example/v/9xY2k7") == []


def test_the_day_of_a_moment_is_enough_and_its_time_is_nothing_new() -> None:
    moment = next(ROOT.iter("{*}DateTimeString")).text or ""
    assert check_printed(ROOT, form().replace(moment, moment[:10])) == []
    assert check_printed(ROOT, f"{form()}\n{moment[:10]} {moment[11:16]}") == []


def test_the_day_and_time_of_printing_and_the_numbers_of_sheets_are_no_fault() -> None:
    besides = said_besides(
        datetime(2026, 11, 26, 9, 53, tzinfo=UTC), sheets=3, words=("https://verify.example/v/9xY2k7",)
    )
    text = f"{form()}\nVerified at 2026-11-26T09:53:24Z, printed 26.11.2026 10:53, sheet 2/3, https://verify.example/v/9xY2k7"
    assert check_printed(ROOT, text, beside=besides) == []
    found = check_printed(ROOT, f"{text}\nvalid until 2027-11-26", beside=besides)
    assert [one.actual for one in found] == ["2027-11-26"]
