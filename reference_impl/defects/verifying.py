"""Defects of judging signatures: what the importing side takes for signed."""

import base64
import copy
import hashlib
import hmac
import urllib.request
from collections.abc import Sequence
from datetime import datetime

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from lxml import etree

from reference_impl.certificates.names import CERTIFICATE
from reference_impl.defects.defect import Collection, patch
from reference_impl.importer import ImportOffice
from reference_impl.node import Node
from reference_impl.signing.detached import DS, value_agrees
from reference_impl.signing.verifier import CANONICALISATIONS, DIGESTS, SIGNATURES, BadSignature

defects = Collection()
ROOT = f"{{{CERTIFICATE}}}SPSCertificate"
_SIGNATURE = f"{{{DS}}}Signature"
_VALUE = f"{{{DS}}}SignatureValue"
_METHOD = f"{{{DS}}}SignedInfo/{{{DS}}}SignatureMethod"
# DER of a DigestInfo with SHA-256, before the digest (RFC 8017 clause 9.2, note 1).
_SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
_XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"


def office(node: Node) -> ImportOffice:
    """The node's importing side."""
    if not isinstance(node.importer, ImportOffice):
        raise TypeError("the node's importer is not the one these defects know")
    return node.importer


def _octets(element: etree._Element | None) -> bytes:
    try:
        return b"" if element is None else base64.b64decode(element.text or "")
    except ValueError:
        return b""


@defects.add("accepts-unsigned", "Documents without a signature are taken.", "SIG-009")
def _accepts_unsigned(node: Node) -> None:
    examiner = office(node).examiner
    clean = examiner.check_signature

    def check(root: etree._Element, country: str, at: datetime) -> None:
        if next(root.iter(f"{{{DS}}}Signature"), None) is not None:
            clean(root, country, at)

    beside = examiner.check_detached

    def check_beside(
        root: etree._Element, document: bytes, signature: bytes | None, country: str, at: datetime
    ) -> None:
        if signature is not None:
            beside(root, document, signature, country, at)

    examiner.check_signature = check  # type: ignore[method-assign]
    examiner.check_detached = check_beside  # type: ignore[method-assign]


@defects.add("digest-not-compared", "Checks who signed, and never whether it was this document.", "SIG-027")
def _digest_not_compared(node: Node) -> None:
    node.verifier.check_octets = lambda _signature, _document: None  # type: ignore[method-assign,assignment]


@defects.add("accepts-sha1", "Signatures with SHA-1 are taken.", "SIG-006")
def _accepts_sha1(node: Node) -> None:
    node.verifier.digest_methods = DIGESTS | {"http://www.w3.org/2000/09/xmldsig#sha1"}
    node.verifier.signature_methods = SIGNATURES | {
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1",
    }


@defects.add(
    "digest-not-recomputed", "The value is checked, and never the digest of the document.", "SIG-001", "SIG-019"
)
def _digest_not_recomputed(node: Node) -> None:
    def check(signature: etree._Element, signer: x509.Certificate) -> None:
        if not value_agrees(signature, signer):
            raise BadSignature("the signature does not verify")
        node.verifier.check_lengths(signature, signer)

    patch(node.verifier, check_value=check)


@defects.add("compares-loosely", "White space between document and signature is forgiven.", "SIG-019")
def _compares_loosely(node: Node) -> None:
    clean = node.verifier.check_value

    def check(signature: etree._Element, signer: x509.Certificate) -> None:
        try:
            clean(signature, signer)
        except BadSignature:
            before = signature.getprevious()
            if before is None or not before.tail:
                raise
            before.tail = None
            clean(signature, signer)

    patch(node.verifier, check_value=check)


@defects.add("takes-any-reference", "Whatever a reference points at is taken for the document.", "SIG-002")
def _takes_any_reference(node: Node) -> None:
    patch(node.verifier, check_reference=lambda _signature: None)


@defects.add("works-off-xpath", "An XPath transform is worked off instead of refused.", "SIG-003")
def _works_off_xpath(node: Node) -> None:
    clean = node.verifier.check_transforms

    def check(transforms: Sequence[str | None]) -> None:
        clean([one for one in transforms if one != _XPATH])

    patch(node.verifier, check_transforms=check)


@defects.add("keeps-comments-in-signed-info", "SignedInfo may be canonicalised with comments.", "SIG-004")
def _keeps_comments_in_signed_info(node: Node) -> None:
    clean = node.verifier.check_algorithms

    def check(signature: etree._Element) -> None:
        told = copy.deepcopy(signature)
        for one in told.iter(f"{{{DS}}}CanonicalizationMethod"):
            one.set("Algorithm", one.get("Algorithm", "").removesuffix("WithComments"))
        clean(told)

    patch(node.verifier, check_algorithms=check)


