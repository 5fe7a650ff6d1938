"""The verifier of signed documents: fixed place, fixed transforms, strong algorithms, then the path."""

import base64
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import xmlsec
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from reference_impl.signing.content import foreign_content
from reference_impl.signing.detached import DS, digest_agrees, lengths_agree, value_agrees
from reference_impl.signing.keyinfo import contradiction
from reference_impl.signing.path import IF_AVAILABLE, PathCheck, UntrustedSigner

ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
CANONICALISATIONS = frozenset(
    (
        "http://www.w3.org/2001/10/xml-exc-c14n#",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/2006/12/xml-c14n11",
    )
)
SIGNATURES = frozenset(
    f"http://www.w3.org/2001/04/xmldsig-more#{name}"
    for name in ("ecdsa-sha256", "ecdsa-sha384", "ecdsa-sha512", "rsa-sha256", "rsa-sha384", "rsa-sha512")
) | frozenset(f"http://www.w3.org/2007/05/xmldsig-more#sha{bits}-rsa-MGF1" for bits in (256, 384, 512))
DIGESTS = frozenset(
    (
        "http://www.w3.org/2001/04/xmlenc#sha256",
        "http://www.w3.org/2001/04/xmldsig-more#sha384",
        "http://www.w3.org/2001/04/xmlenc#sha512",
    )
)
MAX_CERTIFICATES = 5
log = logging.getLogger(__name__)
ENCODINGS = frozenset(("UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE"))
INFO = f"{{{DS}}}SignedInfo"
PARTS = ("SignedInfo", "SignatureValue", "KeyInfo")
INFO_PARTS = ("CanonicalizationMethod", "SignatureMethod", "Reference")
TEXTS = ("DigestValue", "SignatureValue", "X509Certificate")
_XML = "{http://www.w3.org/XML/1998/namespace}"


class BadSignature(Exception):
    """The signature is refused; the text says why."""


@dataclass(frozen=True)
class Anchor:
    """What signatures of one country are checked against, and how much must be known of revocation (profile 2.33).

    `ask_at` are the hosts that may be asked about revocation where certificates name them.
    """

    certificates: Sequence[x509.Certificate]
    crls: Sequence[x509.CertificateRevocationList] = ()
    revocation: str = IF_AVAILABLE
    ask_at: Sequence[str] = ()


