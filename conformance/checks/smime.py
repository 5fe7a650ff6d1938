"""S/MIME messages (RFC 8551): how they are built, whether the signature holds, and who signed.

CMS is verified by pyHanko, and the signer's path by its validator. The message is taken apart here, because what was
signed are octets, and mail libraries write them anew.
"""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as MimePart
from email.parser import BytesHeaderParser

from asn1crypto import pem
from asn1crypto import x509 as asn1
from asn1crypto.cms import ContentInfo, SignedData
from cryptography import x509
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import async_validate_detached_cms
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from conformance.checks.finished import finished
from conformance.model.finding import Finding, Where
from conformance.model.words import Level

MICALG = {"sha256": "sha-256", "sha384": "sha-384", "sha512": "sha-512"}
AUTHENTICATED = "authenticated_enveloped_data"
# RFC 8550 sections 4.4.2 and 4.4.4: one of the two bits, and good for mail.
USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"},
    match_all_key_usages=False,
    extd_key_usage={"email_protection"},
)
PARTS = 4  # before the first delimiter, two parts, after the last one


@dataclass(frozen=True)
class Signed:
    """What a multipart/signed holds: the octets that were signed, the signature (DER), and the digest it names."""

    content: bytes
    signature: bytes
    micalg: str


def head(entity: bytes) -> MimePart:
    """The headers of a message or part."""
    return BytesHeaderParser().parsebytes(entity.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")


def read_signed(entity: bytes) -> Signed | None:
    """Take a multipart/signed apart; None when it is none or does not hold two parts."""
    top = head(entity)
    boundary = str(top.get_param("boundary") or "").encode("ascii", "replace")
    if top.get_content_type() != "multipart/signed" or not boundary:
        return None
    pieces = (b"\r\n" + entity.partition(b"\r\n\r\n")[2]).split(b"\r\n--" + boundary)
    if len(pieces) != PARTS or not pieces[3].startswith(b"--"):
        return None
    content, signature = (piece.partition(b"\r\n")[2] for piece in pieces[1:3])
    return Signed(content, octets_of(signature), str(top.get_param("micalg") or "").lower())


def octets_of(entity: bytes) -> bytes:
    """The octets of a base64 part; empty when they cannot be had."""
    try:
        return base64.b64decode(b"".join(entity.partition(b"\r\n\r\n")[2].split()), validate=True)
    except binascii.Error:
        return b""


def check_signed(entity: bytes, anchor: bytes, address: str, at: datetime) -> list[Finding]:
    """SMIME-001: signed with SHA-256 or better, micalg right, by a signer of the `anchor` for `address`.

    `anchor` is PEM: the root, and its revocation list where there is one.
    """
    signed = read_signed(entity)
    if signed is None:
        kind = head(entity).get_content_type()
        return [_finding("SMIME-001", "The message is not signed.", "multipart/signed of two parts", kind)]
    try:
        data = ContentInfo.load(signed.signature)["content"]
        digests = {one["digest_algorithm"]["algorithm"].native for one in data["signer_infos"]}
    except (ValueError, TypeError, KeyError):
        return [_finding("SMIME-001", "The signature part holds no CMS signature.", "SignedData", "something else")]
    return [*_digest(digests, signed.micalg), *_signature(data, signed.content, anchor, address, at)]


def _digest(digests: set[str], micalg: str) -> Iterator[Finding]:
    named = ", ".join(sorted(digests))
    if not digests <= set(MICALG):
        yield _finding("SMIME-001", "The digest is weaker than SHA-256.", " or ".join(MICALG.values()), named)
    elif micalg not in {MICALG[one] for one in digests}:
        expected = ", ".join(MICALG[one] for one in sorted(digests))
        yield _finding("SMIME-001", "micalg names another digest than the signature.", expected, micalg or "none")


def _signature(data: SignedData, content: bytes, anchor: bytes, address: str, at: datetime) -> Iterator[Finding]:
    blocks = [(name, der) for name, _, der in pem.unarmor(anchor, multiple=True)]
    context = ValidationContext(
        trust_roots=[asn1.Certificate.load(der) for name, der in blocks if name == "CERTIFICATE"],
        crls=[der for name, der in blocks if name == "X509 CRL"],
        allow_fetching=False,
        moment=at,
        revocation_mode="soft-fail",
    )
    try:
        status = finished(
            async_validate_detached_cms(content, data, signer_validation_context=context, key_usage_settings=USAGE)
        )
    except (SignatureValidationError, ValueError, TypeError, KeyError) as error:
        yield _finding("SMIME-001", "The signature cannot be verified.", "a good signature", str(error))
        return
    if not (status.valid and status.intact):
        yield _finding("SMIME-001", "The signature does not fit the content.", "a good signature", "another value")
    elif not status.trusted:
        said = str(status.trust_problem_indic or "no path")
        yield _finding("SMIME-001", "The signer is not under the agreed anchor.", "a path to the anchor", said)
    named = _addresses(x509.load_der_x509_certificate(status.signing_cert.dump()))
    if address.lower() not in named:
        yield _finding("SMIME-001", "The signer is not the sender.", address, ", ".join(named) or "no address")


def _addresses(certificate: x509.Certificate) -> list[str]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [name.lower() for name in names.get_values_for_type(x509.RFC822Name)]


def check_encrypted(entity: bytes) -> list[Finding]:
    """SMIME-004: AuthEnvelopedData, or EnvelopedData with AES-CBC inside a signature."""
    signed = read_signed(entity)
    inner = signed.content if signed is not None else entity
    if head(inner).get_content_type() != "application/pkcs7-mime":
        return [_finding("SMIME-004", "The message is not encrypted.", "application/pkcs7-mime", _kind(inner))]
    try:
        info = ContentInfo.load(octets_of(inner))
        kind = info["content_type"].native
        part = "auth_encrypted_content_info" if kind == AUTHENTICATED else "encrypted_content_info"
        cipher = info["content"][part]["content_encryption_algorithm"]["algorithm"].native
    except (ValueError, TypeError, KeyError):
        return [_finding("SMIME-004", "The encrypted part cannot be read.", "a CMS message", "something else")]
    good = kind == AUTHENTICATED or (signed is not None and cipher.startswith("aes"))
    if good:
        return []
    expected = "AuthEnvelopedData (AES-GCM), or AES-CBC inside a signature"
    return [_finding("SMIME-004", "The encryption does not protect against change.", expected, f"{kind}, {cipher}")]


def _kind(entity: bytes) -> str:
    return head(entity).get_content_type()


def _finding(requirement: str, message: str, expected: str, actual: str) -> Finding:
    level = Level.SHOULD if requirement == "SMIME-004" else Level.MUST
    return Finding(requirement, message, expected, actual[:300], Where("message", None, "S/MIME"), level)
