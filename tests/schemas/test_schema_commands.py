"""`ecert schema diff`, `impact` and `import`: the contract, and every kind of bad input told in one sentence."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.data import data_path
from conformance.revision.change import Kind
from conformance.vectors.certificate import CertificateData, certificate

ANY = '<xsd:element name="a"/>'
HEAD = '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:x" xmlns:x="urn:x"'
NUMBER = '<xsd:element name="ID" type="udt:IDType"/>'
RAM = "ReusableAggregateBusinessInformationEntity_21p0.xsd"


def contract(name: str) -> Any:
    return json.loads(data_path("schemas", "json", f"{name}.json").read_text(encoding="utf-8"))


def ecert(*arguments: str | Path, store: Path | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **({"ECERT_SCHEMAS": str(store)} if store else {})}
    return subprocess.run(
        [sys.executable, "-m", "conformance.cli", *map(str, arguments)],
        capture_output=True, text=True, timeout=300, check=False, env=environment,
    )  # fmt: skip


def difference(*arguments: str | Path) -> Any:
    done = ecert("schema", "diff", "--json", *arguments)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    jsonschema.validate(found, contract("schema-diff-1"))
    return found


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    return Path(shutil.copytree(data_path("schemas", "uncefact", "17A"), tmp_path / "draft"))


def altered(folder: Path, old: str, new: str, file: str = RAM) -> Path:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    return folder


def one_file(folder: Path, text: str, name: str = "a.xsd") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_contract_names_every_kind_of_change() -> None:
    kinds = contract("schema-diff-1")["properties"]["changes"]["items"]["properties"]["kind"]["enum"]
    assert kinds == [kind.value for kind in Kind]


def test_a_set_is_no_revision_of_itself(draft: Path) -> None:
    assert difference("17A", draft) == {"changes": [], "backward": True, "forward": True}


def test_releases_by_name_differ_in_namespaces_and_code_lists() -> None:
    found = difference("17A", "17B")
    kinds = {(one["kind"], one["path"]) for one in found["changes"]}
    assert ("namespace-changed", "SPSCertificate") in kinds
    assert ("namespace-changed", "SPSAcknowledgement") in kinds
    assert sum(1 for kind, path in kinds if kind == "namespace-changed" and path.startswith("SPSCertificate")) == 3
    added = {one["detail"] for one in found["changes"] if one["kind"] == "enumeration-value-added"}
    assert "value '752' added" in added
    assert not any(one["kind"].startswith("element") for one in found["changes"])
    assert (found["backward"], found["forward"]) == (False, False)


def test_the_variant_adds_a_signature_and_has_no_acknowledgement() -> None:
    found = difference("17A", "17A-andean")
    told = {(one["kind"], one["path"], one["effect"]) for one in found["changes"]}
    assert told == {
        ("element-added", "SPSCertificate/Signature", "widening"),
        ("element-removed", "SPSAcknowledgement", "narrowing"),
    }


def test_a_draft_that_does_not_compile_is_compared_as_far_as_it_can_be_read(draft: Path) -> None:
    altered(draft, 'name="LineFive" type="udt:TextType"', 'name="LineFive" type="udt:NoSuchType"')
    altered(draft, '      <xsd:element name="LineFour" type="udt:TextType" minOccurs="0"/>\n', "")
    found = difference("17A", draft)
    assert {one["kind"] for one in found["changes"]} == {"element-removed"}
    assert all(one["path"].endswith("/LineFour") for one in found["changes"])
    assert any("NoSuchType" in one["message"] and one["file"] == RAM and one["line"] for one in found["problems"])


def test_a_file_that_is_no_xml_is_a_problem_and_not_the_end(draft: Path) -> None:
    (draft / "QualifiedDataType_21p0.xsd").write_text("<xsd:schema", encoding="utf-8")
    found = difference("17A", draft)
    assert any(one["file"] == "QualifiedDataType_21p0.xsd" for one in found["problems"])
    assert found["changes"] == []
    assert found["backward"] is False


def test_the_page_tells_what_the_text_tells(draft: Path, tmp_path: Path) -> None:
    altered(draft, 'name="CountryName"', 'name="NameOfCountry"')
    page = tmp_path / "page.html"
    done = ecert("schema", "diff", "--html", page, "17A", draft)
    assert done.returncode == 0, done.stderr
    assert "element-renamed" in done.stdout
    html = page.read_text(encoding="utf-8")
    assert "CountryName is now called NameOfCountry" in html
    assert "<script" not in html
    assert "http-equiv" in html


def test_an_inferred_release_is_called_so() -> None:
    done = ecert("schema", "diff", "17A", "18B")
    assert "18B (inferred)" in done.stdout


def test_impact_tells_which_documents_change_and_through_what(draft: Path, tmp_path: Path) -> None:
    altered(
        draft, '<xsd:element name="ID" type="udt:IDType"/>', '<xsd:element name="ID" type="udt:IDType" maxOccurs="2"/>'
    )
    altered(draft, '      <xsd:element name="CountryName" type="udt:TextType" minOccurs="0"/>\n', "")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    text = certificate(CertificateData())
    assert b"CountryName" in text
    (corpus / "a.xml").write_bytes(text)
    (corpus / "b.xml").write_bytes(text.replace(b"SPSCertificate:17", b"SPSCertificate:99"))
    (corpus / "c.xml").write_bytes(b"<a")
    number = b"<ram:ID>" + CertificateData().number.encode() + b"</ram:ID>"
    assert number in text
    without = re.sub(rb"<ram:CountryName[^>]*>[^<]*</ram:CountryName>", b"", text)
    (corpus / "d.xml").write_bytes(without.replace(number, number + number))
    done = ecert("schema", "impact", "--json", "17A", draft, corpus)
    assert done.returncode == 1
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        jsonschema.validate(line, contract("schema-impact-1"))
    assert [Path(one["file"]).name for one in lines] == ["a.xml", "b.xml", "c.xml", "d.xml"]
    assert [(one["before"], one["after"]) for one in lines] == [
        ("pass", "fail"), ("fail", "fail"), ("fail", "fail"), ("fail", "pass"),
    ]  # fmt: skip
    assert {one["kind"] for one in lines[0]["changes"]} == {"element-removed"}
    assert all(one["path"].endswith("/CountryName") for one in lines[0]["changes"])
    assert [(one["kind"], one["path"]) for one in lines[3]["changes"]] == [
        ("occurrence-changed", "SPSCertificate/SPSExchangedDocument/ID")
    ]
    assert lines[1]["changes"] == lines[2]["changes"] == []


def test_impact_writes_a_document_for_what_the_corpus_does_not_show(draft: Path, tmp_path: Path) -> None:
    altered(draft, '<xsd:enumeration value="70"/>', "", "UNECE_StatusCode_D16B.xsd")
    corpus = one_file(tmp_path / "corpus", certificate(CertificateData()).decode(), "a.xml")
    altered(draft, '      <xsd:element name="LineFour" type="udt:TextType" minOccurs="0"/>\n', "")
    page, folder = tmp_path / "impact.html", tmp_path / "shown"
    done = ecert("schema", "impact", "--html", page, "--generate", folder, "17A", draft, corpus)
    assert done.returncode == 1, done.stderr
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert [(one["kind"], one["before"], one["after"]) for one in manifest] == [("element-removed", "pass", "fail")]
    assert b"LineFour" in (folder / manifest[0]["file"]).read_bytes()
    html = page.read_text(encoding="utf-8")
    assert "DOC-002" in html
    assert "LineFour" in html


def test_impact_without_a_sound_set_is_one_message(draft: Path) -> None:
    altered(draft, 'type="udt:TextType"', 'type="udt:NoSuchType"')
    done = ecert("schema", "impact", "--json", "17A", draft, data_path("fixtures", "certificates"))
    assert done.returncode == 2
    assert "does not compile" in done.stderr
    assert RAM in done.stderr
    assert "Traceback" not in done.stderr


def test_an_imported_set_can_be_used_everywhere(draft: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    done = ecert("schema", "import", draft, "--name", "ours", store=store)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((store / "ours" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["standing"] == "imported"
    assert len(manifest["files"][RAM]) == 64
    again = ecert("schema", "import", draft, "--name", "ours", store=store)
    assert again.returncode == 2
    assert "--replace" in again.stderr
    assert ecert("schema", "import", draft, "--name", "ours", "--replace", store=store).returncode == 0
    same = ecert("schema", "diff", "--json", "17A", "ours", store=store)
    assert json.loads(same.stdout)["changes"] == []
    document = one_file(tmp_path / "d", certificate(CertificateData()).decode(), "a.xml") / "a.xml"
    checked = ecert("check", "--json", "--layer", "schema", "--release", "ours", document, store=store)
    assert (json.loads(checked.stdout)["release"], checked.returncode) == ("ours", 0)
    assert ecert("schema", "impact", "--json", "17A", "ours", document, store=store).returncode == 0


def test_a_document_of_an_imported_variant_is_told_so(draft: Path, tmp_path: Path) -> None:
    altered(
        draft, '<xsd:element name="ID" type="udt:IDType"/>', '<xsd:element name="ID" type="udt:IDType" minOccurs="0"/>'
    )
    store = tmp_path / "store"
    assert ecert("schema", "import", draft, "--name", "looser", store=store).returncode == 0
    text = certificate(CertificateData()).decode()
    number = f"<ram:ID>{CertificateData().number}</ram:ID>"
    document = one_file(tmp_path / "d", text.replace(number, "", 1), "a.xml") / "a.xml"
    done = ecert("check", "--json", "--layer", "schema", document, store=store)
    findings = json.loads(done.stdout)["findings"]
    assert [one["requirement"] for one in findings] == ["DOC-048"]
    assert "'looser'" in findings[0]["message"]


def test_an_absolute_location_is_answered_from_the_folder_or_refused(draft: Path, tmp_path: Path) -> None:
    altered(draft, 'schemaLocation="UnqualifiedDataType_21p0.xsd"', 'schemaLocation="http://example.org/udt.xsd"')
    done = ecert("schema", "import", draft, "--name", "ours", store=tmp_path / "store")
    assert done.returncode == 0, done.stderr
    assert "is an address; nothing is fetched; UnqualifiedDataType_21p0.xsd is used in its place" in done.stdout
    (draft / "UnqualifiedDataType_21p0.xsd").unlink()
    refused = ecert("schema", "import", draft, "--name", "other", store=tmp_path / "store")
    assert refused.returncode == 2
    assert "is an address; nothing is fetched" in refused.stderr


def test_the_signature_schema_of_the_w3c_need_not_be_there(tmp_path: Path) -> None:
    text = (
        f'{HEAD} xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><xsd:import namespace="http://www.w3.org/2000/09/xmldsig#"'
        ' schemaLocation="xmldsig-core-schema.xsd"/><xsd:element name="a"><xsd:complexType><xsd:sequence>'
        '<xsd:element ref="ds:Signature" minOccurs="0"/></xsd:sequence></xsd:complexType></xsd:element></xsd:schema>'
    )
    folder = one_file(tmp_path / "set", text)
    one_file(folder, "<!DOCTYPE schema [<!ENTITY a 'b'>]><schema/>", "xmldsig-core-schema.xsd")
    done = ecert("schema", "import", folder, "--name", "signed", store=tmp_path / "store")
    assert done.returncode == 0, done.stderr


def _link(folder: Path) -> None:
    one_file(folder, f'{HEAD}><xsd:element name="a"/></xsd:schema>')
    (folder / "b.xsd").symlink_to("/etc/hostname")


def _doubling(folder: Path) -> None:
    twice = [f'<xsd:group ref="x:g{i}"/>' * 2 for i in range(40)]
    groups = "".join(
        f'<xsd:group name="g{i}"><xsd:sequence>{inner}</xsd:sequence></xsd:group>' for i, inner in enumerate(twice, 1)
    )
    first = '<xsd:group name="g0"><xsd:sequence><xsd:element name="e" minOccurs="0"/></xsd:sequence></xsd:group>'
    top = '<xsd:element name="r"><xsd:complexType><xsd:group ref="x:g40"/></xsd:complexType></xsd:element>'
    one_file(folder, f"{HEAD}>{groups}{first}{top}</xsd:schema>")


BAD = {
    "a folder that is not there": (lambda _: None, "is not there"),
    "a file": (lambda folder: folder.write_text("x"), "give the folder"),
    "an empty folder": (lambda folder: folder.mkdir(), "holds no .xsd file"),
    "a link": (_link, "symbolic link"),
    "a DOCTYPE": (lambda folder: one_file(folder, "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>"), "DOCTYPE"),
    "no schema": (lambda folder: one_file(folder, "<a/>"), "not an XML Schema"),
    "outside": (
        lambda folder: one_file(folder, f'{HEAD}><xsd:include schemaLocation="../../etc/a.xsd"/>{ANY}</xsd:schema>'),
        "lies outside the folder",
    ),
    "an unknown type": (
        lambda folder: one_file(folder, f'{HEAD}><xsd:element name="a" type="x:none"/></xsd:schema>'),
        "x}none",
    ),
    "a white space that is none": (
        lambda folder: one_file(
            folder,
            f'{HEAD}><xsd:element name="a"><xsd:simpleType><xsd:restriction base="xsd:string">'
            '<xsd:whiteSpace value="odd"/>'
            "</xsd:restriction></xsd:simpleType></xsd:element></xsd:schema>",
        ),
        "not preserve, replace or collapse",
    ),
    "a name that is no text": (
        lambda folder: one_file(folder, f"{HEAD}>{ANY}</xsd:schema>", "a\udcff.xsd"),
        "rename the file",
    ),
    "doubling groups": (_doubling, "more than 20,000 particles"),
    "50 MB": (lambda folder: one_file(folder, f"{HEAD}>{' ' * 50_000_000}</xsd:schema>"), "at most 20,000,000"),
    "a type of itself": (
        lambda folder: one_file(
            folder,
            f'{HEAD}><xsd:complexType name="t"><xsd:complexContent><xsd:extension base="x:t"/></xsd:complexContent>'
            '</xsd:complexType><xsd:element name="a" type="x:t"/></xsd:schema>',
        ),
        "derived from itself",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_bad_sets_are_refused_in_one_message(name: str, tmp_path: Path) -> None:
    make, words = BAD[name]
    make(tmp_path / "bad")  # type: ignore[no-untyped-call]
    done = ecert("schema", "import", tmp_path / "bad", "--name", "bad", store=tmp_path / "store")
    assert done.returncode == 2
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not list((tmp_path / "store").glob("*")) or not (tmp_path / "store" / "bad").exists()


def test_recursive_imports_are_no_trouble(tmp_path: Path) -> None:
    folder = one_file(
        tmp_path / "set", f'{HEAD}><xsd:include schemaLocation="b.xsd"/><xsd:element name="a"/></xsd:schema>'
    )
    one_file(
        folder,
        f'{HEAD}><xsd:include schemaLocation="a.xsd"/></xsd:schema>',
        "b.xsd",
    )
    done = ecert("schema", "import", folder, "--name", "round", store=tmp_path / "store")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["17A", "../x", "", "a b", ".hidden", "x" * 65])
def test_odd_names_are_refused(name: str, draft: Path, tmp_path: Path) -> None:
    done = ecert("schema", "import", draft, "--name", name, store=tmp_path / "store")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", ["diff", "impact"])
def test_an_unknown_set_names_those_at_hand(command: str) -> None:
    more = [str(data_path("fixtures"))] if command == "impact" else []
    done = ecert("schema", command, "--json", "17A", "20Z", *more)
    assert done.returncode == 2
    assert "17A-andean" in done.stderr
