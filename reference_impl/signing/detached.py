"""Detached signatures (profile 2.24): a ds:Signature document of its own over the octets of another one."""

import base64
import binascii
import hashlib
import hmac

import xmlsec
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from reference_impl.signing.credentials import Credentials

DS = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
# Inclusive 1.1 differs from 1.0 in attributes of the xml namespace only, which a signature has none of.
CANONICAL = {
    EXCLUSIVE: True,
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": False,
    "http://www.w3.org/2006/12/xml-c14n11": False,
}
URI = "certificate.xml"
# Those of the NIST; which are too short is for the path to say.
CURVES = frozenset(("secp224r1", "secp256r1", "secp384r1", "secp521r1"))
_KNOWN = tuple(
    getattr(xmlsec.constants, f"Transform{key}Sha{size}") for key in ("Ecdsa", "Rsa") for size in (1, 256, 384, 512)
)
_METHODS = {method.href: method for method in _KNOWN}
_ALGORITHMS = {
    "sha1": hashes.SHA1(),  # noqa: S303 - the list of agreed algorithms decides, and does so earlier
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_HASHES = {getattr(xmlsec.constants, f"TransformSha{size}").href: f"sha{size}" for size in (1, 256, 384, 512)}


def write_signature(document: bytes, credentials: Credentials, key: xmlsec.Key, method: str, digest: str) -> bytes:
    """Sign octets as they are, without a transform, and return the octets of the signature.

    `method` and `digest` are the URIs of a signature and a digest algorithm.
    """
    root = etree.Element(f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = _add(root, "SignedInfo")
    _add(info, "CanonicalizationMethod", Algorithm=EXCLUSIVE)
    _add(info, "SignatureMethod", Algorithm=method)
    reference = _add(info, "Reference", URI=URI)
    _add(reference, "DigestMethod", Algorithm=digest)
    _add(reference, "DigestValue").text = base64.b64encode(_digest(document, digest)).decode("ascii")
    value = _add(root, "SignatureValue")
    data = _add(_add(root, "KeyInfo"), "X509Data")
    for pem in (credentials.certificate, *credentials.intermediates):
        der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
        _add(data, "X509Certificate").text = base64.b64encode(der).decode("ascii")
    context = xmlsec.SignatureContext()
    context.key = key
    value.text = base64.b64encode(context.sign_binary(_canonical(info, EXCLUSIVE), _METHODS[method])).decode("ascii")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def digest_agrees(signature: etree._Element, document: bytes) -> bool:
    """Is the digest of the one reference that of the octets."""
    reference = f"{{{DS}}}SignedInfo/{{{DS}}}Reference/{{{DS}}}"
    method = signature.find(f"{reference}DigestMethod")
    algorithm = "" if method is None else method.get("Algorithm", "")
    said = _decoded(signature.findtext(f"{reference}DigestValue"))
    return algorithm in _HASHES and hmac.compare_digest(said, _digest(document, algorithm))


def value_agrees(signature: etree._Element, signer: x509.Certificate) -> bool:
    """Does the signature's value verify over SignedInfo with the signer's key."""
    info = signature.find(f"{{{DS}}}SignedInfo")
    if info is None:
        return False
    canonical, method = (
        "" if one is None else one.get("Algorithm", "")
        for one in (info.find(f"{{{DS}}}{name}") for name in ("CanonicalizationMethod", "SignatureMethod"))
    )
    value = _decoded(signature.findtext(f"{{{DS}}}SignatureValue"))
    kind, _, name = method.rpartition("#")[2].replace("-MGF1", "").rpartition("-")
    if method.endswith("-rsa-MGF1"):
        kind, name = "pss", kind
    try:
        key, octets, algorithm = signer.public_key(), _canonical(info, canonical), _ALGORITHMS[name]
        if kind == "ecdsa" and isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(_der(value, key.curve.key_size), octets, ec.ECDSA(algorithm))
        elif kind in ("rsa", "pss") and isinstance(key, rsa.RSAPublicKey):
            masked = padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)
            key.verify(value, octets, masked if kind == "pss" else padding.PKCS1v15(), algorithm)
        else:
            return False
    except (InvalidSignature, UnsupportedAlgorithm, KeyError, ValueError):
        return False
    return True


def lengths_agree(signature: etree._Element, signer: x509.Certificate) -> bool:
    """Are digest, value and, for RSA-PSS, salt exactly as long as their standards say, on an agreed curve.

    Where libraries are lenient: RFC 8017 clauses 8.1.2 and 8.2.2, RFC 9231 clauses 2.3.6 and 2.3.10.
    """
    info = f"{{{DS}}}SignedInfo/{{{DS}}}"
    digest, method = (
        "" if one is None else one.get("Algorithm", "")
        for one in (signature.find(f"{info}Reference/{{{DS}}}DigestMethod"), signature.find(f"{info}SignatureMethod"))
    )
    said = _decoded(signature.findtext(f"{info}Reference/{{{DS}}}DigestValue"))
    if digest in _HASHES and len(said) != hashlib.new(_HASHES[digest], usedforsecurity=False).digest_size:
        return False
    value, key = _decoded(signature.findtext(f"{{{DS}}}SignatureValue")), signer.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        pss = method.endswith("-rsa-MGF1")
        return len(value) == (key.key_size + 7) // 8 and (not pss or value_agrees(signature, signer))
    if isinstance(key, ec.EllipticCurvePublicKey):
        return key.curve.name in CURVES and len(value) == 2 * ((key.curve.key_size + 7) // 8)
    return False


def _der(value: bytes, bits: int) -> bytes:
    size = (bits + 7) // 8
    if len(value) != 2 * size:
        raise ValueError("a value of another length than the key's")
    return encode_dss_signature(int.from_bytes(value[:size]), int.from_bytes(value[size:]))


def _add(parent: etree._Element, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{DS}}}{name}", attributes)


def _decoded(text: str | None) -> bytes:
    try:
        return base64.b64decode("".join((text or "").split()), validate=True)
    except binascii.Error:
        return b""


def _digest(octets: bytes, algorithm: str) -> bytes:
    return hashlib.new(_HASHES[algorithm], octets, usedforsecurity=False).digest()


def _canonical(info: etree._Element, algorithm: str) -> bytes:
    return etree.tostring(info, method="c14n", exclusive=CANONICAL[algorithm], with_comments=False)
