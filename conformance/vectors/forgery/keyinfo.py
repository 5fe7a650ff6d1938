# ruff: noqa: E501 - tables, one row a line
"""KeyInfo: who signs, and whom a reader of KeyInfo might take for the signer (XML Signature 1.1, 4.5)."""

import base64
import hmac
import re
from collections.abc import Callable

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from conformance.checks.xmldsig.algorithms import DS11, MORE
from conformance.vectors.forgery.issuing import Wanted
from conformance.vectors.forgery.keys import modulus
from conformance.vectors.forgery.material import Material, Row, Sealed, put
from conformance.vectors.forgery.plan import x509_data
from conformance.vectors.signing import Signer

_FORGER = Wanted("Conformance test forger", kind="rsa-2048")


def _key_value(key: rsa.RSAPrivateKey) -> str:
    n, e = modulus(key), 65537
    numbers = (base64.b64encode(one).decode() for one in (n.to_bytes(256), e.to_bytes(3)))
    return "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>{}</ds:Modulus><ds:Exponent>{}</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>".format(
        *numbers
    )


def _forger(m: Material) -> Signer:
    """Somebody with a key of his own and a certificate he has signed himself, in the name of the signer."""
    return m.issuing.lone(_FORGER)


def _same_names(m: Material) -> Signer:
    """The forger's certificate with the names of the registered anchor as its issuer."""
    forger = _forger(m)
    own = Signer(m.issuing.anchor.certificate, forger.key)
    return m.issuing.issue(_FORGER, own)


def _rsa(signer: Signer) -> rsa.RSAPrivateKey:
    if not isinstance(signer.key, rsa.RSAPrivateKey):
        raise TypeError("an RSA key was asked for")
    return signer.key


def _by_forger(key_info: Callable[[Material, Signer], str]) -> Callable[[Material], Sealed]:
    def make(m: Material) -> Sealed:
        forger = _same_names(m)
        return m.sealed(signer=forger, key_info=key_info(m, forger))

    return make


def _beside(what: Callable[[Material], str]) -> Callable[[Material], Sealed]:
    return lambda m: m.sealed(beside=what(m))


def _second(m: Material) -> Signer:
    return m.issuing.signer(Wanted("Second conformance test signer", kind="rsa-2048"))


def _serial(one: x509.Certificate) -> str:
    return f"<ds:X509IssuerSerial><ds:X509IssuerName>{one.issuer.rfc4514_string()}</ds:X509IssuerName><ds:X509SerialNumber>{one.serial_number}</ds:X509SerialNumber></ds:X509IssuerSerial>"


def _identifier(one: x509.Certificate) -> str:
    found = one.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return f"<ds:X509SKI>{base64.b64encode(found.digest).decode()}</ds:X509SKI>"


def _der_key(m: Material) -> str:
    octets = _second(m).key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f'<dsig11:DEREncodedKeyValue xmlns:dsig11="{DS11}">{base64.b64encode(octets).decode()}</dsig11:DEREncodedKeyValue>'


def _genuine(m: Material) -> tuple[x509.Certificate, ...]:
    return (m.signer.certificate, *m.signer.others)


