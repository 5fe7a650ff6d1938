"""Is a document signed as the profile wants it (XML Signature 1.1, profile part 5)?

Order matters: first the form (one signature, at its place, one reference to the whole, known transforms, strong
algorithms), because the library skips transforms it does not know; then the values; then that what was verified is
the document itself and not a part of it; and only then whether the signer may sign.
"""

import base64
import binascii
from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import InvalidInput, InvalidSignature, SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from conformance.checks.path import check_path, read_anchors, read_crl
from conformance.checks.soap import line_of
from conformance.model.finding import Finding, Where
from conformance.model.words import Layer
from conformance.parsing import Unreadable, parse

DS = "http://www.w3.org/2000/09/xmldsig#"
ENVELOPED = f"{DS}enveloped-signature"
EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_CANONICAL = {EXCLUSIVE, "http://www.w3.org/2006/12/xml-c14n11", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"}
METHODS = frozenset(
    one for one in SignatureMethod
    if one.name in ("RSA_SHA256", "RSA_SHA384", "RSA_SHA512", "ECDSA_SHA256", "ECDSA_SHA384", "ECDSA_SHA512",
                    "SHA256_RSA_MGF1", "SHA384_RSA_MGF1", "SHA512_RSA_MGF1")
)  # fmt: skip
DIGESTS = frozenset(one for one in DigestAlgorithm if one.name in ("SHA256", "SHA384", "SHA512"))
MAX_CERTIFICATES = 10


class _Notes:
    def __init__(self) -> None:
        self.found: list[Finding] = []

    def add(
        self, requirement: str, message: str, expected: str, actual: str, node: etree._Element | None = None
    ) -> None:
        line = None if node is None else line_of(node)
        path = "" if node is None else str(node.getroottree().getpath(node))
        where = Where("signature", line, path)
        self.found.append(Finding(requirement, message, expected, actual[:400], where, layer=Layer.SIGNATURE))


def check_signature(
    data: bytes,
    *,
    anchors: bytes | Sequence[bytes] | None = None,
    at: datetime | None = None,
    placement: str = "enveloped",
    crls: Sequence[bytes] = (),
    signature: bytes | None = None,
    country: str | None = None,
) -> list[Finding]:
    """Return every breach of the signature rules; none means the document is signed as agreed.

    `data` are the document's octets (with placement "enveloping" the ds:Signature document around it), `signature`
    the octets of a detached one. `anchors` are PEM certificates; none leaves trust unjudged. `at` is the time of
    checking (now when None), `crls` revocation lists in PEM or DER. `country` is the issuing country; when None it
    is read from ExportSPSCountry.
    """
    notes = _Notes()
    try:
        root = parse(data)
        holder = root if placement != "detached" else parse(signature or b"")
    except Unreadable as error:
        text = "a signature" if placement == "detached" and not signature else "readable XML"
        notes.add("SIG-001", "The signature cannot be checked.", text, str(error))
        return notes.found
    element = _locate(notes, holder, placement)
    if element is None:
        return notes.found
    _check_form(notes, element, placement)
    certificates = _certificates(notes, element)
    if notes.found or not certificates:
        return notes.found
    _check_values(notes, holder, element, certificates[0], placement, data)
    if anchors:
        issuing = country if country is not None else _issuing_country(root)
        moment = at or datetime.now(UTC)
        notes.found += check_path(
            certificates[0], certificates[1:], read_anchors(_joined(anchors)), moment,
            crls=[read_crl(one) for one in crls], country=issuing,
        )  # fmt: skip
    return notes.found


def _joined(anchors: bytes | Sequence[bytes]) -> bytes:
    return anchors if isinstance(anchors, bytes) else b"\n".join(anchors)


def _issuing_country(root: etree._Element) -> str:
    found = root.xpath("string((//*[local-name()='ExportSPSCountry']/*[local-name()='ID'])[1])")
    return str(found).strip()


def _locate(notes: _Notes, root: etree._Element, placement: str) -> etree._Element | None:
    found = list(root.iter(f"{{{DS}}}Signature"))
    if not found:
        notes.add("SIG-001", "The document is not signed.", "one ds:Signature", "none")
        return None
    if len(found) > 1:
        notes.add("SIG-001", "The document has several signatures.", "one ds:Signature", f"{len(found)}", found[1])
        return None
    element = found[0]
    if placement == "enveloped" and (element.getparent() is not root or _after(element)):
        notes.add(
            "SIG-002",
            "The signature is not the last child of the root.",
            "the last child of the root",
            str(root.getroottree().getpath(element)),
            element,
        )
        return None
    if placement != "enveloped" and element is not root:
        notes.add(
            "SIG-002", "The signature is not the root of its document.", "ds:Signature as root", str(root.tag), root
        )
        return None
    return element


def _after(element: etree._Element) -> bool:
    return any(isinstance(one.tag, str) for one in element.itersiblings())


def _only(element: etree._Element, path: str) -> etree._Element | None:
    found = element.findall(path, {"ds": DS})
    return found[0] if len(found) == 1 else None


def _check_form(notes: _Notes, element: etree._Element, placement: str) -> None:
    info = _only(element, "ds:SignedInfo")
    references = [] if info is None else info.findall(f"{{{DS}}}Reference")
    if info is None or len(references) != 1:
        notes.add("SIG-002", "The signature does not have exactly one reference.", "one", str(len(references)), element)
        return
    reference = references[0]
    _check_reference(notes, element, reference, placement)
    _algorithm(
        notes,
        "SIG-004",
        "The canonicalisation of SignedInfo is not agreed.",
        info,
        "CanonicalizationMethod",
        {EXCLUSIVE} if placement == "enveloped" else _CANONICAL,
    )
    _algorithm(
        notes,
        "SIG-005",
        "The signature algorithm is not on the list.",
        info,
        "SignatureMethod",
        {one.value for one in METHODS},
    )
    _algorithm(
        notes,
        "SIG-005",
        "The digest algorithm is not on the list.",
        reference,
        "DigestMethod",
        {one.value for one in DIGESTS},
    )


def _algorithm(
    notes: _Notes, requirement: str, message: str, parent: etree._Element, name: str, allowed: set[str]
) -> None:
    node = _only(parent, f"ds:{name}")
    value = "" if node is None else node.get("Algorithm", "")
    if value not in allowed:
        shown = ", ".join(sorted(one.rpartition("#")[2] or EXCLUSIVE for one in allowed))
        notes.add(requirement, message, shown, value or "none", parent if node is None else node)


def _check_reference(notes: _Notes, element: etree._Element, reference: etree._Element, placement: str) -> None:
    uri = reference.get("URI")
    algorithms = [one.get("Algorithm", "") for one in reference.findall(f"{{{DS}}}Transforms/{{{DS}}}Transform")]
    if placement == "enveloped":
        if uri != "":
            notes.add("SIG-002", "The reference is not to the whole document.", 'URI=""', f"URI={uri!r}", reference)
        if algorithms != [ENVELOPED, EXCLUSIVE]:
            notes.add(
                "SIG-003",
                "The transforms are not the agreed ones.",
                f"{ENVELOPED}, then {EXCLUSIVE}",
                ", ".join(algorithms) or "none",
                reference,
            )
        return
    if any(one not in _CANONICAL for one in algorithms) or len(algorithms) > 1:
        notes.add(
            "SIG-003",
            "The transforms are not the agreed ones.",
            "at most one canonicalisation",
            ", ".join(algorithms),
            reference,
        )
    if placement == "enveloping":
        targets = [one for one in element.findall(f"{{{DS}}}Object") if uri == f"#{one.get('Id')}"]
        if len(targets) != 1:
            notes.add(
                "SIG-002",
                "The reference is not to the object with the document.",
                "URI of one ds:Object",
                f"URI={uri!r}",
                reference,
            )


def _certificates(notes: _Notes, element: etree._Element) -> list[x509.Certificate]:
    nodes = element.findall(f"{{{DS}}}KeyInfo/{{{DS}}}X509Data/{{{DS}}}X509Certificate")
    if not 0 < len(nodes) <= MAX_CERTIFICATES:
        notes.add(
            "SIG-011",
            "KeyInfo has no signer certificate.",
            f"1 to {MAX_CERTIFICATES} X509Certificate",
            str(len(nodes)),
            element,
        )
        return []
    try:
        return [
            x509.load_der_x509_certificate(base64.b64decode("".join((node.text or "").split()), validate=True))
            for node in nodes
        ]
    except (ValueError, binascii.Error) as error:
        notes.add("SIG-011", "A certificate in KeyInfo cannot be read.", "X.509 in Base64", str(error), nodes[0])
        return []


def _check_values(
    notes: _Notes,
    holder: etree._Element,
    element: etree._Element,
    signer: x509.Certificate,
    placement: str,
    data: bytes,
) -> None:
    config = SignatureConfiguration(
        location="./" if placement == "enveloped" else ".",
        expect_references=1,
        signature_methods=METHODS,
        digest_algorithms=DIGESTS,
        # Validity is judged by the path check, with a requirement of its own.
        verification_time=signer.not_valid_before_utc,
    )
    resolver = (lambda _uri: data) if placement == "detached" else None
    try:
        result = XMLVerifier().verify(holder, x509_cert=signer, expect_config=config, uri_resolver=resolver)
    except (InvalidSignature, InvalidInput, SignXMLException, ValueError, TypeError, etree.LxmlError) as error:
        notes.add(
            "SIG-001",
            "The signature does not verify.",
            "core validation succeeds",
            " ".join(str(error).split()) or type(error).__name__,
            element,
        )
        return
    if isinstance(result, list):
        result = result[0]
    signed = result.signed_xml
    if placement == "enveloped" and (signed is None or signed.tag != holder.tag or len(signed) != len(holder) - 1):
        notes.add(
            "SIG-002",
            "What the signature covers is not the whole document.",
            str(holder.tag),
            "nothing" if signed is None else str(signed.tag),
            element,
        )
