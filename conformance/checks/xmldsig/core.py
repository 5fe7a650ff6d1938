"""Core validation (XML Signature clause 3.2): does the value verify, and is the digest that of the document."""

import base64
import binascii
import hmac
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from cryptography import x509
from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from lxml import etree

from conformance.checks.xmldsig.algorithms import Family, Method
from conformance.checks.xmldsig.canonical import canonical_part
from conformance.checks.xmldsig.form import Form, Reference
from conformance.checks.xmldsig.keyinfo import decoded
from conformance.checks.xmldsig.notes import Notes

_CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
_LEAST_EXPONENT = 3


def check_value(notes: Notes, form: Form, certificates: Sequence[x509.Certificate]) -> x509.Certificate | None:
    """Return the certificate whose key verifies SignatureValue over SignedInfo, or None after adding a finding."""
    notes.begin("value")
    message, expected = "The signature does not verify.", "SignatureValue made by the signer over SignedInfo"
    try:
        signed = canonical_part(form.info, form.canonical.algorithm, form.canonical.prefixes)
        notes.octets["signed-info"] = signed
        value = decoded(form.value)
    except (ValueError, binascii.Error) as error:
        notes.add("SIG-001", message, expected, str(error), form.value)
        return None
    reasons = []
    for one in certificates:
        reason = _why_not(one, form.method, value, signed)
        if not reason:
            return one
        reasons.append(reason)
    notes.add("SIG-001", message, expected, "; ".join(dict.fromkeys(reasons)), form.value)
    return None


def check_digest(notes: Notes, reference: Reference, octets: bytes, message: str, name: str) -> None:
    """Add a finding with `message` when DigestValue is not the digest of `octets`, kept as the octets called `name`."""
    notes.octets[name] = octets
    node = reference.digest_value
    try:
        stated = decoded(node)
    except (ValueError, binascii.Error) as error:
        notes.add("SIG-001", "The digest cannot be read.", "Base64", str(error), node)
        return
    digest = hashes.Hash(reference.digest)
    digest.update(octets)
    computed = digest.finalize()
    if not hmac.compare_digest(stated, computed):
        expected = f"{base64.b64encode(computed).decode()} over its octets"
        notes.add("SIG-001", message, expected, base64.b64encode(stated).decode(), node)


@contextmanager
def without(root: etree._Element, signature: etree._Element) -> Iterator[None]:
    """Take the last child out of the root for a while, as the enveloped-signature transform does; texts stay."""
    before, tail = signature.getprevious(), signature.tail
    text = root.text if before is None else before.tail
    root.remove(signature)
    if before is None:
        root.text = (text or "") + (tail or "")
    else:
        before.tail = (text or "") + (tail or "")
    try:
        yield
    finally:
        # Put back, so that findings can still say where in the document the signature stands.
        if before is None:
            root.text = text
        else:
            before.tail = text
        signature.tail = tail
        root.append(signature)


def _why_not(certificate: x509.Certificate, method: Method, value: bytes, signed: bytes) -> str:
    """Why the value is not this certificate's signature; "" when it is."""
    try:
        key = certificate.public_key()
        if isinstance(key, rsa.RSAPublicKey) and method.family in (Family.RSA, Family.PSS):
            return _why_not_rsa(key, method, value, signed)
        if isinstance(key, ec.EllipticCurvePublicKey) and method.family is Family.ECDSA:
            return _why_not_ecdsa(key, method, value, signed)
        if isinstance(key, ed25519.Ed25519PublicKey) and method.family is Family.ED25519:
            key.verify(value, signed)
            return ""
    except InvalidSignature:
        return "the value is not the signer's over SignedInfo"
    except (ValueError, UnsupportedAlgorithm, InternalError) as error:
        return str(error) or type(error).__name__
    return f"the signer's key is not one for {method.family}"


def _why_not_rsa(key: rsa.RSAPublicKey, method: Method, value: bytes, signed: bytes) -> str:
    length = (key.key_size + 7) // 8
    if len(value) != length:
        return f"a value of {len(value)} octets where the key makes {length}"
    if key.public_numbers().e < _LEAST_EXPONENT:
        return "a key with which anybody can sign (exponent 1)"
    pss = padding.PSS(padding.MGF1(method.hash), padding.PSS.DIGEST_LENGTH)
    key.verify(value, signed, padding.PKCS1v15() if method.family is Family.RSA else pss, method.hash)
    return ""


def _why_not_ecdsa(key: ec.EllipticCurvePublicKey, method: Method, value: bytes, signed: bytes) -> str:
    if not isinstance(key.curve, _CURVES):
        return f"the curve {key.curve.name}, where P-256, P-384 and P-521 are agreed"
    half = (key.curve.key_size + 7) // 8
    if len(value) != 2 * half:
        return f"a value of {len(value)} octets where the curve makes {2 * half}"
    pair = encode_dss_signature(int.from_bytes(value[:half]), int.from_bytes(value[half:]))
    key.verify(pair, signed, ec.ECDSA(method.hash))
    return ""