def _put_together(hidden: etree._Element, signature: etree._Element) -> etree._Element:
    """The certificate that lies inside a signature, with that signature, as it was before it was wrapped."""
    whole, own = copy.deepcopy(hidden), copy.deepcopy(signature)
    for one in own.findall(f"{{{DS}}}Object"):
        own.remove(one)
    whole.append(own)
    return whole


@defects.add(
    "wrapping-accepted", "A good certificate inside the signature is taken for a signature of the rest.", "SIG-007"
)
def _wrapping_accepted(node: Node) -> None:
    examiner, verifier = office(node).examiner, node.verifier
    clean, valid = examiner.check_signature, examiner.check_valid

    def check_valid(root: etree._Element, at: datetime) -> None:
        bare = copy.deepcopy(root)
        for one in bare.findall(f"{_SIGNATURE}/{{{DS}}}Object"):
            bare[-1].remove(one)
        valid(bare, at)

    def check(root: etree._Element, country: str, at: datetime) -> None:
        signature = root[-1]
        hidden = signature.find(f"{{{DS}}}Object/{ROOT}")
        if hidden is None:
            clean(root, country, at)
            return
        reference = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
        if reference is not None and reference.get("URI") == "":
            clean(_put_together(hidden, signature), country, at)
            return
        verifier.check_algorithms(signature)
        certificates = verifier.certificates(signature)
        xmlsec.tree.add_ids(hidden, ["Id"])
        verifier.check_value(signature, certificates[0])
        verifier.check_signer(certificates, country, at)

    patch(examiner, check_signature=check, check_valid=check_valid)


@defects.add("first-id-wins", "Of several elements with one Id the first is looked at.", "SIG-008")
def _first_id_wins(node: Node) -> None:
    examiner, verifier = office(node).examiner, node.verifier
    valid, signed = examiner.check_valid, examiner.check_signature

    def check_valid(root: etree._Element, at: datetime) -> None:
        bare = copy.deepcopy(root)
        bare.attrib.pop("Id", "")
        valid(bare, at)

    def check_signature(root: etree._Element, country: str, at: datetime) -> None:
        signature = root[-1]
        reference = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
        name = root.get("Id")
        if name is None or reference is None or reference.get("URI") != f"#{name}":
            signed(root, country, at)
            return
        xmlsec.tree.add_ids(root, ["Id"])
        certificates = verifier.certificates(signature)
        verifier.check_value(signature, certificates[0])
        verifier.check_signer(certificates, country, at)

    patch(examiner, check_valid=check_valid, check_signature=check_signature)


def _single(root: etree._Element, keep: int) -> etree._Element:
    """A copy of the document with one of its signatures."""
    alone = copy.deepcopy(root)
    for at, one in reversed(list(enumerate(alone))):
        if one.tag == _SIGNATURE and at != keep:
            alone.remove(one)
    return alone


def _trailing(root: etree._Element) -> list[int]:
    """Where the signatures at the end of the document are, the last first."""
    found = []
    for at in reversed(range(len(root))):
        if root[at].tag != _SIGNATURE:
            break
        found.append(at)
    return found


@defects.add("one-good-signature-suffices", "Among several signatures one that verifies is enough.", "SIG-010")
def _one_good_signature_suffices(node: Node) -> None:
    examiner = office(node).examiner
    valid, signed = examiner.check_valid, examiner.check_signature

    def check_valid(root: etree._Element, at: datetime) -> None:
        several = _trailing(root)
        valid(_single(root, several[0]) if len(several) > 1 else root, at)

    def check_signature(root: etree._Element, country: str, at: datetime) -> None:
        several = _trailing(root)
        if len(several) < 2:  # noqa: PLR2004 - one signature is no case of this
            signed(root, country, at)
            return
        refused = BadSignature("none of the signatures verifies")
        for one in several:
            try:
                signed(_single(root, one), country, at)
            except BadSignature as error:
                refused = error
            else:
                return
        raise refused

    patch(examiner, check_valid=check_valid, check_signature=check_signature)


@defects.add("utf-8-only", "A signed document in another encoding than UTF-8 is refused.", "SIG-021")
def _utf_8_only(node: Node) -> None:
    clean = node.verifier.check_document_form

    def check(root: etree._Element) -> None:
        clean(root)
        if (root.getroottree().docinfo.encoding or "UTF-8").upper() != "UTF-8":
            raise BadSignature("a signed document is XML 1.0 in UTF-8")

    patch(node.verifier, check_document_form=check)


@defects.add("exclusive-only", "Of the agreed canonicalisations one is known.", "SIG-004")
def _exclusive_only(node: Node) -> None:
    patch(node.verifier, canonicalisations=frozenset(one for one in CANONICALISATIONS if "exc-c14n" in one))


@defects.add("pss-unknown", "RSA-PSS, which is agreed, is refused.", "SIG-005")
def _pss_unknown(node: Node) -> None:
    patch(node.verifier, signature_methods=frozenset(one for one in SIGNATURES if "MGF1" not in one))


