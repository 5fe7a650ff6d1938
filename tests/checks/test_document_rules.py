"""The rules of our document profile: each mutation breaks its requirement and nothing else, its twin passes."""

import base64
import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from conformance.checks.document import check_document
from conformance.checks.rules.containers import check_digit
from conformance.data import data_path
from conformance.model.words import Layer, Level, Verdict
from conformance.vectors.certificate import (
    CertificateData,
    Line,
    Note,
    Reference,
    acknowledgement,
    certificate,
    exported,
    replacement,
    sized,
)
from conformance.vectors.mutations import MUTATIONS, Mutation

GOOD = certificate(CertificateData())
PDF = base64.b64encode(b"%PDF-1.7 invented").decode()


def broken(data: bytes, at: datetime | None = None) -> list[str]:
    return sorted(f.requirement for f in check_document(data, at=at).findings)


def test_what_the_builder_writes_passes() -> None:
    old = CertificateData(number="NZ-2026-000000")
    attached = Reference("R-1", filename="a.pdf", mime="application/pdf", content=PDF)
    for data in (
        GOOD, certificate(replacement(CertificateData(), old)), certificate(exported("CN-1", "CN", "AU")),
        certificate(sized(CertificateData(), 31_000)), acknowledgement(["NZ-1"], status="41", reasons=["late"]),
        certificate(CertificateData(references=(attached,))),
    ):  # fmt: skip
        assert check_document(data).findings == ()


@pytest.mark.parametrize("octets", [8_000, 31_000])
def test_a_certificate_can_be_built_to_size(octets: int) -> None:
    assert abs(len(certificate(sized(CertificateData(), octets))) - octets) < 2_000


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_each_mutation_breaks_just_its_requirement(mutation: Mutation) -> None:
    report = check_document(mutation(GOOD))
    assert {f.requirement for f in report.findings} == {mutation.requirement}
    assert mutation.layer in {f.layer for f in report.findings}
    assert report.verdict is Verdict.FAIL


def test_a_mutation_that_changes_nothing_is_an_error() -> None:
    with pytest.raises(ValueError, match="nothing to change"):
        MUTATIONS[0](b"<a/>")


def test_the_committed_twins_are_what_the_builder_writes() -> None:
    command = [sys.executable, "-m", "conformance.vectors.twins", "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_every_twin_gets_the_verdict_of_the_manifest() -> None:
    folder = data_path("fixtures", "certificates")
    documents = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["documents"]
    assert len(documents) >= 20
    for entry in documents:
        assert check_document((folder / entry["file"]).read_bytes()).verdict == entry["verdict"], entry["file"]


def with_attachment(content: str, filename: str = "a.pdf", mime: str = "application/pdf") -> bytes:
    reference = Reference("R-1", filename=filename, mime=mime, content=content)
    return certificate(CertificateData(references=(reference,)))


@pytest.mark.parametrize(
    ("data", "requirements"),
    [
        (with_attachment("fileContent"), ["DOC-037", "DOC-037"]),
        (with_attachment(base64.b64encode(b"<html>").decode()), ["DOC-037", "DOC-038"]),
        (with_attachment(base64.b64encode(b"MZ\x90").decode(), "a.exe", "application/x-msdownload"), ["DOC-038"]),
        (with_attachment(PDF, "a.png", "image/png"), ["DOC-037"]),
        (with_attachment(PDF, "a.pdf", ""), ["DOC-037"]),
    ],
)
def test_attachments_are_what_they_say(data: bytes, requirements: list[str]) -> None:
    assert broken(data) == requirements


def test_a_missing_reference_type_and_an_odd_relation_are_found() -> None:
    data = certificate(CertificateData(references=(Reference("R-1", relation="AAA"),)))
    assert broken(data) == ["DOC-039"]


def notes(*pairs: tuple[str, str]) -> bytes:
    return certificate(CertificateData(lines=(Line(notes=tuple(Note(*pair) for pair in pairs)),)))


def test_re_export_notes_are_literal_and_exclusive() -> None:
    assert broken(notes(("RPCOR", "True"), ("RPCTC", "False"))) == []
    assert broken(notes(("RPCOR", "True"), ("RPCTC", "True"))) == ["DOC-045"]
    assert broken(notes(("RPCOR", "yes"))) == ["DOC-045"]


def test_labels_of_lines_and_documents_are_kept_apart() -> None:
    assert broken(notes(("ADEDL", "x"))) == ["DOC-020"]
    assert broken(certificate(CertificateData(notes=(Note("ADTLIL", "x"),)))) == ["DOC-019"]


def test_one_language_occurs_once_among_repetitions() -> None:
    name = '<ram:Name languageID="en">Phytosanitary Certificate</ram:Name>'
    chinese = name.replace('"en"', '"zh"')
    two = GOOD.decode().replace(name, name + chinese)
    assert broken(two.encode()) == []
    assert broken(two.replace(chinese, chinese + name).encode()) == ["DOC-030"]


@pytest.mark.parametrize(
    ("tag", "good"), [("zh-Hans", True), ("sr-Latn-RS", True), ("xx", False), ("EN", False), ("", False)]
)
def test_languages_are_known(tag: str, good: bool) -> None:
    data = GOOD.replace(b'languageID="en"', f'languageID="{tag}"'.encode(), 1)
    assert (broken(data) == []) is good


def test_lines_ascend_over_all_items() -> None:
    data = certificate(CertificateData(lines=(Line(), Line())))
    assert broken(data) == []
    same = data.replace(b"<ram:SequenceNumeric>2<", b"<ram:SequenceNumeric>1<")
    assert broken(same) == ["DOC-021"]
    items = data.replace(
        b"</ram:IncludedSPSTradeLineItem>\n<ram:IncludedSPSTradeLineItem>",
        b"</ram:IncludedSPSTradeLineItem></ram:IncludedSPSConsignmentItem>"
        b"<ram:IncludedSPSConsignmentItem><ram:IncludedSPSTradeLineItem>",
    )
    assert items != data
    assert broken(items.replace(b"<ram:SequenceNumeric>2<", b"<ram:SequenceNumeric>1<")) == ["DOC-021"]


def test_the_future_is_judged_only_with_a_time_of_checking() -> None:
    issued = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert broken(GOOD, issued) == []
    assert broken(GOOD, issued - timedelta(minutes=4)) == []
    assert broken(GOOD, issued - timedelta(days=1)) == ["DOC-014", "DOC-015"]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-03-02T09:30:00Z",
        "2026-03-31T23:59:59+13:45",
        "2026-03-02T09:30:00.123456789-03:30",
        " 2026-03-02T09:30:00Z ",
    ],
)
def test_moments_with_an_offset_are_accepted(moment: str) -> None:
    assert broken(GOOD.replace(b"2026-03-02T09:30:00+00:00", moment.encode())) == []


