"""Signing documents, as agreed and, on purpose, not as agreed.

Written on canonicalisation and plain signatures alone, because a library would rightly refuse to make most of what
is needed here. What comes out well-made is looked at by `checks.signature_second`, which is another library's.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from lxml import etree

from conformance.checks.xmldsig.algorithms import DS, ENVELOPED, EXCLUSIVE
from conformance.model.outcome import Inconclusive
from conformance.parsing import parse
from conformance.partner import JudgeSigning

_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_METHODS = {
    ("ec", "sha1"): f"{_MORE}ecdsa-sha1",
    ("ec", "sha256"): f"{_MORE}ecdsa-sha256",
    ("rsa", "sha1"): f"{DS}rsa-sha1",
    ("rsa", "sha256"): f"{_MORE}rsa-sha256",
}
_DIGESTS = {"sha1": f"{DS}sha1", "sha256": "http://www.w3.org/2001/04/xmlenc#sha256"}
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Signer:
    """A certificate, its key, and further certificates to send along."""

    certificate: x509.Certificate
    key: Key
    others: tuple[x509.Certificate, ...] = ()


def load_signer(certificate: Path, key: Path) -> Signer:
    """Read a signer from PEM files. Raises `Inconclusive` naming the file that cannot be used."""
    try:
        first, *others = x509.load_pem_x509_certificates(certificate.read_bytes())
        loaded = load_pem_private_key(key.read_bytes(), None)
    except (OSError, ValueError) as error:
        raise Inconclusive(f"The judge's signer {certificate} / {key} cannot be read: {error}.") from error
    if not isinstance(loaded, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise Inconclusive(f"{key}: the judge signs with EC or RSA keys only.")
    return Signer(first, loaded, tuple(others))


class Minter:
    """Makes signers under the test anchor the partner has registered, good ones and bad ones."""

    def __init__(self, signing: JudgeSigning, at: datetime) -> None:
        """`at` is the time around which validity is set. Raises `Inconclusive` without a test anchor."""
        if signing.ca_certificate is None or signing.ca_key is None:
            raise Inconclusive("partner.toml has no [ixit.judge.signing] ca_certificate and ca_key.")
        self._anchor = load_signer(signing.ca_certificate, signing.ca_key)
        self._at = at.replace(microsecond=0)

    def signer(
        self,
        country: str,
        *,
        begins: timedelta = timedelta(days=-1),
        ends: timedelta = timedelta(days=1),
        for_tls: bool = False,
    ) -> Signer:
        """A signer under the registered anchor; `begins` and `ends` are counted from now."""
        return _mint(self._anchor, country, self._at + begins, self._at + ends, for_tls=for_tls)

    def stranger(self, country: str) -> Signer:
        """A signer that says the same of itself, under an anchor nobody has registered."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = self._anchor.certificate.subject
        begin, end = self._at - timedelta(days=1), self._at + timedelta(days=1)
        constraints = x509.BasicConstraints(ca=True, path_length=0)
        builder = begun(name, name, key, begin, end).add_extension(constraints, critical=True)
        anchor = Signer(builder.add_extension(_usage(ca=True), critical=True).sign(key, hashes.SHA256()), key)
        return _mint(anchor, country, begin, end, for_tls=False)


def _mint(anchor: Signer, country: str, begin: datetime, end: datetime, *, for_tls: bool) -> Signer:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([
        x509.NameAttribute(NameOID.COUNTRY_NAME, country),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Conformance Test Authority"),
        x509.NameAttribute(NameOID.COMMON_NAME, "Conformance test signer"),
    ])  # fmt: skip
    builder = begun(subject, anchor.certificate.subject, key, begin, end)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(ca=False), critical=True)
    builder = builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(anchor.key.public_key()), critical=False
    )
    if for_tls:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return Signer(builder.sign(anchor.key, hashes.SHA256()), key)


def begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    """Begin a certificate with what every one has: names, key, serial number, validity, key identifier."""
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca, content_commitment=not ca, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=ca, crl_sign=ca, encipher_only=False, decipher_only=False,
    )  # fmt: skip


