# ruff: noqa: E501 - tables, one row a line
"""Documents changed after they were signed, in what they say and in how they are written; signatures taken away."""

import codecs
import re
import unicodedata

from conformance.checks.xmldsig.algorithms import INCLUSIVE
from conformance.vectors.forgery.accepted import both, default_namespace, named
from conformance.vectors.forgery.covering import heavier
from conformance.vectors.forgery.material import Material, Row, declared, put, signature_of
from conformance.vectors.forgery.plan import PLACE

_DIGEST = r"<ds:DigestValue>(.*?)</ds:DigestValue>"
_VALUE = r"<ds:SignatureValue>(.*?)</ds:SignatureValue>"


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise ValueError(f"{pattern} is not in the document")
    return found[1]


def _adapted(m: Material) -> str:
    text = heavier(m.signed())
    return put(text, _found(_DIGEST, text), _found(_DIGEST, m.signed(m.forged)))


def _value_of_another(m: Material) -> str:
    text = m.signed()
    return put(text, _found(_VALUE, text), _found(_VALUE, m.signed(m.forged)))


CHANGED = (
    Row("content-changed", "the net weight was changed after signing", lambda m: heavier(m.signed())),
    Row("element-added", "a description was added after signing", lambda m: put(m.signed(), "<ram:Description", '<ram:Description languageID="de">Birnen</ram:Description><ram:Description')),
    Row("attribute-changed", "a unit was changed after signing", lambda m: put(m.signed(), 'unitCode="KGM"', 'unitCode="TNE"')),
    Row("digest-adapted", "the content was changed and DigestValue adapted, which nobody signed", _adapted),
    Row("of-another-document", "the good signature of another certificate", lambda m: m.text.replace(PLACE, signature_of(m.signed(m.forged)))),
    Row("value-of-another-document", "the value of another certificate's signature", _value_of_another),
    Row("look-alike", "a Latin letter exchanged for a Cyrillic one", lambda m: put(m.signed(), ">Nelson<", ">N\u0435lson<")),
    Row("text-trimmed", "a blank more at the end of a text", lambda m: put(m.signed(), ">Fresh apples<", ">Fresh apples <")),
)  # fmt: skip


def _renamed(m: Material) -> str:
    good = m.signed()
    block = signature_of(good)
    rest = re.sub(r"\bram:", "r:", good.replace(block, PLACE)).replace("xmlns:ram=", "xmlns:r=")
    return rest.replace(PLACE, block)


REWRITTEN = (
    Row("pretty-printed", "written anew with indentation", lambda m: re.sub(r"><(?=r)", ">\n  <", m.signed())),
    Row("blanks-removed", "written anew without the line ends between elements", lambda m: re.sub(r">\n+<", "><", m.signed())),
    Row("line-end-added", "one line end more before the signature", lambda m: m.signed().replace("<ds:Signature ", "\n<ds:Signature ", 1)),
    Row("prefix-renamed", "the same names with another prefix", _renamed),
    Row("prefix-rebound", "a prefix bound to another namespace on one element", lambda m: put(m.signed(), "<ram:NetWeightMeasure", '<ram:NetWeightMeasure xmlns:ram="urn:invented:other"')),
    Row("default-namespace-undone", "the default namespace taken away from one element", lambda m: put(m.signed(default_namespace(m)), "<SPSConsignment", '<SPSConsignment xmlns=""')),
    Row("unused-prefix-inclusive", "an unused namespace declared after signing, which inclusive canonicalisation covers", lambda m: put(m.signed(**both(INCLUSIVE)), "<rsm:SPSCertificate ", '<rsm:SPSCertificate xmlns:xs="urn:x" ')),
    Row("carriage-return-lost", "a carriage return written as it is, so that it is lost in reading", lambda m: put(m.signed(named(m, "A&#13;\nB")), "A&#13;\nB", "A\r\nB")),
    Row("decomposed-after-signing", "a text brought to normal form D after signing", lambda m: put(m.signed(named(m, "Äpfel")), "Äpfel", unicodedata.normalize("NFD", "Äpfel"))),
    Row("composed-after-signing", "a text brought to normal form C after signing", lambda m: unicodedata.normalize("NFC", m.signed(named(m, unicodedata.normalize("NFD", "Äpfel"))))),
    Row("comment-takes-a-digit", "a comment that swallows part of a number", lambda m: put(m.signed(), ">1200.5<", ">12<!--00.5--><")),
)  # fmt: skip


def _latin(m: Material) -> bytes:
    head, rest = declared(m.signed())
    return (head.replace("UTF-8", "ISO-8859-1") + rest).encode("iso-8859-1")


def _cut(m: Material) -> bytes:
    head, rest = declared(m.signed())
    return codecs.BOM_UTF16_LE + (head.replace("UTF-8", "UTF-16") + rest).encode("utf-16-le")[:-1]


def _other_namespace(m: Material) -> str:
    block = signature_of(m.signed())
    return m.text.replace(
        PLACE, block.replace("http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2000/09/xmldsig")
    )


TRANSCODED = (
    Row("iso-8859-1", "ISO-8859-1 in transport", _latin),
    Row("utf-16-cut", "UTF-16 cut in the middle of a character", _cut),
    Row("surrogates-as-references", "one character as two references to surrogates, which is not XML", lambda m: put(m.signed(named(m, "\U0001f34e")), "\U0001f34e", "&#xD83C;&#xDF4E;")),
    Row("xml-1.1", "XML 1.1, for which no canonicalisation is defined", lambda m: put(m.signed(), 'version="1.0"', 'version="1.1"')),
)  # fmt: skip
STRIPPED = (
    Row("stripped", "the signature was taken out", lambda m: m.text.replace(PLACE, "")),
    Row("signature-in-other-namespace", "the signature is in a namespace that only looks like that of XML Signature", _other_namespace),
)  # fmt: skip
COMMENTS = (
    Row("value-with-comment", "a comment inside SignatureValue", lambda m: put(m.signed(), "<ds:SignatureValue>", "<ds:SignatureValue><!-- -->")),
    Row("digest-with-comment", "a comment inside DigestValue", lambda m: put(m.signed(), "<ds:DigestValue>", "<ds:DigestValue><!-- -->")),
    Row("digest-with-instruction", "a processing instruction inside DigestValue", lambda m: put(m.signed(), "<ds:DigestValue>", "<ds:DigestValue><?x?>")),
    Row("digest-with-forged-first", "a digest in a comment before the signed digest", lambda m: re.sub(r"<ds:DigestValue>(.*?)<", r"<ds:DigestValue><!--AAAA-->\1<", m.signed())),
)  # fmt: skip
