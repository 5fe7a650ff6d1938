"""What a signature must not hold, because one reader may look at it and another may not: stray texts and attributes,
comments inside values, instructions (profile 2.19: everything else is refused).
"""

from typing import Protocol, cast

from lxml import etree

from conformance.checks.xmldsig.algorithms import BLANKS, DS, DS11, EXCLUSIVE, MORE_2007
from conformance.checks.xmldsig.notes import Notes

_OURS = (DS, DS11, EXCLUSIVE, MORE_2007)
_ATTRIBUTES = {"Id", "Algorithm", "URI", "Type", "PrefixList", "MimeType", "Encoding"}
_WITHOUT_TEXT = {
    "CanonicalizationMethod", "SignatureMethod", "DigestMethod", "Transforms", "Transform", "InclusiveNamespaces",
    "MaskGenerationFunction", "NamedCurve", "Reference", "SignedInfo", "KeyInfo", "X509Data", "Signature",
}  # fmt: skip
_IDENTIFIERS = etree.XPath("//@Id | //@ID | //@xml:id")


class _Value(Protocol):
    """An attribute's value as XPath gives it: a text that knows its element."""

    def __hash__(self) -> int: ...

    def getparent(self) -> etree._Element | None: ...


_MANIFEST = f"{DS}Manifest"


def refuse_hidden(notes: Notes, signature: etree._Element) -> None:
    """Add a finding about the first thing hidden in a ds:Signature; what stands in ds:Object is another matter."""
    parts = [one for one in signature if one.tag != f"{{{DS}}}Object"]
    for one in [signature, *(inside for part in parts for inside in part.iter())]:
        message = _strange(one)
        if message:
            shown = str(one.text or "") if not isinstance(one.tag, str) else etree.QName(one).localname
            notes.add("SIG-002", message, "what XML Signature defines, and nothing else", shown.strip()[:80], one)
            return


def refuse_twins(notes: Notes, root: etree._Element) -> None:
    """Add a finding where two elements of a document bear the same Id, ID or xml:id (profile 2.35)."""
    values = cast("list[_Value]", _IDENTIFIERS(root))
    if len(set(values)) == len(values):
        return
    bearers: dict[str, etree._Element | None] = {}
    for value in values:
        bearer = value.getparent()
        if bearers.setdefault(str(value), bearer) is not bearer:
            expected, actual = "each Id, ID or xml:id on one element", f"{str(value)!r} on several"
            notes.add("SIG-008", "Two elements bear the same identifier.", expected, actual, bearer)
            return


def has_text(element: etree._Element) -> bool:
    """Tell whether an element holds text of its own that is not white space."""
    return any((text or "").strip(BLANKS) for text in (element.text, *(one.tail for one in element)))


def _strange(one: etree._Element) -> str:
    """What is wrong with a node; "" when nothing is."""
    if not isinstance(one.tag, str):
        above = one.getparent()
        between = isinstance(one, etree._Comment) and not (above is not None and has_text(above))
        return "" if between else "A value in the signature holds a comment or an instruction."
    name = etree.QName(one)
    if name.namespace not in _OURS:
        return ""
    if has_text(one) and (name.localname in _WITHOUT_TEXT or next(one.iterchildren(etree.Element), None) is not None):
        return "The signature holds text where only elements belong."
    if any(not key.startswith("{") and key not in _ATTRIBUTES for key in map(str, one.attrib)):
        return "The signature holds an attribute that XML Signature does not define."
    return "The reference is to a manifest." if one.get("Type") == _MANIFEST else ""
