"""What stands in a signature besides what XML Signature defines there (its clause 4; profile 2.19 and 2.21)."""

import base64
import binascii

from lxml import etree

DS = "http://www.w3.org/2000/09/xmldsig#"
# Attributes without a namespace; elements that are not named here have none.
_ATTRIBUTES = {
    "Signature": {"Id"},
    "SignedInfo": {"Id"},
    "SignatureValue": {"Id"},
    "KeyInfo": {"Id"},
    "Object": {"Id", "MimeType", "Encoding"},
    "Manifest": {"Id"},
    "SignatureProperties": {"Id"},
    "SignatureProperty": {"Id", "Target"},
    "Reference": {"Id", "URI", "Type"},
    "RetrievalMethod": {"URI", "Type"},
    "CanonicalizationMethod": {"Algorithm"},
    "SignatureMethod": {"Algorithm"},
    "DigestMethod": {"Algorithm"},
    "Transform": {"Algorithm"},
}
# Elements that consist of elements; between them stands white space at most.
_WHITE = " \t\r\n"
_VALUES = ("DigestValue", "SignatureValue")
_OF_ELEMENTS = ("Signature", "SignedInfo", "Reference", "Transforms", "KeyInfo", "KeyValue", "X509Data")


def foreign_content(signature: etree._Element) -> str:
    """Return what is there and undefined, as a sentence; "" when there is nothing."""
    if (signature.tail or "").strip(_WHITE):
        return "there is text behind the signature"
    for element in signature.iter(f"{{{DS}}}*"):
        name = etree.QName(element).localname
        known = _ATTRIBUTES.get(name, set())
        texts = (element.text, *(one.tail for one in element))
        if any(not str(one).startswith("{") and one not in known for one in element.attrib):
            return f"{name} has an attribute that XML Signature does not define"
        if name in _OF_ELEMENTS and any((text or "").strip(_WHITE) for text in texts):
            return f"{name} holds text between its parts"
        if name in _VALUES and not _exact(element.text or ""):
            return f"{name} is not the Base64 of its octets"
    return ""


def _exact(text: str) -> bool:
    """Whether a text is the one way to write its octets in Base64, but for white space (RFC 4648 clause 3.5)."""
    letters = "".join(one for one in text if one not in _WHITE)
    try:
        return base64.b64encode(base64.b64decode(letters, validate=True)).decode() == letters
    except (binascii.Error, ValueError):
        return False
