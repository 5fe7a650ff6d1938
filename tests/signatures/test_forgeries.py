# ruff: noqa: E501 - tables, one row a line
"""What a forger tries with a signed document: each is refused, beside the accepted document it was made of."""

import base64
import re
from collections.abc import Callable

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from pki_for_signatures import NOW, make, name
from producing import ANCHORS, DS, INCLUSIVE, KEYS, MORE, RSA_SHA256, SIGNERS, produce, template

from conformance.checks.signature import check_signature

DOCUMENT = '<Cert xmlns="urn:a" Id="abc"><weight>100</weight><note/>%s</Cert>'
GOOD = produce(DOCUMENT, template([SIGNERS["RSA"]]))
BY_ID = produce(DOCUMENT, template([SIGNERS["RSA"]], uri="#abc"))
ECDSA = produce(DOCUMENT, template([SIGNERS["P-256"]], method=f"{MORE}ecdsa-sha256"), KEYS["P-256"])
FORGER_KEY = ec.generate_private_key(ec.SECP256R1())
FORGER = make(name("RSA"), FORGER_KEY, name("root"), FORGER_KEY)
SIGNATURE = re.compile(rb"<ds:Signature .*</ds:Signature>", re.DOTALL)
VALUE = re.compile(rb"(<ds:SignatureValue>)([^<]*)(</ds:SignatureValue>)")


def found(octets: bytes) -> set[str]:
    return {one.requirement for one in check_signature(octets, anchors=ANCHORS, at=NOW)}


def signature_of(octets: bytes) -> bytes:
    match = SIGNATURE.search(octets)
    assert match is not None
    return match[0]


