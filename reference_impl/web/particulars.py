"""Everything a document says, element by element: the part of the paper form behind the facts of the page."""

import re
from collections.abc import Iterator

from lxml import etree

from reference_impl.certificates.parsing import parse
from reference_impl.web.view import Field

_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z]*")
# Words of element names that tell a reader nothing.
_TECHNICAL = frozenset({"SPS", "Specified", "Included", "String", "Exchanged"})
_FILE = "AttachmentBinaryObject"
_UNITS = ("unitCode", "currencyID")


def particulars(document: bytes) -> tuple[Field, ...]:
    """What a document says besides its signature, in its own order: one field for each element with values in it.

    Of an attached file only the name is given.
    """
    return tuple(_fields(parse(document), ()))


def _fields(element: etree._Element, above: tuple[str, ...]) -> Iterator[Field]:
    children = [one for one in element.iterchildren(etree.Element) if not str(one.tag).startswith(_SIGNATURE)]
    said = tuple(value for one in children if (value := _said(one)))
    if said:
        yield Field("", _sentence(", ".join(above)), said)
    for one in children:
        if len(one) and not _is_moment(one):
            yield from _fields(one, (*above, _words(one)))


def _said(element: etree._Element) -> str:
    """The name and value of an element that holds a text; "" of one that holds others."""
    if len(element) and not _is_moment(element):
        return ""
    if etree.QName(element).localname == _FILE:
        value = element.get("filename", "")
    else:
        value = "".join(map(str, element.itertext())).strip()
    unit = next((element.get(name, "") for name in _UNITS if element.get(name)), "")
    return f"{_sentence(_words(element))}: {value} {unit}".strip() if value else ""


def _is_moment(element: etree._Element) -> bool:
    return len(element) == 1 and str(element[0].tag).endswith(("}DateTimeString", "}DateTime"))


def _words(element: etree._Element) -> str:
    words = _WORDS.findall(etree.QName(element).localname)
    return " ".join(word if word == "ID" else word.lower() for word in words if word not in _TECHNICAL)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
