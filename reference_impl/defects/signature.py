"""Defects of signatures and of the certificates behind them."""

import copy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import xmlsec
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from lxml import etree

from reference_impl.certificates.names import CERTIFICATE, RAM
from reference_impl.defects.defect import Collection, patch
from reference_impl.setup.pki import Issued, Wanted, issue, load_issued, revocation_list
from reference_impl.signing.credentials import Credentials
from reference_impl.signing.qualifying import named
from reference_impl.signing.signer import DS, Sealed

if TYPE_CHECKING:
    from reference_impl.node import Node

defects = Collection()


def _root(node: "Node") -> Issued:
    return load_issued(node.config.signing.root, node.config.signing.root_key)


def _wanted(node: "Node") -> Wanted:
    return Wanted(node.config.country, node.config.authority, f"{node.config.country} e-cert signer", "signer")


def _sign_with(node: "Node", wanted: Wanted, authority: Issued) -> None:
    issued = issue(wanted, authority)
    patch(node.signer, credentials=Credentials(issued.key_pem, issued.certificate_pem))


def _like_signer(node: "Node", key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey) -> x509.CertificateBuilder:
    """A certificate like the signer's for another key, not signed yet."""
    own = node.signer.credentials.x509
    builder = (
        x509.CertificateBuilder()
        .subject_name(own.subject)
        .issuer_name(own.issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(own.not_valid_before_utc)
        .not_valid_after(own.not_valid_after_utc)
    )
    for one in own.extensions:
        if not isinstance(one.value, x509.SubjectKeyIdentifier):
            builder = builder.add_extension(one.value, critical=one.critical)
    return builder


def _sign_with_built(
    node: "Node", builder: x509.CertificateBuilder, root: Issued, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
) -> None:
    issued = Issued(builder.sign(root.key, hashes.SHA256()), key)
    patch(node.signer, credentials=Credentials(issued.key_pem, issued.certificate_pem))


@defects.add("alters-after-signing", "Tidies up the consignee's name after the document was signed.", "SIG-001")
def _alters_after_signing(node: "Node") -> None:
    finish = node.signer.finish

    def changed(root: etree._Element) -> bytes:
        name = root.find(f".//{{{RAM}}}ConsigneeSPSParty/{{{RAM}}}Name")
        if name is not None:
            name.text = (name.text or "").upper()
        return finish(root)

    patch(node.signer, finish=changed)


@defects.add(
    "signs-part-only",
    "Signs a copy of the consignment inside the signature instead of the document.",
    "SIG-002",
    "SIG-003",
    "LIFE-014",
)
def _signs_part_only(node: "Node") -> None:
    def add_reference(root: etree._Element, signature: etree._Element) -> None:
        part = etree.SubElement(signature, f"{{{DS}}}Object", Id="part")
        consignment = root.find(f"{{{CERTIFICATE}}}SPSConsignment")
        if consignment is not None:
            part.append(copy.deepcopy(consignment))
        xmlsec.tree.add_ids(signature, ["Id"])
        reference = xmlsec.template.add_reference(signature, node.signer.digest_method, uri="#part")
        xmlsec.template.add_transform(reference, xmlsec.constants.TransformExclC14N)

    patch(node.signer, add_reference=add_reference)


@defects.add("extra-transform", "Cuts the signature out with an XPath transform besides the agreed one.", "SIG-003")
def _extra_transform(node: "Node") -> None:
    add = node.signer.add_reference

    def add_reference(root: etree._Element, signature: etree._Element) -> None:
        add(root, signature)
        # Elements made inside libxmlsec are not found by `find`: their names are not in lxml's dictionary.
        transforms = next(e for e in signature.iter() if etree.QName(e).localname == "Transforms")
        transform = etree.Element(f"{{{DS}}}Transform", Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116")
        xpath = etree.SubElement(transform, f"{{{DS}}}XPath", nsmap={"ds": DS})
        xpath.text = "not(ancestor-or-self::ds:Signature)"
        transforms.insert(1, transform)

    patch(node.signer, add_reference=add_reference)


@defects.add("signs-with-sha1", "Signs with SHA-1, the default of an old toolkit.", "SIG-005")
def _signs_with_sha1(node: "Node") -> None:
    patch(
        node.signer,
        signature_method=xmlsec.constants.TransformEcdsaSha1,
        digest_method=xmlsec.constants.TransformSha1,
    )


@defects.add("signs-with-unregistered-key", "Signs under a new root that it has not told its partners of.", "SIG-011")
def _signs_with_unregistered_key(node: "Node") -> None:
    wanted = _wanted(node)
    _sign_with(node, wanted, issue(replace(wanted, kind="ca", name=f"{wanted.country} e-cert signing root 2")))


@defects.add("signs-as-other-country", "Signs with a certificate its provider made out to another country.", "SIG-014")
def _signs_as_other_country(node: "Node") -> None:
    _sign_with(node, replace(_wanted(node), country="AU"), _root(node))


@defects.add("signs-with-expired", "Goes on signing with a certificate that ended last month.", "PKI-002")
def _signs_with_expired(node: "Node") -> None:
    _sign_with(node, replace(_wanted(node), start=-395, days=365), _root(node))


@defects.add("signs-with-tls-key", "Signs documents with a certificate for TLS key agreement.", "PKI-005")
def _signs_with_tls_key(node: "Node") -> None:
    _sign_with(node, replace(_wanted(node), kind="agreement"), _root(node))


@defects.add("signs-with-revoked", "Goes on signing with a key its authority has revoked.", "PKI-017")
def _signs_with_revoked(node: "Node") -> None:
    root = _root(node)
    issued = issue(_wanted(node), root)
    node.config.signing.crl.write_bytes(revocation_list(root, (issued.certificate,)))
    patch(node.signer, credentials=Credentials(issued.key_pem, issued.certificate_pem))


@defects.add("signs-below-signer", "Signs with a certificate made by another signer, who is no authority.", "PKI-018")
def _signs_below_signer(node: "Node") -> None:
    above = issue(_wanted(node), _root(node))
    below = issue(replace(_wanted(node), name=f"{node.config.country} e-cert signer 2"), above)
    credentials = Credentials(below.key_pem, below.certificate_pem, (above.certificate_pem,))
    patch(node.signer, credentials=credentials)


@defects.add("signs-with-comments", "Canonicalises SignedInfo with its comments.", "SIG-004")
def _signs_with_comments(node: "Node") -> None:
    patch(node.signer, canonicalisation=xmlsec.constants.TransformExclC14NWithComments)


@defects.add("signs-with-private-extension", "Signs with a certificate that demands what nobody else knows.", "PKI-018")
def _signs_with_private_extension(node: "Node") -> None:
    private = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.99999.7"), b"\x05\x00")
    root, key = _root(node), ec.generate_private_key(ec.SECP256R1())
    _sign_with_built(node, _like_signer(node, key.public_key()).add_extension(private, critical=True), root, key)


@defects.add("signs-with-short-key", "Signs with the RSA key of 1024 bits it has always had.", "PKI-018")
def _signs_with_short_key(node: "Node") -> None:
    key = rsa.generate_private_key(65537, 1024)  # noqa: S505 - the defect itself
    _sign_with_built(node, _like_signer(node, key.public_key()), _root(node), key)
    patch(node.signer, signature_method=xmlsec.constants.TransformRsaSha256)


@defects.add("signs-as-another-office", "Signs with the seal of another office of its country.", "SIG-024")
def _signs_as_another_office(node: "Node") -> None:
    _sign_with(node, replace(_wanted(node), organisation="Example Customs Office"), _root(node))


@defects.add("names-another-certificate", "Names its root, not the signer, in the properties of XAdES.", "SIG-015")
def _names_another_certificate(node: "Node") -> None:
    patch(node.signer, named_certificate=lambda _at: _root(node).certificate)


@defects.add("claims-early-signing", "Claims to have signed before the signer's certificate began.", "SIG-017")
def _claims_early_signing(node: "Node") -> None:
    patch(node.signer, claimed=lambda at: at - timedelta(days=900))


@defects.add("stamps-signed-info", "Has the time stamped over SignedInfo instead of the signature's value.", "SIG-016")
def _stamps_signed_info(node: "Node") -> None:
    def stamped(signature: etree._Element) -> bytes:
        return etree.tostring(named(signature, "SignedInfo"), method="c14n", exclusive=True, with_tail=False)

    patch(node.signer, stamped=stamped)


@defects.add("signs-before-finishing", "Signs the document beside it, and only then indents what it sends.", "SIG-025")
def _signs_before_finishing(node: "Node") -> None:
    seal = node.signer.seal

    def changed(root: etree._Element, at: datetime) -> Sealed:
        sealed = seal(root, at)
        if sealed.signature is None:
            return sealed
        etree.indent(root)
        return Sealed(node.signer.finish(root), sealed.signature)

    patch(node.signer, seal=changed)


@defects.add("forgets-detached-signature", "Answers without the signature, which lies in another table.", "SIG-025")
def _forgets_detached_signature(node: "Node") -> None:
    patch(node.exchange.operations, signature=lambda _certificate: None)
