"""The signer of documents: enveloped as the last child, plain or XAdES, or detached; exclusive C14N, ECDSA, SHA-256."""

from dataclasses import dataclass
from datetime import datetime

import xmlsec
from cryptography import x509
from lxml import etree

from reference_impl.signing.credentials import Credentials
from reference_impl.signing.detached import DS, write_signature
from reference_impl.signing.qualifying import SIGNED_PROPERTIES, add_properties, add_stamp, named
from reference_impl.signing.stamping import TimeStamps

ENVELOPED, DETACHED = "enveloped", "detached"
XADES = ("xades-b", "xades-t")


@dataclass(frozen=True)
class Sealed:
    """A document as it leaves the house, and its detached signature; without one the document carries it."""

    document: bytes
    signature: bytes | None = None


class Signer:
    """Signs a root element in place and gives the octets. What it uses may be replaced attribute by attribute."""

    canonicalisation = xmlsec.constants.TransformExclC14N
    signature_method = xmlsec.constants.TransformEcdsaSha256
    digest_method = xmlsec.constants.TransformSha256
    transforms = (xmlsec.constants.TransformEnveloped, xmlsec.constants.TransformExclC14N)

    def __init__(self, credentials: Credentials, placement: str = ENVELOPED, stamps: TimeStamps | None = None) -> None:
        """`placement` is the agreed place of signatures, `enveloped` or `detached` (profile 2.18), or one of `XADES`
        (2.28, 2.29); `stamps` is the time-stamp authority, needed with `xades-t`.
        """
        self.credentials = credentials
        self.placement = placement
        self.stamps = stamps
        self._key: tuple[Credentials, xmlsec.Key] | None = None

    def sign(self, root: etree._Element, at: datetime) -> bytes:
        """Add the signature as the last child of `root` and return the document's octets (UTF-8).

        `at` is the time of signing, for those who choose a certificate by it.
        """
        signature = xmlsec.template.create(root, self.canonicalisation, self.signature_method, ns="ds")
        root.append(signature)
        self.add_reference(root, signature)
        key_info = xmlsec.template.ensure_key_info(signature)
        data = xmlsec.template.add_x509_data(key_info)
        xmlsec.template.x509_data_add_certificate(data)
        if self.placement in XADES:
            self.qualify(signature, at)
        context = xmlsec.SignatureContext()
        context.key = self.key(at)
        context.sign(signature)
        if self.stamps is not None and self.placement == XADES[1]:
            add_stamp(signature, self.stamps.token(self.stamped(signature)))
        return self.finish(root)

    def qualify(self, signature: etree._Element, at: datetime) -> None:
        """Add the properties of XAdES and the reference to them."""
        properties = add_properties(signature, self.named_certificate(at), self.claimed(at))
        xmlsec.tree.add_ids(signature, ["Id"])
        reference = xmlsec.template.add_reference(
            signature, self.digest_method, uri=f"#{properties.get('Id')}", type=SIGNED_PROPERTIES
        )
        xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)

    def named_certificate(self, at: datetime) -> x509.Certificate:
        """The certificate the properties name as the signer's."""
        return self.credentials_at(at).x509

    def claimed(self, at: datetime) -> datetime:
        """The signing time the properties claim."""
        return at

    def stamped(self, signature: etree._Element) -> bytes:
        """The octets that are stamped: the canonical SignatureValue (EN 319 132-1 clause 5.3)."""
        return etree.tostring(named(signature, "SignatureValue"), method="c14n", exclusive=True, with_tail=False)

    def seal(self, root: etree._Element, at: datetime) -> Sealed:
        """Sign a root element that carries no signature, at the agreed place."""
        if self.placement != DETACHED:
            return Sealed(self.sign(root, at))
        document = self.finish(root)
        return Sealed(document, self.detached(document, at))

    def detached(self, document: bytes, at: datetime) -> bytes:
        """The octets of a signature of these octets."""
        digest, method = self.digest_method.href, self.signature_method.href
        return write_signature(document, self.credentials_at(at), self.key(at), method, digest)

    def add_reference(self, root: etree._Element, signature: etree._Element) -> None:  # noqa: ARG002 - a seam
        """Add the one reference to the whole document."""
        reference = xmlsec.template.add_reference(signature, self.digest_method, uri="")
        for transform in self.transforms:
            xmlsec.template.add_transform(reference, transform)

    def key(self, at: datetime) -> xmlsec.Key:
        """The key with its certificates, loaded once."""
        credentials = self.credentials_at(at)
        if self._key is None or self._key[0] is not credentials:
            key = xmlsec.Key.from_memory(credentials.key, xmlsec.constants.KeyDataFormatPem)
            for pem in (credentials.certificate, *credentials.intermediates):
                key.load_cert_from_memory(pem, xmlsec.constants.KeyDataFormatPem)
            self._key = (credentials, key)
        return self._key[1]

    def credentials_at(self, at: datetime) -> Credentials:  # noqa: ARG002 - a seam
        """The credentials to sign with at a time."""
        return self.credentials

    def finish(self, root: etree._Element) -> bytes:
        """The octets that leave the house and stay as they are."""
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def unsigned(root: etree._Element) -> etree._Element:
    """The root, its enveloped signature taken away where it has one."""
    if len(root) and root[-1].tag == f"{{{DS}}}Signature":
        root.remove(root[-1])
    return root


__all__ = ["DETACHED", "DS", "ENVELOPED", "Sealed", "Signer", "unsigned"]
