# ruff: noqa: E501 - tables, one row a line
"""Algorithms that are not agreed, and values that nobody made with the private key (RFC 8017; FIPS 186-5, 6.4.2)."""

import base64
import re
import string
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric import rsa

from conformance.checks.xmldsig.algorithms import DS, EXCLUSIVE, MORE, MORE_2007, XMLENC
from conformance.vectors.forgery.issuing import Wanted
from conformance.vectors.forgery.keys import (
    ORDER,
    Value,
    cube_root,
    digest_info,
    ecdsa,
    honest,
    length,
    modulus,
    padded,
    pkcs1,
    pss,
    raw,
)
from conformance.vectors.forgery.material import Material, Row, Sealed, put
from conformance.vectors.forgery.plan import VALUE, fill, seal

Change = Callable[[bytes], bytes]
_PSS = f"{MORE_2007}rsa-pss"
_PARAMETERS = (
    f'<p:RSAPSSParams xmlns:p="{MORE_2007}"><ds:DigestMethod Algorithm="{XMLENC}sha256"/>{{}}</p:RSAPSSParams>'
)
_MASK = f'<p:MaskGenerationFunction Algorithm="{MORE_2007}MGF1"><ds:DigestMethod Algorithm="{DS}sha1"/></p:MaskGenerationFunction>'
_CUT = "<ds:HMACOutputLength>8</ds:HMACOutputLength>"


def _key(m: Material) -> rsa.RSAPrivateKey:
    key = m.rsa.key
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("an RSA key was asked for")
    return key


def _by_rsa(
    value: Callable[[rsa.RSAPrivateKey], Value] | None = None, **fields: object
) -> Callable[[Material], Sealed]:
    def make(m: Material) -> Sealed:
        made = {} if value is None else {"value": value(_key(m))}
        return m.sealed(signer=m.rsa, **made, **fields)

    return make


def _sha1(m: Material) -> Sealed:
    kind = "ecdsa" if hasattr(m.signer.key, "curve") else "rsa"
    method = f"{MORE}ecdsa-sha1" if kind == "ecdsa" else f"{DS}rsa-sha1"
    return m.sealed(method=method, value=honest(m.signer.key, "sha1"), digest=f"{DS}sha1")


def _ecdsa_sha1(m: Material) -> Sealed:
    return m.sealed(signer=m.ec, method=f"{MORE}ecdsa-sha1", value=honest(m.ec.key, "sha1"))


SHA1 = (
    Row("sha1", "a good value by the registered signer with SHA-1", _sha1),
    Row("digest-sha1", "a digest by SHA-1", lambda m: m.sealed(digest=f"{DS}sha1")),
)  # fmt: skip
DOWNGRADED = (
    Row("rsa-sha1", "a good value by RSA with SHA-1", _by_rsa(lambda key: pkcs1(key, "sha1"), method=f"{DS}rsa-sha1")),
    Row("rsa-md5", "a good value by RSA with MD5", _by_rsa(lambda key: pkcs1(key, "md5"), method=f"{MORE}rsa-md5")),
    Row("ecdsa-sha1", "a good value by ECDSA with SHA-1", _ecdsa_sha1),
    Row("pss-sha1", "RSA-PSS with SHA-1", _by_rsa(lambda key: pss(key, "sha1"), method=f"{MORE_2007}sha1-rsa-MGF1")),
    Row("pss-other-mask", "RSA-PSS with SHA-256 and a mask by SHA-1", _by_rsa(lambda key: pss(key, mask="sha1"), method=_PSS, method_inside=_PARAMETERS.format(_MASK))),
    Row("pss-short-salt-declared", "RSA-PSS with a declared salt of no octets", _by_rsa(lambda key: pss(key, salt_length=0), method=_PSS, method_inside=_PARAMETERS.format("<p:SaltLength>0</p:SaltLength>"))),
    Row("dsa-sha1", "DSA with SHA-1 named", lambda m: m.sealed(method=f"{DS}dsa-sha1")),
    Row("method-unknown", "a signature method nobody knows", lambda m: m.sealed(method="urn:invented:method")),
    Row("eddsa", "Ed25519 named, which is not agreed", lambda m: m.sealed(method="http://www.w3.org/2021/04/xmldsig-more#eddsa-ed25519")),
    Row("method-none", "the method 'none' of another standard", lambda m: m.sealed(method=f"{MORE}none", value=lambda _d: b"")),
    Row("output-length", "an HMAC output length on a method with a public key", lambda m: m.sealed(method_inside=_CUT)),
    Row("digest-md5", "a digest by MD5", lambda m: m.sealed(digest=f"{MORE}md5")),
    Row("digest-sha224", "a digest by SHA-224", lambda m: m.sealed(digest=f"{MORE}sha224")),
    Row("digest-sha3", "a digest by SHA3-256, which is not agreed", lambda m: m.sealed(digest=f"{MORE_2007}sha3-256")),
)  # fmt: skip


