"""Writing the properties of XAdES baseline B-B and B-T into a signature (ETSI EN 319 132-1; profile 2.28, 2.29)."""

import base64
from datetime import datetime

from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from lxml import etree

from conformance.checks.xmldsig.algorithms import DS, EXCLUSIVE, XMLENC
from conformance.checks.xmldsig.canonical import canonical_part
from conformance.checks.xmldsig.form import XADES_NAMESPACE
from conformance.parsing import parse
from conformance.vectors.stamping import Authority, stamp

_XA = f"{{{XADES_NAMESPACE}}}"
_BARE = f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:A/><ds:B/><ds:C/></ds:SignedInfo></ds:Signature>'
SIGNATURE, REFERENCE, PROPERTIES = "seal", "seal-document", "seal-properties"


def add_properties(
    signature: etree._Element, signer: x509.Certificate, time: datetime, digest_uri: str, digest: hashes.HashAlgorithm
) -> etree._Element:
    """Add a ds:Object with the properties to a ds:Signature with one reference; return the SignedProperties."""
    signature.set("Id", SIGNATURE)
    signature[0][2].set("Id", REFERENCE)
    holder = etree.SubElement(signature, f"{{{DS}}}Object")
    qualifying = etree.SubElement(
        holder, f"{_XA}QualifyingProperties", nsmap={"xades": XADES_NAMESPACE}, Target=f"#{SIGNATURE}"
    )
    signed = etree.SubElement(qualifying, f"{_XA}SignedProperties", Id=PROPERTIES)
    about = etree.SubElement(signed, f"{_XA}SignedSignatureProperties")
    etree.SubElement(about, f"{_XA}SigningTime").text = time.strftime("%Y-%m-%dT%H:%M:%SZ")
    one = etree.SubElement(etree.SubElement(about, f"{_XA}SigningCertificateV2"), f"{_XA}Cert")
    stated = etree.SubElement(one, f"{_XA}CertDigest")
    etree.SubElement(stated, f"{{{DS}}}DigestMethod", Algorithm=digest_uri)
    etree.SubElement(stated, f"{{{DS}}}DigestValue").text = base64.b64encode(signer.fingerprint(digest)).decode()
    etree.SubElement(one, f"{_XA}IssuerSerialV2").text = base64.b64encode(_issuer_serial(signer)).decode()
    objects = etree.SubElement(signed, f"{_XA}SignedDataObjectProperties")
    form = etree.SubElement(objects, f"{_XA}DataObjectFormat", ObjectReference=f"#{REFERENCE}")
    etree.SubElement(form, f"{_XA}MimeType").text = "application/xml"
    return signed


def properties_text(signer: x509.Certificate, time: datetime, end: str = "") -> str:
    """Return a ds:Object with the properties, as text, for a ds:Signature whose Id is `SIGNATURE` and whose reference
    to the document has the Id `REFERENCE`. `end` is put after the SignedProperties.
    """
    bare = parse(_BARE.encode())
    signed = add_properties(bare, signer, time, f"{XMLENC}sha256", hashes.SHA256())
    signed.tail = end
    return etree.tostring(bare[1], encoding="unicode")


def stamped_text(octets: bytes, authority: Authority, time: datetime) -> str:
    """Return UnsignedProperties with a time stamp over the exclusively canonicalised SignatureValue, as text."""
    token = base64.b64encode(stamp(octets, authority, time)).decode()
    return (
        f"<xades:UnsignedProperties><xades:UnsignedSignatureProperties><xades:SignatureTimeStamp>"
        f'<ds:CanonicalizationMethod xmlns:ds="{DS}" Algorithm="{EXCLUSIVE}"/>'
        f"<xades:EncapsulatedTimeStamp>{token}</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>"
        f"</xades:UnsignedSignatureProperties></xades:UnsignedProperties>"
    )


def add_stamp(signature: etree._Element, authority: Authority, time: datetime) -> None:
    """Add a SignatureTimeStamp over the canonical SignatureValue (EN 319 132-1 clause 5.3)."""
    value = signature.find(f"{{{DS}}}SignatureValue")
    qualifying = signature.find(f"{{{DS}}}Object/{_XA}QualifyingProperties")
    if value is None or qualifying is None:
        raise ValueError("a signature without value or properties")
    unsigned = etree.SubElement(qualifying, f"{_XA}UnsignedProperties")
    holder = etree.SubElement(
        etree.SubElement(unsigned, f"{_XA}UnsignedSignatureProperties"), f"{_XA}SignatureTimeStamp"
    )
    etree.SubElement(holder, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXCLUSIVE)
    token = stamp(canonical_part(value, EXCLUSIVE), authority, time)
    etree.SubElement(holder, f"{_XA}EncapsulatedTimeStamp").text = base64.b64encode(token).decode()


def _issuer_serial(certificate: x509.Certificate) -> bytes:
    name = asn1_x509.Name.load(certificate.issuer.public_bytes())
    value = tsp.IssuerSerial({
        "issuer": [asn1_x509.GeneralName("directory_name", name)], "serial_number": certificate.serial_number,
    })  # fmt: skip
    return bytes(value.dump())