SUBSTITUTED = (
    Row("forger-same-names", "signed by a forger whose certificate bears the signer's and issuer's names", _by_forger(lambda _m, f: x509_data(f.certificate))),
    Row("forger-with-own-root", "signed by a forger below a root of his own that bears the anchor's name", _by_forger(lambda m, f: x509_data(f.certificate, m.issuing.namesake(m.issuing.anchor.certificate).certificate))),
    Row("forger-behind-signer", "the signer's certificate first, the forger's, whose key signed, second", _by_forger(lambda m, f: x509_data(*_genuine(m), f.certificate))),
    Row("forger-before-signer", "the forger's certificate, whose key signed, before the signer's", _by_forger(lambda m, f: x509_data(f.certificate, *_genuine(m)))),
    Row("forger-in-key-value", "the forger's key in KeyValue, the signer's certificate beside it", _by_forger(lambda m, f: _key_value(_rsa(f)) + x509_data(*_genuine(m)))),
    Row("key-value-only", "the forger's key in KeyValue and no certificate", _by_forger(lambda _m, f: _key_value(_rsa(f)))),
    Row("names-only", "the signer's serial number without its certificate", lambda m: m.sealed(key_info=x509_data(more=_serial(m.signer.certificate)))),
    Row("key-name-only", "a key name without a certificate", lambda m: m.sealed(key_info="<ds:KeyName>seal 7</ds:KeyName>")),
    Row("empty-key-info", "an empty KeyInfo", lambda m: m.sealed(key_info="")),
    Row("no-key-info", "no KeyInfo", lambda m: m.sealed(lambda text: re.sub(r"<ds:KeyInfo>.*</ds:KeyInfo>", "", text, flags=re.DOTALL))),
    Row("certificate-with-comment", "a comment inside the certificate", lambda m: m.sealed(lambda text: put(text, "<ds:X509Certificate>", "<ds:X509Certificate><!-- -->"))),
    Row("certificate-garbage", "a certificate that is none", lambda m: m.sealed(key_info="<ds:X509Data><ds:X509Certificate>AAAA</ds:X509Certificate></ds:X509Data>")),
    Row("anchor-as-signer", "the anchor's certificate alone, the signer's key signed", lambda m: m.sealed(key_info=x509_data(m.issuing.anchor.certificate))),
)  # fmt: skip
CONTRADICTING = (
    Row("retrieval-method", "the key is to be fetched (RetrievalMethod), beside the signer's certificate", _beside(lambda m: f'<ds:RetrievalMethod URI="{m.address}"/>')),
    Row("key-info-reference", "the key is to be fetched (KeyInfoReference), beside the signer's certificate", _beside(lambda m: f'<dsig11:KeyInfoReference xmlns:dsig11="{DS11}" URI="{m.address}"/>')),
    Row("key-value-of-another", "another's key in KeyValue beside the signer's certificate", _beside(lambda m: _key_value(_rsa(_second(m))))),
    Row("der-key-of-another", "another's key in DEREncodedKeyValue beside the signer's certificate", _beside(_der_key)),
    Row("stranger-beside", "a certificate beside the signer's that is on no path of his", lambda m: m.sealed(key_info=x509_data(*_genuine(m), _forger(m).certificate))),
    Row("serial-of-another", "issuer and serial number of another certificate", lambda m: m.sealed(key_info=x509_data(*_genuine(m), more=_serial(_second(m).certificate)))),
    Row("stranger-in-other-data", "a second X509Data about somebody else", lambda m: m.sealed(key_info=x509_data(*_genuine(m)) + x509_data(_second(m).certificate))),
    Row("identifier-of-another", "the key identifier of another certificate", lambda m: m.sealed(key_info=x509_data(*_genuine(m), more=_identifier(_second(m).certificate)))),
    Row("subject-of-another", "the subject of another certificate", lambda m: m.sealed(key_info=x509_data(*_genuine(m), more=f"<ds:X509SubjectName>{_second(m).certificate.subject.rfc4514_string()}</ds:X509SubjectName>"))),
    Row("revocation-list-inside", "a revocation list in X509Data, which is the sender's word about revocation", lambda m: m.sealed(key_info=x509_data(*_genuine(m), more="<ds:X509CRL>AAAA</ds:X509CRL>"))),
    Row("text-in-key-info", "text between the parts of KeyInfo", _beside(lambda _m: "seal")),
    Row("unknown-attribute", "an attribute in the signature that XML Signature does not define", lambda m: m.sealed(lambda text: put(text, "<ds:KeyInfo>", '<ds:KeyInfo trust="yes">'))),
    Row("foreign-element", "an element of a foreign namespace in KeyInfo", _beside(lambda _m: '<x:key xmlns:x="urn:invented:x"/>')),
)  # fmt: skip


def _hmac(
    secret: Callable[[Material], bytes], method: str = f"{MORE}hmac-sha256", bits: int = 256, inside: str = ""
) -> Callable[[Material], Sealed]:
    name = "sha256" if method.endswith("256") else "sha1"

    def make(m: Material) -> Sealed:
        key = secret(m)
        return m.sealed(
            method=method, method_inside=inside, value=lambda data: hmac.digest(key, data, name)[: bits // 8]
        )

    return make


def _public(m: Material, encoding: Encoding) -> bytes:
    return m.signer.key.public_key().public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo)


_CUT = "<ds:HMACOutputLength>{}</ds:HMACOutputLength>"
_SHA1 = "http://www.w3.org/2000/09/xmldsig#hmac-sha1"
HMAC = (
    Row("hmac-with-public-key", "HMAC with the signer's public key in DER as its secret", _hmac(lambda m: _public(m, Encoding.DER))),
    Row("hmac-with-public-key-pem", "HMAC with the signer's public key in PEM as its secret", _hmac(lambda m: _public(m, Encoding.PEM))),
    Row("hmac-with-certificate", "HMAC with the signer's certificate as its secret", _hmac(lambda m: m.signer.certificate.public_bytes(Encoding.DER))),
    Row("hmac-with-certificate-pem", "HMAC with the signer's certificate in PEM as its secret", _hmac(lambda m: m.signer.certificate.public_bytes(Encoding.PEM))),
    Row("hmac-sha256", "HMAC with a secret nobody agreed", _hmac(lambda _m: b"guess")),
    Row("hmac-truncated-to-0", "HMAC cut to no bits", _hmac(lambda _m: b"guess", _SHA1, 0, _CUT.format(0))),
    Row("hmac-truncated-to-8", "HMAC cut to 8 bits: 256 tries forge it", _hmac(lambda _m: b"guess", _SHA1, 8, _CUT.format(8))),
)  # fmt: skip
