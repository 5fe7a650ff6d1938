"""What the octets of a document prove without a walk through its tree.

Names of elements stand in the octets as they are, and so does a text, unless it is written with references, CDATA
sections, or comments and instructions between its characters. A scan may fail to prove what is true; the rule is then
asked itself. It must never prove what is not.
"""

import re
from functools import lru_cache

# A label that says yes or no, and its content when that is True; it may take others along.
_BETWEEN = rb"\s*</[^>]+>\s*<[^>]+>"
_TRUE = re.compile(rb"RPC([OTPRNA][RCKPI])" + _BETWEEN + rb"True<")
_PAIRS = ((b"OR", b"TC"), (b"PK", b"RP"), (b"OC", b"NC"))
_LABELS = (b"OR", b"TC", b"PK", b"RP", b"OC", b"NC", b"PC", b"AI")
_A_LINE = 2_000  # octets, enough for a look at what notes of the first line say
_LINE = b"IncludedSPSTradeLineItem"
_LANGUAGE = b'languageID="'
_WIDE = (b"\xff\xfe", b"\xfe\xff")


def is_wide(data: bytes) -> bool:
    """Return whether a document is in UTF-16, in which names do not stand as ASCII."""
    return data[:2] in _WIDE or b"\x00" in data[:4]


def is_written_plainly(data: bytes) -> bool:
    """Return whether texts stand in the octets as they are: no references, CDATA sections, comments, instructions."""
    if b"&" in data or data.find(b"?", 2) != data.find(b"?>"):
        return False
    return b"!" not in data or b"<!" not in data


def likely_second_language(data: bytes) -> str:
    """Return a guess at `second_language`, from two neighbouring tags at the beginning and two in the middle."""
    first = data.find(_LANGUAGE)
    middle = data.find(_LANGUAGE, len(data) // 2)
    found = [
        place
        for place in (first, data.find(_LANGUAGE, first + 1), middle, data.find(_LANGUAGE, middle + 1))
        if place >= 0
    ]
    tags = [data[place + len(_LANGUAGE) : data.find(b'"', place + len(_LANGUAGE))] for place in found]
    return next((tag.decode("ascii", "replace") for tag in tags if tag != tags[0]), "")


def second_language(data: bytes) -> str:
    """Return the first language tag of a document other than its very first; "" when there is none."""
    place = data.find(_LANGUAGE)
    if place < 0:
        return ""
    first = data[place : data.find(b'"', place + len(_LANGUAGE)) + 1]
    if data.count(first) == data.count(_LANGUAGE):
        return ""
    other = re.search(_LANGUAGE + b"(?!" + re.escape(first[len(_LANGUAGE) :]) + b')([^"]{0,40})', data)
    return other[1].decode("ascii", "replace") if other else ""


def re_export_notes_agree(data: bytes) -> bool:
    """Return whether the octets prove that notes of re-exports say True or False and no two opposites are both True.

    The document is one that the gate let pass: in its notes the Content stands next to the Subject.
    """
    if not is_written_plainly(data):
        return False
    place = data.find(b"RPC")
    said = set(_TRUE.findall(data, place, place + _A_LINE))
    if _deviating(tuple(one if one not in said else other for one, other in _PAIRS)).search(data, place) is None:
        return True
    if _deviating(()).search(data, place):
        return False
    return not any(_contradicts(line) for line in data.split(_LINE))


@lru_cache(maxsize=16)
def _deviating(never: tuple[bytes, ...]) -> re.Pattern[bytes]:
    """Return what finds a label that says neither True nor False, or True though it is one of `never`."""
    others = b"|".join(label for label in _LABELS if label not in never)
    either = b"(?:" + others + b")" + _BETWEEN + b"(?!False<|True<)"
    false = b"(?:" + b"|".join(never) + b")" + _BETWEEN + b"(?!False<)|" if never else b""
    return re.compile(b"RPC(?:" + false + either + b")")


def _contradicts(line: bytes) -> bool:
    """Return whether two opposites are both True in one line."""
    true = set(_TRUE.findall(line))
    return any(true.issuperset(pair) for pair in _PAIRS)
