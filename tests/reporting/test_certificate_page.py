"""`ecert render`: every datum of the XML stands on the page once, in a box of the form or with the rest."""

import csv
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from conformance.cli import main
from conformance.data import data_path
from conformance.reporting.render import to_page
from conformance.reporting.render_data import data_of
from conformance.reporting.render_forms import FORMS, boxes, fill, form_of, languages_of
from conformance.reporting.render_labels import LANGUAGES, labels, meaning
from conformance.reporting.text import visible
from conformance.vectors.certificate import CertificateData, Reference, acknowledgement, certificate
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.rule_bases import base
from conformance.vectors.sources import schema_file

GENERATED = Recipe(schema_file("17A"), 9, 4_000, 20_000, ("en", "zh", "ar", "th", "ru"))


class Values(HTMLParser):
    """Collects what a page shows as values of data, and of the attributes beside them as name and value."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[str] = []
        self.notes: list[str] = []
        self._note = ""
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "small":
            self._note = f"{given['data-name']} "
        if given.get("class") == "v":
            self._into = self.notes if self._note else self.values
            self._into.append(self._note)

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._into = None
        elif tag == "small":
            self._note = ""

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] += data


def shown(page: str) -> tuple[Counter[str], Counter[str]]:
    reader = Values()
    reader.feed(page)
    return Counter(reader.values), Counter(reader.notes)


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
    filled, rest = fill(data, boxes(form, ("en",)), ("en",))
    placed = [row.datum.number for box in filled for row in box.rows] + [row.datum.number for row in rest]
    assert sorted(placed) == [datum.number for datum in data]
    assert form == "acknowledgement" or len(rest) < len(data) / 4


def test_data_stand_in_the_box_the_official_form_has_for_them() -> None:
    root = etree.fromstring(certificate(CertificateData()))

    def box(form: str, value: str) -> str:
        filled, _ = fill(data_of(root), boxes(form, ("en",)), ("en",))
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


@pytest.mark.parametrize(("kind", "form"), [("851", "phytosanitary"), ("657", "re-export"), ("853", "health")])
def test_the_type_says_the_form(kind: str, form: str) -> None:
    assert form_of(etree.fromstring(certificate(CertificateData(type_code=kind)))) == form


def test_a_certificate_in_another_language_gets_a_bilingual_form() -> None:
    chinese = etree.fromstring(generated(Recipe(GENERATED.file, 1, languages=("zh",)), 0))
    assert languages_of(chinese) == ("en", "zh")
    assert "出口商名称及地址" in to_page(chinese, form="phytosanitary")


def test_every_element_has_a_label_in_every_language() -> None:
    with data_path("schemas", "uncefact", "message.tsv").open(encoding="utf-8", newline="") as lines:
        elements = {row["element"] for row in csv.DictReader(lines, delimiter="\t")}
    elements -= {"SPSCertificate", "SPSAcknowledgement"}  # the roots, which are no part of a page
    for language in ("zh", "ru", "ar"):  # written in other scripts, so that a label cannot be the English one
        assert [name for name in sorted(elements) if labels(name, (language,))[0].isascii()] == []


def test_a_label_that_a_language_lacks_is_told_in_english_alone() -> None:
    assert labels("CityName", ("en", "es")) == ("City", "Ciudad")
    assert labels("@listSchemeURI", ("en", "es")) == ("List scheme uri",)


def test_codes_are_shown_with_what_they_mean() -> None:
    page = to_page(etree.fromstring(certificate(CertificateData())), languages=("en", "zh"))
    for code, means in (("70", "Issued"), ("851", "Phytosanitary certificate"), ("CN", "China 中国"), ("CT", "Carton")):
        assert f'>{code}</span> <span class="means">{means}<' in page
    assert '<span class="v">KGM</span> <span class="means">kilogram</span>' in page
    assert meaning(("SPSConsignment", "ExportSPSCountry", "ID"), "QQ", ("en",)) == ""


def test_the_notes_of_a_re_export_stand_in_a_box_of_their_own() -> None:
    root = etree.fromstring(base("accepted-re-export"))
    filled, _ = fill(data_of(root), boxes(form_of(root), ("en",)), ("en",))
    box = next(one for one in filled if one.box.number == "R")
    assert [row.datum.value for row in box.rows if row.datum.path[-1] == "Subject"][:3] == ["RPCST", "RPCCO", "RPCRF"]


def test_an_acknowledgement_has_a_form_of_its_own() -> None:
    root = etree.fromstring(acknowledgement(["NZ-1"], status="41", reasons=["Two weights differ."]))
    filled, rest = fill(data_of(root), boxes(form_of(root), ("en",)), ("en",))
    assert not rest
    assert all(one.rows for one in filled)


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
