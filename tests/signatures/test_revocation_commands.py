"""Revocation as a user asks for it: lists and answers given, fetched when told to, and never silence."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import AuthorityInformationAccessOID
from pki_for_signatures import name, usage
from revocation_responder import Responder, responding

from conformance.cli import main
from conformance.ports import revocation as fetching

DOCUMENT = Path(__file__).parents[2] / "fixtures" / "certificates" / "accepted.xml"


def ecert(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


@pytest.fixture(scope="module")
def responder() -> Iterator[Responder]:
    with responding() as told:
        yield told


@pytest.fixture(scope="module")
def signed(responder: Responder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a signed document whose signer names the responder for lists and answers."""
    folder = tmp_path_factory.mktemp("revocation")
    root_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC).replace(microsecond=0)

    def start(subject: x509.Name, own: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(name("root")).public_key(own.public_key())
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9))

    root = (
        start(name("root"), root_key)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage("key_cert_sign", "crl_sign"), critical=True)
        .sign(root_key, hashes.SHA256())
    )
    at = [x509.UniformResourceIdentifier(f"{responder.url}/root.crl"), x509.UniformResourceIdentifier("ldap://x/root")]
    access = x509.AccessDescription(
        AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{responder.url}/ocsp")
    )
    signer = (
        start(name("signer"), key)
        .add_extension(usage("digital_signature"), critical=True)
        .add_extension(x509.CRLDistributionPoints([x509.DistributionPoint(at, None, None, None)]), critical=False)
        .add_extension(x509.AuthorityInformationAccess([access]), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    responder.issuer, responder.key, responder.certificates = root, root_key, [signer]
    (folder / "root.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "signer.pem").write_bytes(signer.public_bytes(Encoding.PEM))
    (folder / "signer.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    keys = ("--key", folder / "signer.key", "--cert", folder / "signer.pem")
    made = ecert("sign", *keys, "--out", folder / "signed.xml", DOCUMENT)
    assert made.exit_code == 0, made.output
    return folder


@pytest.fixture(autouse=True)
def clean(responder: Responder) -> None:
    responder.revoked, responder.trouble, responder.asked = set(), "", []


def verify(signed: Path, *more: object) -> tuple[int, dict[str, list[dict[str, object]]], str]:
    result = ecert("verify", "--json", "--trust", signed / "root.pem", *more, signed / "signed.xml")
    told = json.loads(result.output)
    path = next(step for step in told["steps"] if step["step"] == "path")
    return result.exit_code, told, " ".join(f"{one['requirement']}:{one['level']}" for one in path["findings"])


def test_without_a_list_it_is_said_that_nobody_was_asked(signed: Path, responder: Responder) -> None:
    code, told, found = verify(signed)
    path = next(step for step in told["steps"] if step["step"] == "path")
    assert (code, found) == (0, "")
    assert "NOT ASKED" in str(path["facts"])
    checked = ecert("check", "--layer", "signature", "--trust", signed / "root.pem", signed / "signed.xml")
    assert checked.exit_code == 0
    assert "Nobody was asked" in checked.output
    assert responder.asked == []


@pytest.mark.parametrize(("mode", "code", "found"), [
    ("require", 1, "PKI-008:MUST"), ("if-available", 0, "PKI-008:SHOULD"), ("none", 0, ""),
])  # fmt: skip
def test_what_is_not_known_is_as_the_mode_says(signed: Path, mode: str, code: int, found: str) -> None:
    assert verify(signed, "--revocation", mode)[::2] == (code, found)
    layer = ("check", "--json", "--layer", "signature", "--trust", signed / "root.pem", "--revocation", mode)
    checked = ecert(*layer, signed / "signed.xml")
    listed = json.loads(checked.output)["findings"]
    assert (checked.exit_code, " ".join(f"{one['requirement']}:{one['level']}" for one in listed)) == (code, found)


def test_a_list_and_an_answer_given_are_used(signed: Path, responder: Responder) -> None:
    (signed / "root.crl").write_bytes(responder.list())
    assert verify(signed, "--crl", signed / "root.crl", "--revocation", "require")[::2] == (0, "")
    responder.revoked = {responder.certificates[0].serial_number}
    (signed / "revoked.crl").write_bytes(responder.list())
    assert verify(signed, "--crl", signed / "revoked.crl")[::2] == (1, "PKI-007:MUST")
    checked = ecert("check", "--trust", signed / "root.pem", "--crl", signed / "revoked.crl", "--layer", "signature",
                    signed / "signed.xml")  # fmt: skip
    assert checked.exit_code == 1
    assert "PKI-007" in checked.output


def test_what_is_fetched_is_told_and_kept_and_can_be_given_again(
    signed: Path, responder: Responder, tmp_path: Path
) -> None:
    code, told, found = verify(signed, "--fetch-revocation", "--revocation", "require", "--save", tmp_path)
    assert (code, found) == (0, "")
    assert [(one["kind"], one["problem"]) for one in told["fetched"]] == [("ocsp", ""), ("crl", "")]
    assert responder.asked == ["POST /ocsp", "GET /root.crl"]
    kept = {path.suffix: path for path in tmp_path.glob("fetched-*")}
    again = ("--ocsp", kept[".ocsp"], "--crl", kept[".crl"], "--revocation", "require")
    assert verify(signed, *again)[::2] == (0, "")
    assert len(responder.asked) == 2


def test_a_signer_revoked_at_the_responder_is_refused(signed: Path, responder: Responder) -> None:
    responder.revoked = {responder.certificates[0].serial_number}
    assert verify(signed, "--fetch-revocation")[::2] == (1, "PKI-007:MUST")


@pytest.mark.parametrize(("trouble", "said"), [
    ("status", "503"), ("garbage", "cannot be read"), ("silent", "timeout"), ("flood", "too-large"),
    ("redirect", "302"), ("nonce", "nonce"), ("later", "try later"),
])  # fmt: skip
def test_a_responder_in_trouble_is_told_and_never_success(
    signed: Path, responder: Responder, trouble: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "SECONDS_EACH", 0.3)
    responder.trouble = trouble
    code, told, found = verify(signed, "--fetch-revocation", "--revocation", "require")
    assert said in str(told["fetched"][0]["problem"])
    assert "/elsewhere" not in str(responder.asked)
    if trouble not in ("nonce", "later"):  # these are troubles of answers; the list is good
        assert (code, found) == (1, "PKI-008:MUST")


def test_nothing_is_fetched_for_a_signer_nobody_vouches_for(signed: Path, responder: Responder, tmp_path: Path) -> None:
    assert ecert("pki", "init", tmp_path / "other").exit_code == 0
    stranger = ("--trust", tmp_path / "other" / "root.pem", "--fetch-revocation", signed / "signed.xml")
    assert ecert("verify", *stranger).exit_code == 1
    assert responder.asked == []


@pytest.mark.parametrize("options", [
    ("--crl", "root.pem"), ("--ocsp", "root.pem"), ("--revocation", "sometimes"),
])  # fmt: skip
def test_what_is_no_list_and_no_answer_is_one_message(signed: Path, options: tuple[str, str]) -> None:
    value = signed / options[1] if options[1].endswith(".pem") else options[1]
    result = ecert("verify", "--trust", signed / "root.pem", options[0], value, signed / "signed.xml")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert options[0] in result.output


def test_revocation_goes_with_anchors(signed: Path) -> None:
    for options in (("--revocation", "require"), ("--fetch-revocation",)):
        result = ecert("verify", *options, signed / "signed.xml")
        assert result.exit_code == 2
        assert "--trust" in result.output


def test_a_test_pki_revokes_and_answers(tmp_path: Path) -> None:
    pki, out = tmp_path / "pki", tmp_path / "signed.xml"
    assert ecert("pki", "init", pki).exit_code == 0
    keys = ("--key", pki / "signer.key", "--cert", pki / "signer.pem")
    assert ecert("sign", *keys, "--out", out, DOCUMENT).exit_code == 0

    def found(*options: object) -> list[str]:
        told = json.loads(ecert("verify", "--json", "--trust", pki / "root.pem", *options, out).output)
        return [one["requirement"] for step in told["steps"] for one in step["findings"]]

    assert ecert("pki", "ocsp", pki, "signer").exit_code == 0
    assert found("--ocsp", pki / "signer.ocsp", "--revocation", "require") == []
    assert found("--crl", pki / "root.crl", "--revocation", "require") == []
    assert ecert("pki", "ocsp", "--days", "-1", pki, "signer").exit_code == 0
    assert found("--ocsp", pki / "signer.ocsp") == ["PKI-009"]
    assert ecert("pki", "crl", "--days", "-1", pki).exit_code == 0
    assert found("--crl", pki / "root.crl") == ["PKI-009"]
    assert ecert("pki", "crl", "--revoke", "signer", pki).exit_code == 0
    assert ecert("pki", "crl", pki).exit_code == 0
    assert found("--crl", pki / "root.crl") == ["PKI-007"]
    assert ecert("pki", "ocsp", pki, "signer").exit_code == 0
    assert found("--ocsp", pki / "signer.ocsp") == ["PKI-007"]


def test_what_is_not_in_a_test_pki_is_one_message(tmp_path: Path) -> None:
    assert ecert("pki", "init", tmp_path / "pki").exit_code == 0
    (tmp_path / "pki" / "other.pem").write_bytes(b"no certificate")
    for command in (("crl", "--revoke", "nobody"), ("crl", "--revoke", "../pki/root"), ("crl", "--revoke", "other")):
        result = ecert("pki", *command, tmp_path / "pki")
        assert (result.exit_code, "Traceback" in result.output) == (2, False)
    assert ecert("pki", "ocsp", tmp_path, "signer").exit_code == 2
