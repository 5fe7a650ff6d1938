"""The published vectors are judged as their manifest says, by the judge and, where they can, by two other verifiers."""

import base64
import json
import subprocess
import sys
import time
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from jsonschema import Draft202012Validator

from conformance.checks.signature import check_signature
from conformance.checks.signature_second import why_refused
from conformance.checks.xmldsig.algorithms import EXCLUSIVE
from conformance.checks.xmldsig.canonical import canonical_part
from conformance.model.finding import Finding
from conformance.parsing import parse

REPOSITORY = Path(__file__).parents[2]
FOLDER = REPOSITORY / "fixtures" / "signatures"
MANIFEST: dict[str, Any] = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
VECTORS: dict[str, dict[str, Any]] = {one["id"]: one for one in MANIFEST["vectors"]}
ACCEPTED = [name for name, one in VECTORS.items() if one["verdict"] == "accepted"]
REFUSED = [name for name, one in VECTORS.items() if one["verdict"] == "refused"]
AT = datetime.fromisoformat(MANIFEST["at"])
SECONDS_EACH, SECONDS_ALL, OCTETS_ALL = 2, 20, 3_000_000

# xmlsec1 1.2 on the command line knows no RSA-PSS and no time stamps, wants a self-signed anchor, and one of a name.
NOT_FOR_XMLSEC1 = {
    "pss-sha256",
    "pss-sha384",
    "pss-sha512",
    "pss-parameters-sha512",
    "pss-parameters-digest-only",
    "xades-t-signer-ended",
    "path-authority-pinned",
    "path-two-anchors",
}
# What xmlsec1 takes without a policy around it: were these refused for being badly made, they would prove nothing.
TAKEN_BY_XMLSEC1 = (
    "wrapped-original-first", "wrapped-in-extensions", "wrapped-in-object", "wrapped-signature-in-extensions",
    "pointer-by-id", "xpath-without-weight", "xpath-filter-2-subtract", "xpath-empty", "transform-with-comments",
    "key-value-of-another", "stranger-beside", "rsa-sha1", "digest-md5", "signed-info-with-comments", "ecdsa-secp256k1",
    "rsa-1024", "rsa-exponent-1", "path-tls-server", "path-sha1", "path-weak-authority", "counter-signature",
)  # fmt: skip


def octets(name: str, which: str = "document") -> bytes | None:
    entry = VECTORS[name]["files"].get(which)
    return (FOLDER / entry["file"]).read_bytes() if entry else None


def judged(name: str) -> list[Finding]:
    one = VECTORS[name]
    return check_signature(
        octets(name) or b"",
        anchors=[(FOLDER / path).read_bytes() for path in one["trust"]],
        at=AT,
        placement=one["placement"],
        crls=[(FOLDER / path).read_bytes() for path in one.get("crls", ())],
        signature=octets(name, "signature"),
        authorities=[(FOLDER / path).read_bytes() for path in one.get("stamps", ())],
    )


def by_xmlsec1(name: str) -> bool:
    one, document = VECTORS[name], str(FOLDER / VECTORS[name]["files"]["document"]["file"])
    command = ["xmlsec1", "--verify", "--verification-time", AT.strftime("%Y-%m-%d %H:%M:%S"), "--enabled-key-data",
               "x509,key-value,key-name,rsa,ec"]  # fmt: skip
    for attribute in ("Id", "ID", "id"):
        command += [f"--id-attr:{attribute}", "urn:un:unece:uncefact:data:standard:SPSCertificate:17:SPSCertificate"]
    for path in one["trust"]:
        command += ["--trusted-pem", str(FOLDER / path)]
    if "signature" in one["files"]:
        command += ["--url-map:certificate.xml", document]
        document = str(FOLDER / one["files"]["signature"]["file"])
    run = subprocess.run(
        [*command, document], capture_output=True, timeout=60, env={"TZ": "UTC", "PATH": "/usr/bin:/bin"}
    )
    return run.returncode == 0


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_good_document_is_accepted(name: str) -> None:
    # What is not known of revocation is remarked; only what binds refuses.
    assert [one for one in judged(name) if one.level.binding] == []


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_document_is_refused_for_its_reason(name: str) -> None:
    begun = time.perf_counter()
    found = {one.requirement for one in judged(name)}
    assert time.perf_counter() - begun < SECONDS_EACH
    assert VECTORS[name]["requirement"] in found


