"""The verifier of XAdES signatures, baseline B-B and B-T (profile 2.28, 2.29)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import xmlsec
from cryptography import x509
from lxml import etree

from reference_impl.signing.detached import CANONICAL, DS, EXCLUSIVE
from reference_impl.signing.qualifying import SIGNED_PROPERTIES, XA, BadProperties, check_named, signing_time, tokens
from reference_impl.signing.signer import XADES
from reference_impl.signing.stamping import BadStamp, stamped_at
from reference_impl.signing.verifier import INFO, Anchor, BadSignature, Verifier

TOLERANCE = timedelta(minutes=5)  # the clocks of profile 2.8
MAX_STAMPS = 5
_IDENTIFIERS = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")
_SIGNED_PARTS = {
    "SignedSignatureProperties": ("SigningTime", "SigningCertificateV2", "SignatureProductionPlaceV2", "SignerRoleV2"),
    "SignedDataObjectProperties": ("DataObjectFormat",),
}


def verifier_for(placement: str, anchors: Mapping[str, Anchor]) -> Verifier:
    """The verifier for an agreed placement."""
    return AdvancedVerifier(anchors, stamped=placement == XADES[1]) if placement in XADES else Verifier(anchors)


class AdvancedVerifier(Verifier):
    """Judges XAdES signatures in a document. `stamped` wants baseline B-T, else it is B-B and nothing more."""

    parts = (*Verifier.parts, "Object")
    info_parts = (*Verifier.info_parts, "Reference")

    def __init__(self, anchors: Mapping[str, Anchor], *, stamped: bool) -> None:
        super().__init__(anchors)
        self.stamped = stamped

    def judged_for(
        self, signature: etree._Element, certificates: Sequence[x509.Certificate], country: str, at: datetime
    ) -> datetime:
        """The time of the earliest stamp where there is one, after the properties were found good."""
        try:
            self.check_properties(signature, certificates)
            return self.check_time(signature, certificates[0], country, at)
        except (BadProperties, BadStamp) as error:
            raise BadSignature(str(error)) from error

    def document_reference(self, signature: etree._Element) -> etree._Element:
        """The one of the two references that is not to the properties."""
        found = [one for one in signature.iterfind(f"{INFO}/{{{DS}}}Reference") if one.get("Type") != SIGNED_PROPERTIES]
        if len(found) != 1:
            raise BadSignature("there must be one reference to the document and one to the signed properties")
        return found[0]

    def check_form(self, signature: etree._Element) -> None:
        """As for a plain signature, and the properties are where and what they must be."""
        super().check_form(signature)
        qualifying = [one for one in signature[3] if isinstance(one.tag, str)]
        if [one.tag for one in qualifying] != [f"{XA}QualifyingProperties"]:
            raise BadSignature("the Object of the signature must hold its QualifyingProperties")
        if not signature.get("Id") or qualifying[0].get("Target") != f"#{signature.get('Id')}":
            raise BadSignature("the properties are those of another signature")
        wanted = ["SignedProperties", *(["UnsignedProperties"] if self.stamped else [])]
        if [one.tag for one in qualifying[0]] != [f"{XA}{name}" for name in wanted]:
            raise BadSignature(f"the QualifyingProperties must hold {' and '.join(wanted)}")
        signed = qualifying[0][0]
        for group in signed:
            known = [f"{XA}{one}" for one in _SIGNED_PARTS.get(str(group.tag).removeprefix(XA), ())]
            if any(one.tag not in known for one in group):
                raise BadSignature("the signed properties hold something that is not agreed")
        self.check_properties_reference(signature, signed)

    def check_properties_reference(self, signature: etree._Element, signed: etree._Element) -> None:
        """The second reference is to the signed properties, by an Id nobody else bears, with one canonicalisation."""
        document = self.document_reference(signature)
        other = next(one for one in signature.iterfind(f"{INFO}/{{{DS}}}Reference") if one is not document)
        name = signed.get("Id")
        root = signature.getroottree().getroot()
        bearers = [one for one in root.iter("*") if name in [one.get(key) for key in _IDENTIFIERS]]
        if not name or other.get("URI") != f"#{name}" or bearers != [signed]:
            raise BadSignature("the signed properties are not what the reference is to")
        steps = [one.get("Algorithm") for one in other.iterfind(f"{{{DS}}}Transforms/{{{DS}}}Transform")]
        if len(steps) > 1 or not set(steps) <= self.canonicalisations:
            raise BadSignature("the properties are referred to with other transforms than one canonicalisation")
        method = other.find(f"{{{DS}}}DigestMethod")
        if method is None or method.get("Algorithm") not in self.digest_methods or len(method):
            raise BadSignature("the digest of the properties is by an algorithm that is not allowed")

    def check_value(self, signature: etree._Element, signer: x509.Certificate) -> None:
        """As for a plain signature; the Ids are made known to the library first."""
        xmlsec.tree.add_ids(signature, ["Id"])
        super().check_value(signature, signer)

    def check_properties(self, signature: etree._Element, certificates: Sequence[x509.Certificate]) -> None:
        """The properties name the certificate that signed. Raises `BadProperties`."""
        check_named(signature[3][0][0], certificates)

    def check_time(self, signature: etree._Element, signer: x509.Certificate, country: str, at: datetime) -> datetime:
        """Return the time the signer is judged for, after holding the claimed time against it."""
        time = signing_time(signature[3][0][0])
        then = min(self.stamps(signature, country, at), default=at)
        if not signer.not_valid_before_utc <= time <= signer.not_valid_after_utc:
            raise BadProperties("the signing time lies outside the validity of the signer's certificate")
        if time > then + TOLERANCE:
            raise BadProperties("the signing time lies after the time at which the signature was there")
        return then

    def stamps(self, signature: etree._Element, country: str, at: datetime) -> list[datetime]:
        """The times of the good stamps; all must be. Raises `BadStamp`."""
        if not self.stamped:
            return []
        anchor = self.anchors.get(country)
        if anchor is None:
            raise BadSignature(f"no signing root is registered for {country}")
        found = tokens(signature[3][0])
        if not 0 < len(found) <= MAX_STAMPS:
            raise BadStamp(f"{len(found)} time stamps, where 1 to {MAX_STAMPS} are agreed")
        times = []
        for algorithm, token in found:
            if algorithm not in self.canonicalisations:
                raise BadStamp(f"a time stamp over what is canonicalised by {algorithm}, which is not allowed")
            octets = etree.tostring(
                signature[1], method="c14n", exclusive=CANONICAL.get(algorithm, algorithm == EXCLUSIVE), with_tail=False
            )
            times.append(self.judged(token, octets, anchor, at))
        if max(times) > at + TOLERANCE:
            raise BadStamp("a time stamp of the future")
        return times

    def judged(self, token: bytes, octets: bytes, anchor: Anchor, at: datetime) -> datetime:
        """The time of one stamp. Raises `BadStamp`."""
        return stamped_at(token, octets, anchor.certificates, at)
