# ruff: noqa: E501 - tables, one row a line
"""Wrapping, coverage, transforms: what is done to the tree around a signature (XML Signature 1.1, 8.1)."""

import re

from lxml import etree

from conformance.checks.xmldsig.algorithms import DS, ENVELOPED, EXCLUSIVE, INCLUSIVE, XMLENC
from conformance.vectors.forgery.material import HEAVIER, WEIGHT, Material, Row, declared, put, signature_of
from conformance.vectors.forgery.plan import PLACE, by_id, part, transform, whole

XPATH = "http://www.w3.org/TR/1999/REC-xpath-19991116"
FILTER_2 = "http://www.w3.org/2002/06/xmldsig-filter2"
XSLT = "http://www.w3.org/TR/1999/REC-xslt-19991116"
RAM = "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:21"
EXTENSIONS = '<ext:Extensions xmlns:ext="urn:invented:extensions">{}</ext:Extensions>'
_BARE = transform(EXCLUSIVE)
_ROOT = "<rsm:SPSCertificate "


def heavier(text: str) -> str:
    """Change the weight where it stands first."""
    return put(text, WEIGHT, HEAVIER)


def _original(m: Material) -> str:
    """The certificate as it was issued, with an Id, to be hidden somewhere."""
    return put(declared(m.plain)[1].strip(), _ROOT, f'{_ROOT}Id="cert" ')


def _moved(m: Material) -> str:
    """The genuine signature of the original by its Id."""
    return signature_of(m.signed(put(m.text, _ROOT, f'{_ROOT}Id="cert" '), uri="#cert", octets=by_id("cert")))


def _hidden(m: Material, **fields: object) -> str:
    return m.signed(m.forged, **({"uri": "#cert", "octets": by_id("cert"), "transforms": _BARE} | fields))


def _below_forged_root(m: Material) -> str:
    signed = declared(m.signed())[1].strip()
    return m.forged.replace(PLACE, EXTENSIONS.format(signed))


def _siblings(m: Material, *, forged_first: bool) -> str:
    head, forged = declared(m.forged.replace(PLACE, ""))
    pair = [forged.strip(), _original(m)]
    return head + "<all>" + "".join(pair if forged_first else pair[::-1]) + _moved(m) + "</all>"


def _forged_info(m: Material, *, keep: str) -> str:
    good = m.signed()
    found = re.search(r"<ds:SignedInfo>.*</ds:SignedInfo>", good, re.DOTALL)
    info = found[0] if found else ""
    forged = info.replace('URI=""', 'URI="#evil"')
    if keep == "beside":
        return put(good, "<ds:SignedInfo>", forged + "<ds:SignedInfo>")
    return put(put(good, info, forged), "</ds:Signature>", f"<ds:Object>{info}</ds:Object></ds:Signature>")


WRAPPING = (
    Row("wrapped-in-object", "the original inside ds:Object, the reference to it by Id", lambda m: _hidden(m, after=f"<ds:Object>{_original(m)}</ds:Object>")),
    Row("wrapped-in-signature-properties", "the original inside a SignatureProperty", lambda m: _hidden(m, after=f'<ds:Object><ds:SignatureProperties><ds:SignatureProperty Target="#x">{_original(m)}</ds:SignatureProperty></ds:SignatureProperties></ds:Object>')),
    Row("wrapped-in-key-info", "the original inside KeyInfo", lambda m: _hidden(m, beside=_original(m))),
    Row("wrapped-in-foreign-root", "the whole signed document below a forged root", _below_forged_root),
    Row("wrapped-original-first", "a neutral root with the original, the forged one and the signature as siblings", lambda m: _siblings(m, forged_first=False)),
    Row("wrapped-original-after", "the same with the forged document first", lambda m: _siblings(m, forged_first=True)),
    Row("wrapped-in-extensions", "the original in an extension element of the forged document, the signature last", lambda m: m.forged.replace(PLACE, EXTENSIONS.format(_original(m)) + _moved(m))),
    Row("wrapped-signature-in-extensions", "the original with its signature in an extension element, the forged document unsigned", lambda m: m.forged.replace(PLACE, EXTENSIONS.format(put(_original(m), "</rsm:SPSCertificate>", _moved(m) + "</rsm:SPSCertificate>")))),
    Row("wrapped-ancestor", "the forged document around the original, which holds the signature", lambda m: m.forged.replace(PLACE, put(_original(m), "</rsm:SPSCertificate>", _moved(m) + "</rsm:SPSCertificate>"))),
    Row("pointer-by-id", "an XPointer to the original in ds:Object", lambda m: _hidden(m, uri="#xpointer(id('cert'))", after=f"<ds:Object>{_original(m)}</ds:Object>")),
    Row("two-signed-infos", "a forged SignedInfo before the signed one", lambda m: _forged_info(m, keep="beside")),
    Row("signed-info-in-object", "the signed SignedInfo moved into an Object, a forged one at its place", lambda m: _forged_info(m, keep="in object")),
    Row("signature-below", "the signature inside the consignment instead of last in the root", lambda m: m.signed(put(m.plain, "</rsm:SPSConsignment>", f"{PLACE}</rsm:SPSConsignment>"))),
    Row("signature-first", "the signature as the first child of the root", lambda m: m.signed(put(m.plain, "<rsm:SPSExchangedDocument>", f"{PLACE}<rsm:SPSExchangedDocument>"))),
    Row("element-after-signature", "an element after the signature, signed with the rest", lambda m: m.signed(m.text.replace(PLACE, PLACE + EXTENSIONS.format("")))),
)  # fmt: skip


