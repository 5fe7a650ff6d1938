"""S/MIME on both sides: each opens what the other and openssl seal, and refuses what is forged, in the agreed words."""

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conformance.checks.smime import check_encrypted, check_signed, head, octets_of, read_signed
from conformance.vectors.signing import load_signer
from conformance.vectors.smime import Entity, apart, decrypted, encrypted, mail_signer, signed, stranger
from reference_impl.config import NodeConfig, load_config
from reference_impl.mail.outbox import addressee
from reference_impl.mail.smime import MailSigner, MailTrust, Smime, Unsafe, split
from reference_impl.setup.initial import initialize

PLAIN = (
    b"From: outbox@nz.ecert.example\r\nTo: smime@cn.ecert.example\r\nSubject: ECERT CERTIFICATE NZ CN NZ-1 70\r\n"
    b"Content-Type: application/xml\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\n\r\nPGE+PC9hPg==\r\n"
)
ADDRESS = "outbox@nz.ecert.example"


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> NodeConfig:
    folder = tmp_path_factory.mktemp("smime") / "node"
    initialize(folder)
    return load_config(folder)


@pytest.fixture
def pki(config: NodeConfig, program: Callable[[str], str]) -> Path:
    program("openssl")
    return config.folder / "pki"


@pytest.fixture
def node(config: NodeConfig) -> Smime:
    own = config.smime
    assert own is not None
    return Smime(MailSigner(own.certificate, own.key, own.decryption_certificate, own.decryption_key))


@pytest.fixture
def trust(pki: Path) -> MailTrust:
    return MailTrust(pki / "nz-mail-anchor.pem", ADDRESS)


def pair(pki: Path, name: str) -> tuple[Path, Path]:
    return pki / f"{name}.pem", pki / f"{name}.key"


def refusal(node: Smime, trust: MailTrust, sealed: Entity) -> str:
    with pytest.raises(Unsafe) as caught:
        node.open(sealed.message(), trust)
    return str(caught.value).split()[1].rstrip(":")


def test_the_judge_verifies_what_the_node_signs(node: Smime, pki: Path) -> None:
    anchor = (pki / "mail-anchor.pem").read_bytes()
    sealed = node.seal(PLAIN)
    assert not check_signed(sealed, anchor, "outbox@cn.ecert.example", datetime.now(UTC))
    other = (pki / "nz-mail-anchor.pem").read_bytes()
    (finding,) = check_signed(sealed, other, "outbox@cn.ecert.example", datetime.now(UTC))
    assert finding.message == "The signer is not under the agreed anchor."
    (finding,) = check_signed(sealed, anchor, "another@cn.ecert.example", datetime.now(UTC))
    assert finding.message == "The signer is not the sender."
    changed = sealed.replace(b"PGE+PC9hPg==", b"PGI+PC9iPg==")
    assert "does not fit" in check_signed(changed, anchor, "outbox@cn.ecert.example", datetime.now(UTC))[0].message


def test_openssl_verifies_what_both_sign(node: Smime, pki: Path, tmp_path: Path) -> None:
    own = load_signer(*pair(pki, "nz-mail-signer"))
    for sealed, root in (
        (node.seal(PLAIN), pki / "mail-root.pem"),
        (signed(apart(PLAIN), own).message(), pki / "nz-mail-root.pem"),
    ):
        (tmp_path / "mail").write_bytes(sealed)
        command = ["openssl", "cms", "-verify", "-in", str(tmp_path / "mail"), "-CAfile", str(root)]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_the_node_opens_what_the_judge_and_openssl_sign(node: Smime, trust: MailTrust, pki: Path) -> None:
    certificate, key = pair(pki, "nz-mail-signer")
    opened = node.open(signed(apart(PLAIN), load_signer(certificate, key)).message(), trust)
    assert opened == b"".join(split(PLAIN)[:1]) + b"MIME-Version: 1.0\r\n" + split(PLAIN)[1]
    files = ["-signer", str(certificate), "-inkey", str(key)]
    command = ["openssl", "cms", "-sign", "-binary", *files, "-outform", "SMIME", "-crlfeol"]
    made = subprocess.run(command, input=split(PLAIN)[1], capture_output=True, check=True).stdout
    assert node.open(split(PLAIN)[0] + made, trust) == opened


