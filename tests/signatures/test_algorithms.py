"""Which algorithms count is agreed in words; what is outside is refused even when it verifies."""

import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from pki_for_signatures import NOW, make, name

from conformance.checks.signature import check_signature
from conformance.checks.xmldsig.algorithms import METHODS, PROFILE, PROFILE_WORDS, allow_list
from conformance.vectors.sealing import METHOD_NAMES, Key, Seal, seal

DOCUMENT = b'<certificate xmlns="urn:invented"><weight>1200.5</weight></certificate>'
KEYS: dict[str, Key] = {
    "rsa": rsa.generate_private_key(65537, 2048),
    "ecdsa": ec.generate_private_key(ec.SECP256R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}
SIGNERS = {
    kind: make(name(kind), key, name(kind), KEYS["rsa"])  # type: ignore[arg-type]  # any public key may be certified
    for kind, key in KEYS.items()
}
BEYOND = sorted(one for one, uri in METHOD_NAMES.items() if uri not in PROFILE.methods)


def signed(method: str) -> bytes:
    kind = method.split("-", maxsplit=1)[0]
    return seal(DOCUMENT, Seal(SIGNERS[kind], KEYS[kind], method, time=NOW), "enveloped")


def codes(data: bytes, *words: str) -> set[str]:
    return {one.requirement for one in check_signature(data, allowed=allow_list(PROFILE_WORDS | set(words)))}


def test_the_list_of_the_profile_is_the_one_published() -> None:
    assert len(PROFILE.methods) == 9
    assert {one.name for one in PROFILE.digests.values()} == {"sha256", "sha384", "sha512"}
    assert len(METHODS) == 16


@pytest.mark.parametrize("method", BEYOND)
def test_what_is_beyond_the_profile_is_taken_where_it_is_agreed_and_nowhere_else(method: str) -> None:
    data = signed(method)
    assert codes(data) == {"SIG-005"}
    assert codes(data, "ed25519" if method == "ed25519" else "sha-3") == set()
    assert codes(data.replace(b"1200.5", b"91200.5"), "ed25519", "sha-3") == {"SIG-001"}


def test_a_list_may_be_narrower_than_that_of_the_profile() -> None:
    data = signed("rsa-sha256")
    for left_out in ("rsa-pkcs1", "sha-2", "c14n-exclusive"):
        narrow = allow_list((PROFILE_WORDS | {"sha-3"}) - {left_out})
        assert check_signature(data, allowed=narrow), left_out


@pytest.mark.parametrize("words", [set(), {"sha-2"}, {"ecdsa", "sha-2"}, {*PROFILE_WORDS, "rot13"}])
def test_a_list_of_nonsense_is_none(words: set[str]) -> None:
    with pytest.raises(ValueError, match="algorithms"):
        allow_list(frozenset(words))


def test_sm2_cannot_be_judged_by_the_library() -> None:
    """When this fails, the library knows SM2 keys, and docs/known-deviations.md is out of date."""
    made = subprocess.run(["openssl", "genpkey", "-algorithm", "SM2"], capture_output=True, timeout=60, check=True)
    public = subprocess.run(["openssl", "pkey", "-pubout"], input=made.stdout, capture_output=True, timeout=60)
    assert public.stdout.startswith(b"-----BEGIN PUBLIC KEY-----"), public.stderr
    with pytest.raises((UnsupportedAlgorithm, ValueError)):
        load_pem_public_key(public.stdout)
    assert hashes.Hash(hashes.SM3()).finalize().hex().startswith("1ab21d83")
    assert not [one for one in dir(ec) if "SM2" in one.upper()]


def test_openssl_knows_sm2_certificates_and_the_judge_refuses_them(tmp_path: Path) -> None:
    """What docs/known-deviations.md says of SM2: the program verifies the chain, the library reads no key of it."""
    key, certificate = str(tmp_path / "sm2.key"), tmp_path / "sm2.pem"
    for arguments in (
        ["genpkey", "-algorithm", "SM2", "-out", key],
        ["req", "-new", "-x509", "-key", key, "-sm3", "-sigopt", "distid:1234567812345678", "-subj", "/C=CN/CN=SM2",
         "-out", str(certificate)],
        ["verify", "-CAfile", str(certificate), str(certificate)],
    ):  # fmt: skip
        subprocess.run(["openssl", *arguments], capture_output=True, timeout=60, check=True)
    with pytest.raises(UnsupportedAlgorithm):
        x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
