"""Rules about the characters of a document: empty and placeholder texts, encoding, normal form, instructions."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from conformance.checks.rules.rule import local, rule_finding
from conformance.checks.rules.scan import is_wide, is_written_plainly
from conformance.checks.schema_paths import line_of
from conformance.checks.schema_words import quoted
from conformance.data import data_path
from conformance.model.finding import Finding, Where
from conformance.model.words import Layer
from conformance.parsing import has_processing_instruction

# A whole text that stands for "nothing yet": the needles tell that most documents hold none.
_PLACEHOLDER = re.compile(
    r"\s*(?:null|n/a|test|tbd|todo|undefined|lorem ipsum.*)\s*", re.IGNORECASE | re.DOTALL | re.ASCII
)
_NEEDLES = (b"null", b"n/a", b"test", b"tbd", b"todo", b"undefined")
_OPENING = b"lorem ipsum"
_ENCODINGS = frozenset({"UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "ASCII", "US-ASCII"})
_UTF_8 = frozenset({"UTF-8", "UTF8", "ASCII", "US-ASCII"})
_NOT_ASCII = bytes(range(128, 256))
_OF_EMPTY = {
    ("ConsignorSPSParty", "Name"): "DOC-034.empty",
    ("ConsigneeSPSParty", "Name"): "DOC-034.empty",
    ("IncludedSPSTradeLineItem", "Description"): "DOC-022.empty",
    ("IssueSPSLocation", "Name"): "DOC-016.empty",
    ("IncludedSPSClause", "Content"): "DOC-017.empty",
}


@lru_cache(maxsize=1)
def mandatory() -> frozenset[tuple[str, str]]:
    """Return the pairs (name of the parent element, name of the element) in which the element must occur."""
    with data_path("schemas", "uncefact", "message.tsv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    parents: dict[str, set[str]] = {}
    for row in rows:
        parents.setdefault(row["type"], set()).add(row["element"])
    return frozenset(
        (parent, row["element"]) for row in rows if row["min"] != "0" for parent in parents.get(row["parent"], ())
    )


def text_of(root: etree._Element) -> bytes:
    """Return the text of a document, without markup, in UTF-8."""
    return etree.tostring(root, method="text", encoding="utf-8")


def check_empty(elements: list[etree._Element]) -> Iterator[Finding]:
    """DOC-018 and its like: a mandatory text that is empty says nothing; an optional one should be left out."""
    for element in elements:
        parent = element.getparent()
        key = (local(parent) if parent is not None else "", local(element))
        if key == ("SPSExchangedDocument", "ID") or key[1] in ("AttachmentBinaryObject", "DateTimeString", "DateTime"):
            continue  # DOC-005, DOC-037 and DOC-013 speak of these
        must = key in mandatory()
        yield rule_finding(
            _OF_EMPTY.get(key, "DOC-018.empty") if must else "DOC-018.optional",
            element,
            f"{key[1]} of {key[0]} is empty" if must else f"{key[1]} of {key[0]} is empty; leave it out",
            "text" if must else "text, or no element",
            "empty",
        )


def is_placeholder(text: str) -> bool:
    """Return whether a whole text stands for "nothing yet", such as N/A or TBD."""
    return _PLACEHOLDER.fullmatch(text) is not None


def check_placeholders(root: etree._Element, data: bytes, text: bytes) -> Iterator[Finding]:
    """DOC-018: no text is a mere placeholder. `text` is that of the document, see `text_of`."""
    lower = (text if text.isascii() else text.translate(None, _NOT_ASCII)).lower()
    seen = [needle for needle in _NEEDLES if lower.rfind(needle) >= 0]  # three times as fast as `in`
    if _OPENING not in lower and not (seen and _ends_a_text(seen, data)):
        return
    for element in root.iter(etree.Element):
        given = element.text
        if given and not len(element) and _PLACEHOLDER.fullmatch(given):
            yield rule_finding(
                "DOC-018.placeholder",
                element,
                f"{local(element)} holds a placeholder",
                "the real content",
                quoted(given),
            )


def _ends_a_text(needles: list[bytes], data: bytes) -> bool:
    """Return whether one of these words may be the last of a text, as "test" in "tested" is not."""
    if is_wide(data) or not is_written_plainly(data):
        return True
    lower = data.lower()
    return any(_before_a_tag(needle, lower) for needle in needles)


def _before_a_tag(word: bytes, octets: bytes) -> bool:
    """Return whether a word stands somewhere with nothing but white space between it and the next tag."""
    place = octets.rfind(word)
    while place >= 0:
        end = place + len(word)
        if octets[end : octets.find(b"<", end)].isspace() or octets.startswith(b"<", end):
            return True
        place = octets.rfind(word, 0, place)
    return False


def check_characters(root: etree._Element, data: bytes, text: bytes) -> Iterator[Finding]:
    """DOC-032, DOC-033: the encoding, the normal form NFC, no processing instructions."""
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if encoding not in _ENCODINGS or (encoding.startswith("UTF-16") and not marked):
        yield Finding(
            "DOC-032.encoding",
            "the document is in an encoding partners need not read",
            "UTF-8, or UTF-16 with a byte order mark",
            encoding + ("" if marked else " without a byte order mark"),
            Where(line=1),
            layer=Layer.RULES,
        )
    if not _is_normal(data, text, encoding):
        yield from _normal_form(root)
    if has_processing_instruction(root, data):
        for node in _instructions(root):
            yield Finding(
                "DOC-033.instruction",
                "the document has a processing instruction",
                "none but the XML declaration",
                quoted(f"<?{node.target!s}"),
                Where(line=line_of(node), path="/processing-instruction()"),
                layer=Layer.RULES,
            )


def _is_normal(data: bytes, text: bytes, encoding: str) -> bool:
    """Return whether a look at the whole text proves that every part of the document is in normal form."""
    if data.isascii() and b"&" not in data:
        return True
    if encoding not in _UTF_8 or (b"&" in data and b"&#" in data):
        return False
    characters = text.decode()
    # Octets beyond the first of a character are as many in the text as in all, when nothing else holds any.
    if len(data) - len(data.decode(errors="ignore")) != len(text) - len(characters):
        return False  # an attribute, or something that is no text, may hold what is looked for
    return unicodedata.is_normalized("NFC", characters)


def _instructions(root: etree._Element) -> Iterator[etree._ProcessingInstruction]:
    found = root.xpath("//processing-instruction()")
    if isinstance(found, list):
        yield from (node for node in found if isinstance(node, etree._ProcessingInstruction))


def _normal_form(root: etree._Element) -> Iterator[Finding]:
    for element in root.iter(etree.Element):
        parts = [element.text or "", *(child.tail or "" for child in element), *map(str, element.attrib.values())]
        for part in parts:
            if not unicodedata.is_normalized("NFC", part):
                yield rule_finding(
                    "DOC-032.normal-form", element, f"{local(element)} is not in Unicode normal form NFC", "NFC",
                    quoted(part),
                )  # fmt: skip
                break
