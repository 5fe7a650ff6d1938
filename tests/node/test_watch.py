"""Guessing is noticed over all addresses, each address once in the time."""

import pytest

from reference_impl import watch as module
from reference_impl.watch import Watch


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1000.0]
    monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


def test_addresses_are_told_when_all_together_reach_the_number(clock: list[float]) -> None:
    watch = Watch(until=20)
    told = [watch.wrong(f"a{place % 2}") for place in range(20)]
    assert told[:-1] == [()] * 19
    assert set(told[-1]) == {"a0", "a1"}
    assert watch.wrong("a0") == ()
    clock[0] += 3601
    assert [watch.wrong("a0") for _ in range(20)][-1] == ("a0",), "an hour later it is told again"


def test_who_was_wrong_once_is_not_told() -> None:
    watch = Watch(until=20)
    watch.wrong("inspector")
    told = [one for _ in range(19) for one in watch.wrong("guesser")]
    assert told == ["guesser"]


def test_wrong_answers_of_long_ago_do_not_count(clock: list[float]) -> None:
    watch = Watch(until=5)
    for _ in range(4):
        watch.wrong("a")
    clock[0] += 3601
    assert watch.wrong("a") == ()
