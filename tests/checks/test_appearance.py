"""What a browser saw becomes findings that name the requirement, what was expected and where."""

import pytest

from conformance.checks.appearance import (
    check_announced,
    check_entering,
    check_narrow,
    check_nothing_ran,
    check_rules,
    check_told_in_words,
    check_walk,
)
from conformance.checks.seen import Asked, Broken, Entering, Look, Narrow, Stop, Telling, Walk
from conformance.model.finding import Finding

GOOD = Telling("Issued: in force", legible=True, forced=True, announced=True)


def told(text: str, *, legible: bool = True, forced: bool = True, announced: bool = True) -> Telling:
    return Telling(text, legible=legible, forced=forced, announced=announced)


def messages(found: list[Finding]) -> list[str]:
    return [f"{one.requirement}: {one.message}" for one in found]


@pytest.mark.parametrize(
    ("withdrawn", "said"),
    [
        (told("Withdrawn"), []),
        (told("", legible=False, forced=False), ["A11Y-001: The state withdrawn is not told in words."]),
        (told("Withdrawn", legible=False), ["A11Y-001: The state withdrawn is not told in words."]),
        (
            told("Withdrawn", forced=False),
            ["A11Y-001: In forced colours the words of the state withdrawn cannot be read."],
        ),
        (told("issued (17): IN FORCE."), ["A11Y-001: The states issued and withdrawn have the same words."]),
    ],
)
def test_states_have_words_of_their_own(withdrawn: Telling, said: list[str]) -> None:
    assert messages(check_told_in_words({"issued": GOOD, "withdrawn": withdrawn}, "result")) == said


def test_a_state_is_announced() -> None:
    assert check_announced(GOOD, "issued", "/verify") == []
    assert len(check_announced(told("Issued", announced=False), "issued", "/verify")) == 1


def test_a_rule_of_axe_names_the_elements_and_where_it_is_explained() -> None:
    found = check_rules(
        [Broken("image-alt", "Images must have alternative text", "https://x", ("img: <img>",))], "/", "A"
    )
    assert (found[0].message, found[0].actual) == ("Images must have alternative text (image-alt).", "img: <img>")
    assert "https://x" in found[0].expected


def test_a_walk_by_keyboard() -> None:
    seen = (Stop("a", visible=True), Stop("b", visible=True))
    assert check_walk(Walk(seen, (), "", ()), "/") == []
    assert messages(check_walk(Walk(seen, ("c",), "b", ()), "/")) == ["A11Y-003: The Tab key does not leave a control."]
    assert len(check_walk(Walk((Stop("a", visible=False),), ("c",), "", ("d",)), "/")) == 3


def test_entering() -> None:
    assert check_entering(Entering((), ("input captcha",), heard=True), "/") == []
    assert len(check_entering(Entering(("code",), ("input captcha",), heard=False), "/")) == 2


def test_a_small_window() -> None:
    assert check_narrow(Narrow(321, (), ()), "/") == []
    assert [one.level.value for one in check_narrow(Narrow(960, ("main",), ("60",)), "/")] == ["SHOULD", "SHOULD"]


def test_what_is_typed_does_nothing() -> None:
    look = Look("/verify", 404, "", "", "", (Asked("GET", "https://own/x", blocked=False),), ())
    assert check_nothing_ran(look, injected=False) == []
    assert len(check_nothing_ran(look, injected=True)) == 1
