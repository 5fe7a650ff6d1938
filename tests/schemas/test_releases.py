"""Eight releases and a variant from one table: found by their namespaces, compiled by both libraries, and never taken
for more than they are."""

import json
import tomllib
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.schema_sets import compiled, described, releases, standing_name, variants
from conformance.data import data_path
from conformance.model.words import Layer, Verdict
from conformance.vectors.certificate import CertificateData, acknowledgement, certificate

NAMES = ("15A", "15B", "16A", "16B", "17A", "17B", "18B", "19A")
FOLDER = data_path("schemas", "uncefact")
FACTS = tomllib.loads((FOLDER / "releases.toml").read_text(encoding="utf-8"))
# Release 17A as it was published here first, all its modules together.
PINNED = "17024706ca8a435e7cde1fd693dc9be67ac6ae44e2c0500fe01e9b381c853f55"


def manifest(name: str) -> Any:
    return json.loads((FOLDER / name / "manifest.json").read_text(encoding="utf-8"))


def as_release(name: str, text: bytes) -> bytes:
    """Return a 17A document with the namespaces and list versions of another release."""
    for key in ("certificate", "acknowledgement", "entity", "qualified_data_type", "unqualified_data_type"):
        text = text.replace(FACTS["17A"][key].encode() + b'"', FACTS[name][key].encode() + b'"')
    return text.replace(b'"D16B"', f'"{FACTS[name]["code_lists"]}"'.encode())


def enumerated(folder: Path, code_list: str) -> set[str]:
    file = next(folder.glob(f"UNECE_{code_list}_*.xsd"))
    return {node.get("value") or "" for node in etree.parse(str(file)).iter("{*}enumeration")}


def test_every_release_is_at_hand_for_both_messages() -> None:
    found = {(release.name, release.message) for release in releases().values() if release.file}
    assert found == {(name, message) for name in NAMES for message in ("SPSCertificate", "SPSAcknowledgement")}


@pytest.mark.parametrize("name", NAMES)
def test_a_document_is_judged_by_the_release_of_its_namespace(name: str) -> None:
    for text in (certificate(CertificateData()), acknowledgement(["NZ-1"])):
        report = check_document(as_release(name, text), layers={Layer.SCHEMA})
        assert (report.verdict, report.release, report.findings) == (Verdict.PASS, name, ())


@pytest.mark.parametrize("name", NAMES)
def test_both_libraries_load_it(name: str) -> None:
    root = etree.fromstring(as_release(name, certificate(CertificateData())))
    file = releases()[FACTS[name]["certificate"]].file
    assert file is not None
    assert compiled(file).validate(root)
    assert described(file).is_valid(root)


@pytest.mark.parametrize(("name", "capital"), [("15A", False), ("15B", False), ("16A", True), ("19A", True)])
def test_the_capital_s_stands_where_it_was_published(name: str, capital: bool) -> None:
    file = next((FOLDER / name).glob("QualifiedDataType_*.xsd")).read_text(encoding="utf-8")
    assert ("data:Standard:QualifiedDataType" in file) is capital


def test_17a_is_what_it_was() -> None:
    digest = sha256()
    for path in sorted((FOLDER / "17A").glob("*.xsd")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    assert digest.hexdigest() == PINNED


@pytest.mark.parametrize(
    ("name", "code_list", "code", "there"),
    [
        ("15A", "DocumentNameCode", "717", False), ("17A", "DocumentNameCode", "717", True),
        ("16B", "DocumentNameCode", "751", False), ("17B", "DocumentNameCode", "752", True),
        ("17B", "LocationFunctionCode", "306", False), ("18B", "LocationFunctionCode", "306", True),
        ("18B", "TemperatureTypeCode", "9", False), ("19A", "TemperatureTypeCode", "9", True),
    ],
)  # fmt: skip
def test_a_release_has_its_own_codes(name: str, code_list: str, code: str, there: bool) -> None:
    assert (code in enumerated(FOLDER / name, code_list)) is there


def test_every_list_has_as_many_codes_as_its_release() -> None:
    for line in (FOLDER / "differences.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, code_list, count, *_ = line.split("\t")
        assert len(enumerated(FOLDER / name, code_list)) == int(count), (name, code_list)


@pytest.mark.parametrize("name", NAMES)
def test_a_list_version_is_fixed_to_the_release(name: str) -> None:
    text = as_release(name, certificate(CertificateData())).replace(
        b"<ram:StatusCode>", f'<ram:StatusCode listVersionID="{FACTS[name]["code_lists"]}">'.encode()
    )
    assert check_document(text, layers={Layer.SCHEMA}).verdict is Verdict.PASS
    wrong = text.replace(f'"{FACTS[name]["code_lists"]}"'.encode(), b'"D99Z"')
    assert check_document(wrong, layers={Layer.SCHEMA}).verdict is Verdict.FAIL


@pytest.mark.parametrize("name", NAMES)
def test_nobody_takes_an_inferred_release_for_the_official_one(name: str) -> None:
    facts = manifest(name)
    assert facts["parts"] == FACTS[name]["rests_on"]
    assert facts["standing"] == ("confirmed" if name == "17A" else "inferred")
    assert ("inferred" in standing_name(name)) is (name != "17A")


def test_the_manifest_has_the_digest_of_every_file() -> None:
    for name in (*NAMES, "17A-andean"):
        files = manifest(name)["files"]
        found = {path.name: sha256(path.read_bytes()).hexdigest() for path in (FOLDER / name).glob("*.xsd")}
        assert files == found


SIGNATURE = (
    b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo>'
    b'<ds:CanonicalizationMethod Algorithm="a"/><ds:SignatureMethod Algorithm="a"/><ds:Reference URI="">'
    b'<ds:DigestMethod Algorithm="a"/><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference></ds:SignedInfo>'
    b"<ds:SignatureValue>AAAA</ds:SignatureValue></ds:Signature></rsm:SPSCertificate>"
)


def signed() -> bytes:
    return certificate(CertificateData()).replace(b"</rsm:SPSCertificate>", SIGNATURE)


def test_a_document_of_the_variant_is_called_by_the_variants_name() -> None:
    report = check_document(signed(), layers={Layer.SCHEMA})
    assert report.verdict is Verdict.FAIL
    assert [found.requirement for found in report.findings] == ["DOC-048"]
    assert "this document uses the Andean variant of SPSCertificate 17A" in report.findings[0].message
    assert report.findings[0].where.path.endswith("Signature[1]")


def test_with_the_variant_asked_for_it_is_valid() -> None:
    report = check_document(signed(), layers={Layer.SCHEMA}, release_name="17A-andean")
    assert (report.verdict, report.release) == (Verdict.PASS, "17A-andean")


def test_a_signature_is_no_excuse_for_other_faults() -> None:
    report = check_document(signed().replace(b"<ram:StatusCode>70", b"<ram:StatusCode>7O"), layers={Layer.SCHEMA})
    assert {found.requirement for found in report.findings} > {"DOC-048"}
    assert not any("Andean" in found.message for found in report.findings)


def test_the_variant_is_no_release_of_its_own_namespace() -> None:
    assert {variant.release.name for variant in variants()} == {"17A-andean"}
    assert releases()[FACTS["17A"]["certificate"]].name == "17A"


def test_a_set_without_the_message_says_so() -> None:
    report = check_document(certificate(CertificateData()), layers={Layer.SCHEMA}, release_name="18B")
    assert [found.requirement for found in report.findings] == ["DOC-001"]
    assert "18B has no message" in report.findings[0].message
