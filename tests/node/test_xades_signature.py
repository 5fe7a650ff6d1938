"""A node that signs by XAdES: xmlsec1 and `openssl ts` take what it makes, and it takes nothing less from others."""

import base64
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from reference_impl.certificates.parsing import parse
from reference_impl.setup.pki import Wanted, issue, save
from reference_impl.signing.advanced import AdvancedVerifier, verifier_for
from reference_impl.signing.credentials import load_certificates, load_credentials
from reference_impl.signing.qualifying import XA, XADES_NAMESPACE
from reference_impl.signing.signer import DS, Signer
from reference_impl.signing.stamping import TimeStamps
from reference_impl.signing.verifier import Anchor, BadSignature, Verifier

DOCUMENT = b'<document xmlns="urn:invented"><weight>100</weight></document>'
NOW = datetime.now(UTC)
Change = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("xades")
    root = issue(Wanted("CN", "Example Authority", "root", "ca"))
    save(root, folder, "root")
    save(issue(Wanted("CN", "Example Authority", "signer", "signer"), root), folder, "signer")
    save(issue(Wanted("CN", "Example Authority", "stamps", "stamps"), root), folder, "stamps")
    return folder


def signer(pki: Path, placement: str) -> Signer:
    stamps = TimeStamps(pki / "stamps.pem", pki / "stamps.key")
    return Signer(load_credentials(pki / "signer.key", pki / "signer.pem"), placement, stamps)


def verifier(pki: Path, placement: str) -> Verifier:
    return verifier_for(placement, {"CN": Anchor(load_certificates(pki / "root.pem"))})


@pytest.fixture(scope="module")
def stamped(pki: Path) -> bytes:
    return signer(pki, "xades-t").sign(parse(DOCUMENT), NOW)


def test_xmlsec1_and_openssl_take_what_the_node_signs(pki: Path, stamped: bytes, tmp_path: Path) -> None:
    document, token, octets = tmp_path / "signed.xml", tmp_path / "token.der", tmp_path / "value.xml"
    document.write_bytes(stamped)
    root = etree.fromstring(stamped)
    token.write_bytes(base64.b64decode(root.findtext(f".//{XA}EncapsulatedTimeStamp") or ""))
    value = root.find(f".//{{{DS}}}SignatureValue")
    assert value is not None
    octets.write_bytes(etree.tostring(value, method="c14n", exclusive=True, with_tail=False))
    for command in (
        ["xmlsec1", "--verify", "--enabled-key-data", "x509", "--id-attr:Id", f"{XADES_NAMESPACE}:SignedProperties",
         "--trusted-pem", "root.pem", str(document)],
        ["openssl", "ts", "-verify", "-token_in", "-in", str(token), "-data", str(octets), "-CAfile", "root.pem"],
    ):  # fmt: skip
        run = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=pki)
        assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("placement", ["xades-b", "xades-t"])
def test_the_node_takes_its_own_level_and_no_other(pki: Path, placement: str) -> None:
    document = signer(pki, placement).sign(parse(DOCUMENT), NOW)
    for agreed in ("enveloped", "xades-b", "xades-t"):
        if agreed == placement:
            assert "signer" in verifier(pki, agreed).verify(parse(document), "CN", NOW).subject.rfc4514_string()
            continue
        with pytest.raises(BadSignature):
            verifier(pki, agreed).verify(parse(document), "CN", NOW)
    plain = signer(pki, "enveloped").sign(parse(DOCUMENT), NOW)
    with pytest.raises(BadSignature, match="must consist of"):
        verifier(pki, placement).verify(parse(plain), "CN", NOW)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.replace(b">100<", b">900<"), "does not verify"),
        (lambda text: text.replace(b"SigningTime>2", b"SigningTime>1"), "does not verify"),
        (lambda text: text.replace(b'Target="#signature"', b'Target="#other"'), "another signature"),
        (lambda text: text.replace(b"<document ", b'<document id="signed-properties" '), "not what the reference"),
    ],
    ids=["content", "time", "target", "id-twice"],
)  # fmt: skip
def test_what_is_changed_is_refused(pki: Path, stamped: bytes, change: Change, told: str) -> None:
    changed = change(stamped)
    assert changed != stamped
    with pytest.raises(BadSignature, match=told):
        verifier(pki, "xades-t").verify(parse(changed), "CN", NOW)


@pytest.mark.parametrize("fault", ["properties", "stamp", "time"])
def test_what_is_signed_wrongly_is_refused(pki: Path, fault: str) -> None:
    one = signer(pki, "xades-t")
    if fault == "properties":
        (other,) = load_certificates(pki / "stamps.pem")
        one.named_certificate = lambda at: other  # type: ignore[method-assign]  # noqa: ARG005
    elif fault == "stamp":
        one.stamped = lambda signature: b"something else"  # type: ignore[method-assign]  # noqa: ARG005
    else:
        one.claimed = lambda at: at + timedelta(hours=2)  # type: ignore[method-assign]
    document = one.sign(parse(DOCUMENT), NOW)
    told = {"properties": "not the signer's", "stamp": "not good", "time": "after the time"}
    with pytest.raises(BadSignature, match=told[fault]):
        verifier(pki, "xades-t").verify(parse(document), "CN", NOW)


def test_who_stamps_is_looked_at(pki: Path, stamped: bytes, tmp_path: Path) -> None:
    """A signer is no time-stamp authority, even below the same root."""
    one = Signer(load_credentials(pki / "signer.key", pki / "signer.pem"), "xades-t",
                 TimeStamps(pki / "signer.pem", pki / "signer.key"))  # fmt: skip
    with pytest.raises(Exception, match="no time stamp could be made"):
        one.sign(parse(DOCUMENT), NOW)
    stranger = issue(Wanted("CN", "Example Authority", "root", "ca"))
    save(stranger, tmp_path, "stranger")
    judge = verifier_for("xades-t", {"CN": Anchor(load_certificates(tmp_path / "stranger.pem"))})
    assert isinstance(judge, AdvancedVerifier)
    with pytest.raises(BadSignature, match="time stamp is not good"):
        judge.verify(parse(stamped), "CN", NOW)
