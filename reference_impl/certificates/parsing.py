"""The one parser of the node: octets only, no DOCTYPE, no processing instructions, bounded in every direction."""

from collections.abc import Iterable
from io import BytesIO
from typing import cast

from lxml import etree

MAX_BYTES = 25 * 1024 * 1024
MAX_ELEMENTS = 100_000
MAX_ATTRIBUTES = 100
MAX_DEPTH = 100
_SMALL = 16 * 1024  # octets; what cannot be a flood is read in one piece, in a third of the time
_TALL = 10_000_000  # octets; from here on libxml2 must be told to expect long texts
_TOO_MANY = "the XML has too many elements, levels or attributes"
_PARSER = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True)


class NotReadable(Exception):
    """The octets are not XML as the profile takes it; the text says why."""


def parse(octets: bytes, limit: int = MAX_BYTES) -> etree._Element:
    """Return the root element. Raises `NotReadable`.

    Elements are counted while they are read, so a flood of them ends before it fills the memory.
    """
    if len(octets) > limit:
        raise NotReadable(f"the XML is larger than {limit} octets")
    if octets[:2] == b"\x1f\x8b":
        raise NotReadable("this is compressed data, not XML")
    if len(octets) <= _SMALL:
        return _read_whole(octets)
    events = etree.iterparse(
        BytesIO(octets),
        events=("start", "end", "pi"),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=len(octets) > _TALL,
        remove_comments=False,
    )
    try:
        root = _read(events)
    except etree.XMLSyntaxError as error:
        raise NotReadable(f"not well-formed: {error.msg}") from error
    return root


def first_error(schema: etree.XMLSchema) -> tuple[int, str, str | None]:
    """Line, text and path of the first error of the validation just done."""
    entry = next(iter(cast("Iterable[etree._LogEntry]", schema.error_log)))  # noqa: SLF001 - lxml's own name
    return entry.line, entry.message, entry.path


def _read_whole(octets: bytes) -> etree._Element:
    try:
        root = etree.fromstring(octets, _PARSER)
    except etree.XMLSyntaxError as error:
        raise NotReadable(f"not well-formed: {error.msg}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotReadable("a DOCTYPE is not taken")
    for element in (*root.itersiblings(preceding=True), *root.iter(), *root.itersiblings()):
        if element.tag is etree.ProcessingInstruction:
            raise NotReadable("processing instructions are not taken")
        if len(element.attrib) > MAX_ATTRIBUTES:
            raise NotReadable(_TOO_MANY)
    if sum(1 for _ in root.iter()) > MAX_DEPTH and _depth(root) > MAX_DEPTH:
        raise NotReadable(_TOO_MANY)
    return root


def _depth(root: etree._Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


def _read(events: "etree.iterparse[tuple[str, etree._Element]]") -> etree._Element:
    elements = depth = 0
    for event, element in events:
        if event == "pi":
            raise NotReadable("processing instructions are not taken")
        if event == "end":
            depth -= 1
            continue
        if elements == 0 and element.getroottree().docinfo.internalDTD is not None:
            raise NotReadable("a DOCTYPE is not taken")
        elements += 1
        depth += 1
        if elements > MAX_ELEMENTS or depth > MAX_DEPTH or len(element.attrib) > MAX_ATTRIBUTES:
            raise NotReadable(_TOO_MANY)
    root: etree._Element | None = events.root
    if root is None:
        raise NotReadable("there is no XML")
    return root