def _named_otherwise(name: str) -> Callable[[Material], Sealed]:
    old, new = (f'CanonicalizationMethod Algorithm="{one}"' for one in (EXCLUSIVE, name))
    return lambda m: m.sealed(lambda text: put(text, old, new))


SIGNED_INFO = (
    Row("signed-info-with-comments", "SignedInfo canonicalised with comments", lambda m: m.sealed(canonical=f"{EXCLUSIVE}WithComments")),
    Row("signed-info-unknown", "SignedInfo canonicalised as nobody knows", _named_otherwise("urn:invented:c14n")),
    Row("signed-info-minimal", "SignedInfo by the minimal canonicalisation of old drafts", _named_otherwise(f"{DS}minimal")),
)  # fmt: skip


def _changed(text: str, change: Change, name: str = "SignatureValue") -> str:
    pattern = re.compile(rf"(<ds:{name}>)(.*?)(</ds:{name}>)", re.DOTALL)
    return pattern.sub(lambda m: m[1] + base64.b64encode(change(base64.b64decode(m[2]))).decode() + m[3], text, count=1)


def _rsa_value(change: Callable[[bytes, int], bytes]) -> Callable[[Material], Sealed]:
    def make(m: Material) -> Sealed:
        n = modulus(_key(m))
        return m.sealed(lambda text: _changed(text, lambda value: change(value, n)), signer=m.rsa)

    return make


def _padding(make: Callable[[bytes, int], bytes]) -> Callable[[Material], Sealed]:
    """A value of the right key over an encoded message made of DigestInfo and length in another way."""
    return _by_rsa(lambda key: lambda data: raw(key, make(digest_info("sha256", data), length(key))))


