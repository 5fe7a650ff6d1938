"""Signature values as their standards say, and on purpose not as they say (RFC 8017 clauses 8 and 9)."""

import hashlib
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from conformance.vectors.signing import Key

Value = Callable[[bytes], bytes]
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - weak on purpose, for a test
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
# DER of DigestInfo before the digest (RFC 8017 clause 9.2, note 1).
_INFO = {
    "md5": "3020300c06082a864886f70d020505000410",
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256."""


def honest(key: Key, name: str = "sha256") -> Value:
    """Sign as the key's owner does, by ECDSA or RSA PKCS #1 v1.5 with a hash that may be weak."""
    return ecdsa(key, name) if isinstance(key, ec.EllipticCurvePrivateKey) else pkcs1(key, name)


def raw(key: rsa.RSAPrivateKey, message: bytes) -> bytes:
    """Apply the private key to an encoded message."""
    numbers, encoded = key.private_numbers(), int.from_bytes(message)
    # By the Chinese remainder theorem (RFC 8017 clause 5.1.2), which costs a quarter of the plain power.
    first = pow(encoded, numbers.dmp1, numbers.p)
    second = pow(encoded, numbers.dmq1, numbers.q)
    value = second + numbers.q * ((first - second) * numbers.iqmp % numbers.p)
    return value.to_bytes(length(key))


def length(key: rsa.RSAPrivateKey) -> int:
    """Return the octets of a value."""
    return (key.key_size + 7) // 8


def modulus(key: rsa.RSAPrivateKey) -> int:
    """Return the modulus."""
    return key.private_numbers().public_numbers.n


def digest_info(name: str, data: bytes) -> bytes:
    """Return the DigestInfo of data."""
    return bytes.fromhex(_INFO[name]) + hashlib.new(name, data, usedforsecurity=False).digest()


def padded(info: bytes, size: int) -> bytes:
    """Return the encoded message of PKCS #1 v1.5."""
    return b"\0\1" + b"\xff" * (size - 3 - len(info)) + b"\0" + info


def pkcs1(key: rsa.RSAPrivateKey, name: str = "sha256") -> Value:
    """Sign by RSASSA-PKCS1-v1_5."""
    return lambda data: raw(key, padded(digest_info(name, data), length(key)))


def pss(key: rsa.RSAPrivateKey, name: str = "sha256", salt_length: int | None = None, mask: str = "") -> Value:
    """Sign by RSASSA-PSS with a fixed salt (RFC 8017 clause 9.1.1); the salt is as long as the hash unless said."""

    def value(data: bytes) -> bytes:
        size = hashlib.new(name, usedforsecurity=False).digest_size
        salt = hashlib.sha512(b"salt of a test").digest()[: size if salt_length is None else salt_length]
        first = hashlib.new(name, data, usedforsecurity=False).digest()
        digest = hashlib.new(name, bytes(8) + first + salt, usedforsecurity=False).digest()
        block = bytes(length(key) - len(salt) - size - 2) + b"\1" + salt
        masked = bytearray(a ^ b for a, b in zip(block, _mask(digest, len(block), mask or name), strict=True))
        masked[0] &= 0x7F
        return raw(key, bytes(masked) + digest + b"\xbc")

    return value


def _mask(seed: bytes, size: int, name: str) -> bytes:
    made = b""
    for counter in range(size):
        if len(made) >= size:
            break
        made += hashlib.new(name, seed + counter.to_bytes(4), usedforsecurity=False).digest()
    return made[:size]


def ecdsa(key: ec.EllipticCurvePrivateKey, name: str = "sha256", *, other: bool = False) -> Value:
    """Sign by ECDSA with the nonce of RFC 6979; `other` gives the second value that verifies as well (P-256 only)."""

    def value(data: bytes) -> bytes:
        algorithm = ec.ECDSA(_HASHES[name], deterministic_signing=True)
        r, s = decode_dss_signature(key.sign(data, algorithm))
        half = (key.curve.key_size + 7) // 8
        return r.to_bytes(half) + (ORDER - s if other else s).to_bytes(half)

    return value


def cube_root(size: int) -> Value:
    """Return values whose cube begins with a short padding and the right DigestInfo: nobody's key is needed."""

    def value(data: bytes) -> bytes:
        head = b"\0\1" + b"\xff" * 8 + b"\0" + digest_info("sha256", data)
        target = int.from_bytes(head + b"\xff" * (size - len(head)))
        low, high = 0, 1 << (size * 8 // 3 + 2)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if middle**3 <= target else (low, middle - 1)
        return low.to_bytes(size)

    return value