def sign(document: bytes, signer: Signer, *, hash_name: str = "sha256") -> bytes:
    """The document with an enveloped signature as the last child of its root; `hash_name` "sha1" is refused by all."""
    root = parse(document)
    digest = hashlib.new(hash_name, _canonical(root), usedforsecurity=False).digest()
    signature = _signature(signer, "", (ENVELOPED, EXCLUSIVE), digest, hash_name)
    root.append(signature)
    _fill(signature, signer, hash_name)
    return _octets(root)


def sign_detached(document: bytes, signer: Signer, *, hash_name: str = "sha256") -> bytes:
    """The octets of a signature of the document's octets as they are (profile 2.24)."""
    digest = hashlib.new(hash_name, document, usedforsecurity=False).digest()
    signature = _signature(signer, "certificate.xml", (), digest, hash_name)
    _fill(signature, signer, hash_name)
    return _octets(signature)


def wrap(forged: bytes, genuine: bytes, signer: Signer) -> bytes:
    """`forged` with a signature that verifies, but over `genuine`, which lies inside the signature (XSW)."""
    root = parse(forged)
    signature = _signature(signer, "#original", (EXCLUSIVE,), b"", "sha256")
    root.append(signature)
    hidden = etree.SubElement(signature, f"{{{DS}}}Object", Id="original")
    hidden.append(parse(genuine))
    digest = hashlib.sha256(_canonical(hidden)).digest()
    value = signature.find(f"{{{DS}}}SignedInfo/{{{DS}}}Reference/{{{DS}}}DigestValue")
    if value is None:
        raise ValueError("the signature was made without a digest")
    value.text = base64.b64encode(digest).decode()
    _fill(signature, signer, "sha256")
    return _octets(root)


def strip(signed: bytes) -> bytes:
    """The document without its signature."""
    root = parse(signed)
    for one in root.findall(f"{{{DS}}}Signature"):
        root.remove(one)
    return _octets(root)


def _octets(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8")


def _canonical(element: etree._Element) -> bytes:
    return etree.tostring(element, method="c14n", exclusive=True, with_comments=False)


def _signature(signer: Signer, uri: str, transforms: tuple[str, ...], digest: bytes, hash_name: str) -> etree._Element:
    kind = "rsa" if isinstance(signer.key, rsa.RSAPrivateKey) else "ec"
    steps = "".join(f'<ds:Transform Algorithm="{one}"/>' for one in transforms)
    certificates = "".join(
        f"<ds:X509Certificate>{base64.b64encode(one.public_bytes(Encoding.DER)).decode()}</ds:X509Certificate>"
        for one in (signer.certificate, *signer.others)
    )
    return parse(
        f'<ds:Signature xmlns:ds="{DS}"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="{EXCLUSIVE}"/>'
        f'<ds:SignatureMethod Algorithm="{_METHODS[kind, hash_name]}"/><ds:Reference URI="{uri}">'
        f'{steps and f"<ds:Transforms>{steps}</ds:Transforms>"}<ds:DigestMethod Algorithm="{_DIGESTS[hash_name]}"/>'
        f"<ds:DigestValue>{base64.b64encode(digest).decode()}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
        f"<ds:SignatureValue/><ds:KeyInfo><ds:X509Data>{certificates}</ds:X509Data></ds:KeyInfo></ds:Signature>".encode()
    )


def _fill(signature: etree._Element, signer: Signer, hash_name: str) -> None:
    info, value = signature.find(f"{{{DS}}}SignedInfo"), signature.find(f"{{{DS}}}SignatureValue")
    if info is None or value is None:
        raise ValueError("the signature was made without its parts")
    value.text = base64.b64encode(_sign_octets(signer.key, _canonical(info), hash_name)).decode()


def _sign_octets(key: Key, octets: bytes, hash_name: str) -> bytes:
    algorithm = hashes.SHA1() if hash_name == "sha1" else hashes.SHA256()  # noqa: S303 - weak on purpose, for a test
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(octets, padding.PKCS1v15(), algorithm)
    # Deterministic (RFC 6979): the same document signed twice is the same octets.
    first, second = decode_dss_signature(key.sign(octets, ec.ECDSA(algorithm, deterministic_signing=True)))
    size = (key.curve.key_size + 7) // 8
    return first.to_bytes(size, "big") + second.to_bytes(size, "big")
