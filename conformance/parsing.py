"""The one XML parser of the judge. Whatever a partner sends goes through `parse`, and nothing else reads XML.

It reads octets only: never a path or an address, and nothing is inflated. It refuses every document type declaration
and therefore every entity, fetches nothing, and keeps to caps that are tested before a tree is built wherever
counting octets can tell.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_DECLARED = re.compile(rb"""\s*<\?xml\s[^>]{0,120}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Only encodings in which a tag begins with the octet 3C, because the caps count that octet before anything is parsed.
_ENCODINGS = re.compile(
    r"utf-?8|utf-?16(le|be)?|(us-)?ascii|iso-?8859-\d{1,2}|latin-?\d|windows-12\d\d|cp12\d\d|gb2312|gbk|gb18030|big5"
    r"|shift_jis|euc-(jp|kr|cn|tw)|koi8-[ru]|tis-620",
    re.IGNORECASE,
)
_LIBRARY_DEPTH = 256
# Octets of the shortest attribute: a blank, a name, an equals sign, two quotation marks.
_LEAST_ATTRIBUTE = 5
_SNIFFED = (
    (b"\x1f\x8b", "gzip data; compressed documents are not read"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"%PDF", "a PDF file"),
    (b"Lo\xa7\x94", "EBCDIC, which is not read here: send UTF-8"),
    (b"\xff\xfe\x00\x00", "UTF-32, which is not read here: send UTF-8"),
    (b"\x00\x00\xfe\xff", "UTF-32, which is not read here: send UTF-8"),
    (b"\x00\x00\x00<", "UTF-32, which is not read here: send UTF-8"),
    (b"<\x00\x00\x00", "UTF-32, which is not read here: send UTF-8"),
)
_HAS_INSTRUCTION = etree.XPath("boolean(//processing-instruction())")


@dataclass(frozen=True, slots=True)
class Fault:
    """Why octets could not be read as XML: `what` in one sentence, `where` for a person, `line` from 1 if known."""

    what: str
    where: str = ""
    line: int | None = None