@pytest.mark.parametrize(
    "moment",
    ["2026-03-02", "2026-03-02T09:30:00", "2026-13-02T09:30:00Z", "2026-02-30T09:30:00Z", "20260302", "",
     "2026-03-02T24:30:00Z",
     "2026-03-02T09:30:00+0100", "2026-03-02T09:30:00+25:00", "2026-00-02T09:30:00Z", "0000-03-02T09:30:00Z"],
)  # fmt: skip
def test_other_moments_are_not(moment: str) -> None:
    assert broken(GOOD.replace(b"2026-03-02T09:30:00+00:00", moment.encode())) == ["DOC-013"]


def test_white_space_alone_is_empty() -> None:
    assert broken(GOOD.replace(b">Rowan Hartley<", b">\n <")) == ["DOC-018"]
    assert broken(GOOD.replace(b">Southern Orchard Trading<", b"><")) == ["DOC-034"]


def test_an_empty_optional_element_is_a_warning() -> None:
    report = check_document(GOOD.replace(b"<ram:CityName>Nelson<", b"<ram:CityName><"))
    assert {f.level for f in report.findings} == {Level.SHOULD}
    assert report.verdict is Verdict.PASS


@pytest.mark.parametrize("text", ["Test", " null ", "N/A", "lorem ipsum dolor", "<![CDATA[NULL]]>"])
def test_placeholders_are_found(text: str) -> None:
    assert broken(GOOD.replace(b">Rowan Hartley<", f">{text}<".encode())) == ["DOC-018"]


@pytest.mark.parametrize("text", ["Testa", "Null Island Fruit", "contest"])
def test_words_that_contain_one_are_not(text: str) -> None:
    assert broken(GOOD.replace(b">Rowan Hartley<", f">{text}<".encode())) == []


def test_encodings() -> None:
    text = GOOD.decode().replace('encoding="UTF-8"', 'encoding="{}"')
    assert broken(text.format("UTF-16").encode("utf-16")) == []
    assert broken(text.format("ISO-8859-1").encode("latin-1")) == ["DOC-032"]
    for name in ("果园", "بستان", "𠮷野", "Åre"):
        assert broken(GOOD.replace(b"Rowan Hartley", name.encode())) == []
    assert broken(GOOD.replace(b"Rowan Hartley", b"A&#x30A;re")) == ["DOC-032"]


def test_container_numbers() -> None:
    assert check_digit("CSQU305438") == 3
    assert broken(GOOD.replace(b"CSQU3054383", b"TRAILER 7")) == []


def test_layers_can_be_chosen() -> None:
    data = GOOD.replace(b"2026-03-02T09:30:00+00:00", b"today").replace(b">Rowan Hartley<", b"><ram:x/><")
    assert {f.layer for f in check_document(data, layers={Layer.SCHEMA}).findings} == {Layer.SCHEMA}
    assert {f.layer for f in check_document(data, layers={Layer.RULES}).findings} == {Layer.RULES}


def test_findings_come_in_the_order_of_lines() -> None:
    data = GOOD.replace(b"2026-03-02T09:30:00+00:00", b"today").replace(b">SL448210<", b"><").replace(b">70<", b">7x<")
    lines = [f.where.line or 0 for f in check_document(data).findings]
    assert len(lines) >= 3
    assert lines == sorted(lines)
