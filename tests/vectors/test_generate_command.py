"""`ecert generate`: documents, corpora with a manifest others can use, and vectors cut down from failing documents."""

import json
import stat
import sys
import tarfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator
from lxml import etree

from conformance.checks.document import check_document
from conformance.checks.schema_sets import compiled
from conformance.cli import main
from conformance.data import data_path
from conformance.model.words import Verdict
from conformance.vectors.sources import schema_file

VALIDATOR = Draft202012Validator(
    json.loads(data_path("schemas", "json", "fixtures-1.json").read_text(encoding="utf-8"))
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["generate", *arguments])


def manifest_of(folder: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [error.message for error in VALIDATOR.iter_errors(manifest)] == []
    return manifest


def test_one_document_goes_to_standard_output() -> None:
    result = run("--seed", "7")
    assert result.exit_code == 0
    assert check_document(result.stdout_bytes).verdict is Verdict.PASS
    assert run("--seed", "7").stdout_bytes == result.stdout_bytes


def test_a_corpus_comes_with_a_manifest_that_tells_the_truth(tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    result = run("--count", "6", "--size", "3000-9000", "--languages", "zh,ar", "--out", str(out), "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout)["documents"] == 6
    entries = manifest_of(out)["documents"]
    assert len(entries) == 6
    for entry in entries:
        data = (out / entry["file"]).read_bytes()
        assert sha256(data).hexdigest() == entry["sha256"]
        assert check_document(data).verdict.value == entry["verdict"] == "pass"
    assert {path.name for path in out.iterdir()} == {entry["file"] for entry in entries} | {"manifest.json"}


def test_mutations_lie_beside_their_twins(tmp_path: Path) -> None:
    out = tmp_path / "mutations"
    assert run("--mutations", "--message", "SPSAcknowledgement", "--out", str(out)).exit_code == 0
    manifest = manifest_of(out)
    entries = {entry["file"]: entry for entry in manifest["documents"]}
    schema = compiled(schema_file("17A", "SPSAcknowledgement"))
    for entry in entries.values():
        valid = schema.validate(etree.fromstring((out / entry["file"]).read_bytes()))
        assert valid is (entry["verdict"] == "pass" or entry["layer"] == "rules")
        assert valid or entries[entry["twin"]]["verdict"] == "pass"
    assert sum(entry["verdict"] == "fail" for entry in entries.values()) > 90
    assert {one["why"] for one in manifest["unbreakable"]} >= {"may be left out"}


def test_the_fixtures_follow_the_same_schema() -> None:
    for folder in ("certificates", "vectors"):
        path = data_path("fixtures", folder)
        if (path / "manifest.json").exists():
            for entry in manifest_of(path)["documents"]:
                assert sha256((path / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]


def test_the_manifest_schema_refuses_a_refusal_without_a_twin() -> None:
    entry = {
        "file": "a.xml",
        "verdict": "fail",
        "what": "x",
        "sha256": "0" * 64,
        "requirement": "DOC-001",
        "layer": "schema",
    }
    assert not VALIDATOR.is_valid({"documents": [entry]})
    assert VALIDATOR.is_valid({"documents": [entry | {"twin": "b.xml"}]})
    assert VALIDATOR.is_valid({"documents": [entry | {"shrunk_from": "b.xml"}]})


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "accepted-000001.xml").write_bytes(b"mine")
    result = run("--count", "2", "--out", str(tmp_path))
    assert result.exit_code == 2
    assert "never overwritten" in result.output
    assert (tmp_path / "accepted-000001.xml").read_bytes() == b"mine"
    done = tmp_path / "done"
    assert run("--out", str(done)).exit_code == 0
    assert run("--seed", "1", "--out", str(done)).exit_code == 2
    archive = tmp_path / "a.tar"
    assert run("--out", str(archive)).exit_code == 0
    assert run("--out", str(archive)).exit_code == 2


def test_an_archive_goes_to_standard_output() -> None:
    result = run("--count", "3", "--volume", "--out", "-")
    assert result.exit_code == 0
    with tarfile.open(fileobj=BytesIO(result.stdout_bytes)) as archive:
        assert len(archive.getnames()) == 4
    assert run("--count", "3", "--volume", "--out", "-").stdout_bytes == result.stdout_bytes


@pytest.mark.parametrize(
    "arguments",
    [
        ("--size", "many"), ("--size", "9-3"), ("--languages", "tlh"), ("--release", "99Z"), ("--count", "2"),
        ("--schema", "/nowhere"), ("--message", "Invoice"), ("--shrink", "/nowhere"), ("--count", "0"),
    ],
)  # fmt: skip
def test_wrong_usage_exits_2_with_one_message(arguments: tuple[str, ...]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_a_schema_that_is_none_is_told_in_a_sentence(tmp_path: Path) -> None:
    for name, content in (("a.xsd", "<x/>"), ("b.xsd", "<"), ("c.xsd", "")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        result = run("--schema", str(tmp_path / name))
        assert result.exit_code == 2, result.output
        assert "Traceback" not in result.output


def test_any_xsd_can_be_generated_from(odd_schema: Path) -> None:
    result = run("--schema", str(odd_schema), "--seed", "3")
    assert result.exit_code == 0
    assert compiled(odd_schema).validate(etree.fromstring(result.stdout_bytes))


def test_a_failing_document_becomes_a_numbered_vector(tmp_path: Path) -> None:
    failing = tmp_path / "failing.xml"
    failing.write_bytes(
        run("--seed", "4", "--size", "12000").stdout_bytes.replace(b'unitCode="KGM"', b'unitCode="KILO"')
    )
    out = tmp_path / "vectors"
    result = run("--shrink", str(failing), "--out", str(out), "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    data = (out / "vector-0001.xml").read_bytes()
    assert told["requirement"] == "DOC-023"
    assert len(data) < 3_000 < told["before"]
    assert {one.requirement for one in check_document(data).findings if one.level.binding} == {"DOC-023"}
    assert run("--shrink", str(failing), "--out", str(out)).exit_code == 0
    assert [entry["file"] for entry in manifest_of(out)["documents"]] == ["vector-0001.xml", "vector-0002.xml"]


def test_what_another_program_refuses_is_cut_down_too(tmp_path: Path) -> None:
    program = tmp_path / "refuses-seals"
    program.write_text(
        f"#!{sys.executable}\nimport sys\nsys.exit(b'AffixedSPSSeal' in open(sys.argv[1], 'rb').read())\n",
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    sealed = next(
        data
        for seed in range(20)
        if b"AffixedSPSSeal" in (data := run("--seed", str(seed), "--size", "15000").stdout_bytes)
    )
    (tmp_path / "sealed.xml").write_bytes(sealed)
    out = tmp_path / "vectors"
    result = run("--shrink", str(tmp_path / "sealed.xml"), "--while", str(program), "--out", str(out))
    assert result.exit_code == 0, result.output
    data = (out / "vector-0001.xml").read_bytes()
    assert data.count(b"<ram:AffixedSPSSeal>") == 1
    assert len(data) < len(sealed)
    assert check_document(data).verdict is Verdict.PASS
    assert manifest_of(out)["documents"][0]["verdict"] == "pass"


def test_a_document_that_does_not_fail_is_not_cut_down(tmp_path: Path) -> None:
    good = tmp_path / "good.xml"
    good.write_bytes(run("--seed", "7").stdout_bytes)
    result = run("--shrink", str(good), "--out", str(tmp_path / "vectors"))
    assert result.exit_code == 2
    assert not (tmp_path / "vectors").exists()
    assert run("--shrink", str(good), "--while", "/nowhere/program").exit_code == 2


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ('<xs:element name="a" type="xs:string" minOccurs="60000" maxOccurs="60000"/>', "more than 50,000 elements"),
        ('<xs:element ref="SPSCertificate"/>', "levels"),
    ],
    ids=["too many", "of itself"],
)
def test_what_a_schema_demands_without_end_is_not_begun(inner: str, words: str, tmp_path: Path) -> None:
    head = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="SPSCertificate">'
    body = f"<xs:complexType><xs:sequence>{inner}</xs:sequence></xs:complexType></xs:element></xs:schema>"
    (tmp_path / "a.xsd").write_text(head + body, encoding="utf-8")
    result = run("--any-content", "--schema", str(tmp_path))
    assert (result.exit_code, words in result.output) == (2, True)
