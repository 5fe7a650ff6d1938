"""What signxml says of a signature the judge itself made, as a second opinion.

The verdict on a signature comes from `checks.signature`, because signxml refuses some good ones (the table of known
limits in docs/known-deviations.md). What the judge signs is not among those, and both must agree before it is sent.
"""

from cryptography import x509
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.exceptions import SignXMLException
from signxml.verifier import SignatureConfiguration, XMLVerifier

from conformance.parsing import Unreadable, parse

_METHODS = frozenset(
    one for one in SignatureMethod
    if one.name in ("RSA_SHA256", "RSA_SHA384", "RSA_SHA512", "ECDSA_SHA256", "ECDSA_SHA384", "ECDSA_SHA512",
                    "SHA256_RSA_MGF1", "SHA384_RSA_MGF1", "SHA512_RSA_MGF1")
)  # fmt: skip
_DIGESTS = frozenset(one for one in DigestAlgorithm if one.name in ("SHA256", "SHA384", "SHA512"))


def why_refused(data: bytes, signer: x509.Certificate, signature: bytes | None = None, references: int = 1) -> str:
    """Return why signxml does not take the enveloped signature of `data` as the signer's; "" when it does.

    `signature` are the octets of a detached one over `data`, `references` how many it has (XAdES: two). The signer's
    certificate path is not looked at, nor the properties of XAdES.
    """
    config = SignatureConfiguration(
        location="./" if signature is None else ".",
        expect_references=references,
        signature_methods=_METHODS,
        digest_algorithms=_DIGESTS,
        verification_time=signer.not_valid_before_utc,
    )
    resolver = None if signature is None else (lambda _uri: data)
    try:
        root = parse(data if signature is None else signature)
        XMLVerifier().verify(root, x509_cert=signer, expect_config=config, uri_resolver=resolver)
    except (SignXMLException, Unreadable, ValueError, TypeError, etree.LxmlError) as error:
        return " ".join(str(error).split()) or type(error).__name__
    return ""