def test_the_whole_pack_is_judged_in_its_time() -> None:
    begun = time.perf_counter()
    for name in VECTORS:
        judged(name)
    assert time.perf_counter() - begun < SECONDS_ALL


@pytest.mark.parametrize("name", [name for name in ACCEPTED if name not in NOT_FOR_XMLSEC1])
def test_xmlsec1_accepts_it_too(name: str) -> None:
    assert by_xmlsec1(name)


@pytest.mark.parametrize("name", sorted(NOT_FOR_XMLSEC1))
def test_what_xmlsec1_cannot_do(name: str) -> None:
    assert not by_xmlsec1(name)


@pytest.mark.parametrize("name", TAKEN_BY_XMLSEC1)
def test_the_forgeries_are_real(name: str) -> None:
    assert VECTORS[name]["verdict"] == "refused"
    assert by_xmlsec1(name)


# Known limits of signxml, in the table in docs/known-deviations.md; it verifies no enveloping signature of a document,
# and XAdES with inclusive canonicalisation only: xmlsec1 is the second opinion there.
NOT_FOR_SIGNXML = {
    "prefix-list", "prefixless-inclusive", "xml-attributes-inclusive", "xml-attributes-inclusive-11",
    "names-left-empty", "instruction-signed", "pss-parameters-sha512", "pss-parameters-digest-only",
}  # fmt: skip
FOR_SIGNXML = [name for name in ACCEPTED if VECTORS[name]["placement"] in ("enveloped", "detached")]


def taken_by_signxml(name: str) -> bool:
    """Whether signxml takes the signature as that of one of the certificates in KeyInfo."""
    document, signature = octets(name) or b"", octets(name, "signature")
    held = parse(signature or document).iter("{http://www.w3.org/2000/09/xmldsig#}X509Certificate")
    certificates = [x509.load_der_x509_certificate(base64.b64decode(one.text or "")) for one in held]
    return any(why_refused(document, one, signature) == "" for one in certificates)


@pytest.mark.parametrize("name", FOR_SIGNXML)
def test_signxml_accepts_it_too_or_its_limit_is_known(name: str) -> None:
    assert taken_by_signxml(name) == (name not in NOT_FOR_SIGNXML)


def test_the_manifest_is_as_its_schema_says_and_its_files_are_there() -> None:
    schema = json.loads((REPOSITORY / "schemas" / "json" / "signatures-1.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(MANIFEST)
    for one in MANIFEST["vectors"]:
        for entry in one["files"].values():
            assert sha256((FOLDER / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_every_refused_vector_has_an_accepted_twin() -> None:
    assert len(REFUSED) >= 80
    assert len(VECTORS) == len(MANIFEST["vectors"])
    assert {VECTORS[name]["twin"] for name in REFUSED} <= set(ACCEPTED)
    assert all(VECTORS[VECTORS[name]["twin"]]["placement"] == VECTORS[name]["placement"] for name in REFUSED)


def test_the_pack_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.rglob("*") if path.is_file()) < OCTETS_ALL


def test_the_files_are_what_the_builder_makes() -> None:
    command = [sys.executable, "-B", str(FOLDER / "build.py"), "--check"]
    run = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert (run.returncode, run.stdout) == (0, ""), run.stderr


STAMPED = [name for name in ACCEPTED if VECTORS[name]["placement"] == "xades-t"]


@pytest.mark.parametrize("name", STAMPED)
def test_openssl_accepts_the_time_stamp_too(name: str, tmp_path: Path) -> None:
    root = parse(octets(name) or b"")
    value = next(root.iter("{http://www.w3.org/2000/09/xmldsig#}SignatureValue"))
    held = next(root.iter("{http://uri.etsi.org/01903/v1.3.2#}EncapsulatedTimeStamp"))
    (tmp_path / "token").write_bytes(base64.b64decode(held.text or ""))
    (tmp_path / "value").write_bytes(canonical_part(value, EXCLUSIVE))
    anchor = FOLDER / (VECTORS[name].get("stamps") or VECTORS[name]["trust"])[0]
    command = ["openssl", "ts", "-verify", "-in", tmp_path / "token", "-token_in", "-data", tmp_path / "value",
               "-CAfile", anchor, "-attime", str(int(AT.timestamp()))]  # fmt: skip
    run = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert run.stdout == "Verification: OK\n", run.stderr
