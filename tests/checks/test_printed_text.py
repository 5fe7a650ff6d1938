"""The text of a form comes out of a PDF, or one sentence says why not."""

import pytest
from fpdf import FPDF

from conformance.checks.printed_text import NoText, pages_of


def drawn(*sheets: str, password: str = "") -> bytes:
    pdf = FPDF()
    for text in sheets:
        pdf.add_page()
        pdf.set_font("Helvetica", size=10)
        pdf.multi_cell(0, 5, text)
    if password:
        pdf.set_encryption("owner", user_password=password)
    return bytes(pdf.output())


def test_every_sheet_is_read_in_its_order() -> None:
    first, second = pages_of(drawn("Net weight: 1200.5 KGM", "Seal: SL448210"))
    assert ("1200.5 KGM" in first, "SL448210" in second) == (True, True)


@pytest.mark.parametrize(
    ("octets", "reason"),
    [
        (b"<html>not a form</html>", "not a PDF"),
        (b"%PDF-1.7\n" + b"%" * 20_000_000, "at most"),
        (b"%PDF-1.7\nnothing that a reader finds\n%%EOF", "cannot be read"),
        (drawn("text")[:400], "cannot be read"),
        (drawn(""), "holds no text"),
        (drawn("text", password="secret"), "password"),
    ],
    ids=["html", "huge", "garbage", "cut off", "picture", "encrypted"],
)
def test_what_cannot_be_read_is_told_in_one_sentence(octets: bytes, reason: str) -> None:
    with pytest.raises(NoText, match=reason):
        pages_of(octets)
