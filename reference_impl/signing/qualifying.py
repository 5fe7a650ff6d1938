"""The properties of XAdES baseline B-B and B-T in a signature: writing and reading them (ETSI EN 319 132-1)."""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime

from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from lxml import etree

from reference_impl.signing.detached import DS

XADES_NAMESPACE = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"
XA = f"{{{XADES_NAMESPACE}}}"
_SIGNATURE, _PROPERTIES = "signature", "signed-properties"
_DIGESTS: dict[str, hashes.HashAlgorithm] = {
    "http://www.w3.org/2001/04/xmlenc#sha256": hashes.SHA256(),
    "http://www.w3.org/2001/04/xmldsig-more#sha384": hashes.SHA384(),
    "http://www.w3.org/2001/04/xmlenc#sha512": hashes.SHA512(),
}


class BadProperties(Exception):
    """Properties that are not of the agreed form, or not of this signer; the text says why."""


def named(parent: etree._Element, name: str) -> etree._Element:
    """The first descendant of a local name. `find` misses what libxmlsec made: lxml's dictionary has not its names."""
    return next(one for one in parent.iter() if isinstance(one.tag, str) and etree.QName(one).localname == name)


def add_properties(signature: etree._Element, signer: x509.Certificate, at: datetime) -> etree._Element:
    """Add a ds:Object with the properties of baseline B-B; return the SignedProperties."""
    signature.set("Id", _SIGNATURE)
    holder = etree.SubElement(signature, f"{{{DS}}}Object")
    qualifying = etree.SubElement(
        holder, f"{XA}QualifyingProperties", {"Target": f"#{_SIGNATURE}"}, nsmap={"xades": XADES_NAMESPACE}
    )
    signed = etree.SubElement(qualifying, f"{XA}SignedProperties", {"Id": _PROPERTIES})
    about = etree.SubElement(signed, f"{XA}SignedSignatureProperties")
    etree.SubElement(about, f"{XA}SigningTime").text = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    one = etree.SubElement(etree.SubElement(about, f"{XA}SigningCertificateV2"), f"{XA}Cert")
    digest = etree.SubElement(one, f"{XA}CertDigest")
    etree.SubElement(digest, f"{{{DS}}}DigestMethod", {"Algorithm": "http://www.w3.org/2001/04/xmlenc#sha256"})
    etree.SubElement(digest, f"{{{DS}}}DigestValue").text = _text(signer.fingerprint(hashes.SHA256()))
    etree.SubElement(one, f"{XA}IssuerSerialV2").text = _text(_issuer_serial(signer))
    return signed


def add_stamp(signature: etree._Element, token: bytes) -> None:
    """Add a SignatureTimeStamp with a token over the exclusively canonicalised SignatureValue (baseline B-T)."""
    unsigned = etree.SubElement(named(signature, "QualifyingProperties"), f"{XA}UnsignedProperties")
    about = etree.SubElement(unsigned, f"{XA}UnsignedSignatureProperties")
    stamp = etree.SubElement(about, f"{XA}SignatureTimeStamp")
    method = {"Algorithm": "http://www.w3.org/2001/10/xml-exc-c14n#"}
    etree.SubElement(stamp, f"{{{DS}}}CanonicalizationMethod", method)
    etree.SubElement(stamp, f"{XA}EncapsulatedTimeStamp").text = _text(token)


def signing_time(signed: etree._Element) -> datetime:
    """The time SignedProperties claim. Raises `BadProperties`."""
    try:
        time = datetime.fromisoformat((signed.findtext(f"{XA}SignedSignatureProperties/{XA}SigningTime") or "").strip())
    except ValueError as error:
        raise BadProperties("the signing time cannot be read") from error
    if time.tzinfo is None:
        raise BadProperties("the signing time has no offset")
    return time


def check_named(signed: etree._Element, certificates: Sequence[x509.Certificate]) -> None:
    """SigningCertificateV2 names the signer first and then those carried. Raises `BadProperties`."""
    found = signed.findall(f"{XA}SignedSignatureProperties/{XA}SigningCertificateV2/{XA}Cert")
    if not found:
        raise BadProperties("the properties do not name the signer's certificate")
    for number, one in enumerate(found):
        if not any(_is_about(one, certificate) for certificate in certificates[: None if number else 1]):
            raise BadProperties("the properties name a certificate that is not the signer's")


def tokens(qualifying: etree._Element) -> list[tuple[str, bytes]]:
    """The time stamps of a signature, each with the canonicalisation of what it is over. Raises `BadProperties`."""
    found = []
    for one in qualifying.iterfind(f"{XA}UnsignedProperties/{XA}UnsignedSignatureProperties/{XA}SignatureTimeStamp"):
        method = one.find(f"{{{DS}}}CanonicalizationMethod")
        algorithm = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315" if method is None else method.get("Algorithm", "")
        found.append((algorithm, _octets(one.findtext(f"{XA}EncapsulatedTimeStamp"))))
    return found


def _is_about(node: etree._Element, certificate: x509.Certificate) -> bool:
    method = node.find(f"{XA}CertDigest/{{{DS}}}DigestMethod")
    algorithm = None if method is None else _DIGESTS.get(method.get("Algorithm", ""))
    said = _octets(node.findtext(f"{XA}CertDigest/{{{DS}}}DigestValue"))
    if algorithm is None or said != certificate.fingerprint(algorithm):
        return False
    serial = node.findtext(f"{XA}IssuerSerialV2")
    return serial is None or _octets(serial) == _issuer_serial(certificate)


def _issuer_serial(certificate: x509.Certificate) -> bytes:
    name = asn1_x509.GeneralName("directory_name", asn1_x509.Name.load(certificate.issuer.public_bytes()))
    return bytes(tsp.IssuerSerial({"issuer": [name], "serial_number": certificate.serial_number}).dump())


def _text(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def _octets(text: str | None) -> bytes:
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except binascii.Error as error:
        raise BadProperties("a value in the properties is no Base64") from error
