"""A small time-stamp authority (RFC 3161), for tests and for whoever has none yet. It says whatever time it is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

# Of the arc for examples of RFC 7299: nobody's policy.
POLICY = "1.3.6.1.5.5.7.13.1"
Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    """A time-stamp authority: its certificate, its key, and further certificates to send along."""

    certificate: x509.Certificate
    key: Key
    chain: tuple[x509.Certificate, ...] = ()


def stamp(octets: bytes, authority: Authority, time: datetime, algorithm: str = "sha256") -> bytes:
    """Return the DER of a time-stamp token over `octets`. The same input gives the same octets.

    `algorithm` is the hash of the imprint and of the token: sha256, sha384 or sha512.
    """
    info = tsp.TSTInfo({
        "version": "v1",
        "policy": POLICY,
        "message_imprint": {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": _digest(algorithm, octets)},
        "serial_number": int.from_bytes(sha256(octets + time.isoformat().encode()).digest()[:15]),
        "gen_time": time.astimezone(UTC).replace(microsecond=0),
    }).dump()  # fmt: skip
    attributes = cms.CMSAttributes([
        _attribute("content_type", "tst_info"),
        _attribute("message_digest", _digest(algorithm, info)),
        _attribute("signing_certificate_v2", _named(authority.certificate)),
    ])  # fmt: skip
    signer = cms.SignerInfo({
        "version": "v1",
        "sid": cms.SignerIdentifier("issuer_and_serial_number", {
            "issuer": _asn1(authority.certificate).issuer, "serial_number": authority.certificate.serial_number,
        }),
        "digest_algorithm": {"algorithm": algorithm},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": f"{algorithm}_{'rsa' if _is_rsa(authority.key) else 'ecdsa'}"},
        "signature": _sign(authority.key, attributes.dump(), algorithm),
    })  # fmt: skip
    signed = cms.SignedData({
        "version": "v3",
        "digest_algorithms": [{"algorithm": algorithm}],
        "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
        "certificates": _held((authority.certificate, *authority.chain)),
        "signer_infos": [signer],
    })  # fmt: skip
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _named(certificate: x509.Certificate) -> tsp.SigningCertificateV2:
    """The attribute by which the token says which certificate signed it (RFC 5816)."""
    digest = certificate.fingerprint(hashes.SHA256())
    return tsp.SigningCertificateV2({"certs": [
        {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "cert_hash": digest}
    ]})  # fmt: skip


def _held(certificates: Sequence[x509.Certificate]) -> list[cms.CertificateChoices]:
    return [cms.CertificateChoices("certificate", _asn1(one)) for one in dict.fromkeys(certificates)]


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": kind, "values": [value]})


def _hash(name: str) -> hashes.HashAlgorithm:
    return {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[name]


def _digest(name: str, octets: bytes) -> bytes:
    digest = hashes.Hash(_hash(name))
    digest.update(octets)
    return digest.finalize()


def _is_rsa(key: Key) -> bool:
    return isinstance(key, rsa.RSAPrivateKey)


def _sign(key: Key, octets: bytes, algorithm: str) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(octets, padding.PKCS1v15(), _hash(algorithm))
    return key.sign(octets, ec.ECDSA(_hash(algorithm), deterministic_signing=True))
