"""What `ecert pki init`, `ecert sign` and `ecert verify` promise, tried as a user would."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from pki_for_signatures import make, name

from conformance.checks.path import _on_path
from conformance.checks.signature_second import why_refused
from conformance.cli import main
from conformance.cli.check import PLACEMENTS

DOCUMENT = Path(__file__).parents[2] / "fixtures" / "certificates" / "accepted.xml"
VECTORS = Path(__file__).parents[2] / "fixtures" / "signatures"
PASSPHRASE = "an invented passphrase"
WRONG_PASSPHRASE = "another invented passphrase"


def ecert(*arguments: object, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments], env=env)


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki") / "made"
    result = ecert("pki", "init", folder, "--country", "KE")
    assert result.exit_code == 0, result.output
    return folder


def by(pki: Path, out: Path, *more: object, document: Path = DOCUMENT) -> Result:
    return ecert("sign", "--key", pki / "signer.key", "--cert", pki / "signer.pem", "--out", out, document, *more)


def one_message(result: Result, *words: str) -> None:
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    assert result.output.count("Error:") + result.output.count("ecert:") == 1
    assert all(word in result.output for word in words), result.output


def test_a_pki_is_whole_private_and_never_overwritten(pki: Path) -> None:
    kinds = {
        f"{one}.{kind}" for one in ("root", "signer", "server", "client", "tsa", "ocsp") for kind in ("pem", "key")
    }
    assert {path.name for path in pki.iterdir()} == kinds | {"root.crl", "README.txt"}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in pki.iterdir())
    assert "NOT FOR PRODUCTION" in (pki / "README.txt").read_text("utf-8")
    root = x509.load_pem_x509_certificate((pki / "root.pem").read_bytes())
    assert x509.load_pem_x509_crl((pki / "root.crl").read_bytes()).is_signature_valid(root.public_key())  # type: ignore[arg-type]
    before = (pki / "root.key").read_bytes()
    one_message(ecert("pki", "init", pki), "there already")
    assert (pki / "root.key").read_bytes() == before


def test_time_stamps_and_revocation_answers_have_certificates_for_nothing_else(pki: Path) -> None:
    root = x509.load_pem_x509_certificate((pki / "root.pem").read_bytes())
    made = {one: x509.load_pem_x509_certificate((pki / f"{one}.pem").read_bytes()) for one in ("tsa", "ocsp")}
    for one, purpose, critical in (
        ("tsa", ExtendedKeyUsageOID.TIME_STAMPING, True),
        ("ocsp", ExtendedKeyUsageOID.OCSP_SIGNING, False),
    ):
        made[one].verify_directly_issued_by(root)
        extended = made[one].extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        assert (list(extended.value), extended.critical) == ([purpose], critical)
    assert made["ocsp"].extensions.get_extension_for_class(x509.OCSPNoCheck)


@pytest.mark.parametrize(("option", "value"), [("--country", "nz"), ("--host", "not a name")])
def test_a_pki_of_nonsense_is_not_made(tmp_path: Path, option: str, value: str) -> None:
    one_message(ecert("pki", "init", tmp_path / "new", option, value), option)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("placement", PLACEMENTS)
def test_what_is_signed_verifies_where_it_was_put_and_nowhere_else(pki: Path, tmp_path: Path, placement: str) -> None:
    out = tmp_path / "out.xml"
    stamper = ("--tsa-key", pki / "tsa.key", "--tsa-cert", pki / "tsa.pem")
    assert by(pki, out, "--placement", placement, *stamper).exit_code == 0
    trust = ("--trust", pki / "root.pem", "--crl", pki / "root.crl")
    files = ("--signature", out, DOCUMENT) if placement == "detached" else (out,)
    result = ecert("verify", "--placement", placement, *trust, *files)
    assert result.exit_code == 0, result.output
    assert "TOTAL-PASSED" in result.output
    for other in set(PLACEMENTS) - {placement, "detached"}:
        assert ecert("verify", "--placement", other, *trust, out).exit_code == 1


@pytest.mark.parametrize("bits", ["256", "384", "512"])
@pytest.mark.parametrize("family", ["rsa", "rsa-pss"])
def test_every_method_of_an_rsa_key_verifies_for_signxml_too(tmp_path: Path, family: str, bits: str) -> None:
    key = rsa.generate_private_key(65537, 2048)
    certificate = make(name("RSA"), key, name("RSA"), key)
    (tmp_path / "signer.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    (tmp_path / "signer.key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode()))
    )
    method = ("--method", f"{family}-sha{bits}", "--passphrase-env", "ECERT_TEST_PASSPHRASE")
    command = ["sign", "--key", tmp_path / "signer.key", "--cert", tmp_path / "signer.pem"]
    out = tmp_path / "out.xml"
    result = ecert(*command, *method, "--out", out, DOCUMENT, env={"ECERT_TEST_PASSPHRASE": PASSPHRASE})
    assert result.exit_code == 0, result.output
    assert PASSPHRASE not in result.output
    assert why_refused(out.read_bytes(), certificate) == ""


def test_a_wrong_passphrase_is_told_and_never_shown(pki: Path, tmp_path: Path) -> None:
    key = load_pem_private_key((pki / "signer.key").read_bytes(), None)
    locked = tmp_path / "locked.key"
    locked.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(PASSPHRASE.encode()))
    )
    (tmp_path / "wrong.txt").write_text(WRONG_PASSPHRASE, "utf-8")
    (tmp_path / "right.txt").write_text(f"{PASSPHRASE}\n", "utf-8")
    command = ["sign", "--key", locked, "--cert", pki / "signer.pem", "--out", tmp_path / "out.xml", DOCUMENT]
    one_message(ecert(*command), "encrypted", "--passphrase-env")
    wrong = ecert(*command, "--passphrase-file", tmp_path / "wrong.txt")
    one_message(wrong, "passphrase is wrong")
    assert WRONG_PASSPHRASE not in wrong.output
    one_message(ecert(*command, "--passphrase-env", "ECERT_NOT_SET"), "ECERT_NOT_SET", "not set")
    assert not (tmp_path / "out.xml").exists()
    assert ecert(*command, "--passphrase-file", tmp_path / "right.txt").exit_code == 0


def test_what_is_signed_already_is_not_signed_again(pki: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.xml", tmp_path / "second.xml"
    assert by(pki, first).exit_code == 0
    one_message(by(pki, second, document=first), "signed already")
    one_message(by(pki, first), "there already")
    assert not second.exists()


def test_bad_input_for_signing_gets_one_message(pki: Path, tmp_path: Path) -> None:
    garbage, out = tmp_path / "garbage", tmp_path / "out.xml"
    garbage.write_bytes(b"\x00\xff garbage")
    one_message(by(pki, out, document=garbage), "cannot be signed")
    one_message(by(pki, out, document=tmp_path / "missing.xml"), "missing.xml")
    one_message(by(pki, out, document=tmp_path), "directory")
    one_message(by(pki, out, "--method", "rsa-sha256"), "does not fit")
    one_message(by(pki, tmp_path / "no" / "folder.xml"), "folder.xml")
    keys = ["sign", "--out", out, DOCUMENT]
    one_message(ecert(*keys, "--key", pki / "client.key", "--cert", pki / "signer.pem"), "not the key of")
    one_message(ecert(*keys, "--key", garbage, "--cert", pki / "signer.pem"), "no private key")
    one_message(ecert(*keys, "--key", pki / "signer.key", "--cert", garbage), "no PEM certificate")
    assert not out.exists()


def test_every_step_is_told_and_the_canonical_octets_are_kept(tmp_path: Path) -> None:
    good, saved = VECTORS / "vectors" / "path-of-three.xml", tmp_path / "saved"
    result = ecert("verify", "--json", "--trust", VECTORS / "trust" / "root.pem", "--at", "2026-06-01T12:00:00Z",
                   "--save", saved, good)  # fmt: skip
    told = json.loads(result.output)
    assert (result.exit_code, told["verdict"]) == (0, "pass")
    assert [step["step"] for step in told["steps"]] == ["place", "form", "key-info", "value", "reference", "path"]
    assert {step["result"] for step in told["steps"]} == {"good"}
    reference, path = told["steps"][4]["facts"], told["steps"][5]["facts"]
    assert reference["digest_stated"] == reference["digest_computed"]
    assert [one["subject"].partition(",")[0] for one in path["way"]] == ["CN=Signer", "CN=Authority", "CN=Root"]
    assert len((saved / "reference.octets").read_bytes()) == reference["octets"]
    assert (saved / "signed-info.octets").read_bytes().startswith(b"<ds:SignedInfo")
    assert b"<ds:Signature" not in (saved / "reference.octets").read_bytes()


@pytest.mark.parametrize(
    ("vector", "step"),
    [
        ("signature-below", "place"), ("xpath-without-weight", "form"), ("key-value-only", "key-info"),
        ("rsa-value-zero", "value"), ("subject-of-another", "value"), ("content-changed", "reference"),
        ("path-expired", "path"),
    ],
)  # fmt: skip
def test_the_step_that_failed_is_named(vector: str, step: str) -> None:
    arguments = ("--trust", VECTORS / "trust" / "root.pem", "--at", "2026-06-01T12:00:00Z")
    result = ecert("verify", "--json", *arguments, VECTORS / "vectors" / f"{vector}.xml")
    assert result.exit_code == 1
    assert [one["step"] for one in json.loads(result.output)["steps"] if one["result"] == "bad"] == [step]
    shown = ecert("verify", *arguments, VECTORS / "vectors" / f"{vector}.xml")
    assert shown.exit_code == 1
    assert "NOT as the profile wants it" in shown.output


def test_bad_input_for_verifying_gets_one_message(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x00\xff garbage")
    one_message(ecert("verify", tmp_path / "missing.xml"), "missing.xml")
    one_message(ecert("verify", tmp_path), "directory")
    one_message(ecert("verify", "--trust", garbage, DOCUMENT), "--trust")
    one_message(ecert("verify", "--crl", garbage, DOCUMENT), "--crl")
    one_message(ecert("verify", "--placement", "detached", DOCUMENT), "--signature")
    one_message(ecert("verify", "--at", "yesterday", DOCUMENT), "yesterday")
    assert ecert("verify", garbage).exit_code == 1


def test_a_folder_is_checked_at_one_moment_so_that_a_path_is_judged_once(pki: Path, tmp_path: Path) -> None:
    for number in range(4):
        assert by(pki, tmp_path / f"{number}.xml").exit_code == 0
    _on_path.cache_clear()
    result = ecert("check", "--json", "--layer", "signature", "--trust", pki / "root.pem", tmp_path)
    assert result.exit_code == 0, result.output
    assert (_on_path.cache_info().misses, _on_path.cache_info().hits) == (1, 3)


@pytest.mark.parametrize("command", [["verify"], ["sign"], ["pki"], ["pki", "init"], ["pki", "crl"], ["pki", "ocsp"]])
def test_help_has_an_example(command: list[str]) -> None:
    result = ecert(*command, "--help")
    assert result.exit_code == 0
    assert "Example: ecert" in result.output


def test_a_bad_time_stamp_is_told_in_one_finding_and_nothing_else() -> None:
    document = VECTORS / "vectors" / "xades-t-authority-ended.xml"
    trust = ["--trust", str(VECTORS / "trust" / "root.pem"), "--at", "2026-06-01T12:00:00Z", "--revocation", "none"]
    options = ["--json", "--layer", "signature", "--placement", "xades-t", *trust]
    command = [sys.executable, "-m", "conformance.cli", "check", *options, str(document)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.stderr == ""
    assert [one["requirement"] for one in json.loads(run.stdout)["findings"]] == ["SIG-016"]