class Verifier:
    """Judges enveloped signatures. `anchors` maps a country to its registered roots."""

    signature_methods = SIGNATURES
    digest_methods = DIGESTS
    canonicalisations = CANONICALISATIONS
    parts: tuple[str, ...] = PARTS
    info_parts: tuple[str, ...] = INFO_PARTS

    def __init__(self, anchors: Mapping[str, Anchor]) -> None:
        self.anchors = anchors
        self.path = PathCheck()

    def verify(self, root: etree._Element, country: str, at: datetime) -> x509.Certificate:
        """Return the signer's certificate of a document of `country`.

        Raises `BadSignature` when the signature is missing, not of the agreed form, or does not verify, or when the
        signer is not trusted at the time `at`.
        """
        self.check_document_form(root)
        signature = self.locate(root)
        self.check_form(signature)
        certificates = self.certificates(signature)
        self.check_value(signature, certificates[0])
        self.check_key_info(signature, certificates)
        self.check_signer(certificates, country, self.judged_for(signature, certificates, country, at))
        return certificates[0]

    def judged_for(
        self,
        signature: etree._Element,  # noqa: ARG002 - what is signed by XAdES tells a time
        certificates: Sequence[x509.Certificate],  # noqa: ARG002
        country: str,  # noqa: ARG002
        at: datetime,
    ) -> datetime:
        """The time for which the signer is judged: `at`. Raises `BadSignature`."""
        return at

    def verify_detached(
        self, root: etree._Element, document: bytes, signature: etree._Element | None, country: str, at: datetime
    ) -> x509.Certificate:
        """As `verify`, for a document of these octets whose signature came beside it (None: it did not)."""
        if next(root.iter(f"{{{DS}}}Signature"), None) is not None:
            raise BadSignature("the document carries a signature where a detached one is agreed")
        if signature is None:
            raise BadSignature("the document is not signed")
        self.check_detached_form(signature)
        certificates = self.certificates(signature)
        self.check_octets(signature, document)
        if not value_agrees(signature, certificates[0]):
            raise BadSignature("the signature does not verify")
        self.check_lengths(signature, certificates[0])
        self.check_key_info(signature, certificates)
        self.check_signer(certificates, country, at)
        return certificates[0]

    def check_detached_form(self, signature: etree._Element) -> None:
        """A ds:Signature with one reference without transforms, nothing inside, strong algorithms."""
        if signature.tag != f"{{{DS}}}Signature":
            raise BadSignature("what came as the signature is none")
        self.check_parts(signature)
        references = signature.findall(f"{{{DS}}}SignedInfo/{{{DS}}}Reference")
        if len(references) != 1 or references[0].get("URI") in (None, "") or signature.findall(f"{{{DS}}}Object"):
            raise BadSignature("the signature must have one reference, to the document beside it")
        if any(str(name).startswith(_XML) for element in signature.iter(f"{{{DS}}}*") for name in element.attrib):
            raise BadSignature("a signature has no attributes of the xml namespace")
        if references[0].find(f"{{{DS}}}Transforms") is not None:
            raise BadSignature("a detached signature is of the octets as they are, without transforms")
        self.check_algorithms(signature)

    def check_octets(self, signature: etree._Element, document: bytes) -> None:
        """The signature is over these octets and no others."""
        if not digest_agrees(signature, document):
            raise BadSignature("the signature is over other octets than those of the document")

    def locate(self, root: etree._Element) -> etree._Element:
        """The one signature, last child of the root."""
        found = list(root.iter(f"{{{DS}}}Signature"))
        if not found:
            raise BadSignature("the document is not signed")
        if len(found) > 1 or found[0] is not root[-1]:
            raise BadSignature("there must be one signature, the last child of the document's root")
        return found[0]

    def check_document_form(self, root: etree._Element) -> None:
        """What may be signed: XML 1.0 in UTF-8 or UTF-16."""
        information = root.getroottree().docinfo
        if information.xml_version != "1.0" or (information.encoding or "UTF-8").upper() not in ENCODINGS:
            raise BadSignature("a signed document is XML 1.0 in UTF-8 or UTF-16")

    def check_form(self, signature: etree._Element) -> None:
        """One reference to the whole document, the agreed transforms, strong algorithms, nothing besides."""
        self.check_parts(signature)
        self.check_reference(signature)
        document = self.document_reference(signature)
        transforms = [t.get("Algorithm") for t in document.iterfind(f"{{{DS}}}Transforms/{{{DS}}}Transform")]
        self.check_transforms(transforms)
        self.check_algorithms(signature)

    def check_parts(self, signature: etree._Element) -> None:
        """SignedInfo, SignatureValue and KeyInfo, each with what belongs in it; texts without anything between."""
        if [one.tag for one in signature] != [f"{{{DS}}}{name}" for name in self.parts]:
            raise BadSignature(f"the signature must consist of {', '.join(self.parts)}")
        if [one.tag for one in signature[0]] != [f"{{{DS}}}{name}" for name in self.info_parts]:
            raise BadSignature(f"SignedInfo must hold {', '.join(self.info_parts)}")
        foreign = foreign_content(signature)
        if foreign:
            raise BadSignature(foreign)
        for element in signature.iter(*(f"{{{DS}}}{name}" for name in TEXTS)):
            if len(element):
                raise BadSignature(f"{etree.QName(element).localname} holds something besides its text")

    def check_reference(self, signature: etree._Element) -> None:
        """The reference is to the whole document."""
        if self.document_reference(signature).get("URI") != "":
            raise BadSignature("the signature must have one reference, to the whole document")

    def document_reference(self, signature: etree._Element) -> etree._Element:
        """The reference to the document; the number of references is looked at before."""
        return signature[0][2]

    def check_transforms(self, transforms: Sequence[str | None]) -> None:
        """Enveloped-signature, then at most one canonicalisation."""
        if transforms[:1] != [ENVELOPED] or transforms[2:] or not set(transforms[1:]) <= self.canonicalisations:
            raise BadSignature(f"transforms {list(transforms)[:4]} are not the agreed ones")

    def check_algorithms(self, signature: etree._Element) -> None:
        """The algorithms are on the list of the profile, and come without parameters."""
        for name, allowed in (
            ("CanonicalizationMethod", self.canonicalisations),
            ("SignatureMethod", self.signature_methods),
            (f"Reference/{{{DS}}}DigestMethod", self.digest_methods),
        ):
            element = signature.find(f"{INFO}/{{{DS}}}{name}")
            algorithm = None if element is None else element.get("Algorithm")
            if element is None or algorithm not in allowed:
                raise BadSignature(f"algorithm {algorithm} is not allowed")
            if len(element) and name != "CanonicalizationMethod":
                raise BadSignature(f"algorithm {algorithm} comes with a parameter that is not agreed")

    def certificates(self, signature: etree._Element) -> list[x509.Certificate]:
        """The certificates of KeyInfo, the signer's first: the one whose key made the value."""
        texts = signature.findall(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
        if not 1 <= len(texts) <= MAX_CERTIFICATES:
            raise BadSignature("KeyInfo must hold the signer's certificate")
        try:
            found = [x509.load_der_x509_certificate(base64.b64decode(t.text or "")) for t in texts]
            for one in found:
                one.public_key()
        except (ValueError, UnsupportedAlgorithm) as error:
            raise BadSignature("a certificate in KeyInfo cannot be read") from error
        # Intermediates may stand in any order (profile 2.21); what nobody's key has made is refused later.
        signer = next((one for one in found[1:] if value_agrees(signature, one)), None)
        if signer is None or value_agrees(signature, found[0]):
            return found
        return [signer, *(one for one in found if one != signer)]

    def check_value(self, signature: etree._Element, signer: x509.Certificate) -> None:
        """Digest and signature value agree with the document and the signer's key."""
        try:
            context = xmlsec.SignatureContext()
            context.key = xmlsec.Key.from_memory(
                signer.public_bytes(Encoding.PEM), xmlsec.constants.KeyDataFormatCertPem
            )
            context.verify(signature)
        except (xmlsec.Error, xmlsec.VerificationError) as error:
            raise BadSignature("the signature does not verify") from error
        self.check_lengths(signature, signer)

    def check_lengths(self, signature: etree._Element, signer: x509.Certificate) -> None:
        """Digest, value and salt are as long as their standards say."""
        if not lengths_agree(signature, signer):
            raise BadSignature("a value of the signature is not as long as its standard says")

    def check_key_info(self, signature: etree._Element, certificates: Sequence[x509.Certificate]) -> None:
        """Nothing in KeyInfo speaks of anybody but the signer and those above (profile 2.21)."""
        wrong = contradiction(signature.findall(f"{{{DS}}}KeyInfo/*"), certificates)
        if wrong:
            raise BadSignature(wrong)

    def check_signer(self, certificates: Sequence[x509.Certificate], country: str, at: datetime) -> None:
        """The signer's certificate is good for documents of the country."""
        anchor = self.anchors.get(country)
        if anchor is None:
            raise BadSignature(f"no signing root is registered for {country}")
        try:
            remarks = self.path.check(
                certificates[0],
                certificates[1:],
                anchor.certificates,
                anchor.crls,
                country,
                at,
                anchor.revocation,
                anchor.ask_at,
            )
        except UntrustedSigner as error:
            raise BadSignature(str(error)) from error
        for remark in remarks:
            log.warning("a document of %s: %s", country, remark)
