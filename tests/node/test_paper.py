"""The form on paper: searchable text, embedded fonts, Chinese, and the same facts as the page."""

import io
from pathlib import Path

import pytest
from node_process import RunningNode
from pypdf import PdfReader
from site_visitor import Shown

from reference_impl.web import paper

needs_fonts = pytest.mark.skipif(
    not any(path.is_file() for path in paper.LETTERS) or not any(path.is_file() for path in paper.OTHERS),
    reason="the fonts of the form are not installed (fonts-dejavu-core, fonts-droid-fallback)",
)


def printed(node: RunningNode, path: str, language: str = "en") -> tuple[PdfReader, str]:
    answer = node.get(f"{path}/certificate.pdf?lang={language}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    reader = PdfReader(io.BytesIO(answer.content))
    return reader, " ".join("".join(page.extract_text() for page in reader.pages).split())


def facts(node: RunningNode, path: str) -> list[str]:
    shown = Shown(node.get(path))
    found = [one for one in shown.tree.iter() if one.get("data-ecert-field") and one.xpath("ancestor::dl")]
    told = [" ".join(str(one.text_content()).split()) for one in found]
    assert len(told) > 10
    return told


@needs_fonts
def test_every_fact_of_the_page_is_on_paper_and_can_be_searched(clean_node: RunningNode) -> None:
    path = clean_node.hook("issue", importing_country="NZ")["verification_url"].removeprefix(clean_node.page)
    _, text = printed(clean_node, path)
    missing = [fact for fact in facts(clean_node, path) if fact.replace(" ", "") not in text.replace(" ", "")]
    assert missing == []
    assert clean_node.page + path in text.replace(" ", "")


@needs_fonts
def test_fonts_are_embedded_and_chinese_can_be_searched(clean_node: RunningNode) -> None:
    path = clean_node.hook("issue", importing_country="NZ")["verification_url"].removeprefix(clean_node.page)
    reader, text = printed(clean_node, path, "zh-Hans")
    assert "证书编号" in text
    assert "已签发" in text
    resources = [page["/Resources"]["/Font"] for page in reader.pages]  # type: ignore[index]
    kinds = [font.get_object() for one in resources for font in one.values()]
    files = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object() for font in kinds]
    assert files
    assert all("/FontFile2" in one or "/FontFile3" in one for one in files)


@needs_fonts
def test_paper_of_a_withdrawn_certificate_says_so(clean_node: RunningNode) -> None:
    made = clean_node.hook("issue", importing_country="NZ")
    clean_node.hook("withdraw", number=made["number"], reason="not shipped")
    _, text = printed(clean_node, made["verification_url"].removeprefix(clean_node.page))
    assert "no longer in force" in text


def test_an_unknown_link_has_no_paper(clean_node: RunningNode) -> None:
    answer = clean_node.get("/v/nobody/certificate.pdf")
    assert (answer.status_code, 'data-ecert-state="unknown"' in answer.text) == (404, True)


def test_a_machine_without_the_fonts_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paper, "OTHERS", (Path("/nowhere"),))
    paper.fonts.cache_clear()
    with pytest.raises(paper.NoFonts, match="fonts-"):
        paper.fonts()
    paper.fonts.cache_clear()
