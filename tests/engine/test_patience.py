"""What has let the judge wait in vain is not waited for again; who keeps the limits is never given up."""

from pathlib import Path

import pytest
from laboratory import Laboratory

from conformance.engine.patience import Patience
from conformance.model.exchange import Failure, FailureKind

LATE = Failure(FailureKind.TIMEOUT, "no answer within 10 s")
REFUSED = Failure(FailureKind.UNREACHABLE, "connection refused")
PULL = ("pull node.example:443",)


def test_a_place_that_never_answered_is_given_up_after_one_wait_by_every_lane(tmp_path: Path) -> None:
    one, other = Patience(tmp_path), Patience(tmp_path)
    one.learn(PULL, LATE, 10.0)
    spent = other.spent(PULL)
    assert spent is not None
    assert spent.kind is FailureKind.GIVEN_UP
    assert LATE.text in spent.text
    assert other.spent(("verification node.example:443",)) is None


def test_a_place_that_has_answered_is_given_up_after_three_vain_waits_in_a_row(tmp_path: Path) -> None:
    patience, other = Patience(tmp_path), Patience(tmp_path)
    other.learn(PULL, None, 9.9)
    for _ in range(2):
        patience.learn(PULL, LATE, 10.0)
    patience.learn(PULL, None, 9.9)
    for _ in range(2):
        patience.learn(PULL, LATE, 10.0)
        assert patience.spent(PULL) is None
    patience.learn(PULL, LATE, 10.0)
    assert patience.spent(PULL) is not None


@pytest.mark.parametrize("failure", [None, Failure(FailureKind.CLOSED, "closed"), Failure(FailureKind.HOOK, "refused")])
def test_whoever_answers_within_the_limit_is_never_given_up(tmp_path: Path, failure: Failure | None) -> None:
    patience = Patience(tmp_path)
    for _ in range(20):
        patience.learn(PULL, failure, 9.9)
    assert patience.spent(PULL) is None


def test_a_refused_connection_costs_nothing_and_is_tried_again(tmp_path: Path) -> None:
    patience = Patience(tmp_path)
    for _ in range(20):
        patience.learn(PULL, REFUSED, 0.001)
    assert patience.spent(PULL) is None
    patience.learn(PULL, REFUSED, 10.0)  # a firewall that drops packets
    spent = patience.spent(PULL)
    assert spent is not None
    assert spent.kind is FailureKind.UNREACHABLE


WAITS = """
@case("PULL-00{n}", roles=Role.EXPORTER, defects=["x"])
def test_waits_{n}(tape):
    \"\"\"Waits.\"\"\"
    def late():
        time.sleep(1.1)
        return Answer(failure=Failure(FailureKind.TIMEOUT, "no answer within 1 s"))
    answer = tape.exchange("test", "ask", None, late, at=("test here",)).answer
    if answer.failure.kind is FailureKind.GIVEN_UP:
        raise Inconclusive(answer.failure.text)
    raise Nonconformity(Finding("PULL-00{n}", "late", "an answer", answer.failure.text))
"""


def test_one_case_waits_and_the_others_are_inconclusive_at_once_also_when_judged_again(laboratory: Laboratory) -> None:
    laboratory.write("".join(WAITS.replace("{n}", str(n)) for n in range(1, 8)))
    ended = laboratory.run()
    assert sorted(ended.verdicts.values()) == ["fail", *["inconclusive"] * 6]
    assert sum(ended.result(case)["seconds"] for case in ended.verdicts) < 3
    assert "not tried again" in ended.result("PULL-007")["reason"]
    again = laboratory.ecert("replay", ended.folder, "--cases-from", laboratory.cases)
    assert "The verdicts are those written." in again.out
