"""Canonical octets of a document or of a part of one, without comments.

The library canonicalises a part as if it stood alone: it knows the namespaces in scope, but not the attributes of the
namespace `xml` that Canonical XML takes over from ancestors (1.0 clause 2.4, 1.1 clause 2.4). Those are put in place
here. For a whole document 1.0 and 1.1 give the same.
"""

from urllib.parse import urljoin

from lxml import etree

from conformance.checks.xmldsig.algorithms import EXCLUSIVE, INCLUSIVE
from conformance.parsing import parse

XML = "http://www.w3.org/XML/1998/namespace"
BASE = f"{{{XML}}}base"
DEFAULT = "#default"
_INHERITED_11 = (f"{{{XML}}}lang", f"{{{XML}}}space")


def canonical_document(root: etree._Element, algorithm: str, prefixes: tuple[str, ...] = ()) -> bytes:
    """Return the canonical octets of the whole document `root` is the root of, processing instructions included.

    `prefixes` is the PrefixList of exclusive canonicalisation; `#default` stands for the default namespace. Raises
    `ValueError` for what has no canonical form (a relative namespace name).
    """
    return _octets(root.getroottree(), algorithm, prefixes)


def canonical_part(element: etree._Element, algorithm: str, prefixes: tuple[str, ...] = ()) -> bytes:
    """Return the canonical octets of an element where it stands. Raises as `canonical_document`."""
    above = element.getparent()
    if above is None:
        return _octets(element, algorithm, prefixes)
    # A document of its own, because the library forgets default namespaces declared above the part.
    alone = parse(etree.tostring(element, encoding="utf-8", with_tail=False))
    if algorithm != EXCLUSIVE:
        for name, value in _inherited(element, algorithm).items():
            alone.set(name, value)
    return _octets(alone, algorithm, prefixes)


def _inherited(element: etree._Element, algorithm: str) -> dict[str, str]:
    """The attributes of the namespace `xml` that an element takes over."""
    found: dict[str, str] = {}
    for ancestor in element.iterancestors():
        for name, value in ancestor.attrib.items():
            key = str(name)
            taken = key.startswith(f"{{{XML}}}") if algorithm == INCLUSIVE else key in _INHERITED_11
            if taken and key not in element.attrib:
                found.setdefault(key, str(value))
    if algorithm != INCLUSIVE and (base := _joined_base(element)):
        found[BASE] = base
    return found


def _joined_base(element: etree._Element) -> str:
    bases = [one.get(BASE) for one in (element, *element.iterancestors())]
    joined = ""
    for base in reversed([str(one) for one in bases if one is not None]):
        joined = urljoin(joined, base)
    return joined


def _octets(what: etree._Element | etree._ElementTree, algorithm: str, prefixes: tuple[str, ...]) -> bytes:
    exclusive = algorithm == EXCLUSIVE
    if DEFAULT in prefixes:
        _make_known()
    try:
        octets = etree.tostring(
            what, method="c14n", exclusive=exclusive, with_comments=False,
            inclusive_ns_prefixes=(list(prefixes) or None) if exclusive else None,
        )  # fmt: skip
    except (etree.LxmlError, OSError) as error:
        raise ValueError(f"it has no canonical form ({' '.join(str(error).split()) or type(error).__name__})") from None
    return bytes(octets)


def _make_known() -> None:
    """Let the library obey `#default` in a PrefixList: it drops each prefix it has not met as a name in this thread."""
    etree.XMLPullParser(tag=DEFAULT).feed(b"<a><b/></a>")
