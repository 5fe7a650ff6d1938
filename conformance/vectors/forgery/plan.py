"""Signing a document by a plan that may be good or bad: every choice of XML Signature is a field."""

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from lxml import etree

from conformance.checks.xmldsig.algorithms import DS, ENVELOPED, EXCLUSIVE, MORE, MORE_2007, XMLENC
from conformance.checks.xmldsig.form import SIGNED_PROPERTIES, XADES_NAMESPACE
from conformance.parsing import parse
from conformance.vectors.forgery.keys import Value, honest
from conformance.vectors.qualifying import PROPERTIES, REFERENCE, SIGNATURE, properties_text, stamped_text
from conformance.vectors.signing import Signer
from conformance.vectors.stamping import Authority

DIGESTS = {
    f"{XMLENC}sha256": "sha256", f"{MORE}sha384": "sha384", f"{XMLENC}sha512": "sha512", f"{DS}sha1": "sha1",
    f"{MORE}md5": "md5", f"{MORE}sha224": "sha224", f"{MORE_2007}sha3-256": "sha3_256",
}  # fmt: skip
PLACE, _DIGEST, VALUE = "@SIGNATURE@", "@DIGEST@", "@VALUE@"
_PROPERTIES_DIGEST, _STAMPED = "@PROPERTIES@", "@STAMP@"
Octets = Callable[[etree._Element, etree._Element], bytes]


def transform(algorithm: str, inside: str = "") -> str:
    """Return one ds:Transform."""
    return f'<ds:Transform Algorithm="{algorithm}">{inside}</ds:Transform>'


@dataclass(frozen=True)
class Plan:
    """How one signature is made.

    `value` makes the signature value instead of the signer's key. `transforms` is the XML inside ds:Transforms, ""
    for none; `how` the canonicalisation the reference comes to, `octets` what is digested instead of the document
    without its signature. `key_info` replaces what stands in KeyInfo, `beside` is added to it, `after` to the
    signature. `time` makes it XAdES: the signing time it claims; `authority` stamps it. `named` is
    named as the signer's certificate instead of it, `stamped` are octets that are stamped instead of the value.
    """

    signer: Signer
    value: Value | None = None
    method: str = ""
    method_inside: str = ""
    digest: str = f"{XMLENC}sha256"
    canonical: str = EXCLUSIVE
    transforms: str = transform(ENVELOPED) + transform(EXCLUSIVE)
    how: str = EXCLUSIVE
    uri: str | None = ""
    attributes: str = ""
    key_info: str | None = None
    beside: str = ""
    after: str = ""
    prefixless: bool = False
    octets: Octets | None = None
    more_references: str = ""
    time: datetime | None = None
    authority: Authority | None = None
    named: x509.Certificate | None = None
    stamped: bytes | None = None


def x509_data(*certificates: x509.Certificate, more: str = "") -> str:
    """Return a ds:X509Data."""
    held = "".join(
        f"<ds:X509Certificate>{base64.b64encode(one.public_bytes(Encoding.DER)).decode()}</ds:X509Certificate>"
        for one in certificates
    )
    return f"<ds:X509Data>{more}{held}</ds:X509Data>"


def seal(document: str, plan: Plan) -> str:
    """Return the document, which says where with `@SIGNATURE@`, with its signature filled in."""
    text = document.replace(PLACE, _template(plan))
    root, signature = _found(text, "DigestValue", _DIGEST)
    made = plan.octets(root, signature) if plan.octets else whole(plan.how)(root, signature)
    text = text.replace(_DIGEST, _digested(plan, made))
    if _PROPERTIES_DIGEST in text:
        properties = next(parse(text.encode()).iter(f"{{{XADES_NAMESPACE}}}SignedProperties"))
        text = text.replace(_PROPERTIES_DIGEST, _digested(plan, part(properties, EXCLUSIVE)))
    return fill(text, plan)


def _digested(plan: Plan, octets: bytes) -> str:
    return base64.b64encode(hashlib.new(DIGESTS[plan.digest], octets, usedforsecurity=False).digest()).decode()


