"""The signer's certificate in KeyInfo (profile 2.21; XML Signature clause 4.5).

What KeyInfo says is only ever a proposal: the key that verifies is the signer's, and whether the signer may sign is
for the certificate path to decide.
"""

import base64
import binascii
import re
from collections.abc import Sequence

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from conformance.checks.xmldsig.algorithms import BLANKS, DS, DS11, PROFILE, AllowList, NotAllowed, digest_of
from conformance.checks.xmldsig.notes import Notes

MAX_CERTIFICATES = 10
_LARGEST_CERTIFICATE = 100_000
_CURVES = {"1.2.840.10045.3.1.7": ec.SECP256R1, "1.3.132.0.34": ec.SECP384R1, "1.3.132.0.35": ec.SECP521R1}
_BESIDE = {f"{{{DS}}}KeyName", f"{{{DS}}}KeyValue", f"{{{DS11}}}DEREncodedKeyValue"}
_WITHOUT_BLANKS = dict.fromkeys(map(ord, BLANKS))
_SPACED_COMMA = re.compile(r"(?<!\\),\s+")
_ABOUT_CERTIFICATES = {f"{{{DS}}}X509{one}" for one in ("IssuerSerial", "SubjectName", "SKI")} | {
    f"{{{DS11}}}X509Digest"
}


def decoded(node: etree._Element) -> bytes:
    """Return the octets of a text of xs:base64Binary. Raises `ValueError` for anything else.

    Python's decoder would pass over white space that is none of XML's, and over bits behind the last octet: two texts
    for one value, of which only one is in the schema.
    """
    if len(node):
        raise ValueError("elements inside a Base64 text")
    text = (node.text or "").translate(_WITHOUT_BLANKS)
    octets = base64.b64decode(text, validate=True)
    if base64.b64encode(octets).decode() != text:
        raise ValueError("Base64 with bits behind its last octet")
    return octets


def read_certificates(notes: Notes, key: etree._Element) -> list[x509.Certificate]:
    """Return the certificates of a ds:KeyInfo, each once, in their order; none after adding a finding."""
    nodes: list[etree._Element] = []
    for part in key.iterchildren(etree.Element):
        if part.tag == f"{{{DS}}}X509Data":
            nodes += part.findall(f"{{{DS}}}X509Certificate")
            strange = [
                one
                for one in part.iterchildren(etree.Element)
                if one.tag != f"{{{DS}}}X509Certificate" and one.tag not in _ABOUT_CERTIFICATES
            ]
        else:
            strange = [] if part.tag in _BESIDE else [part]
        if strange:
            notes.add(
                "SIG-011",
                "KeyInfo holds something that is not agreed.",
                "X509Data, and KeyValue of the same key",
                str(strange[0].tag),
                strange[0],
            )
            return []
    if not 0 < len(nodes) <= MAX_CERTIFICATES:
        notes.add(
            "SIG-011",
            "KeyInfo has no signer certificate.",
            f"1 to {MAX_CERTIFICATES} X509Certificate",
            str(len(nodes)),
            key,
        )
        return []
    found: list[x509.Certificate] = []
    for node in nodes:
        try:
            certificate = _certificate(node)
        except (ValueError, binascii.Error, UnsupportedAlgorithm, x509.InvalidVersion) as error:
            notes.add("SIG-011", "A certificate in KeyInfo cannot be read.", "X.509 in Base64", str(error), node)
            return []
        if certificate not in found:
            found.append(certificate)
    return found


def _certificate(node: etree._Element) -> x509.Certificate:
    octets = decoded(node)
    if len(octets) > _LARGEST_CERTIFICATE:
        raise ValueError(f"a certificate of {len(octets)} octets")
    certificate = x509.load_der_x509_certificate(octets)
    # The library reads when it is asked: what it cannot read is told of here.
    certificate.public_key(), certificate.subject, certificate.issuer
    certificate.not_valid_before_utc, certificate.not_valid_after_utc  # noqa: B018
    return certificate


