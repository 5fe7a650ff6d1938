"""signxml as a second opinion: it agrees on what the judge makes; what it cannot do is written down and noticed."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree
from producing import DOCUMENTS, EXCLUSIVE, INCLUSIVE, KEYS, MORE, SIGNERS, produce, template
from signxml.algorithms import CanonicalizationMethod
from signxml.exceptions import InvalidDigest
from signxml.xades.xades import XAdESSignatureConfiguration, XAdESSigner, XAdESVerifier

from conformance.checks.signature import check_signature
from conformance.checks.signature_second import why_refused

PLAIN = DOCUMENTS["namespaces"]


@pytest.mark.parametrize("kind", KEYS)
def test_both_agree_on_a_plain_signature(kind: str) -> None:
    method = f"{MORE}{'rsa' if kind == 'RSA' else 'ecdsa'}-sha256"
    signed = produce(PLAIN, template([SIGNERS[kind]], method=method), KEYS[kind])
    assert why_refused(signed, SIGNERS[kind]) == ""
    assert why_refused(signed.replace(b"urn:b", b"urn:c"), SIGNERS[kind]) != ""


# Each row of the table of known limits in docs/known-deviations.md; a test that fails says that signxml has changed.
LIMITS = {
    "inclusive SignedInfo below attributes of xml": (DOCUMENTS["attributes of xml"], {"canonical": INCLUSIVE}),
    "inclusive SignedInfo in a prefixless Signature": (PLAIN, {"prefix": "", "canonical": INCLUSIVE}),
    "a prefix outside ASCII": (PLAIN, {"prefix": "\u00e9", "canonical": EXCLUSIVE}),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_what_signxml_refuses_though_it_is_good(limit: str) -> None:
    document, choices = LIMITS[limit]
    signed = produce(document, template([SIGNERS["RSA"]], **choices))
    assert check_signature(signed) == []
    assert why_refused(signed, SIGNERS["RSA"]) != ""


def test_xades_of_signxml_with_exclusive_canonicalisation_fails_its_own_verification() -> None:
    pem = KEYS["RSA"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    signer = XAdESSigner(c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0)
    root = etree.fromstring(b'<r xmlns="urn:r"><a/></r>')
    signed = etree.tostring(signer.sign(root, key=pem, cert=[SIGNERS["RSA"].public_bytes(Encoding.PEM).decode()]))
    config = XAdESSignatureConfiguration(verification_time=SIGNERS["RSA"].not_valid_before_utc)
    with pytest.raises(InvalidDigest):
        XAdESVerifier().verify(signed, x509_cert=SIGNERS["RSA"], expect_config=config)