_WITHOUT_NULL = bytes.fromhex("302f300b06096086480165030402010420")
_SHA384 = bytes.fromhex("3031300d060960864801650304020205000420")
RSA = (
    Row("rsa-value-zero", "a value of zeros", _rsa_value(lambda v, _n: bytes(len(v)))),
    Row("rsa-value-one", "the value 1", _rsa_value(lambda v, _n: (1).to_bytes(len(v)))),
    Row("rsa-value-minus-one", "the modulus less 1", _rsa_value(lambda v, n: (n - 1).to_bytes(len(v)))),
    Row("rsa-value-modulus", "the modulus itself", _rsa_value(lambda v, n: n.to_bytes(len(v)))),
    Row("rsa-value-negative", "the modulus less the good value", _rsa_value(lambda v, n: (n - int.from_bytes(v)).to_bytes(len(v)))),
    Row("rsa-value-and-modulus", "the good value with the modulus added, in one octet more", _rsa_value(lambda v, n: (n + int.from_bytes(v)).to_bytes(len(v) + 1))),
    Row("rsa-value-empty", "no value", _rsa_value(lambda _v, _n: b"")),
    Row("rsa-value-short", "the last octet missing", _rsa_value(lambda v, _n: v[:-1])),
    Row("rsa-value-long", "a zero before the value", _rsa_value(lambda v, _n: b"\0" + v)),
    Row("rsa-value-followed", "a zero after the value", _rsa_value(lambda v, _n: v + b"\0")),
    Row("rsa-bit-turned", "one bit of the value turned", _rsa_value(lambda v, _n: v[:-1] + bytes([v[-1] ^ 1]))),
    Row("pkcs1-without-null", "the DigestInfo without its NULL parameter", _padding(lambda info, size: padded(_WITHOUT_NULL + info[19:], size))),
    Row("pkcs1-block-type-0", "a padding of zeros (block type 0)", _padding(lambda info, size: bytes(size - len(info)) + info)),
    Row("pkcs1-short-padding", "eight octets of padding and garbage after the digest", _padding(lambda info, size: padded(info, len(info) + 11) + b"\x5a" * (size - len(info) - 11))),
    Row("pkcs1-garbage-in-padding", "garbage inside the padding", _padding(lambda info, size: b"\0\1\xff\x5a" + padded(info, size)[4:])),
    Row("pkcs1-bare-digest", "the digest without a DigestInfo", _padding(lambda info, size: padded(info[19:], size))),
    Row("pkcs1-other-hash", "the DigestInfo of SHA-384 with a digest of SHA-256", _padding(lambda info, size: padded(_SHA384 + info[19:], size))),
    Row("pss-where-pkcs1", "a PSS value under the name of PKCS #1 v1.5", _by_rsa(pss)),
    Row("pss-no-salt", "RSA-PSS without a salt", _by_rsa(lambda key: pss(key, salt_length=0), method=f"{MORE_2007}sha256-rsa-MGF1")),
    Row("pss-long-salt", "RSA-PSS with a salt of 64 octets under SHA-256", _by_rsa(lambda key: pss(key, salt_length=64), method=f"{MORE_2007}sha256-rsa-MGF1")),
    Row("rsa-under-ecdsa", "an RSA value under the name of ECDSA", _by_rsa(method=f"{MORE}ecdsa-sha256")),
    Row("rsa-exponent-3-cube-root", "a cube root made without the key, garbage after the digest", lambda m: m.sealed(signer=m.issuing.signer(Wanted(kind="rsa-cubic")), value=cube_root(256))),
    Row("rsa-exponent-1", "a certified key with exponent 1: the padded message is its own signature", lambda m: m.sealed(signer=m.issuing.with_exponent_1(), value=lambda data: padded(digest_info("sha256", data), 256))),
)  # fmt: skip


def _ec_value(change: Change) -> Callable[[Material], Sealed]:
    return lambda m: m.sealed(lambda text: _changed(text, change), signer=m.ec)


def _pair(r: int, s: int) -> Callable[[Material], Sealed]:
    return _ec_value(lambda _v: r.to_bytes(32) + s.to_bytes(32))


def _over(value: bytes) -> bytes:
    r, s = int.from_bytes(value[:32]), int.from_bytes(value[32:])
    fits = s + ORDER < 1 << 256
    return (r if fits else (r + ORDER) % (1 << 256)).to_bytes(32) + (s + ORDER if fits else s).to_bytes(32)


def _as_der(value: bytes) -> bytes:
    numbers = [value[:32], value[32:]]
    parts = b"".join(b"\2" + bytes([len(x) + (x[0] >> 7)]) + b"\0" * (x[0] >> 7) + x for x in numbers)
    return b"\x30" + bytes([len(parts)]) + parts


def _curve(kind: str) -> Callable[[Material], Sealed]:
    return lambda m: m.sealed(signer=m.issuing.signer(Wanted(kind=kind)))