class Unreadable(Exception):
    """Octets that are not an XML document the judge will read; `fault` says why."""

    def __init__(self, what: str, where: str = "", line: int | None = None) -> None:
        super().__init__(f"{what} ({where})" if where else what)
        self.fault = Fault(what, where, line)

    @property
    def what(self) -> str:
        """The reason, in one sentence."""
        return self.fault.what

    @property
    def where(self) -> str:
        """The place, for a person; may be empty."""
        return self.fault.where

    @property
    def line(self) -> int | None:
        """The line, counted from 1, if known."""
        return self.fault.line


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one document: octets; nodes (tags, comments, instructions); attributes of one element; nesting.

    `namespaces` caps namespace declarations in the whole document, because canonicalisation is quadratic in them.
    The depth cannot be raised above 256, where the library itself stops; one text is at most 10 million octets.
    """

    octets: int = 25_000_000
    nodes: int = 1_000_000
    attributes: int = 1_000
    namespaces: int = 10_000
    depth: int = _LIBRARY_DEPTH


DEFAULT_LIMITS = Limits()


@lru_cache(maxsize=8)
def _too_many_attributes(limit: int) -> etree.XPath:
    return etree.XPath(f"//*[@*[{limit + 1}]]")


@lru_cache(maxsize=8)
def _too_deep(limit: int) -> etree.XPath:
    return etree.XPath("/*" * (limit + 1))


def _parser(*, blanks: bool = True) -> etree.XMLParser:
    return etree.XMLParser(
        remove_blank_text=not blanks,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        remove_comments=False,
        remove_pis=False,
    )


_PARSER = _parser()
_WITHOUT_BLANKS = _parser(blanks=False)


def _refuse_kind(data: bytes) -> None:
    """Refuse octets that are another kind of file or in an encoding the caps cannot count in."""
    if not data[:64].strip() and not data.strip():
        raise Unreadable("the document is empty")
    for magic, name in _SNIFFED:
        if data.startswith(magic):
            raise Unreadable(f"not XML: this is {name}", "first octets", 1)
    declared = _DECLARED.match(data[3:200] if data.startswith(_BOMS[0]) else data[:200])
    if declared and not _ENCODINGS.fullmatch(name := declared.group(1).decode("ascii")):
        raise Unreadable(f"the encoding {name!r} is not read here: send UTF-8", "XML declaration", 1)


def _refuse_crowds(data: bytes, limits: Limits) -> None:
    """Refuse by counting octets what would make a tree too large. Small documents cannot hold that much."""
    if len(data) <= min(limits.nodes, 10 * limits.namespaces):
        return
    tags = data.count(b"<")
    if tags > limits.nodes:
        raise Unreadable(f"the document has about {tags:,} tags; at most {limits.nodes:,} are read")
    wide = data.startswith(_BOMS[1:]) or data[:2] in (b"<\x00", b"\x00<")
    declarations = data.count("xmlns".encode("utf-16-le") if wide else b"xmlns")
    if declarations > limits.namespaces:
        raise Unreadable(f"{declarations:,} namespace declarations; at most {limits.namespaces:,} are read")
    if data.count(b'"') + data.count(b"'") > 2 * limits.nodes:
        raise Unreadable(f"more than {limits.nodes:,} attributes or quotation marks: too many to read")


def parse(
    data: bytes,
    *,
    limits: Limits = DEFAULT_LIMITS,
    processing_instructions: bool = True,
    attributes: bool = True,
    blanks: bool = True,
) -> etree._Element:
    """Read octets as XML and return the root element.

    `processing_instructions=False` refuses them (the XML declaration is none). `attributes=False` leaves the cap on the
    attributes of one element to a later `refuse_wide`, for a caller who knows a cheaper proof. `blanks=False` leaves
    out the white space between elements, for a caller who only reads. Raises `Unreadable`
    with one clear reason for anything that is not well-formed, carries a DOCTYPE, or breaks a cap (requirements
    DOC-033, DOC-046).
    """
    if len(data) > limits.octets:
        raise Unreadable(f"the document has {len(data):,} octets; at most {limits.octets:,} are read")
    _refuse_kind(data)
    _refuse_crowds(data, limits)
    try:
        root = etree.fromstring(data, _PARSER if blanks else _WITHOUT_BLANKS)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Unreadable(
            f"not well-formed XML: {_plain(error.msg or 'unknown error')}",
            f"line {line}, column {column}",
            line or None,
        ) from None
    except (ValueError, LookupError, AssertionError) as error:
        raise Unreadable(f"not readable as XML: {_plain(str(error))}") from None
    information = root.getroottree().docinfo
    if information.internalDTD is not None:
        raise Unreadable("the document has a DOCTYPE; document type declarations are refused", "prolog", 1)
    if attributes:
        refuse_wide(root, data, limits)
    if limits.depth < _LIBRARY_DEPTH:
        deep = _too_deep(limits.depth)(root)
        _refuse(deep, f"elements are nested deeper than {limits.depth}")
    if not processing_instructions and has_processing_instruction(root, data):
        raise Unreadable("the document has a processing instruction; only the XML declaration is allowed")
    return root


def refuse_wide(root: etree._Element, data: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
    """Raise `Unreadable` when an element of the document has more attributes than the cap allows."""
    if len(data) > limits.attributes * _LEAST_ATTRIBUTE and data.count(b"=") > limits.attributes:
        wide = _too_many_attributes(limits.attributes)(root)
        _refuse(wide, f"an element has more than {limits.attributes} attributes")


def has_processing_instruction(root: etree._Element, data: bytes) -> bool:
    """Return whether the document that `root` was parsed from has a processing instruction."""
    # A single octet is found fastest; most documents have no question mark after their declaration.
    if data.find(b"?", data.find(b"?>") + 2 if data.startswith(b"<?xml ") else 0) < 0:
        return False
    return bool(_HAS_INSTRUCTION(root))


def _refuse(found: object, what: str) -> None:
    """Raise `Unreadable` about the first of the elements an XPath found, if it found any."""
    if isinstance(found, list) and found:
        line = getattr(found[0], "sourceline", None)
        raise Unreadable(what, f"line {line}", line)


def _plain(text: str) -> str:
    """One line, at most 200 characters, without the library's own position."""
    return re.sub(r",? line \d+, column \d+.*$", "", " ".join(text.split()))[:200]
