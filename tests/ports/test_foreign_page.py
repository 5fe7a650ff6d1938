"""A page that nobody made by the profile is read by what the partner file says of it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench_for_mail_page_tls import ActingTape, a_partner, serving
from foreign_site import DESCRIBED, foreign_site

from conformance.checks.page import read_page
from conformance.model.outcome import Inconclusive
from conformance.partner.loader import described_by
from conformance.partner.pages import PageDescription
from conformance.ports.https import PagePort
from conformance.ports.stranger import stranger_pem

ARGENTINA = {
    "number": "ES-77",
    "quantity": "1.250 kg",
    "consignee": "Frutas del Puerto",
    "export-country": "AR",
    "download": "/doc/9f",
}


@pytest.fixture
def visiting(tmp_path: Path) -> Callable[..., AbstractContextManager[PagePort]]:
    """A function that opens the foreign site and gives the judge's port to it."""
    ca = tmp_path / "ca.pem"
    ca.write_bytes(stranger_pem()[0])

    @contextmanager
    def open_site(state: str = "vigente", **other: Any) -> Iterator[PagePort]:
        with serving(foreign_site(state)) as (host, at):
            partner = a_partner(page=f"https://{host}:{at}", ca=ca)
            assert partner.verification is not None
            page = replace(partner.verification, described=described_by({**DESCRIBED, **other}))
            yield PagePort(replace(partner, verification=page), ActingTape())

    return open_site


def test_a_form_of_the_partners_own_is_filled_in_and_its_result_read(
    visiting: Callable[..., AbstractContextManager[PagePort]],
) -> None:
    with visiting() as port:
        result = port.look_up("ES-77", "C0DE")
        refused = port.look_up("ES-77", "another")
    assert (result.status, result.state, result.page.facts.announced) == (200, "issued", True)
    assert {name: result.value(name) for name in ARGENTINA} == ARGENTINA
    assert [value for name, value in result.fields if name == "consignee"] == ["Frutas del Puerto", "Calle Mayor 1"]
    assert (refused.status, refused.state, refused.fields) == (404, "unknown", ())


@pytest.mark.parametrize(("shown", "state"), [("sustituido", "replaced"), ("RETIRADO", "withdrawn"), ("raro", "")])
def test_states_are_told_by_words_in_the_selected_element(
    visiting: Callable[..., AbstractContextManager[PagePort]], shown: str, state: str
) -> None:
    with visiting(shown) as port:
        assert port.look_up("ES-77", "C0DE").state == state


def test_cookies_are_not_in_the_record(visiting: Callable[..., AbstractContextManager[PagePort]]) -> None:
    with visiting() as port:
        port.look_up("ES-77", "C0DE")
        kept = str(port._tape.kept)  # type: ignore[attr-defined]
    assert "abc123" not in kept
    assert "visita=cookie-" in kept


def test_a_form_that_is_not_there_leaves_the_case_undecided(
    visiting: Callable[..., AbstractContextManager[PagePort]],
) -> None:
    with visiting(fields={"number": "numero"}) as port, pytest.raises(Inconclusive, match="no form with the fields"):
        port.look_up("ES-77", "C0DE")


def described(**tables: Any) -> PageDescription:
    return described_by(tables)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("This certificate is valid.", "issued"),
        ("This certificate is <b>not</b>\n valid.", "unknown"),
        ("This certificate is invalid.", ""),
        ("<p style='display: none'>valid</p>", ""),
        ("<script>valid</script>", ""),
        ("证书有效期内", "withdrawn"),
    ],
)
def test_words_are_whole_words_and_the_worse_state_counts(text: str, state: str) -> None:
    marks = described(
        states={"issued": {"words": "Valid"}, "unknown": {"words": "not valid"}, "withdrawn": {"words": "有效"}}
    )
    assert read_page(f"<html><body>{text}</body></html>".encode(), marks).state == state


def test_what_is_not_described_is_read_by_the_marks_of_the_profile() -> None:
    body = (
        b'<html><body><p data-ecert-state="issued"></p><i data-ecert-field="number">A</i><b>Weight</b><i>3</i></body>'
    )
    page = read_page(body, described(facts={"quantity": {"label": "weight"}}))
    assert (page.state, page.value("number"), page.value("quantity")) == ("issued", "A", "3")


def test_a_deep_or_broken_page_ends_without_an_error() -> None:
    marks = described(
        states={"issued": {"words": "valid"}}, facts={"number": {"label": "N"}, "type": {"selector": "p:"}}
    )
    for body in (b"<div>" * 5000 + b"valid", b"<table><th>N", b"\xff\xfe\x00", b"<!-- valid -->"):
        assert read_page(body, marks).fields == ()