def put(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(octets: bytes) -> bytes:
        assert old in octets
        return octets.replace(old, new, 1)

    return change


def value(change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """Change the octets of SignatureValue."""
    return lambda octets: VALUE.sub(
        lambda m: m[1] + base64.b64encode(change(base64.b64decode(m[2]))) + m[3], octets, count=1
    )


def by_forger(*certificates: x509.Certificate) -> bytes:
    return produce(DOCUMENT, template(list(certificates), method=f"{MORE}ecdsa-sha256"), FORGER_KEY)


def key_value(kind: str) -> str:
    numbers = KEYS[kind].public_key().public_numbers()
    assert isinstance(numbers, rsa.RSAPublicNumbers)
    n, e = numbers.n, numbers.e
    modulus = base64.b64encode(n.to_bytes(256)).decode()
    return f"<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{modulus}</ds:Modulus><ds:Exponent>{base64.b64encode(e.to_bytes(3)).decode()}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"  # fmt: skip


WRAPPED = b'<Evil xmlns="urn:a"><weight>900</weight><old>' + GOOD + b"</old></Evil>"
CHANGED: dict[str, tuple[bytes, Callable[[bytes], bytes], str]] = {
    "content changed": (GOOD, put(b">100<", b">900<"), "SIG-001"),
    "a comment inside the digest": (GOOD, put(b"<ds:DigestValue>", b"<ds:DigestValue><!-- -->"), "SIG-002"),
    "a comment inside the value": (GOOD, put(b"<ds:SignatureValue>", b"<ds:SignatureValue><!-- -->"), "SIG-002"),
    "an instruction in SignedInfo": (GOOD, put(b"<ds:Reference", b"<?x y?><ds:Reference"), "SIG-002"),
    "a DOCTYPE": (GOOD, lambda o: b'<!DOCTYPE Cert [<!ATTLIST Cert Id ID #IMPLIED>]>' + o, "SIG-001"),
    "another encoding": (GOOD, lambda o: b'<?xml version="1.0" encoding="ISO-8859-1"?>' + o, "SIG-001"),
    "stripped": (GOOD, lambda o: SIGNATURE.sub(b"", o), "SIG-001"),
    "two signatures": (GOOD, lambda o: o.replace(b"</Cert>", signature_of(o) + b"</Cert>"), "SIG-001"),
    "an element after it": (GOOD, put(b"</Cert>", b"<more/></Cert>"), "SIG-002"),
    "text after it": (GOOD, put(b"</Cert>", b"more</Cert>"), "SIG-002"),
    "a comment after it": (GOOD, put(b"</Cert>", b"<!-- --></Cert>"), "SIG-002"),
    "moved down": (GOOD, lambda o: SIGNATURE.sub(b"", o).replace(b"<note/>", b"<note>" + signature_of(o) + b"</note>"), "SIG-002"),
    "the original wrapped": (GOOD, lambda _: WRAPPED, "SIG-002"),
    "the original wrapped, its signature moved up": (GOOD, lambda o: b'<Evil xmlns="urn:a">' + SIGNATURE.sub(b"", o) + signature_of(o) + b"</Evil>", "SIG-001"),
    "wrapped by Id": (BY_ID, lambda o: b'<Cert xmlns="urn:a" Id="evil">' + SIGNATURE.sub(b"", o) + signature_of(o) + b"</Cert>", "SIG-002"),
    "the same Id twice": (BY_ID, put(b"<note/>", b'<note Id="abc"/>'), "SIG-002"),
    "the same Id in another case": (BY_ID, put(b"<note/>", b'<note ID="abc"/>'), "SIG-002"),
    "the same xml:id": (BY_ID, put(b"<note/>", b'<note xml:id="abc"/>'), "SIG-002"),
    "the original in an Object": (GOOD, put(b"</ds:KeyInfo>", b"</ds:KeyInfo><ds:Object><Cert/></ds:Object>"), "SIG-002"),
    "no URI": (GOOD, put(b' URI=""', b""), "SIG-002"),
    "an XPointer": (GOOD, put(b'URI=""', b'URI="#xpointer(/)"'), "SIG-002"),
    "an external reference": (GOOD, put(b'URI=""', b'URI="http://127.0.0.1/x"'), "SIG-002"),
    "two references": (GOOD, lambda o: re.sub(rb"(<ds:Reference .*</ds:Reference>)", rb"\1\1", o), "SIG-002"),
    "no enveloped-signature": (GOOD, lambda o: o.replace(f'<ds:Transform Algorithm="{DS}enveloped-signature"/>'.encode(), b""), "SIG-003"),
    "an XSLT transform": (GOOD, put(b"</ds:Transforms>", b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/></ds:Transforms>'), "SIG-003"),
    "an XPath transform": (GOOD, put(b"<ds:Transforms>", b'<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xpath-19991116"><ds:XPath>self::text()</ds:XPath></ds:Transform>'), "SIG-003"),
    "canonicalisation with comments": (GOOD, lambda o: re.sub(rb'(Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#)"', rb'\1WithComments"', o), "SIG-003"),
    "SignedInfo with comments": (GOOD, lambda o: re.sub(rb'(CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#)"', rb'\1WithComments"', o), "SIG-004"),
    "a method the key is not for": (GOOD, put(f"{MORE}rsa-sha256".encode(), f"{MORE}ecdsa-sha256".encode()), "SIG-001"),
    "SHA-1": (GOOD, put(f"{MORE}rsa-sha256".encode(), f"{DS}rsa-sha1".encode()), "SIG-005"),
    "HMAC": (GOOD, put(f"{MORE}rsa-sha256".encode(), f"{MORE}hmac-sha256".encode()), "SIG-005"),
    "a truncated value": (GOOD, put(f'{RSA_SHA256}"/>'.encode(), f'{RSA_SHA256}"><ds:HMACOutputLength>8</ds:HMACOutputLength></ds:SignatureMethod>'.encode()), "SIG-005"),
    "a value one octet short": (GOOD, value(lambda v: v[:-1]), "SIG-001"),
    "a value one octet long": (GOOD, value(lambda v: b"\0" + v), "SIG-001"),
    "a value of zeros": (GOOD, value(lambda v: bytes(len(v))), "SIG-001"),
    "an ECDSA value of zeros": (ECDSA, value(lambda v: bytes(len(v))), "SIG-001"),
    "an ECDSA value in DER": (ECDSA, value(lambda v: b"\x30\x44\x02\x20" + v[:32] + b"\x02\x20" + v[32:]), "SIG-001"),
    "an ECDSA value with zeros before": (ECDSA, value(lambda v: bytes(16) + v[:32] + bytes(16) + v[32:]), "SIG-001"),
    "no certificate": (GOOD, lambda o: re.sub(rb"<ds:X509Certificate>.*</ds:X509Certificate>", b"", o), "SIG-011"),
    "a key looked up elsewhere": (GOOD, put(b"</ds:KeyInfo>", b'<ds:RetrievalMethod URI="http://127.0.0.1/key"/></ds:KeyInfo>'), "SIG-011"),
    "the forger's key": (GOOD, lambda _: by_forger(FORGER), "SIG-011"),
    "the forger's key behind the signer's certificate": (GOOD, lambda _: by_forger(SIGNERS["RSA"], FORGER), "SIG-011"),
    "a stranger's certificate beside": (GOOD, lambda _: produce(DOCUMENT, template([SIGNERS["RSA"], make(name("stranger"), FORGER_KEY, name("nobody"), FORGER_KEY)])), "SIG-011"),
    "another key in KeyValue": (GOOD, lambda _: produce(DOCUMENT, template([SIGNERS["RSA"]], key_info=key_value("RSA").replace("<ds:Exponent>AQAB", "<ds:Exponent>AQAD"))), "SIG-011"),
    "another serial number": (GOOD, put(b"<ds:X509Certificate>", b"<ds:X509IssuerSerial><ds:X509IssuerName>CN=x</ds:X509IssuerName><ds:X509SerialNumber>1</ds:X509SerialNumber></ds:X509IssuerSerial><ds:X509Certificate>"), "SIG-011"),
}  # fmt: skip


@pytest.mark.parametrize("trick", CHANGED)
def test_what_a_forger_tries(trick: str) -> None:
    original, change, requirement = CHANGED[trick]
    assert found(original) == set()
    assert found(change(original)) == {requirement}


@pytest.mark.parametrize(
    "more",
    [
        "",
        key_value("RSA"),
        "<ds:KeyName>seal</ds:KeyName>",
    ],
    ids=["alone", "with the signer's key", "with a name"],
)
def test_what_may_stand_in_key_info(more: str) -> None:
    assert found(produce(DOCUMENT, template([SIGNERS["RSA"]], key_info=more))) == set()


SUBJECT = SIGNERS["RSA"].subject.rfc4514_string()
WRITTEN = {
    "as RFC 4514 writes it": (SUBJECT, True),
    "with blanks after the commas": (SUBJECT.replace(",", ", "), True),
    "in the other order and other letters": (",".join(SUBJECT.split(",")[::-1]).upper(), True),
    "as OpenSSL once wrote it, which is not read": ("/C=NZ/O=Ministry of Invented Produce/CN=RSA", True),
    "another's": (SUBJECT.replace("CN=RSA", "CN=root"), False),
    "a part of it": ("CN=RSA", False),
}


@pytest.mark.parametrize("writing", WRITTEN)
def test_a_name_in_key_info_is_the_signers(writing: str) -> None:
    text, good = WRITTEN[writing]
    named = f"<ds:X509Data><ds:X509SubjectName>{text}</ds:X509SubjectName></ds:X509Data>"
    octets = produce(DOCUMENT, template([SIGNERS["RSA"]], key_info=named))
    assert found(octets) == (set() if good else {"SIG-011"})


def test_white_space_counts_and_comments_do_not() -> None:
    assert found(GOOD.replace(b"</Cert>", b"  </Cert>")) == {"SIG-001"}
    spaced = produce(DOCUMENT.replace("%s", "\n  %s\n"), template([SIGNERS["RSA"]], canonical=INCLUSIVE))
    assert found(spaced) == set()
    assert found(spaced.replace(b"<note", b"<!-- a remark --><note")) == set()


def test_a_finding_says_where_in_the_document_it_is() -> None:
    (one,) = check_signature(GOOD.replace(b">100<", b">900<"), anchors=ANCHORS, at=NOW)
    assert one.where.path == "/*/ds:Signature/ds:SignedInfo/ds:Reference/ds:DigestValue"
