"""Files that people might send: some that must be taken, and some that must not. All are invented."""

import zipfile
from io import BytesIO

MEGABYTE = 1024 * 1024
PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa75\x81\x84\x00\x00\x00\x00IEND\xaeB`\x82"
)
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff invented, and no program at all"


def acting_pdf() -> bytes:
    """A PDF that runs a script when it is opened."""
    return PDF.replace(b"/Type /Catalog", b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>")


def packed_bomb() -> bytes:
    """A ZIP file of about a thousandth of what it unpacks to."""
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("zeros", (2026, 1, 1, 0, 0, 0)), bytes(MEGABYTE), zipfile.ZIP_DEFLATED)
    return written.getvalue()


def oversized(megabytes: int = 5) -> bytes:
    """A PDF of one octet more than that."""
    return PDF + b"%" * (megabytes * MEGABYTE + 1 - len(PDF))


def unwelcome() -> tuple[tuple[str, str, bytes], ...]:
    """What it is, how it is called, and its octets: files that must be refused."""
    return (
        ("a program called a picture", "photo.png", PROGRAM),
        ("a program with two endings", "photo.pdf.exe", PROGRAM),
        ("a page with a script", "photo.html", b"<!doctype html><script>alert(1)</script>"),
        ("a text that scanners take for a virus", "note.pdf", b"X-INVENTED-TEST-FILE-OF-A-SCANNER!$H+H*\n"),
        ("a packed file that unpacks to a thousand times as much", "photos.zip", packed_bomb()),
        ("a PDF that acts", "form.pdf", acting_pdf()),
        ("an empty file", "empty.pdf", b""),
        ("a file of more than 5 MB", "large.pdf", oversized()),
    )
