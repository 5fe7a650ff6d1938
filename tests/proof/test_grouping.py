"""Defects share a node only where that hides nothing, and a deviation from what is declared is told."""

from expectation import deviations
from grouping import groups
from proving import Case, Told
from seams import Seams

NO_SEAM = Seams(frozenset(), frozenset())


def seams(*names: str) -> dict[str, Seams]:
    return {name: Seams(frozenset({f"node.{name}"}), frozenset()) for name in names}


def test_defects_that_touch_different_cases_and_places_are_together() -> None:
    assert groups({"a": {"A"}, "b": {"B"}}, seams("a", "b")) == [("a", "b")]


def test_defects_that_affect_the_same_case_are_not_together() -> None:
    assert groups({"a": {"A", "X"}, "b": {"B", "X"}}, seams("a", "b")) == [("a",), ("b",)]


def test_two_that_replace_one_place_are_not_together_and_a_wrapper_comes_after_a_replacement() -> None:
    replaces, wraps = Seams(frozenset({"node.x"}), frozenset()), Seams(frozenset(), frozenset({"node.x"}))
    assert groups({"a": {"A"}, "b": {"B"}}, {"a": replaces, "b": replaces}) == [("a",), ("b",)]
    assert groups({"a": {"A"}, "b": {"B"}, "c": {"C"}}, {"a": wraps, "b": replaces, "c": wraps}) == [("b", "a", "c")]


def test_declared_pairs_are_apart_and_a_group_has_an_end() -> None:
    affected = {"a": {"A"}, "b": {"B"}, "c": {"C"}}
    free = seams("a", "b", "c")
    assert groups(affected, free, [frozenset({"a", "b"})]) == [("a", "c"), ("b",)]
    assert [len(one) for one in groups(affected, free, at_most=2)] == [2, 1]


def test_what_is_costly_comes_together() -> None:
    affected = {name: {name.upper()} for name in "abcdef"} | {"g": {"A", "B", "C", "D", "E", "F"}}
    made = groups(affected, seams(*affected), costly=("b", "e"), at_most=3)
    assert [{"b", "e"} <= set(group) for group in made if {"b", "e"} & set(group)] == [True]
    assert sorted(name for group in made for name in group) == sorted(affected)


def test_another_division_has_the_same_defects() -> None:
    names = [f"d{number}" for number in range(40)]
    affected = {name: {name.upper(), f"SHARED-{number % 7}"} for number, name in enumerate(names)}
    first, second = (groups(affected, seams(*names), shuffle=seed) for seed in (1, 2))
    assert first != second
    assert groups(affected, seams(*names), shuffle=1) == first
    assert sorted(n for group in first for n in group) == sorted(n for group in second for n in group) == sorted(names)


def case(name: str, *defects: str) -> Case:
    return Case(name, frozenset({name}), "tls", "exporter", frozenset(), frozenset(defects), interconnection=False)


CASES = {one.id: one for one in (case("TLS-009", "no-hsts"), case("WEB-010", "cacheable-results"))}
GREEN, RED = Told("pass", frozenset(), ""), Told("fail", frozenset({"TLS-009"}), "")


def test_what_comes_as_declared_does_not_deviate() -> None:
    assert deviations(["no-hsts"], CASES, {"TLS-009": RED, "WEB-010": GREEN}) == {}


def test_a_miss_a_wrong_blame_and_an_undeclared_red_deviate() -> None:
    strayed = Told("fail", frozenset({"WEB-010"}), "")
    also = Told("fail", frozenset({"TLS-009", "WEB-010"}), "")
    open_ = Told("inconclusive", frozenset(), "")
    for told in (GREEN, open_, strayed, also):
        assert deviations(["no-hsts"], CASES, {"TLS-009": told}).keys() == {"TLS-009"}
    for told in (open_, strayed, RED):
        assert deviations(["no-hsts"], CASES, {"TLS-009": RED, "WEB-010": told}).keys() == {"WEB-010"}
