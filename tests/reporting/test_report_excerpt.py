"""Excerpts: the right place, in whatever a partner sent."""

import time
from base64 import b64encode

import pytest

from conformance.model.finding import Where
from conformance.reporting.excerpt import excerpt
from conformance.reporting.place import offset_of_path

TEXT = "<a:r><!-- <b> --><b/><a:b x='1'><c>no</c></a:b><a:b><c>one</c><c>two</c></a:b></a:r>"


@pytest.mark.parametrize(
    ("path", "begins"),
    [
        ("/a:r", "<a:r>"),
        ("/r/b[2]", "<a:b x="),
        ("/a:r/a:b[3]/c[2]", "<c>two"),
        ("/a:r/a:b[2]/@x", "<a:b x="),
        ("/a:r/a:b[3]/missing", "<a:b><c>one"),
        ("/*:r", "<a:r>"),
        ("Content-Type", None),
    ],
)
def test_a_path_leads_to_its_element(path: str, begins: str | None) -> None:
    offset = offset_of_path(TEXT, path)
    assert (TEXT[offset : offset + len(begins)] if offset is not None and begins else offset) == begins


def test_the_place_in_a_document_on_one_line_is_in_view() -> None:
    body = f"<r><a>{'x y ' * 5000}</a><b>here</b><c>{'z ' * 5000}</c></r>".encode()
    shown = excerpt(body, "", Where("document", 1, "/r/b"))
    assert [line.text for line in shown.lines if line.marked] == ["<b>here</b>"]
    assert all(len(line.text) < 500 for line in shown.lines)
    assert "broken at tags" in shown.note


@pytest.mark.parametrize(
    "hostile", [b"<!--" * 200_000, b"<a" + b"b" * 900_000, b"<a>" * 300_000, b"<" * 900_000, b"\n" * 900_000]
)
def test_hostile_text_is_read_in_one_pass(hostile: bytes) -> None:
    started = time.process_time()
    excerpt(hostile, "", Where("document", None, "/a/a/b[2]/c"))
    assert time.process_time() - started < 1.5


def test_utf_16_is_read_as_text() -> None:
    shown = excerpt("<?xml version='1.0'?>\n<r>é</r>".encode("utf-16"), "", Where("document", 2))
    assert [line.text for line in shown.lines if line.marked] == ["<r>é</r>"]


def test_the_place_in_a_document_inside_a_soap_answer_is_shown() -> None:
    document = "<r>\n<a>" + "x" * 100 + "</a>\n<b>here</b>\n</r>"
    body = f"<e><Document>{b64encode(document.encode()).decode()}</Document></e>".encode()
    shown = excerpt(body, "", Where("document", 3, "/r/b"))
    assert [line.text for line in shown.lines if line.marked] == ["<b>here</b>"]
    assert "inside the message" in shown.note