def _same_id(m: Material) -> str:
    """Root and hidden original bear the same Id, the reference names it."""
    same = put(m.forged, _ROOT, f'{_ROOT}Id="cert" ')

    def hidden(root: etree._Element, _signature: etree._Element) -> bytes:
        return part(next(one for one in root.iter(root.tag) if one is not root), EXCLUSIVE)

    return m.signed(same, uri="#cert", octets=hidden, transforms=_BARE, after=f"<ds:Object>{_original(m)}</ds:Object>")


def decoy(m: Material, attribute: str) -> str:
    """A second element bears the Id of the root in some spelling; the signature is good."""
    named = put(m.text, _ROOT, f'{_ROOT}Id="cert" ')
    return m.signed(named, uri="#cert", octets=by_id("cert"), after=f'<ds:Object {attribute}="cert"/>')


DUPLICATE_IDS = (
    Row("duplicate-id", "forged root and hidden original bear the same Id", _same_id),
    Row("duplicate-id-in-object", "an Object of the signature bears the root's Id", lambda m: decoy(m, "Id")),
    Row("duplicate-xml-id", "another element bears the root's Id as xml:id", lambda m: decoy(m, "xml:id")),
    Row("duplicate-id-in-other-case", "another element bears the root's Id as ID", lambda m: decoy(m, "ID")),
    Row("duplicate-id-in-small-letters", "another element bears the root's Id as id", lambda m: decoy(m, "id")),
    Row("duplicate-id-in-foreign-namespace", "another element bears the root's Id in a foreign namespace, as wsu:Id", lambda m: decoy(m, 'xmlns:wsu="urn:w" wsu:Id')),
    Row("identifier-twice", "the reference is to the whole, and the value of the signature bears the Id of the root", lambda m: put(m.signed(put(m.text, _ROOT, f'{_ROOT}Id="cert" ')), "<ds:SignatureValue>", '<ds:SignatureValue Id="cert">')),
)  # fmt: skip


def _two(m: Material, first: str, second: str) -> str:
    return m.text.replace(PLACE, first + second)


def _by_another(m: Material, text: str = "") -> str:
    return signature_of(m.signed(text or m.text, signer=m.ec))


TWO_SIGNATURES = (
    Row("two-signatures", "the same signature twice", lambda m: _two(m, signature_of(m.signed()), signature_of(m.signed()))),
    Row("second-signer", "two signatures by two good signers, each over the document without either", lambda m: _two(m, signature_of(m.signed()), _by_another(m))),
    Row("second-over-another-document", "a signature over another document beside the good one", lambda m: _two(m, _by_another(m, m.forged), signature_of(m.signed()))),
    Row("counter-signature", "a signature inside the signature's Object", lambda m: put(m.signed(), "</ds:Signature>", f"<ds:Object>{signature_of(m.signed())}</ds:Object></ds:Signature>")),
)  # fmt: skip


def _part(m: Material) -> str:
    named = put(m.text, "<rsm:SPSExchangedDocument>", '<rsm:SPSExchangedDocument Id="head">')
    return heavier(m.signed(named, uri="#head", octets=by_id("head")))


