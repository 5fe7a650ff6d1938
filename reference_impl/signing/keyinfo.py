"""What KeyInfo says besides certificates, held against them (XML Signature 1.1 clause 4.5; profile 2.21)."""

import base64
import binascii
from collections.abc import Sequence

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from reference_impl.signing.detached import DS

DS11 = "http://www.w3.org/2009/xmldsig11#"


def contradiction(content: Sequence[etree._Element], certificates: Sequence[x509.Certificate]) -> str:
    """Return what in the content of a KeyInfo is of nobody among the certificates, signer first; "" when nothing is."""
    reached = [certificates[0]]
    for below in reached:
        reached += [one for one in certificates if one.subject == below.issuer and one not in reached]
    if any(held not in reached for held in certificates):
        return "KeyInfo holds a certificate that is not on the signer's path"
    for one in content:
        name = one.tag if isinstance(one.tag, str) else "a comment"
        if name == f"{{{DS}}}X509Data":
            wrong = next((found for part in one if (found := _of_data(part, certificates))), "")
            if wrong:
                return wrong
        elif name in (f"{{{DS}}}KeyValue", f"{{{DS11}}}DEREncodedKeyValue"):
            if not _is_key(one, certificates[0]):
                return "KeyInfo holds a key that is not the signer's"
        elif name != f"{{{DS}}}KeyName":
            return f"KeyInfo holds {name}, which is not agreed"
    return ""


def _of_data(part: etree._Element, certificates: Sequence[x509.Certificate]) -> str:
    """Return why a part of X509Data is of none of the certificates, or ""."""
    name = etree.QName(part).localname if isinstance(part.tag, str) else "comment"
    text = "".join((part.text or "").split())
    if name == "X509Certificate":
        good = True
    elif name == "X509IssuerSerial":
        good = (part.findtext(f"{{{DS}}}X509SerialNumber") or "").strip() in {
            str(c.serial_number) for c in certificates
        }
    elif name == "X509SKI":
        good = text in {base64.b64encode(_identifier(c)).decode() for c in certificates}
    elif name == "X509SubjectName":
        good = _name(part.text or "") in [c.subject for c in certificates]
    else:
        return f"X509Data holds {name}, which is not agreed"
    return "" if good else f"{name} is of none of the certificates in KeyInfo"


def _identifier(certificate: x509.Certificate) -> bytes:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (ValueError, x509.ExtensionNotFound):
        return b""


def _name(text: str) -> x509.Name | None:
    try:
        return x509.Name.from_rfc4514_string(text.strip())
    except ValueError:
        return None


def _is_key(element: etree._Element, signer: x509.Certificate) -> bool:
    key = signer.public_key()
    try:
        if element.tag == f"{{{DS11}}}DEREncodedKeyValue":
            return _octets(element) == key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        if isinstance(key, rsa.RSAPublicKey):
            numbers = key.public_numbers()
            parts = [element.find(f".//{{{DS}}}{name}") for name in ("Modulus", "Exponent")]
            said = [int.from_bytes(_octets(one)) for one in parts if one is not None]
            return said == [numbers.n, numbers.e]
        point = element.find(f"{{{DS11}}}ECKeyValue/{{{DS11}}}PublicKey")
        own = isinstance(key, ec.EllipticCurvePublicKey) and key.public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return point is not None and _octets(point) == own
    except (binascii.Error, ValueError):
        return False


def _octets(element: etree._Element) -> bytes:
    return base64.b64decode("".join((element.text or "").split()), validate=True)
