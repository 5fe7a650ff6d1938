"""Rules about the characters of a document: empty and placeholder texts, encoding, normal form, instructions."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

from conformance.checks.rules.rule import local, rule_finding
from conformance.checks.schema_explain import quoted
from conformance.checks.schema_paths import line_of
from conformance.data import data_path
from conformance.model.finding import Finding, Where
from conformance.model.words import Layer, Level
from conformance.parsing import has_processing_instruction

# A whole text that stands for "nothing yet": the needles tell that most documents hold none.
_PLACEHOLDER = re.compile(r"\s*(?:null|n/a|test|tbd|lorem ipsum.*)\s*", re.IGNORECASE | re.DOTALL)
_NEEDLES = ("null", "n/a", "test", "tbd", "lorem ipsum")
_ENCODINGS = frozenset({"UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "ASCII", "US-ASCII"})


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


_OF_EMPTY = {
    ("SPSExchangedDocument", "ID"): "DOC-005",
    ("ConsignorSPSParty", "Name"): "DOC-034",
    ("ConsigneeSPSParty", "Name"): "DOC-034",
    ("IncludedSPSTradeLineItem", "Description"): "DOC-022",
    ("IssueSPSLocation", "Name"): "DOC-016",
    ("IncludedSPSClause", "Content"): "DOC-017",
}


def check_empty(elements: list[etree._Element]) -> Iterator[Finding]:
    """DOC-018 and its like: a mandatory text that is empty says nothing; an optional one should be left out."""
    for element in elements:
        parent = element.getparent()
        key = (local(parent) if parent is not None else "", local(element))
        if key == ("SPSExchangedDocument", "ID") or key[1] in ("AttachmentBinaryObject", "DateTimeString", "DateTime"):
            continue  # DOC-005, DOC-037 and DOC-013 speak of these
        must = key in mandatory()
        yield rule_finding(
            _OF_EMPTY.get(key, "DOC-018"),
            element,
            f"{key[1]} of {key[0]} is empty" if must else f"{key[1]} of {key[0]} is empty; leave it out",
            "text" if must else "text, or no element",
            "empty",
            level=Level.MUST if must else Level.SHOULD,
        )


def check_placeholders(root: etree._Element) -> Iterator[Finding]:
    """DOC-018: no text is a mere placeholder."""
    everything = etree.tostring(root, method="text", encoding="unicode").lower()
    if not any(needle in everything for needle in _NEEDLES):
        return
    for element in root.iter(etree.Element):
        text = element.text
        if text and not len(element) and _PLACEHOLDER.fullmatch(text):
            yield rule_finding(
                "DOC-018", element, f"{local(element)} holds a placeholder", "the real content", quoted(text)
            )


def check_characters(root: etree._Element, data: bytes) -> Iterator[Finding]:
    """DOC-032, DOC-033: the encoding, the normal form NFC, no processing instructions."""
    encoding = (root.getroottree().docinfo.encoding or "UTF-8").upper()
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    if encoding not in _ENCODINGS or (encoding.startswith("UTF-16") and not marked):
        yield Finding(
            "DOC-032",
            "the document is in an encoding partners need not read",
            "UTF-8, or UTF-16 with a byte order mark",
            encoding + ("" if marked else " without a byte order mark"),
            Where(line=1),
            layer=Layer.RULES,
        )
    if not data.isascii() or (b"&" in data and b"&#" in data):
        yield from _normal_form(root, data)
    if has_processing_instruction(root, data):
        for node in _instructions(root):
            yield Finding(
                "DOC-033",
                "the document has a processing instruction",
                "none but the XML declaration",
                quoted(f"<?{node.target!s}"),
                Where(line=line_of(node), path="/processing-instruction()"),
                layer=Layer.RULES,
            )


def _instructions(root: etree._Element) -> Iterator[etree._ProcessingInstruction]:
    found = root.xpath("//processing-instruction()")
    if isinstance(found, list):
        yield from (node for node in found if isinstance(node, etree._ProcessingInstruction))


def _normal_form(root: etree._Element, data: bytes) -> Iterator[Finding]:
    if b"&#" not in data and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        try:
            if unicodedata.is_normalized("NFC", data.decode()):
                return
        except UnicodeDecodeError:
            pass  # another encoding: look at the texts themselves
    for element in root.iter(etree.Element):
        parts = [element.text or "", *(child.tail or "" for child in element), *map(str, element.attrib.values())]
        for part in parts:
            if not unicodedata.is_normalized("NFC", part):
                yield rule_finding(
                    "DOC-032", element, f"{local(element)} is not in Unicode normal form NFC", "NFC", quoted(part)
                )
                break
