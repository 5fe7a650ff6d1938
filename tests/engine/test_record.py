"""The record: described by its schema, free of secrets, judged again with the same verdicts, readable when cut off."""

import base64
import json
import shutil
from pathlib import Path
from urllib.parse import quote

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laboratory import PASSWORD, Ended, Laboratory

from conformance.data import data_path
from conformance.engine.reader import bodies_of, read_record
from conformance.engine.redaction import Redactor
from conformance.engine.run import Plan, run
from conformance.model.words import Verdict

STORY = """
import base64
from urllib.parse import quote

SECRET = "Tr0ub4dor&3/horse"

@case("PULL-001.pass", roles=Role.EXPORTER, defects=["x"])
def test_pass(tape, judge):
    \"\"\"Passes by what came.

    And says so.
    \"\"\"
    judge.step("asking")
    answer = say(tape, b"yes").answer.response
    tape.now()
    judge.expect(answer.body == b"yes", expected="yes", actual="?", message="not yes")

@case("PULL-001.fail", roles=Role.EXPORTER, defects=["x"])
def test_fail(tape, judge):
    \"\"\"Fails by what came.\"\"\"
    exchange = say(tape, f"no {SECRET} {quote(SECRET)}".encode())
    body = exchange.answer.response.body
    plain = base64.b64encode(b"\\0judge\\0" + SECRET.encode()).decode()
    basic = "Basic " + base64.b64encode(b"u:" + SECRET.encode()).decode()
    message = Message("text/plain", plain.encode(), (("Authorization", basic),))
    tape.exchange("test", "auth", None, lambda: Answer(message, facts=(("note", SECRET),)))
    where = Where("answer", 1, "/", exchange.answer.response.digest)
    judge.expect(body == b"yes", expected="yes", actual=body.decode(), message="not yes " + SECRET, where=where)

@case("PULL-001.random", roles=Role.EXPORTER, defects=["x"])
def test_random(tape):
    \"\"\"Chance and time come from the tape.\"\"\"
    number = tape.random.randrange(10**9)
    came = say(tape, str(number).encode()).answer.response.body
    if int(came) != number or tape.run_id.encode() != say(tape, tape.run_id.encode(), "id").answer.response.body:
        raise JudgeFault("another chance")

@case("PULL-001.wait", roles=Role.EXPORTER, defects=["x"])
def test_wait(tape, judge):
    \"\"\"Waits.\"\"\"
    import itertools
    count = itertools.count()
    got = judge.wait_until(lambda: int(say(tape, str(next(count)).encode()).answer.response.body) > 2, 5, "three")
    judge.expect(got, expected="3", actual="less", message="never")

@case("PULL-001.slow", roles=Role.EXPORTER, defects=["x"])
def test_slow(tape):
    \"\"\"Ends by its time limit.\"\"\"
    say(tape, b"one")
    tape.exchange("test", "sleep", None, lambda: time.sleep(60))

@case("PULL-001.boom", roles=Role.EXPORTER, defects=["x"])
def test_boom(tape):
    \"\"\"An error that tells a secret.\"\"\"
    raise RuntimeError("password " + SECRET)

@case("PULL-001.none", roles=Role.IMPORTER, defects=["x"])
def test_none(tape):
    \"\"\"Not for an exporter.\"\"\"

@case("PULL-001.crash", roles=Role.EXPORTER, defects=["x"])
def test_crash(tape):
    \"\"\"Crashes, telling a secret.\"\"\"
    print("core dumped " + SECRET, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> tuple[Laboratory, Ended]:
    from laboratory import PARTNER  # noqa: PLC0415

    laboratory = Laboratory(tmp_path_factory.mktemp("record"))
    laboratory.partner.write_text(PARTNER)
    laboratory.write(STORY)
    return laboratory, laboratory.run("--seed", "7")


def test_every_line_is_as_the_schema_says(ended: tuple[Laboratory, Ended]) -> None:
    schema = json.loads(data_path("schemas", "json", "record-1.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for event in ended[1].events:
        validator.validate(event)
    assert {e["event"] for e in ended[1].events} >= {
        "run-started", "case-selected", "case-left-out", "case-started", "step", "clock", "case-finished",
        "run-finished",
    }  # fmt: skip


def test_no_secret_is_in_anything_that_was_written_or_said(ended: tuple[Laboratory, Ended]) -> None:
    _, run = ended
    inner = base64.b64encode(b"\0judge\0" + PASSWORD.encode())[12:-4]
    forms = [PASSWORD.encode(), quote(PASSWORD).encode(), quote(PASSWORD, safe="").encode(), inner]
    written = {str(p): p.read_bytes() for p in run.folder.rglob("*") if p.is_file()}
    written["out"], written["err"] = run.out.encode(), run.err.encode()
    assert [(name, form) for name, data in written.items() for form in forms if form in data] == []
    assert b"[redacted]" in written[str(run.folder / "record.jsonl")]


def test_a_finding_names_the_message_as_it_was_kept(ended: tuple[Laboratory, Ended]) -> None:
    name = ended[1].result("PULL-001.fail")["findings"][0]["where"]["message"]
    assert bodies_of(ended[1].folder)(name).startswith(b"no [redacted]")


def test_the_record_reads_back_whole(ended: tuple[Laboratory, Ended]) -> None:
    record = read_record(ended[1].folder)
    assert record.complete
    assert record.header.seed == 7
    assert {name for name, _ in record.header.digests} == {"catalogue", "schemas", "ics", "partner file"}
    verdicts = {result.case.id.removeprefix("PULL-001."): result.verdict for result in record.results}
    assert verdicts == {
        "pass": "pass", "fail": "fail", "random": "pass", "wait": "pass", "slow": "inconclusive", "boom": "error",
        "none": "not-applicable", "crash": "error",
    }  # fmt: skip
    first = record.results[0]
    assert [step.note or (step.exchange and step.exchange.action) for step in first.steps] == ["asking", "say"]
    assert first.steps[1].exchange is not None
    assert first.steps[1].exchange.answer.response is not None
    assert first.steps[1].exchange.answer.response.body == b"yes"
    assert first.case.purpose == "And says so."


def test_nothing_temporary_is_left(ended: tuple[Laboratory, Ended]) -> None:
    assert not (ended[1].folder / "tmp").exists()
    assert {p.name for p in ended[0].folder.iterdir()} == {"partner.toml", "cases", "runs"}


def test_judged_again_the_verdicts_are_the_same(ended: tuple[Laboratory, Ended]) -> None:
    laboratory, run = ended
    again = laboratory.ecert("replay", run.folder, "--cases-from", laboratory.cases, "--json")
    told = json.loads(again.out)
    assert [d for d in told["differences"] if d["case"] != "PULL-001.crash"] == []
    assert told["counts"]["fail"] == 1


def test_a_changed_record_is_judged_otherwise(ended: tuple[Laboratory, Ended], tmp_path: Path) -> None:
    laboratory, run = ended
    copy = tmp_path / "copy"
    shutil.copytree(run.folder, copy)
    lines = (copy / "record.jsonl").read_text().splitlines()
    kept = [line for line in lines if '"step"' not in line or '"PULL-001.random"' not in line]
    assert len(kept) < len(lines)
    (copy / "record.jsonl").write_text("\n".join(kept) + "\n")
    again = laboratory.ecert(
        "replay", copy, "--partner", laboratory.partner, "--cases-from", laboratory.cases, "--json"
    )
    assert again.code == 4
    assert "PULL-001.random" in [d["case"] for d in json.loads(again.out)["differences"]]


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.999])
def test_a_record_cut_off_anywhere_is_read_as_incomplete(
    share: float, ended: tuple[Laboratory, Ended], tmp_path: Path
) -> None:
    whole = (ended[1].folder / "record.jsonl").read_bytes()
    (tmp_path / "record.jsonl").write_bytes(whole[: int(len(whole) * share)])
    record = read_record(tmp_path)
    assert not record.complete
    done = {e["case"] for e in ended[1].events if e["event"] == "case-finished"}
    missing = [r for r in record.results if r.case.id in done and "cut off" in r.reason]
    assert all(r.verdict is Verdict.INCONCLUSIVE for r in missing)
    assert missing or share > 0.99


@settings(max_examples=150, deadline=None)
@given(
    secret=st.text(st.characters(min_codepoint=33, max_codepoint=0x17F), min_size=5, max_size=30),
    before=st.binary(max_size=9),
    after=st.binary(max_size=9),
    width=st.sampled_from([0, 4, 19, 76]),
)
def test_a_secret_is_found_inside_base64_wherever_it_begins(
    secret: str, before: bytes, after: bytes, width: int
) -> None:
    encoded = base64.b64encode(before + secret.encode() + after)
    if width:
        encoded = b"\r\n".join(encoded[i : i + width] for i in range(0, len(encoded), width))
    left = Redactor([secret]).octets(b"AUTH PLAIN " + encoded + b"\r\n")
    assert b"[redacted]" in left


def test_text_without_secrets_is_not_touched() -> None:
    data = b"<a>ordinary text, 64 characters a line, and more of it</a>" * 100
    assert Redactor(["horse-battery", "pw"]).octets(data) is data
    assert Redactor(["pw"]).text("pw is secret, pwd is not") == "[redacted] is secret, pwd is not"


def test_what_a_plan_leaves_out_is_written_with_the_reason_and_never_a_pass(laboratory: Laboratory) -> None:
    laboratory.write(
        """
        @case("PULL-001.seen", roles=Role.EXPORTER, needs=["access:pull"], defects=["x"])
        def test_seen(tape):
            \"\"\"Seen.\"\"\"
            say(tape, b"yes")

        @case("PULL-001.other", roles=Role.EXPORTER, defects=["x"])
        def test_other(tape):
            \"\"\"Other.\"\"\"
            say(tape, b"yes")
        """
    )
    plan = Plan(
        runs=laboratory.folder / "runs", cases_folder=laboratory.cases, left_out={"access:pull": "Nothing to see with."}
    )
    results = {result.case.id: result for result in read_record(run(laboratory.partner, plan)).results}
    assert results["PULL-001.other"].verdict is Verdict.PASS
    left = results["PULL-001.seen"]
    assert (left.verdict, left.reason) == (Verdict.NOT_APPLICABLE, "Nothing to see with.")
