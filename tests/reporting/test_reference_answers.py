"""The reference node's answers: of every case, of today's wire, and without anything that is secret."""

import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from conformance.cli.reference import run_all
from conformance.data import data_path
from conformance.engine.reader import read_record
from conformance.engine.selection import discover_cases
from conformance.model.record import RunRecord
from conformance.model.words import Verdict
from conformance.reporting.reference import PLACE, from_text, load_reference, to_text
from conformance.reporting.reference_build import NotClean, build, shape
from conformance.reporting.reference_clean import BASE, Inventor, readable

REBUILD = "the reference answers are out of date: run `ecert reference` and commit the file"
STARTED = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for inner in value.values() for text in texts(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in texts(inner))


def test_every_case_that_exists_has_its_answers_and_no_other() -> None:
    known = {case.id for case in discover_cases().cases}
    assert set(load_reference().cases) == known, REBUILD


def secrets_of(folder: Path, record: RunRecord) -> set[str]:
    """Return passwords, certificate numbers, verification codes and link tokens of a run."""
    partner = tomllib.loads((folder / "node" / "partner.toml").read_text())
    found = {text for text in texts(partner) if re.fullmatch(r"[\w-]{16,}", text)}
    for result in record.results:
        for step in result.steps:
            if step.exchange and step.exchange.port == "hook" and step.exchange.answer.response:
                told = json.loads(step.exchange.answer.response.body)
                found |= {told[name] for name in ("number", "verification_code") if told.get(name)}
                found |= {told["verification_url"].rpartition("/")[2]} if told.get("verification_url") else set()
    return found


def test_the_clean_node_passes_every_case_and_its_answers_are_those_kept_without_what_is_secret(tmp_path: Path) -> None:
    folders = run_all(tmp_path)
    records = [read_record(folder) for folder in folders]
    results = [result for record in records for result in record.results]
    assert {r.case.id: r.reason for r in results if r.verdict not in (Verdict.PASS, Verdict.NOT_APPLICABLE)} == {}
    assert {r.case.id for r in results if r.verdict is Verdict.PASS} == {case.id for case in discover_cases().cases}
    made = build(*records)
    now, kept = shape(made), shape(load_reference())
    changed = {n: (kept.get(n), now.get(n)) for n in now.keys() | kept.keys() if now.get(n) != kept.get(n)}
    assert not changed, REBUILD
    secrets = secrets_of(folders[0], records[0])
    assert len(secrets) > 100
    written = to_text(made)
    assert [secret for secret in sorted(secrets) if secret in written] == []
    assert records[0].header.run_id not in written


def test_the_file_that_is_kept_holds_nothing_that_looks_like_one() -> None:
    kept = data_path(*PLACE).read_text("utf-8")
    assert len(kept) < 2_500_000
    assert not re.search(r"127\.0\.0\.1:\d|localhost:\d|BEGIN [A-Z ]*PRIVATE KEY|/v/(?!INVENTED)[\w-]{8,}", kept)
    # So many characters of base64 without a figure would be chance; a path of element names has none.
    assert not re.search(r"(?=[A-Za-z+/]*\d)[A-Za-z0-9+/]{60,}={0,2}", re.sub(r"\b[0-9a-fA-F]{32,}\b", "", kept))
    codes = set(re.findall(r'verification_code\\?": \\?"(\w+)', kept))
    assert codes
    assert all(re.fullmatch(r"CODE\d{6}", code) for code in codes)


def test_what_was_kept_reads_back_as_it_was() -> None:
    kept = load_reference()
    assert from_text(to_text(kept)) == kept
    for broken in ("[]", '{"format": "other", "texts": {}, "cases": {}}', '{"format": "ecert-reference-2"}', "no"):
        with pytest.raises(ValueError, match=r"reference answers|not known|Expecting"):
            from_text(broken)


def test_only_a_clean_run_becomes_a_reference(record: RunRecord) -> None:
    clean = tuple(r for r in record.results if r.verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE))
    made = build(replace(record, results=clean))
    assert {name: len(steps) for name, steps in made.cases.items()} == {"PULL-001": 1, "PULL-040": 0}
    failed = record.results[1]
    with pytest.raises(NotClean, match=failed.case.id):
        build(replace(record, results=(*clean, failed)))
    with pytest.raises(NotClean, match="cut off"):
        build(replace(record, results=clean, complete=False))


def test_what_one_node_does_not_declare_is_taken_from_the_next(record: RunRecord) -> None:
    ruled_out = record.results[5]
    tried = replace(ruled_out, verdict=Verdict.PASS, steps=record.results[0].steps)
    made = build(replace(record, results=(ruled_out,)), replace(record, results=(tried,)))
    assert len(made.cases[ruled_out.case.id]) == 1


def test_numbers_times_and_tokens_are_replaced_alike_within_a_case() -> None:
    text = (
        "CN-2026-12345678 at 2026-11-23T13:00:05.5Z, CN-2026-12345678-NONE at 2026-11-23T14:00:05+01:00, "
        "CN-2026-87654321 at 2026-11-23T13:00:09Z; https://127.0.0.1:4711/v/abcDEF123_-abcDEF123_-x of run-1"
    )
    inventor = Inventor(STARTED, "run-1")
    inventor.learn([text])
    assert inventor.clean(text) == (
        "CN-2026-00000001 at 2026-01-05T09:00:01Z, CN-2026-00000001-NONE at 2026-01-05T10:00:00+01:00, "
        "CN-2026-00000002 at 2026-01-05T09:00:02Z; https://node.example/v/INVENTED-LINK-TOKEN of RUN"
    )
    assert BASE.isoformat().startswith("2026-01-05T09:00:00")


def test_a_certificate_inside_an_answer_is_unpacked_and_long_base64_folded() -> None:
    from base64 import b64encode  # noqa: PLC0415

    document = f"<c><id>1</id><key>{'QUJD' * 30}</key></c>".encode()
    body = f"<s:Envelope xmlns:s='urn:x'><Document>{b64encode(document).decode()}</Document></s:Envelope>".encode()
    found = readable(body, "text/xml; charset=utf-8")
    assert "<Document>[base64]</Document>" in found.text
    assert found.document.splitlines() == ["<c>", "  <id>1</id>", "  <key>[base64]</key>", "</c>"]
    assert readable(b"\xff\x00\xfe", "application/octet-stream").text == "[3 octets that are not text]"


def test_people_the_judge_invents_and_what_lets_them_in_are_the_same_in_each_run() -> None:
    inventor = Inventor(STARTED, "run-1")
    made = inventor.clean(
        "A-0F1E2D3C4B of Conformance Test user-1-00ff00ff00, test.user-1-00ff00ff00@judge.example, "
        "Invented Embassy user-1-00ff00ff00: /invitation/hidden-0123456789abcdef, cookie-0123456789abcdef"
    )
    assert made == (
        "A-INVENTED of Conformance Test user-1-invented, test.user-1-invented@judge.example, "
        "Invented Embassy user-1-invented: /invitation/hidden-invented, cookie-invented"
    )