def fill(text: str, plan: Plan) -> str:
    """Return the text after putting the value over SignedInfo, as it stands, where `@VALUE@` is."""
    _, signature = _found(text, "SignatureValue", VALUE)
    info = signature.find(f"{{{DS}}}SignedInfo")
    if info is None:
        raise ValueError("the signature has no SignedInfo")
    value = plan.value or honest(plan.signer.key)
    text = text.replace(VALUE, base64.b64encode(value(part(info, plan.canonical))).decode())
    if _STAMPED not in text:
        return text
    node = next(parse(text.encode()).iter(f"{{{DS}}}SignatureValue"))
    stamp = (
        stamped_text(plan.stamped or part(node, EXCLUSIVE), plan.authority, plan.time)
        if plan.authority and plan.time
        else ""
    )
    return text.replace(_STAMPED, stamp)


def _template(plan: Plan) -> str:
    uri = "" if plan.uri is None else f' URI="{plan.uri}"'
    certificates = (plan.signer.certificate, *plan.signer.others)
    key_info = x509_data(*certificates) if plan.key_info is None else plan.key_info
    method = plan.method or default_method(plan.signer)
    name, own, second, after = "", "", "", plan.after
    if plan.time is not None:
        name, own = f' Id="{SIGNATURE}"', f' Id="{REFERENCE}"'
        second = (
            f'<ds:Reference Type="{SIGNED_PROPERTIES}" URI="#{PROPERTIES}"><ds:Transforms>{transform(EXCLUSIVE)}'
            f'</ds:Transforms><ds:DigestMethod Algorithm="{plan.digest}"/>'
            f"<ds:DigestValue>{_PROPERTIES_DIGEST}</ds:DigestValue></ds:Reference>"
        )
        after = (
            properties_text(plan.named or plan.signer.certificate, plan.time, _STAMPED if plan.authority else "")
            + after
        )
    text = (
        f'<ds:Signature xmlns:ds="{DS}"{name}><ds:SignedInfo>'
        f'<ds:CanonicalizationMethod Algorithm="{plan.canonical}"/>'
        f'<ds:SignatureMethod Algorithm="{method}">{plan.method_inside}</ds:SignatureMethod>'
        f"<ds:Reference{own}{uri}{plan.attributes}>"
        f"{plan.transforms and f'<ds:Transforms>{plan.transforms}</ds:Transforms>'}"
        f'<ds:DigestMethod Algorithm="{plan.digest}"/><ds:DigestValue>{_DIGEST}</ds:DigestValue></ds:Reference>'
        f"{second}{plan.more_references}</ds:SignedInfo>\n<ds:SignatureValue>{VALUE}</ds:SignatureValue>\n"
        f"<ds:KeyInfo>{key_info}{plan.beside}</ds:KeyInfo>{after}</ds:Signature>"
    )
    return text.replace("xmlns:ds", "xmlns").replace("ds:", "") if plan.prefixless else text


def default_method(signer: Signer) -> str:
    """Return the method for a signer's key: with SHA-256, whatever the key."""
    return f"{MORE}{'ecdsa' if hasattr(signer.key, 'curve') else 'rsa'}-sha256"


def _found(text: str, name: str, mark: str) -> tuple[etree._Element, etree._Element]:
    root = parse(text.encode())
    node = next(one for one in root.iter(f"{{{DS}}}{name}") if one.text == mark)
    return root, next(one for one in node.iterancestors(f"{{{DS}}}Signature"))


def whole(how: str = EXCLUSIVE, drop: tuple[str, ...] = ()) -> Octets:
    """Digest the document without its signature, and without the elements of the names in `drop`."""

    def octets(root: etree._Element, signature: etree._Element) -> bytes:
        for one in [signature, *(node for name in drop for node in root.iter(name))]:
            _remove(one)
        return _octets_of(root.getroottree(), how)

    return octets


def by_id(value: str) -> Octets:
    """Digest the first element whose Id is `value`, without the signature where that is inside."""

    def octets(root: etree._Element, signature: etree._Element) -> bytes:
        node = next(one for one in root.iter(etree.Element) if one.get("Id") == value)
        if node in signature.iterancestors():
            _remove(signature)
        return part(node, EXCLUSIVE)

    return octets


def part(node: etree._Element, how: str) -> bytes:
    """Return the canonical octets of an element that inherits no attribute of the xml namespace."""
    return _octets_of(parse(etree.tostring(node, encoding="utf-8", with_tail=False)), how)


def _octets_of(what: "etree._Element | etree._ElementTree", how: str) -> bytes:
    return etree.tostring(
        what, method="c14n", exclusive=how.startswith(EXCLUSIVE), with_comments=how.endswith("WithComments")
    )


def _remove(node: etree._Element) -> None:
    parent, before = node.getparent(), node.getprevious()
    if parent is None:
        return
    tail = node.tail or ""
    parent.remove(node)
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