@defects.add(
    "trusts-key-value", "The key beside the certificate checks the value, the certificate the path.", "SIG-011"
)
def _trusts_key_value(node: Node) -> None:
    verifier = node.verifier
    value, key_info = verifier.check_value, verifier.check_key_info

    def check_value(signature: etree._Element, signer: x509.Certificate) -> None:
        parts = [signature.find(f".//{{{DS}}}RSAKeyValue/{{{DS}}}{name}") for name in ("Modulus", "Exponent")]
        if None in parts:
            value(signature, signer)
            return
        n, e = (int.from_bytes(_octets(one)) for one in parts)
        pem = rsa.RSAPublicNumbers(e, n).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        context = xmlsec.SignatureContext()
        context.key = xmlsec.Key.from_memory(pem, xmlsec.constants.KeyDataFormatPem)
        try:
            context.verify(signature)
        except (xmlsec.Error, xmlsec.VerificationError) as error:
            raise BadSignature("the signature does not verify") from error

    def check_key_info(signature: etree._Element, certificates: Sequence[x509.Certificate]) -> None:
        told = copy.deepcopy(signature)
        for one in list(told.iter(f"{{{DS}}}KeyValue")):
            parent = one.getparent()
            if parent is not None:
                parent.remove(one)
        key_info(told, certificates)

    patch(verifier, check_value=check_value, check_key_info=check_key_info)


@defects.add(
    "ignores-rest-of-key-info", "What KeyInfo says besides the signer's certificate is not looked at.", "SIG-011"
)
def _ignores_rest_of_key_info(node: Node) -> None:
    patch(node.verifier, check_key_info=lambda _signature, _certificates: None)


@defects.add("follows-retrieval-method", "A key that is to be fetched is fetched.", "SIG-012")
def _follows_retrieval_method(node: Node) -> None:
    clean = node.verifier.certificates

    def certificates(signature: etree._Element) -> list[x509.Certificate]:
        for one in signature.iter(f"{{{DS}}}RetrievalMethod"):
            try:
                with urllib.request.urlopen(one.get("URI", ""), timeout=3) as answer:  # noqa: S310 - the defect itself
                    answer.read(100_000)
            except (OSError, ValueError) as error:
                raise BadSignature("the key cannot be fetched") from error
        return clean(signature)

    patch(node.verifier, certificates=certificates)


@defects.add("hmac-with-public-key", "Any method is worked off with the public key as it is.", "SIG-022")
def _hmac_with_public_key(node: Node) -> None:
    algorithms, value = node.verifier.check_algorithms, node.verifier.check_value

    def is_hmac(signature: etree._Element) -> bool:
        method = signature.find(_METHOD)
        return method is not None and method.get("Algorithm", "").endswith("#hmac-sha256")

    def check_algorithms(signature: etree._Element) -> None:
        if not is_hmac(signature):
            algorithms(signature)

    def check_value(signature: etree._Element, signer: x509.Certificate) -> None:
        if not is_hmac(signature):
            value(signature, signer)
            return
        secret = signer.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        signed = etree.tostring(signature[0], method="c14n", exclusive=True, with_comments=False)
        made = hmac.digest(secret, signed, hashlib.sha256)
        if not hmac.compare_digest(made, _octets(signature.find(_VALUE))):
            raise BadSignature("the signature does not verify")

    patch(node.verifier, check_algorithms=check_algorithms, check_value=check_value)


@defects.add("reads-padding-loosely", "What follows the digest in an RSA value is not looked at.", "SIG-023")
def _reads_padding_loosely(node: Node) -> None:
    clean = node.verifier.check_value

    def loosely(signature: etree._Element, key: rsa.RSAPublicKey) -> bool:
        signed = etree.tostring(signature[0], method="c14n", exclusive=True, with_comments=False)
        numbers = key.public_numbers()
        read = pow(int.from_bytes(_octets(signature.find(_VALUE))), numbers.e, numbers.n).to_bytes(key.key_size // 8)
        padding, _, rest = read.partition(b"\0" + _SHA256_INFO)
        return padding.startswith(b"\0\1\xff") and rest.startswith(hashlib.sha256(signed).digest())

    def check(signature: etree._Element, signer: x509.Certificate) -> None:
        key = signer.public_key()
        if not isinstance(key, rsa.RSAPublicKey) or not loosely(signature, key):
            clean(signature, signer)

    patch(node.verifier, check_value=check)


@defects.add("takes-der-values", "An ECDSA value may also come in DER.", "SIG-023")
def _takes_der_values(node: Node) -> None:
    clean = node.verifier.check_value

    def check(signature: etree._Element, signer: x509.Certificate) -> None:
        value = signature.find(_VALUE)
        octets = _octets(value)
        if value is not None and octets[:1] == b"\x30" and len(octets) == octets[1] + 2:
            r, s = decode_dss_signature(octets)
            value.text = base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
        clean(signature, signer)

    patch(node.verifier, check_value=check)