def _other_hash(m: Material) -> Sealed:
    return m.sealed(signer=m.ec, value=ecdsa(m.ec.key, "sha512"))  # type: ignore[arg-type]


ECDSA = (
    Row("ecdsa-zero-zero", "r and s are 0", _pair(0, 0)),
    Row("ecdsa-zero-one", "r is 0, s is 1", _pair(0, 1)),
    Row("ecdsa-one-zero", "r is 1, s is 0", _pair(1, 0)),
    Row("ecdsa-one-one", "r and s are 1", _pair(1, 1)),
    Row("ecdsa-order-order", "r and s are the order of the curve", _pair(ORDER, ORDER)),
    Row("ecdsa-order-one", "r is the order, s is 1", _pair(ORDER, 1)),
    Row("ecdsa-s-plus-order", "the order added to s, where it fits, else to r", _ec_value(_over)),
    Row("ecdsa-der", "the value in DER instead of two numbers side by side", _ec_value(_as_der)),
    Row("ecdsa-swapped", "r and s exchanged", _ec_value(lambda v: v[32:] + v[:32])),
    Row("ecdsa-widened", "zeros before both numbers", _ec_value(lambda v: bytes(16) + v[:32] + bytes(16) + v[32:])),
    Row("ecdsa-r-only", "s missing", _ec_value(lambda v: v[:32])),
    Row("ecdsa-empty", "no value", _ec_value(lambda _v: b"")),
    Row("ecdsa-under-rsa", "an ECDSA value under the name of RSA", lambda m: m.sealed(signer=m.ec, method=f"{MORE}rsa-sha256")),
    Row("ecdsa-other-hash", "a value over SHA-512 under the name of SHA-256", _other_hash),
    Row("ecdsa-secp256k1", "a curve that is not agreed (secp256k1)", _curve("secp256k1")),
)  # fmt: skip


def _short_digest(m: Material) -> str:
    """A digest cut in half before SignedInfo was signed over it."""
    plan = m.plan()
    text = seal(m.text, plan)
    text = _changed(text, lambda digest: digest[:16], "DigestValue")
    return fill(re.sub(r"(<ds:SignatureValue>).*?(</)", rf"\1{VALUE}\2", text), plan)


_ALPHABET = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
_DIGEST_TEXT = re.compile(r"(?<=<ds:DigestValue>).*?(?=<)")
_VALUE_TEXT = re.compile(r"(?<=<ds:SignatureValue>).*?(?=<)", re.DOTALL)


def _bits_behind(text: str) -> str:
    """Base64 whose last letter has a bit more than the octets need."""
    letters = text.rstrip("=")
    return letters[:-1] + _ALPHABET[_ALPHABET.index(letters[-1]) + 1] + "=" * (len(text) - len(letters))


def _digest_with_bits(m: Material) -> str:
    """A digest written so before SignedInfo was signed over it."""
    plan = m.plan()
    text = _DIGEST_TEXT.sub(lambda found: _bits_behind(found[0]), seal(m.text, plan))
    return fill(_VALUE_TEXT.sub(VALUE, text), plan)


ENCODED = (
    Row("value-with-no-break-space", "a value with a space in it that is none of XML's (U+00A0)", lambda m: m.sealed(lambda text: put(text, "<ds:SignatureValue>", "<ds:SignatureValue>\u00a0"))),
    Row("value-with-bits-behind", "a value whose Base64 has bits behind the last octet", lambda m: m.sealed(lambda text: _VALUE_TEXT.sub(lambda found: _bits_behind(found[0]), text))),
    Row("digest-with-bits-behind", "a digest whose Base64 has bits behind the last octet, signed so", _digest_with_bits),
    Row("digest-truncated", "a digest of 16 octets, signed so", _short_digest),
    Row("value-not-base64", "a value that is not Base64", lambda m: m.sealed(lambda text: re.sub(r"<ds:SignatureValue>.", "<ds:SignatureValue>*", text))),
)  # fmt: skip
