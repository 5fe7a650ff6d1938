"""A certificate's data one by one, so that what a page shows can be counted against what the XML says."""

from base64 import b64decode
from binascii import Error
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from lxml import etree


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of a document: the text of an element, or an attribute (the last of `path` then begins with @).

    `path` are local names from below the root, `places` which repetition each of them is, from 1; `number` counts the
    data of the document. `shown` is the value as a person reads it: an attachment by its size and digest. `subject` is
    the label of the note a datum is of, such as ADEDL; empty elsewhere.
    """

    number: int
    path: tuple[str, ...]
    places: tuple[int, ...]
    value: str
    shown: str
    notes: tuple[tuple[str, str], ...]
    subject: str = ""


def data_of(root: etree._Element) -> tuple[Datum, ...]:
    """Return the data of a document in its order; an element's attributes are the notes of its text.

    Every text that is not white space, and every attribute, is in exactly one datum. An element without text keeps its
    attributes as data of their own. Comments, processing instructions and XML signatures are none.
    """
    return tuple(
        Datum(number, path, places, value, shown, notes, subject)
        for number, (path, places, value, shown, notes, subject) in enumerate(_walk(root, (), (), ""), 1)
    )


_SIGNATURE = "{http://www.w3.org/2000/09/xmldsig#}"
_Found = tuple[tuple[str, ...], tuple[int, ...], str, str, tuple[tuple[str, str], ...], str]


def _walk(element: etree._Element, path: tuple[str, ...], places: tuple[int, ...], subject: str) -> Iterator[_Found]:
    subject = (element.findtext("{*}Subject") or subject).strip()
    text = "".join([element.text or "", *(child.tail or "" for child in element)]).strip()
    notes = tuple((_local(str(name)), str(value)) for name, value in element.attrib.items())
    if text:
        yield path, places, text, _shown(_local(element.tag), text), notes, subject
    else:
        for name, value in notes:
            yield (*path, f"@{name}"), (*places, 1), value, value, (), subject
    counts: dict[str, int] = {}
    for child in element:
        if not isinstance(child.tag, str) or child.tag.startswith(_SIGNATURE):
            continue
        name = _local(child.tag)
        counts[name] = counts.get(name, 0) + 1
        yield from _walk(child, (*path, name), (*places, counts[name]), subject)


def _shown(name: str, text: str) -> str:
    if name != "AttachmentBinaryObject":
        return text
    try:
        content = b64decode("".join(text.split()), validate=True)
    except (Error, ValueError):
        return text
    return f"{len(content):,} octets, SHA-256 {sha256(content).hexdigest()}"


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
