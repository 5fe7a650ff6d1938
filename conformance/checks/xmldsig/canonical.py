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
    try:
        if algorithm == EXCLUSIVE:
            if "#default" in prefixes:
                _refuse_default(what if isinstance(what, etree._Element) else what.getroot())
            names = [one for one in prefixes if one != "#default"]
            return bytes(
                etree.tostring(
                    what,
                    method="c14n",
                    exclusive=True,
                    with_comments=False,
                    inclusive_ns_prefixes=names or None,
                )
            )
        return bytes(etree.tostring(what, method="c14n", with_comments=False))
    except (etree.LxmlError, OSError) as error:
        raise ValueError(f"it has no canonical form ({' '.join(str(error).split()) or type(error).__name__})") from None


def _refuse_default(apex: etree._Element) -> None:
    """Let `#default` through only where it changes nothing, because the library never obeys it."""
    default = apex.nsmap.get(None)
    same = all(one.nsmap.get(None) == default for one in apex.iter(etree.Element))
    if not same or (default is not None and etree.QName(apex).namespace != default):
        raise ValueError("its PrefixList has #default where default namespaces change, which is not supported")
