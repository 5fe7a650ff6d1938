"""DOC-037, DOC-038, DOC-040: attachments decode, are what they say they are, and are of an agreed kind and size."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from urllib.parse import urlsplit

from lxml import etree

from conformance.checks.rules.rule import Setting, rule_finding
from conformance.checks.schema_words import quoted
from conformance.model.finding import Finding

MOST_OCTETS = 7_000_000
AGREED = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
}
_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"PK\x03\x04", "application/zip"),
    (b"MZ", "application/x-msdownload"),
    (b"Rar!", "application/vnd.rar"),
    (b"\x7fELF", "application/x-executable"),
)
_MARKUP = re.compile(rb"\s*<(!doctype\s+html|html|\?xml|svg|script)", re.IGNORECASE)
_WHITE = re.compile(r"[\x20\t\r\n]+")


def sniff(content: bytes) -> str | None:
    """Return the media type that the first octets speak of, or None when they say nothing."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    return "text/html" if _MARKUP.match(content[:200]) else None


def check_attachments(elements: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """Yield what is wrong with AttachmentBinaryObject elements."""
    for element in elements:
        text = "".join(map(str, element.itertext()))
        if text.strip():
            yield from _content(element, text)
        elif element.get("uri"):
            yield from _reference(element)
        else:
            yield rule_finding("DOC-037.empty", element, "the attachment is empty", "content, or a uri", "empty")


def _reference(element: etree._Element) -> Iterator[Finding]:
    uri = element.get("uri") or ""
    try:
        parts = urlsplit(uri)
        secure = parts.scheme == "https" and bool(parts.hostname)
    except ValueError:
        secure = False
    if not secure:
        yield rule_finding(
            "DOC-040.address",
            element,
            "an attachment elsewhere should be fetched over https",
            "an https URI",
            quoted(uri),
            at="/@uri",
        )


def _content(element: etree._Element, text: str) -> Iterator[Finding]:
    name, declared = element.get("filename") or "", (element.get("mimeCode") or "").strip().lower()
    if not name:
        yield rule_finding("DOC-037.named", element, "the attachment has no file name", "filename", "absent")
    if not declared:
        yield rule_finding("DOC-037.typed", element, "the attachment has no media type", "mimeCode", "absent")
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    try:
        content = b64decode(_WHITE.sub("", text), validate=True)
    except (binascii.Error, ValueError):
        yield rule_finding(
            "DOC-037.base64", element, "the attachment is not base64 and cannot be decoded", "base64", quoted(text)
        )
        return
    found = sniff(content)
    if found is None or (declared and found != declared) or (ending and ending not in AGREED.get(found, (ending,))):
        says = " and ".join(filter(None, (declared, f"file name {name}" if name else ""))) or "no type"
        yield rule_finding(
            "DOC-037.kind",
            element,
            "the attachment's content is not what its type says",
            says,
            found or f"unknown content, first octets {content[:8].hex()}",
        )
    if (declared and declared not in AGREED) or (found is not None and found not in AGREED):
        yield rule_finding(
            "DOC-038.kind",
            element,
            "this kind of attachment is not agreed",
            f"one of {', '.join(AGREED)}",
            found or declared,
        )
    elif name and not any(ending in endings for endings in AGREED.values()):
        yield rule_finding(
            "DOC-038.ending",
            element,
            "the file name has no agreed ending",
            ", ".join(f".{e}" for endings in AGREED.values() for e in endings),
            quoted(name),
            at="/@filename",
        )
    if len(content) > MOST_OCTETS:
        yield rule_finding(
            "DOC-038.size",
            element,
            "the attachment is too large",
            f"at most {MOST_OCTETS:,} octets",
            f"{len(content):,} octets",
        )