def _enveloping(m: Material) -> str:
    inside = f'<ds:Object Id="cert">{declared(m.plain)[1].strip()}</ds:Object>'
    return m.signed(PLACE, uri="#cert", octets=by_id("cert"), transforms=_BARE, after=inside)


_SECOND = f'<ds:Reference URI="#nothing"><ds:DigestMethod Algorithm="{XMLENC}sha256"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>'
_MANIFEST = f'<ds:Object><ds:Manifest Id="m"><ds:Reference URI=""><ds:Transforms>{transform(ENVELOPED)}</ds:Transforms><ds:DigestMethod Algorithm="{XMLENC}sha256"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:Manifest></ds:Object>'
COVERAGE = (
    Row("over-an-object", "the reference is to an Object inside the signature", lambda m: m.signed(uri="#o", after='<ds:Object Id="o">approved</ds:Object>', octets=by_id("o"), transforms=_BARE)),
    Row("over-its-own-key-info", "the reference is to the signature's own KeyInfo", lambda m: m.signed(uri="#k", beside='<ds:KeyName Id="k">x</ds:KeyName>', octets=by_id("k"), transforms=_BARE)),
    Row("over-a-part", "the reference is to the head of the document; the weight was changed", _part),
    Row("manifest", "the reference is to a Manifest, whose own references nobody must verify", lambda m: m.signed(uri="#m", attributes=f' Type="{DS}Manifest"', after=_MANIFEST, octets=by_id("m"), transforms=_BARE)),
    Row("no-uri", "a reference without URI, left to the application", lambda m: m.signed(uri=None)),
    Row("two-references", "a second reference to something else", lambda m: m.signed(more_references=_SECOND)),
    Row("no-reference", "SignedInfo without a reference", lambda m: re.sub(r"<ds:Reference .*</ds:Reference>", "", m.signed(), flags=re.DOTALL)),
    Row("pointer-to-root", "an XPointer to the root", lambda m: m.signed(uri="#xpointer(/)")),
    Row("reference-to-a-file", "the reference is to a file of the receiver's", lambda m: m.signed(uri="file:///etc/hostname", octets=lambda _r, _s: b"")),
    Row("reference-up-the-folders", "the reference is a relative path", lambda m: m.signed(uri="../other/certificate.xml", octets=lambda _r, _s: b"")),
    Row("text-after-signature", "a space behind the signature that is none of XML's (U+00A0), signed too", lambda m: m.signed(m.text.replace(PLACE, f"{PLACE}\u00a0"))),
    Row("enveloping-where-enveloped", "an enveloping signature around the certificate", _enveloping),
    Row("detached-where-enveloped", "a bare detached signature without the certificate", lambda m: m.signed(PLACE, uri="certificate.xml", transforms="", octets=lambda _r, _s: m.plain.encode())),
)  # fmt: skip
_NAMESPACES = f'xmlns:ram="{RAM}"'
_ENV, _EXC = transform(ENVELOPED), transform(EXCLUSIVE)
_STYLE = '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="1.0"><xsl:template match="/"><xsl:text>approved</xsl:text></xsl:template></xsl:stylesheet>'
_NOT_WEIGHT = f"<ds:XPath {_NAMESPACES}>not(ancestor-or-self::ram:NetWeightMeasure)</ds:XPath>"
_SUBTRACT = f'<f:XPath xmlns:f="{FILTER_2}" {_NAMESPACES} Filter="subtract">//ram:NetWeightMeasure</f:XPath>'
_HERE = "<ds:XPath>count(ancestor-or-self::ds:Signature | here()/ancestor::ds:Signature[1]) &gt; count(ancestor-or-self::ds:Signature)</ds:XPath>"
_HEAVY = "<ds:XPath>count(//. | //@* | //namespace::*) &gt; 0 or count(//*[count(//*) &gt; 1]) &gt; 0</ds:XPath>"


def _through(m: Material, steps: str, how: str = INCLUSIVE, *, dropped: bool = False) -> str:
    """Sign with these transforms; the weight, where it is not signed, is changed."""
    text = m.signed(transforms=steps, how=how, octets=whole(how, (f"{{{RAM}}}NetWeightMeasure",) if dropped else ()))
    return heavier(text) if dropped else text


def style(inside: str) -> str:
    """Return an XSLT transform that puts out what is inside."""
    return transform(XSLT, _STYLE.replace("<xsl:text>approved</xsl:text>", inside) if inside else _STYLE)


