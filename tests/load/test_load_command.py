"""`ecert load` end to end, over real TLS sockets, and what it refuses to do."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from conformance.cli.load import load


def run(partner: Path, *arguments: str) -> Result:
    return CliRunner().invoke(load, [str(partner), "--warm-up", "0", "--out", str(partner.parent / "runs"), *arguments])


def report(result: Result) -> Any:
    return json.loads(result.stdout)


def verdicts(told: Any) -> dict[str, str]:
    return {case["id"]: case["verdict"] for case in told["cases"]}


def test_a_partner_that_keeps_its_limits_is_conformant(small: Any) -> None:
    result = run(small.partner_file(), "--rate", "30", "--duration", "3", "--json")
    assert result.exit_code == 0, result.output
    told = report(result)
    assert verdicts(told) == {
        "LOAD-001": "pass", "LOAD-005": "pass", "LOAD-007": "not-applicable", "LOAD-009": "pass",
    }  # fmt: skip
    assert sum(row["count"] for row in told["load"]["rows"]) in range(88, 92)
    assert told["load"]["deviations"] == []
    page = Path(told["run"]["record"]) / "report.html"
    assert "Under load" in page.read_text("utf-8")
    assert not any(b"invented-password" in path.read_bytes() for path in page.parent.rglob("*") if path.is_file())


def test_one_slow_answer_does_not_slow_the_arrivals_and_two_workers_share_them(small: Any) -> None:
    small.stall = 2.0
    result = run(
        small.partner_file(), "--rate", "20", "--duration", "3", "--workers", "2", "--access", "pull", "--json"
    )
    assert result.exit_code == 0, result.output
    rows = report(result)["load"]["rows"]
    assert sum(row["count"] for row in rows) in range(58, 63)
    assert max(row["max"] for row in rows) > 1900
    gaps = [b - a for a, b in zip(sorted(small.requests), sorted(small.requests)[1:], strict=False)]
    assert max(gaps) < 1.8, "requests kept arriving while one answer was held back"


def test_slow_and_wrong_answers_fail_the_agreed_limits(small: Any) -> None:
    small.delay, small.wrong_digest, small.redirect = 1.0, True, True
    partner = small.partner_file(limits="fetch_p95_seconds = 0.1\nerror_share = 0.0")
    result = run(partner, "--rate", "25", "--duration", "3", "--json")
    assert result.exit_code == 1, result.output
    pull, page, *_ = report(result)["cases"]
    assert [f["requirement"] for f in pull["findings"]] == ["LOAD-001", "LOAD-001"]
    assert [f["requirement"] for f in page["findings"]] == ["LOAD-005", "LOAD-005"]
    told = [entry["text"] for entry in report(result)["load"]["deviations"]]
    assert any("digest" in text for text in told)
    assert any("HTTP 302" in text for text in told)
    assert small.followed == 0, "a redirect is never followed"


def test_what_is_sent_while_the_partner_warms_up_is_not_counted(small: Any) -> None:
    small.away = (-1.0, 1.5)
    told = report(
        run(small.partner_file(), "--rate", "20", "--duration", "2", "--access", "pull", "--warm-up", "2", "--json")
    )
    assert len(small.requests) in range(78, 83)
    assert sum(row["count"] for row in told["load"]["rows"]) in range(38, 43)
    assert told["load"]["deviations"] == [], "what failed was due before"
    assert verdicts(told)["LOAD-009"] == "pass"


def test_seconds_without_a_right_answer_are_time_out_of_service(small: Any) -> None:
    small.away = (1.5, 4.0)
    partner = small.partner_file(
        limits="error_share = 1.0\nfetch_p95_seconds = 10.0\navailability = 0.9\nsoak_seconds = 600"
    )
    told = report(run(partner, "--rate", "20", "--duration", "6", "--access", "pull", "--json"))
    assert verdicts(told) == {"LOAD-001": "pass", "LOAD-007": "not-applicable", "LOAD-009": "fail"}
    (case,) = (case for case in told["cases"] if case["id"] == "LOAD-009")
    assert "HTTP 503" in told["load"]["deviations"][0]["text"]
    assert case["findings"][0]["level"] == "SHOULD"


def test_a_partner_that_is_not_there_is_not_reached(small: Any) -> None:
    small.port = 9
    result = run(small.partner_file(), "--users", "2", "--duration", "1", "--access", "pull")
    assert result.exit_code == 3, result.output
    assert "refused" in result.output


@pytest.mark.parametrize("host", ["192.0.2.1", "example.invalid", "0.0.0.0"])  # noqa: S104 - refused
def test_another_host_is_refused_without_the_users_word(small: Any, host: str) -> None:
    result = run(small.partner_file(host), "--rate", "10")
    assert result.exit_code == 2
    assert "--i-may-load-this-host" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--rate", "5", "--users", "5"),
        ("--rate", "5", "--access", "push"),
        ("--users", "1"),
        ("--rate", "5", "--access", "limited"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_in_one_sentence(small: Any, arguments: tuple[str, ...]) -> None:
    result = run(small.partner_file(), *arguments)
    assert result.exit_code == 2
    assert "Error:" in result.output
    assert "Traceback" not in result.output