def check_key_info(
    notes: Notes, key: etree._Element, signer: x509.Certificate, certificates: Sequence[x509.Certificate],
    allowed: AllowList = PROFILE,
) -> None:  # fmt: skip
    """Add findings where KeyInfo speaks of anybody but the signer and those above him.

    A key beside the certificate must be the signer's own, and every certificate must be on the way from the signer
    upwards (XML Signature clause 4.5.4): whoever reads another part of KeyInfo must find the same signer.
    """
    for node in key.iter(f"{{{DS}}}KeyValue", f"{{{DS11}}}DEREncodedKeyValue"):
        if not _is_key(node, signer.public_key()):
            notes.add(
                "SIG-011",
                "The key in KeyInfo is not that of the signer's certificate.",
                "the same key",
                "another key, or one that cannot be read",
                node,
            )
    reached = [one for one in certificates if one.public_key() == signer.public_key()]
    waiting = list(reached)
    while waiting:
        present = waiting.pop()
        above = [one for one in certificates if one not in reached and one.subject == present.issuer]
        reached += above
        waiting += above
    for one in certificates:
        if one not in reached:
            notes.add(
                "SIG-011",
                "KeyInfo carries a certificate that is not on the signer's path.",
                "the signer and those above",
                one.subject.rfc4514_string(),
                key,
            )
    _check_names(notes, key, certificates)
    for node in key.iter(f"{{{DS}}}X509SKI", f"{{{DS11}}}X509Digest"):
        _check_identifier(notes, node, certificates, allowed)


def _check_names(notes: Notes, key: etree._Element, certificates: Sequence[x509.Certificate]) -> None:
    """Add findings for subjects, and pairs of issuer and serial number, that are of no certificate carried.

    An empty element says nothing: xmlsec1 leaves those of its template behind.
    """
    subjects = {_name_values(one.subject) for one in certificates}
    issued = {(str(one.serial_number), _name_values(one.issuer)) for one in certificates}
    serials = {serial for serial, _ in issued}
    strange = []
    for node in key.iter(f"{{{DS}}}X509SubjectName"):
        named = _read_name(node.text or "")
        if (node.text or "").strip() and named is not None and named not in subjects:
            strange.append(node)
    for node in key.iter(f"{{{DS}}}X509IssuerSerial"):
        issuer, serial = (node.findtext(f"{{{DS}}}X509{one}", "") for one in ("IssuerName", "SerialNumber"))
        named, number = _read_name(issuer), serial.strip().lstrip("0") or "0"
        known = number in serials if named is None else (number, named) in issued
        if len(node) and not known:
            strange.append(node)
    for node in strange:
        notes.add(
            "SIG-011",
            "KeyInfo names somebody whose certificate it does not carry.",
            "a subject, or an issuer and serial number, of its certificates",
            " ".join("".join(str(one) for one in node.itertext()).split()) or "nothing",
            node,
        )


def _name_values(name: x509.Name) -> tuple[str, ...]:
    """The values of a name, in no order and no letter case: producers write the same name in many ways."""
    return tuple(sorted(" ".join(str(one.value).split()).casefold() for one in name))


def _read_name(text: str) -> tuple[str, ...] | None:
    """The values of a name as RFC 4514 writes it; None for another way of writing, which proves nothing."""
    if "#" in text:
        return None  # a value in hexadecimal DER
    try:
        return _name_values(x509.Name.from_rfc4514_string(_SPACED_COMMA.sub(",", text.strip())))
    except ValueError:
        return None


def _check_identifier(
    notes: Notes, node: etree._Element, certificates: Sequence[x509.Certificate], allowed: AllowList
) -> None:
    """Add a finding for an X509SKI or X509Digest that is of no certificate carried; an empty one says nothing."""
    if not (node.text or "").strip() and not len(node):
        return
    try:
        if node.tag == f"{{{DS}}}X509SKI":
            known = {_key_identifier(one) for one in certificates} - {None}
        else:
            algorithm = digest_of(node, allowed)
            known = {one.fingerprint(algorithm) for one in certificates}
        named = decoded(node)
    except (ValueError, binascii.Error, NotAllowed):
        known, named = set(), b""
    if named not in known:
        notes.add(
            "SIG-011",
            "KeyInfo names a certificate that it does not carry.",
            "a key identifier or digest of its certificates",
            named.hex() or "not Base64, or by an algorithm that is not agreed",
            node,
        )


def _key_identifier(certificate: x509.Certificate) -> bytes | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value.digest
    except (x509.ExtensionNotFound, ValueError):
        return None


def _is_key(node: etree._Element, key: PublicKeyTypes) -> bool:
    try:
        if node.tag == f"{{{DS11}}}DEREncodedKeyValue":
            return decoded(node) == key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        inner = node[0] if len(node) == 1 else None
        if inner is not None and inner.tag == f"{{{DS}}}RSAKeyValue" and isinstance(key, rsa.RSAPublicKey):
            numbers = key.public_numbers()
            return [int.from_bytes(decoded(one)) for one in inner] == [numbers.n, numbers.e]
        if inner is not None and inner.tag == f"{{{DS11}}}ECKeyValue" and isinstance(key, ec.EllipticCurvePublicKey):
            curve = _CURVES.get(str(inner[0].get("URI", "")).removeprefix("urn:oid:"))
            point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            return curve is not None and isinstance(key.curve, curve) and decoded(inner[1]) == point
    except (ValueError, IndexError, binascii.Error):
        return False
    return False
