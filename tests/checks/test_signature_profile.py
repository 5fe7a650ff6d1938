"""A document signed as agreed passes; what differs in one point is found for that point."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from conformance.checks.signature import check_signature
from conformance.partner import JudgeSigning
from conformance.vectors.certificate import certificate, exported
from conformance.vectors.signing import Minter, sign, strip, wrap

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DOCUMENT = certificate(exported("NZ-2026-1", "NZ", "CN"))


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory) -> JudgeSigning:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COUNTRY_NAME, "NZ"), x509.NameAttribute(NameOID.COMMON_NAME, "root")])
    usage = x509.KeyUsage(
        digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    root = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=90))
        .not_valid_after(NOW + timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=True, path_length=1), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("anchor")
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "root.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return JudgeSigning(folder / "none.pem", folder / "none.key", folder / "root.pem", folder / "root.key")


@pytest.fixture(scope="module")
def minter(signing: JudgeSigning) -> Minter:
    return Minter(signing, NOW)


@pytest.fixture(scope="module")
def anchors(signing: JudgeSigning) -> bytes:
    path: Path | None = signing.ca_certificate
    assert path is not None
    return path.read_bytes()


def found(document: bytes, anchors: bytes) -> set[str]:
    return {finding.requirement for finding in check_signature(document, anchors=anchors, at=NOW, country="NZ")}


def test_what_is_signed_as_agreed_passes(minter: Minter, anchors: bytes) -> None:
    assert found(sign(DOCUMENT, minter.signer("NZ")), anchors) == set()


def test_without_a_signature(minter: Minter, anchors: bytes) -> None:
    signed = sign(DOCUMENT, minter.signer("NZ"))
    assert found(strip(signed), anchors) == {"SIG-001"}
    assert found(DOCUMENT, anchors) == {"SIG-001"}


def test_altered_after_signing(minter: Minter, anchors: bytes) -> None:
    signed = sign(DOCUMENT, minter.signer("NZ"))
    assert found(signed.replace(b"Fresh apples", b"Fresh lemons"), anchors) == {"SIG-001"}


def test_a_weak_algorithm(minter: Minter, anchors: bytes) -> None:
    assert found(sign(DOCUMENT, minter.signer("NZ"), hash_name="sha1"), anchors) == {"SIG-005"}


def test_a_wrapped_original(minter: Minter, anchors: bytes) -> None:
    forged = certificate(exported("NZ-2026-2", "NZ", "CN"))
    assert "SIG-002" in found(wrap(forged, DOCUMENT, minter.signer("NZ")), anchors)


def test_a_transform_the_library_would_skip(minter: Minter, anchors: bytes) -> None:
    signed = sign(DOCUMENT, minter.signer("NZ"))
    more = b'<ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116"/></ds:Transforms>'
    assert "SIG-003" in found(signed.replace(b"</ds:Transforms>", more), anchors)


def test_two_signatures(minter: Minter, anchors: bytes) -> None:
    once = sign(DOCUMENT, minter.signer("NZ"))
    assert found(sign(once, minter.signer("NZ")), anchors) == {"SIG-001"}


def test_a_signature_that_is_not_last(minter: Minter, anchors: bytes) -> None:
    signed = sign(DOCUMENT, minter.signer("NZ"))
    assert found(signed.replace(b"</rsm:SPSCertificate>", b"<rsm:More/></rsm:SPSCertificate>"), anchors) == {"SIG-002"}


def test_signers_that_may_not_sign(minter: Minter, anchors: bytes) -> None:
    day = timedelta(days=1)
    assert found(sign(DOCUMENT, minter.stranger("NZ")), anchors) == {"SIG-011"}
    assert found(sign(DOCUMENT, minter.signer("AU")), anchors) == {"SIG-014"}
    assert found(sign(DOCUMENT, minter.signer("NZ", begins=-3 * day, ends=-day)), anchors) == {"PKI-002"}
    assert found(sign(DOCUMENT, minter.signer("NZ", begins=day, ends=2 * day)), anchors) == {"PKI-003"}
    assert found(sign(DOCUMENT, minter.signer("NZ", for_tls=True)), anchors) == {"PKI-005"}


def test_hostile_octets_are_a_finding_not_a_crash(anchors: bytes) -> None:
    for octets in (b"", b"\x00\xff", b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>", b"<a" * 10_000):
        assert found(octets, anchors) == {"SIG-001"}


def test_garbage_in_keyinfo_is_a_finding_not_a_crash(minter: Minter, anchors: bytes) -> None:
    signed = sign(DOCUMENT, minter.signer("NZ"))
    begin = signed.index(b"<ds:X509Certificate>") + len(b"<ds:X509Certificate>")
    for rubbish in (b"AAAA", b"not base64!", b""):
        end = signed.index(b"</ds:X509Certificate>")
        assert found(signed[:begin] + rubbish + signed[end:], anchors) == {"SIG-011"}