def test_what_must_be_refused_is_refused_in_the_agreed_words(node: Smime, trust: MailTrust, pki: Path) -> None:
    now, plain, ca = datetime.now(UTC), apart(PLAIN), pair(pki, "nz-mail-root")
    own = load_signer(*pair(pki, "nz-mail-signer"))
    to = pki / "mail-decryption.pem"
    good = signed(plain, own)
    assert refusal(node, trust, signed(plain, own, over=plain.inside + b" ")) == "signature-invalid"
    assert refusal(node, trust, signed(plain, own, over=plain.inside.replace(b"\r\n", b"\n"))) == "signature-invalid"
    assert refusal(node, trust, signed(plain, own, micalg="sha-512")) == "algorithm"
    assert refusal(node, trust, signed(plain, stranger(ADDRESS, now))) == "signer-unknown"
    assert refusal(node, trust, signed(plain, mail_signer(ca, ADDRESS, now, expired=True))) == "signer-expired"
    assert refusal(node, trust, signed(plain, load_signer(*pair(pki, "nz-mail-revoked")))) == "signer-revoked"
    assert refusal(node, trust, signed(plain, mail_signer(ca, "x@else.example", now))) == "signer-address"
    assert refusal(node, trust, plain) == "not-signed"
    assert refusal(node, trust, encrypted(plain, to)) == "not-signed"
    assert refusal(node, trust, encrypted(good, to, changed=True)) == "decryption"
    assert refusal(node, trust, encrypted(good, to, cipher="aes-256-cbc")) == "algorithm"
    assert refusal(node, trust, Entity(good.outside, good.inside.replace(b"--\r\n", b"\r\n"))) == "signature-invalid"


def test_a_certificate_that_merely_comes_along_does_not_lend_its_address(
    node: Smime, trust: MailTrust, pki: Path
) -> None:
    other = mail_signer(pair(pki, "nz-mail-root"), "x@else.example", datetime.now(UTC))
    own = load_signer(*pair(pki, "nz-mail-signer"))
    sealed = signed(apart(PLAIN), other, along=(own.certificate,))
    assert refusal(node, trust, sealed) == "signer-address"


def test_encrypted_mail_goes_both_ways(node: Smime, trust: MailTrust, pki: Path) -> None:
    good = signed(apart(PLAIN), load_signer(*pair(pki, "nz-mail-signer")))
    assert b"PGE+PC9hPg==" in node.open(encrypted(good, pki / "mail-decryption.pem").message(), trust)
    sent = node.seal(PLAIN, pki / "nz-mail-decryption.pem")
    assert not check_encrypted(sent)
    inside = decrypted(octets_of(sent), pair(pki, "nz-mail-decryption"))
    assert head(inside).get_content_type() == "multipart/signed"
    node.cipher = "-des3"
    assert "tripledes" in check_encrypted(node.seal(PLAIN, pki / "nz-mail-decryption.pem"))[0].actual


def test_what_is_no_signed_message_is_said_to_be_none() -> None:
    assert read_signed(PLAIN) is None
    assert check_signed(PLAIN, b"", "a@b.example", datetime.now(UTC))[0].actual == "application/xml"
    assert check_encrypted(PLAIN)[0].actual == "application/xml"
    assert octets_of(b"X: y\r\n\r\n&&&") == b""


def test_the_addressee_is_read_from_the_message() -> None:
    assert addressee(PLAIN) == "smime@cn.ecert.example"
    assert addressee(b"Subject: none\r\n\r\n") == ""