TRANSFORMS = (
    Row("xpath-without-weight", "an XPath filter leaves the net weight unsigned; the weight was changed", lambda m: _through(m, _ENV + transform(XPATH, _NOT_WEIGHT), dropped=True)),
    Row("xpath-filter-2-subtract", "XPath Filter 2.0 takes the net weight out; the weight was changed", lambda m: _through(m, _ENV + transform(FILTER_2, _SUBTRACT), dropped=True)),
    Row("xpath-empty", "an XPath filter that selects nothing; the document was changed", lambda m: heavier(m.signed(transforms=_ENV + transform(XPATH, "<ds:XPath>false()</ds:XPath>"), octets=lambda _r, _s: b""))),
    Row("xpath-here", "the long way to write enveloped-signature, with here()", lambda m: _through(m, transform(XPATH, _HERE))),
    Row("xpath-heavy", "an XPath filter whose work grows with the square of the document", lambda m: _through(m, _ENV + transform(XPATH, _HEAVY))),
    Row("xslt-constant", "a style sheet that makes one constant of every document; the document was changed", lambda m: heavier(m.signed(transforms=_ENV + style(""), octets=lambda _r, _s: b"approved"))),
    Row("unknown-transform", "a transform nobody knows, which some libraries skip", lambda m: _through(m, _ENV + _EXC + transform("urn:invented:transform"), EXCLUSIVE)),
    Row("decryption-transform", "the decryption transform", lambda m: _through(m, _ENV + transform("http://www.w3.org/2002/07/decrypt#XML") + _EXC, EXCLUSIVE)),
    Row("base64-transform", "the Base64 transform after enveloped-signature", lambda m: m.signed(transforms=_ENV + transform(f"{DS}base64"), octets=lambda _r, _s: b"")),
    Row("transform-order", "canonicalisation before enveloped-signature", lambda m: _through(m, _EXC + _ENV, EXCLUSIVE)),
    Row("enveloped-twice", "enveloped-signature twice", lambda m: _through(m, _ENV + _ENV + _EXC, EXCLUSIVE)),
    Row("no-enveloped-signature", "canonicalisation alone: the signature would have to sign itself", lambda m: _through(m, _EXC, EXCLUSIVE)),
    Row("no-transforms", "no transforms at all: the signature would have to sign itself", lambda m: _through(m, "")),
    Row("two-canonicalisations", "two canonicalisations, one after the other", lambda m: _through(m, _ENV + _EXC + transform(INCLUSIVE), EXCLUSIVE)),
    Row("hundreds-of-canonicalisations", "300 canonicalisations to work off", lambda m: _through(m, _ENV + _EXC * 300, EXCLUSIVE)),
    Row("transform-with-comments", "canonicalisation with comments", lambda m: _through(m, _ENV + transform(f"{EXCLUSIVE}WithComments"), f"{EXCLUSIVE}WithComments")),
    Row("transform-without-algorithm", "a transform without an Algorithm", lambda m: put(_through(m, _ENV + _EXC, EXCLUSIVE), f'<ds:Transform Algorithm="{EXCLUSIVE}">', "<ds:Transform>")),
)  # fmt: skip


def _outside(m: Material, uri: str) -> str:
    return m.signed(uri=uri, transforms="", octets=lambda _r, _s: b"canary")


FETCHING = (
    Row("reference-to-the-web", "the reference is to an address of the sender's", lambda m: _outside(m, m.address)),
    Row("xslt-fetching", "a style sheet that reads an address of the sender's", lambda m: m.signed(transforms=_ENV + style(f"<xsl:copy-of select=\"document('{m.address}')\"/>"), octets=lambda _r, _s: b"")),
    Row("retrieval-method", "the key is to be fetched (RetrievalMethod)", lambda m: m.signed(beside=f'<ds:RetrievalMethod URI="{m.address}"/>')),
    Row("retrieval-method-alone", "the key is to be fetched, and no certificate is given", lambda m: m.signed(key_info=f'<ds:RetrievalMethod URI="{m.address}" Type="{DS}rawX509Certificate"/>')),
    Row("key-info-reference", "the key is to be fetched (KeyInfoReference)", lambda m: m.signed(beside=f'<dsig11:KeyInfoReference xmlns:dsig11="http://www.w3.org/2009/xmldsig11#" URI="{m.address}"/>')),
)  # fmt: skip
