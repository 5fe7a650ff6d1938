"""`ecert render`: every datum of the XML stands on the page once, in a box of the form or with the rest."""

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from conformance.cli import main
from conformance.reporting.render import FORMS, LANGUAGES, boxes, fill, form_of, languages_of, to_page
from conformance.reporting.render_data import data_of
from conformance.reporting.text import visible
from conformance.vectors.certificate import CertificateData, Reference, certificate
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.sources import schema_file

GENERATED = Recipe(schema_file("17A"), 9, 4_000, 20_000, ("en", "zh", "ar", "th", "ru"))


class Values(HTMLParser):
    """Collects what a page shows as values: the texts of dd, and of the notes in them."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[str] = []
        self.notes: list[str] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self._open.append(tag)
        if tag == "dd":
            self.values.append("")
        elif tag == "small":
            self.notes.append("")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "small" in self._open:
            self.notes[-1] += data
        elif "dd" in self._open:
            self.values[-1] += data


def shown(page: str) -> tuple[Counter[str], Counter[str]]:
    reader = Values()
    reader.feed(page)
    return Counter(value.strip() for value in reader.values), Counter(note.strip() for note in reader.notes)


def said(root: etree._Element) -> tuple[Counter[str], Counter[str]]:
    """Every text and attribute of a document, collected without the code under test."""
    texts = Counter(visible((one.text or "").strip()) for one in root.iter(etree.Element) if (one.text or "").strip())
    attributes = Counter(
        f"{str(name).rpartition('}')[2]} {visible(str(value))}"
        for one in root.iter(etree.Element)
        for name, value in one.attrib.items()
    )
    return texts, attributes


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("number", range(6))
def test_the_page_shows_every_datum_of_the_xml_and_no_other(form: str, number: int) -> None:
    root = etree.fromstring(generated(GENERATED, number))
    for attachment in root.iter("{*}AttachmentBinaryObject"):
        attachment.text = "shown by size and digest"  # no base64, so that it is shown as it is
    assert shown(to_page(root, form=form)) == said(root)


@pytest.mark.parametrize("form", FORMS)
def test_every_datum_stands_in_one_box_only(form: str) -> None:
    data = data_of(etree.fromstring(generated(GENERATED, 2)))
    filled, rest = fill(data, boxes(form, ("en",)))
    placed = [row.datum.number for box in filled for row in box.rows] + [row.datum.number for row in rest]
    assert sorted(placed) == [datum.number for datum in data]
    assert len(rest) < len(data) / 4


def test_data_stand_in_the_box_the_official_form_has_for_them() -> None:
    root = etree.fromstring(certificate(CertificateData()))

    def box(form: str, value: str) -> str:
        filled, _ = fill(data_of(root), boxes(form, ("en",)))
        return next(one.box.number for one in filled if any(row.datum.value == value for row in one.rows))

    values = ("Southern Orchard Trading", "Malus domestica", "CSQU3054383")
    assert [box("phytosanitary", value) for value in values] == [
        "1", "9", "4",
    ]  # fmt: skip
    assert [box("health", value) for value in ("Southern Orchard Trading", "Harbour Fruit Import", "1200.5", "CT")] == [
        "I.1", "I.5", "I.20", "I.24",
    ]  # fmt: skip


def test_the_health_form_has_the_boxes_1_to_28() -> None:
    numbers = [box.number for box in boxes("health", ("en",)) if box.number.startswith("I.")]
    assert numbers == [f"I.{number}" for number in range(1, 29)]


@pytest.mark.parametrize("form", FORMS)
def test_every_box_has_a_title_in_every_language(form: str) -> None:
    assert all(all(box.titles) for box in boxes(form, LANGUAGES))


@pytest.mark.parametrize(("kind", "form"), [("851", "phytosanitary"), ("657", "phytosanitary"), ("853", "health")])
def test_the_type_says_the_form(kind: str, form: str) -> None:
    assert form_of(etree.fromstring(certificate(CertificateData(type_code=kind)))) == form


def test_a_certificate_in_another_language_gets_a_bilingual_form() -> None:
    chinese = etree.fromstring(generated(Recipe(GENERATED.file, 1, languages=("zh",)), 0))
    assert languages_of(chinese) == ("en", "zh")
    assert "出口商名称及地址" in to_page(chinese, form="phytosanitary")


def test_an_attachment_is_shown_by_its_size_and_digest() -> None:
    reference = Reference("N1", filename="a.pdf", mime="application/pdf", content="JVBERi0xLjQK")
    page = to_page(etree.fromstring(certificate(CertificateData(references=(reference,)))))
    assert "9 octets, SHA-256 " in page
    assert "JVBERi0xLjQK" not in page


def test_the_command_writes_a_page_once_and_says_what_it_cannot_show(tmp_path: Path) -> None:
    file, out = tmp_path / "c.xml", tmp_path / "c.html"
    file.write_bytes(certificate(CertificateData()))
    run = CliRunner().invoke
    assert run(main, ["render", str(file), "--out", str(out)]).exit_code == 0
    assert "<script" not in out.read_text(encoding="utf-8")
    assert run(main, ["render", str(file), "--out", str(out)]).exit_code == 2
    assert "I.28" in run(main, ["render", str(file), "--form", "health", "--language", "es"]).stdout
    file.write_bytes(b"no xml")
    for arguments in ([str(file)], [str(tmp_path / "none")], [str(out), "--language", "tlh"]):
        result = run(main, ["render", *arguments])
        assert result.exit_code == 2
        assert "Traceback" not in result.output


def test_hostile_values_are_escaped() -> None:
    data = CertificateData(officer="<script>alert(1)</script>\u202e", number="A<b>")
    page = to_page(etree.fromstring(certificate(data)))
    assert "<script" not in page
    assert "\u202e" not in page
