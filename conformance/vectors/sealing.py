"""Signing a document as the profile wants it, by any method and placement of profile 2.18 to 2.24 and 2.27 to 2.29.

What comes out is verified by the judge's own verifier before it is handed over.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from conformance.checks.signature import check_signature
from conformance.checks.xmldsig.algorithms import (
    DIGESTS,
    DS,
    ENVELOPED,
    EXCLUSIVE,
    METHODS,
    PROFILE_WORDS,
    Family,
    Method,
    allow_list,
)
from conformance.checks.xmldsig.canonical import canonical_document, canonical_part
from conformance.checks.xmldsig.form import IN_DOCUMENT, SIGNED_PROPERTIES, XADES
from conformance.model.finding import Finding
from conformance.parsing import parse
from conformance.vectors.qualifying import add_properties, add_stamp
from conformance.vectors.stamping import Authority

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
_FAMILY = {Family.RSA: "rsa", Family.PSS: "rsa-pss", Family.ECDSA: "ecdsa"}
# Short names of the methods, as the command line has them: rsa-sha256, rsa-pss-sha256, ecdsa-sha256 ...
METHOD_NAMES = {
    "ed25519" if one.family is Family.ED25519 else f"{_FAMILY[one.family]}-{one.hash.name}": uri
    for uri, one in METHODS.items()
}
_DIGEST_URIS = {one.name: uri for uri, one in DIGESTS.items()}
_OBJECT = "document"


class Unsignable(Exception):
    """A document that must not be signed as asked; the text says why, for a person."""


@dataclass(frozen=True)
class Seal:
    """Who signs and how: `method` is one of `METHOD_NAMES`, `chain` are intermediates to send along.

    `time` is the signing time XAdES claims, `authority` who stamps it (placement "xades-t").
    """

    certificate: x509.Certificate
    key: Key
    method: str
    chain: tuple[x509.Certificate, ...] = ()
    time: datetime | None = None
    authority: Authority | None = None


def default_method(key: Key) -> str:
    """Return the method for a key: with the hash that fits its strength."""
    if isinstance(key, rsa.RSAPrivateKey):
        return "rsa-sha256"
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    return {256: "ecdsa-sha256", 384: "ecdsa-sha384"}.get(key.curve.key_size, "ecdsa-sha512")


def words_for(method: str) -> frozenset[str]:
    """Return the words of profile 2.27 an agreement needs, beside those of the profile, for a method."""
    more = {"ed25519": "ed25519"} if method == "ed25519" else {"sha3": "sha-3"}
    return PROFILE_WORDS | {word for sign, word in more.items() if sign in method}


def seal(document: bytes, how: Seal, placement: str, name: str = "certificate.xml") -> bytes:
    """Return the signed document, or with placement "detached" the signature alone, whose reference is to `name`.

    Raises `Unreadable` for what is not XML, and `Unsignable` for a document that is signed already or cannot be
    signed, a method that does not fit the key, and a result the verifier would refuse.
    """
    root = parse(document)
    if next(root.iter(f"{{{DS}}}Signature"), None) is not None:
        raise Unsignable("it is signed already; sign the document as it was before")
    if placement == "xades-t" and how.authority is None:
        raise Unsignable("a time stamp needs a time-stamp authority: its certificate and its key")
    method = METHODS[METHOD_NAMES[how.method]]
    if not _fits(how.key, method):
        raise Unsignable(f"the method {how.method} does not fit a key of the kind {_kind(how.key)}")
    made = _made(document, root, how, method, placement, name)
    beside = made if placement == "detached" else None
    wrong = check_signature(document if beside else made, at=how.time, placement=placement, signature=beside,
                            allowed=allow_list(words_for(how.method)))  # fmt: skip
    if wrong:
        raise Unsignable(_why(wrong))
    return made


def _made(document: bytes, root: etree._Element, how: Seal, method: Method, placement: str, name: str) -> bytes:
    try:
        if placement in IN_DOCUMENT:
            digest = _digest(method, canonical_document(root, EXCLUSIVE))
            element = _template(how, method, "", (ENVELOPED, EXCLUSIVE), digest)
            root.append(element)
            if placement in XADES:
                _qualify(element, how, method)
            _fill(element, how, method)
            if placement == "xades-t" and how.authority is not None:
                add_stamp(element, how.authority, _time(how))
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


def _time(how: Seal) -> datetime:
    return (how.time or datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)


def _qualify(element: etree._Element, how: Seal, method: Method) -> None:
    """Add the signed properties of XAdES, and the reference to them."""
    signed = add_properties(element, how.certificate, _time(how), _DIGEST_URIS[method.hash.name], method.hash)
    digest = _digest(method, canonical_part(signed, EXCLUSIVE))
    _refer(element[0], method, f"#{signed.get('Id')}", (EXCLUSIVE,), digest, Type=SIGNED_PROPERTIES)


def _digest(method: Method, octets: bytes) -> bytes:
    digest = hashes.Hash(method.hash)
    digest.update(octets)
    return digest.finalize()


def _template(how: Seal, method: Method, uri: str, transforms: tuple[str, ...], digest: bytes) -> etree._Element:
    signature = etree.Element(f"{{{DS}}}Signature", nsmap={"ds": DS})
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=EXCLUSIVE)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=METHOD_NAMES[how.method])
    _refer(info, method, uri, transforms, digest)
    etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    data = etree.SubElement(etree.SubElement(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    for certificate in dict.fromkeys((how.certificate, *how.chain)):
        octets = base64.b64encode(certificate.public_bytes(Encoding.DER)).decode()
        etree.SubElement(data, f"{{{DS}}}X509Certificate").text = octets
    return signature


def _refer(
    info: etree._Element, method: Method, uri: str, transforms: tuple[str, ...], digest: bytes, **more: str
) -> None:
    reference = etree.SubElement(info, f"{{{DS}}}Reference", {**more, "URI": uri})
    if transforms:
        steps = etree.SubElement(reference, f"{{{DS}}}Transforms")
        for one in transforms:
            etree.SubElement(steps, f"{{{DS}}}Transform", Algorithm=one)
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=_DIGEST_URIS[method.hash.name])
    etree.SubElement(reference, f"{{{DS}}}DigestValue").text = base64.b64encode(digest).decode()


def _fill(signature: etree._Element, how: Seal, method: Method) -> None:
    octets = canonical_part(signature[0], EXCLUSIVE)
    signature[1].text = base64.b64encode(_value(how.key, method, octets)).decode()


def _value(key: Key, method: Method, octets: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        pss = padding.PSS(padding.MGF1(method.hash), padding.PSS.DIGEST_LENGTH)
        return key.sign(octets, pss if method.family is Family.PSS else padding.PKCS1v15(), method.hash)
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key.sign(octets)
    r, s = decode_dss_signature(key.sign(octets, ec.ECDSA(method.hash, deterministic_signing=True)))
    half = (key.curve.key_size + 7) // 8
    return r.to_bytes(half) + s.to_bytes(half)


def _kind(key: Key) -> str:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return f"EC {key.curve.name}"
    return "RSA" if isinstance(key, rsa.RSAPrivateKey) else "Ed25519"


def _fits(key: Key, method: Method) -> bool:
    if isinstance(key, rsa.RSAPrivateKey):
        return method.family in (Family.RSA, Family.PSS)
    return method.family is (Family.ECDSA if isinstance(key, ec.EllipticCurvePrivateKey) else Family.ED25519)


def _why(findings: Sequence[Finding]) -> str:
    first = findings[0]
    return f"what would come out is not of the profile: {first.message} Expected {first.expected}, not {first.actual}"
