"""Signing a document as the profile wants it, by any method and placement of profile 2.18 to 2.24.

What comes out is verified by the judge's own verifier before it is handed over.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from conformance.checks.signature import check_signature
from conformance.checks.xmldsig.algorithms import DIGESTS, DS, ENVELOPED, EXCLUSIVE, METHODS, Family, Method
from conformance.checks.xmldsig.canonical import canonical_document, canonical_part
from conformance.model.finding import Finding
from conformance.parsing import parse

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
# Short names of the methods, as the command line has them: rsa-sha256, rsa-pss-sha256, ecdsa-sha256 ...
METHOD_NAMES = {
    f"{ {Family.RSA: 'rsa', Family.PSS: 'rsa-pss', Family.ECDSA: 'ecdsa'}[one.family] }-{one.hash.name}": uri
    for uri, one in METHODS.items()
}
_DIGEST_URIS = {one.name: uri for uri, one in DIGESTS.items()}
_OBJECT = "document"


class Unsignable(Exception):
    """A document that must not be signed as asked; the text says why, for a person."""


@dataclass(frozen=True)
class Seal:
    """Who signs and how: `method` is one of `METHOD_NAMES`, `chain` are intermediates to send along."""

    certificate: x509.Certificate
    key: Key
    method: str
    chain: tuple[x509.Certificate, ...] = ()


def default_method(key: Key) -> str:
    """Return the method for a key: with the hash that fits its strength."""
    if isinstance(key, rsa.RSAPrivateKey):
        return "rsa-sha256"
    return {256: "ecdsa-sha256", 384: "ecdsa-sha384"}.get(key.curve.key_size, "ecdsa-sha512")


def seal(document: bytes, how: Seal, placement: str, name: str = "certificate.xml") -> bytes:
    """Return the signed document, or with placement "detached" the signature alone, whose reference is to `name`.

    Raises `Unreadable` for what is not XML, and `Unsignable` for a document that is signed already or cannot be
    signed, a method that does not fit the key, and a result the verifier would refuse.
    """
    root = parse(document)
    if next(root.iter(f"{{{DS}}}Signature"), None) is not None:
        raise Unsignable("it is signed already; sign the document as it was before")
    method = METHODS[METHOD_NAMES[how.method]]
    if isinstance(how.key, rsa.RSAPrivateKey) == (method.family is Family.ECDSA):
        raise Unsignable(f"the method {how.method} does not fit a key of the kind {_kind(how.key)}")
    made = _made(document, root, how, method, placement, name)
    beside = made if placement == "detached" else None
    wrong = check_signature(document if beside else made, placement=placement, signature=beside)
    if wrong:
        raise Unsignable(_why(wrong))
    return made


def _made(document: bytes, root: etree._Element, how: Seal, method: Method, placement: str, name: str) -> bytes:
    try:
        if placement == "enveloped":
            digest = _digest(method, canonical_document(root, EXCLUSIVE))
            element = _template(how, method, "", (ENVELOPED, EXCLUSIVE), digest)
            root.append(element)
            _fill(element, how, method)
            return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")
        if placement == "detached":
            element = _template(how, method, name, (), _digest(method, document))
        else:
            element = _template(how, method, f"#{_OBJECT}", (EXCLUSIVE,), b"")
            holder = etree.SubElement(element, f"{{{DS}}}Object", Id=_OBJECT)
            holder.append(root)
            value = element.find(f".//{{{DS}}}DigestValue")
            octets = _digest(method, canonical_part(holder, EXCLUSIVE))
            if value is not None:
                value.text = base64.b64encode(octets).decode()
        _fill(element, how, method)
        return etree.tostring(element, xml_declaration=True, encoding="UTF-8")
    except ValueError as error:
        raise Unsignable(f"it has no canonical form: {error}") from None


def _digest(method: Method, octets: bytes) -> bytes:
    digest = hashes.Hash(method.hash)
    digest.update(octets)
    return digest.finalize()


def _template(how: Seal, method: Method, uri: str, transforms: tuple[str, ...], digest: bytes) -> etree._Element:
    signature = etree.Element(f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXCLUSIVE)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=METHOD_NAMES[how.method])
    reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=uri)
    if transforms:
        steps = etree.SubElement(reference, f"{{{DS}}}Transforms")
        for one in transforms:
            etree.SubElement(steps, f"{{{DS}}}Transform", Algorithm=one)
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=_DIGEST_URIS[method.hash.name])
    etree.SubElement(reference, f"{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()
    etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    data = etree.SubElement(etree.SubElement(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    for certificate in dict.fromkeys((how.certificate, *how.chain)):
        octets = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
        etree.SubElement(data, f"{{{DS}}}X509Certificate").text = octets
    return signature


def _fill(signature: etree._Element, how: Seal, method: Method) -> None:
    octets = canonical_part(signature[0], EXCLUSIVE)
    signature[1].text = base64.b64encode(_value(how.key, method, octets)).decode()


def _value(key: Key, method: Method, octets: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(method.hash), padding.PSS.DIGEST_LENGTH)
        return key.sign(octets, pss if method.family is Family.PSS else padding.PKCS1v15(), method.hash)
    r, s = decode_dss_signature(key.sign(octets, ec.ECDSA(method.hash, deterministic_signing=True)))
    half = (key.curve.key_size + 7) // 8
    return r.to_bytes(half) + s.to_bytes(half)


def _kind(key: Key) -> str:
    return "RSA" if isinstance(key, rsa.RSAPrivateKey) else f"EC {key.curve.name}"


def _why(findings: Sequence[Finding]) -> str:
    first = findings[0]
    return f"what would come out is not of the profile: {first.message} Expected {first.expected}, not {first.actual}"
