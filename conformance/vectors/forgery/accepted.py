# ruff: noqa: E501 - tables, one row a line
"""What must be taken: the agreed algorithms and canonicalisations, and ways of writing that mean the same."""

import codecs
from collections.abc import Callable

from conformance.checks.xmldsig.algorithms import ENVELOPED, INCLUSIVE, INCLUSIVE_11, MORE, MORE_2007, XMLENC
from conformance.vectors.forgery.issuing import Wanted
from conformance.vectors.forgery.keys import ecdsa, pkcs1, pss
from conformance.vectors.forgery.material import Material, Row, Sealed, declared, put
from conformance.vectors.forgery.plan import PLACE, transform

PLAIN = Row("plain", "the plain form", lambda m: m.sealed())
RSA = Row("rsa-sha256", "RSA PKCS #1 v1.5 with SHA-256", lambda m: m.sealed(signer=m.rsa))
EC = Row("ecdsa-p-256-sha256", "ECDSA over P-256 with SHA-256", lambda m: m.sealed(signer=m.ec))


def _rsa(method: str, name: str, *, masked: bool = False) -> Callable[[Material], Sealed]:
    def make(material: Material) -> Sealed:
        signer = material.rsa
        value = (pss if masked else pkcs1)(signer.key, name)  # type: ignore[arg-type]
        return material.sealed(signer=signer, method=method, value=value)

    return make


def _ec(curve: str, bits: str, *, other: bool = False) -> Callable[[Material], Sealed]:
    def make(material: Material) -> Sealed:
        signer = material.issuing.signer(Wanted(kind=curve))
        value = ecdsa(signer.key, f"sha{bits}", other=other)  # type: ignore[arg-type]
        return material.sealed(signer=signer, method=f"{MORE}ecdsa-sha{bits}", value=value)

    return make


ALGORITHMS = (
    *(Row(f"rsa-sha{bits}", f"RSA PKCS #1 v1.5 with SHA-{bits}", _rsa(f"{MORE}rsa-sha{bits}", f"sha{bits}"))
      for bits in ("256", "384", "512")),
    *(Row(f"pss-sha{bits}", f"RSA-PSS with SHA-{bits}", _rsa(f"{MORE_2007}sha{bits}-rsa-MGF1", f"sha{bits}", masked=True))
      for bits in ("256", "384", "512")),
    *(Row(f"ecdsa-{curve.lower()}-sha{bits}", f"ECDSA over {curve} with SHA-{bits}", _ec(curve, bits))
      for curve, bits in (("P-256", "256"), ("P-384", "384"), ("P-521", "512"), ("P-256", "512"), ("P-521", "256"))),
    Row("ecdsa-other-half", "the second of the two ECDSA values that verify", _ec("P-256", "256", other=True)),
    Row("digest-sha384", "a digest by SHA-384", lambda m: m.sealed(digest=f"{MORE}sha384")),
    Row("digest-sha512", "a digest by SHA-512", lambda m: m.sealed(digest=f"{XMLENC}sha512")),
)  # fmt: skip


def both(algorithm: str) -> dict[str, object]:
    """Canonicalise document and SignedInfo by one algorithm."""
    steps = transform(ENVELOPED) + transform(algorithm)
    return {"canonical": algorithm, "transforms": steps, "how": algorithm}


def default_namespace(material: Material) -> str:
    """Return the document with its main namespace as the default."""
    return material.text.replace("xmlns:rsm=", "xmlns=").replace("rsm:", "")


def named(material: Material, name: str) -> str:
    """Return the document with another consignor."""
    return put(material.text, "Southern Orchard Trading", name)


def _wide(material: Material, mark: bytes, codec: str) -> bytes:
    head, rest = declared(material.signed(named(material, "Äpfel 果园 \U00020bb7")))
    return mark + (head.replace("UTF-8", "UTF-16") + rest).encode(codec)


UTF_16 = (
    Row("utf-16-le", "UTF-16 LE with a byte order mark and a surrogate pair",
        lambda m: _wide(m, codecs.BOM_UTF16_LE, "utf-16-le")),
    Row("utf-16-be", "UTF-16 BE with a byte order mark and a surrogate pair",
        lambda m: _wide(m, codecs.BOM_UTF16_BE, "utf-16-be")),
)  # fmt: skip
FORMS = (
    Row("inclusive", "Canonical XML 1.0 for both", lambda m: m.signed(**both(INCLUSIVE))),
    Row("inclusive-11", "Canonical XML 1.1 for both", lambda m: m.signed(**both(INCLUSIVE_11))),
    Row("no-second-transform", "enveloped-signature alone, so that Canonical XML 1.0 applies",
        lambda m: m.signed(transforms=transform(ENVELOPED), how=INCLUSIVE)),
    Row("prefixless-signature", "ds:Signature without a prefix", lambda m: m.signed(prefixless=True)),
    Row("white-space-around", "white space before and after the signature, signed with the rest",
        lambda m: m.signed(m.text.replace(PLACE, f"\n  {PLACE}\n  "))),
)  # fmt: skip
WRITING = (
    Row("default-namespace", "the main namespace as the default", lambda m: m.signed(default_namespace(m))),
    Row("carriage-return", "a carriage return as a character reference", lambda m: m.signed(named(m, "A&#13;\nB"))),
    Row("line-ends-crlf", "CR LF at every line end in transport", lambda m: m.signed().replace("\n", "\r\n")),
    Row("beyond-the-first-plane", "characters outside the first plane", lambda m: m.signed(named(m, "\U00020bb7"))),
    Row("character-references", "characters as references after signing",
        lambda m: put(m.signed(named(m, "\U00020bb7")), "\U00020bb7", "&#x20BB7;")),
    Row("cdata-after-signing", "a text put in a CDATA section after signing",
        lambda m: put(m.signed(), ">Fresh apples<", "><![CDATA[Fresh apples]]><")),
    Row("quotes-after-signing", "single quotation marks after signing",
        lambda m: put(m.signed(), 'unitCode="KGM"', "unitCode='KGM'")),
    Row("no-xml-declaration", "no XML declaration", lambda m: declared(m.signed())[1]),
    Row("unused-prefix-after-signing", "an unused namespace declared after signing, which exclusive C14N leaves out",
        lambda m: put(m.signed(), "<rsm:SPSCertificate ", '<rsm:SPSCertificate xmlns:xs="urn:x" ')),
    Row("comment-added", "a comment between elements, added after signing",
        lambda m: put(m.signed(), "<ram:SequenceNumeric>", "<!-- a remark --><ram:SequenceNumeric>")),
    Row("utf-8-mark", "UTF-8 with a byte order mark", lambda m: codecs.BOM_UTF8 + m.signed().encode()),
)  # fmt: skip
