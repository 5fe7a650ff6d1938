"""Measures are told as agreed or refused, and files are kept under names of their true type."""

import pytest

from reference_impl.certificates.messages import Acknowledgement
from reference_impl.inquiries.measures import MEASURES, BadMeasure, MeasureDesk
from reference_impl.uploads import RefusedUpload, Uploads

PDF = b"%PDF-1.4\n%%EOF\n"


def check(status: str, *reasons: str) -> None:
    MeasureDesk.check(MeasureDesk.__new__(MeasureDesk), Acknowledgement(status, reasons, ("CN-1",)))


def test_each_measure_with_its_status_and_a_reason_is_taken() -> None:
    for code, (_, status) in MEASURES.items():
        check(status, f"MEASURE {code}", "Live larvae found")


def test_an_acknowledgement_that_tells_no_measure_is_left_alone() -> None:
    check("41")
    check("41", "Documents are missing")


@pytest.mark.parametrize(
    ("status", "reasons", "told"),
    [
        ("41", ("MEASURE reject",), "has a reason"),
        ("41", ("MEASURE reject", " "), "has a reason"),
        ("41", ("MEASURE", "x"), "none of"),
        ("41", ("MEASURE burn", "x"), "none of"),
        ("39", ("MEASURE reject", "x"), "status 41"),
    ],
)
def test_a_measure_told_otherwise_is_refused(status: str, reasons: tuple[str, ...], told: str) -> None:
    with pytest.raises(BadMeasure, match=told):
        check(status, *reasons)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("photo.pdf", "photo.pdf"),
        ("PHOTO.PDF", "PHOTO.PDF"),
        ("photo.exe", "photo.exe.pdf"),
        ("photo.pdf.exe", "photo.pdf.exe.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\photo", "photo.pdf"),
        ("", "file.pdf"),
    ],
)
def test_a_file_is_kept_under_a_name_of_its_true_type(sent: str, kept: str) -> None:
    taken = Uploads().accept(sent, PDF)
    assert (taken.name, taken.media_type) == (kept, "application/pdf")


@pytest.mark.parametrize("octets", [b"", b"MZ\x90", b"PK\x03\x04", b"<script>", PDF + b"/Launch", PDF + b"/J#53 "])
def test_what_is_empty_unknown_or_acts_is_refused(octets: bytes) -> None:
    with pytest.raises(RefusedUpload):
        Uploads().accept("photo.pdf", octets)
