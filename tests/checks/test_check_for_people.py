"""`ecert check` for a person: the summary first, each fault once with its place, what is required, how to mend it."""

import re
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len
from rich.console import Console

from conformance.catalogue import load_catalogue
from conformance.checks.document import check_document
from conformance.cli import main
from conformance.cli.check_print import Printer
from conformance.reporting.check_view import groups_of, mends
from conformance.reporting.requirements import requirements
from conformance.vectors.certificate import CertificateData, Line, certificate

FAULTS = 200


@pytest.fixture(scope="module")
def faulty() -> bytes:
    """A certificate whose every line has the same two faults, and one fault of its own at the end."""
    data = certificate(CertificateData(lines=tuple(Line() for _ in range(FAULTS // 2))))
    data = data.replace(b'<ram:NetWeightMeasure unitCode="KGM">', b'<ram:NetWeightMeasure unitCode="KILO">')
    data = data.replace(b"<ram:ItemQuantity>60<", b"<ram:ItemQuantity>-60<", 1)
    return data.replace(b"<ram:ScientificName>Malus domestica", b"<ram:ScientificName>NULL")


def check(tmp_path: Path, data: bytes, *arguments: str) -> str:
    file = tmp_path / "certificate.xml"
    file.write_bytes(data)
    result = CliRunner().invoke(main, ["check", *arguments, str(file)])
    assert result.exit_code == 1
    return result.stdout


def test_a_document_with_200_faults_is_still_readable(tmp_path: Path, faulty: bytes) -> None:
    said = check(tmp_path, faulty)
    lines = said.splitlines()
    assert "201 findings of 3 requirements" in lines[0]
    assert len(lines) < 70
    overview = lines[1:4]
    assert sum("100×" in line for line in overview) == 2
    assert said.count('unitCode="KILO"') <= 4
    assert "and 98 more; all in lines" in said


def test_what_a_requirement_demands_is_told_once_however_much_breaks_it(tmp_path: Path, faulty: bytes) -> None:
    data = faulty.replace(b'unitCode="KGM">1310', b'unitCode="KGM">-1', 1)
    said = check(tmp_path, data, "--profile", "exchange")
    assert "101× MUST   DOC-023" in said
    assert said.count("to mend: Give every measure a unitCode") == 1
    assert len(re.findall(r"^    - ", said, re.MULTILINE)) == 2


@pytest.mark.parametrize("width", [80, 120])
def test_on_a_terminal_no_line_is_wider_than_it(faulty: bytes, width: int, tmp_path: Path) -> None:
    file = tmp_path / "certificate.xml"
    file.write_bytes(faulty)
    console = Console(force_terminal=True, width=width, record=True, file=StringIO())
    Printer(console, requirements()).report(str(file), check_document(faulty))
    lines = console.export_text().splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert sum(line.startswith("    found    ") for line in lines) == 5


def test_every_fault_has_its_place_marked_what_is_required_and_how_to_mend_it(tmp_path: Path, faulty: bytes) -> None:
    said = check(tmp_path, faulty)
    assert re.search(r">\s+\d+ .*<ram:ItemQuantity>-60<", said)
    for words in ("expected", "found    '-60'", "DOC-024", "required: ", "to mend: ", "UN/ECE Recommendation 21"):
        assert words in said


def test_all_shows_every_finding(tmp_path: Path, faulty: bytes) -> None:
    assert check(tmp_path, faulty, "--all").count("found    'KILO'") == FAULTS // 2


def test_the_page_tells_the_same_and_needs_nothing_else(tmp_path: Path, faulty: bytes) -> None:
    page = tmp_path / "page.html"
    check(tmp_path, faulty, "--html", str(page))
    text = page.read_text(encoding="utf-8")
    assert "201 findings of 3 requirements" in text
    assert text.count('class="line marked"') <= 9
    assert text.index("What to mend") < text.index("How to mend it")
    assert "<script" not in text
    assert not re.search(r'(?:src|href)="(?!#)', text)


def test_a_hostile_document_steers_neither_terminal_nor_page(tmp_path: Path) -> None:
    data = certificate(CertificateData()).replace(
        b"<ram:ModeCode>1<", "<ram:ModeCode>[red]\u202e&lt;script&gt;alert(1)&lt;/script&gt;<".encode()
    )
    page = tmp_path / "page.html"
    said = check(tmp_path, data, "--html", str(page))
    assert "\u202e" not in said
    assert "[red]" in said
    text = page.read_text(encoding="utf-8")
    assert "<script" not in text
    assert "\u202e" not in text


def test_findings_that_say_the_same_are_one_group_and_binding_ones_come_first(faulty: bytes) -> None:
    groups = groups_of(check_document(faulty).findings, requirements())
    assert sorted(len(group.findings) for group in groups) == [1, 100, 100]
    binding = [group.level.binding for group in groups]
    assert binding == sorted(binding, reverse=True)
    assert all(group.statement and group.source and group.mend for group in groups)


def test_every_requirement_a_document_check_reports_says_how_to_mend_it() -> None:
    judged = set(re.findall(r'"(DOC-\d{3})"', "".join(
        path.read_text(encoding="utf-8")
        for pattern in ("*.py", "*.toml")
        for path in (Path(__file__).parents[2] / "conformance" / "checks").rglob(pattern)
    )))  # fmt: skip
    assert len(judged) > 30
    assert judged - set(mends()) == set()
    assert set(mends()) <= set(load_catalogue().requirements)


def test_explain_shows_the_twins_of_a_requirement_and_how_to_mend_it() -> None:
    said = CliRunner().invoke(main, ["explain", "DOC-023"]).output
    assert "refused-no-unit.xml must be refused: weight without a unit (else as accepted.xml)" in said
    assert "To mend: Give every measure a unitCode" in said


@pytest.mark.parametrize(("requirement", "shown"), [("DOC-017", "<ram:IncludedSPSClause>"), ("DOC-023", 'unitCode="')])
def test_explain_shows_the_place_in_the_reference_answer_a_requirement_is_about(requirement: str, shown: str) -> None:
    said = CliRunner().invoke(main, ["explain", requirement]).output
    assert any(line.strip().startswith(">") and shown in line for line in said.splitlines())


def test_the_page_never_takes_the_place_of_what_is_checked(tmp_path: Path) -> None:
    file = tmp_path / "certificate.xml"
    file.write_bytes(certificate(CertificateData()))
    result = CliRunner().invoke(main, ["check", "--html", str(file), str(tmp_path / "." / "certificate.xml")])
    assert (result.exit_code, "name another file" in result.output) == (2, True)
    assert file.read_bytes() == certificate(CertificateData())


def test_a_name_of_two_lines_tells_of_one_file(tmp_path: Path) -> None:
    file = tmp_path / "bad.xml: pass\ngood.xml"
    file.write_bytes(b"<a/>")
    told = CliRunner().invoke(main, ["check", str(file)]).stdout
    assert not any(line.startswith("good.xml") for line in told.splitlines())
