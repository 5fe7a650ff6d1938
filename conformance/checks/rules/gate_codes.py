"""Code lists as regular expressions of XML Schema, for the gate.

libxml2 compares a value with the codes of an enumeration one by one, hundreds of them for some lists. A pattern that
shares the beginnings of the codes is walked a letter at a time, whatever the length of the list.
"""

import re
from collections.abc import Iterable

from lxml import etree

_XSD = "{http://www.w3.org/2001/XMLSchema}"
_PLAIN = re.compile(r"[A-Za-z0-9]+")
# Shorter lists are compared as fast.
_WORTH = 3


def is_plain(codes: Iterable[str]) -> bool:
    """Return whether codes are letters and digits of ASCII only, which stand for themselves in a pattern."""
    return all(_PLAIN.fullmatch(code) for code in codes)


def codes_pattern(codes: Iterable[str]) -> str:
    """Return a pattern that matches just these codes, no two branches of which begin alike.

    Raises `ValueError` when there are none, or a code is not plain.
    """
    known = frozenset(codes)
    if not known or not is_plain(known):
        raise ValueError("a pattern is made of plain codes")
    return _branches(known)


def _branches(endings: frozenset[str]) -> str:
    """Return a pattern for the endings of codes that begin alike; an empty one means that a code may end here."""
    after: dict[str, set[str]] = {}
    for ending in endings - {""}:
        after.setdefault(ending[0], set()).add(ending[1:])
    alike: dict[frozenset[str], str] = {}
    for first in sorted(after):
        rest = frozenset(after[first])
        alike[rest] = alike.get(rest, "") + first
    written = [
        (firsts if len(firsts) == 1 else f"[{firsts}]") + (_branches(rest) if rest != {""} else "")
        for rest, firsts in alike.items()
    ]
    if "" in endings:
        return f"({'|'.join(written)})?"
    return written[0] if len(written) == 1 else f"({'|'.join(written)})"


def write_patterns(module: etree._Element) -> None:
    """Write the long enumerations of a schema module as patterns, and fixed attributes as types of one value.

    What is accepted stays the same or becomes less: a fixed value is compared as it is written. libxml2 adds every
    fixed attribute that is absent to the element before it looks on, which takes longer.
    """
    for restriction in module.iter(f"{_XSD}restriction"):
        listed = restriction.findall(f"{_XSD}enumeration")
        codes = [one.get("value", "") for one in listed]
        if len(codes) >= _WORTH and is_plain(codes):
            for one in listed:
                restriction.remove(one)
            etree.SubElement(restriction, f"{_XSD}pattern", value=codes_pattern(codes))
    for attribute in module.iter(f"{_XSD}attribute"):
        if (value := attribute.get("fixed")) is not None:
            del attribute.attrib["fixed"]
            attribute.attrib.pop("type", "")
            kind = etree.SubElement(attribute, f"{_XSD}simpleType")
            restriction = etree.SubElement(kind, f"{_XSD}restriction", base="xsd:string")
            etree.SubElement(restriction, f"{_XSD}enumeration", value=value)
