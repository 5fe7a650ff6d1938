"""A defect turns its cases red, and only what depends on it: groups of defects, the cases about them, and others.

Where a group deviates it is halved, on the cases concerned, until it is known which defect does so alone.

Every case that names a defect of the group, or depends on one, is run. Of the cases that must stay green each group has
its own share, so that all are tried; `tox -e matrix`, or ECERT_MATRIX=whole here, tries all of them in every group.
"""

import fnmatch
import os
import tempfile
import tomllib
import zlib
from functools import lru_cache
from pathlib import Path

import pytest
from expectation import TABLE, affected, claimed, dependence, deviations
from matrix import causes, divide
from proving import cases, initialise, node, run, with_browser

from reference_impl.defects import DEFECTS

SHARE = 1 if os.environ.get("ECERT_MATRIX") == "whole" else 3
"""One in so many of the cases that must stay green is run against a group."""


@lru_cache(maxsize=1)
def division() -> list[tuple[str, ...]]:
    with tempfile.TemporaryDirectory() as temporary:
        return divide(initialise(Path(temporary) / "node"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "group" in metafunc.fixturenames:
        metafunc.parametrize("group", division(), ids=lambda group: f"{len(group)}-with-{group[0]}")


def test_every_defect_is_in_one_group() -> None:
    assert sorted(name for group in division() for name in group) == sorted(DEFECTS)


def test_every_entry_of_the_table_has_its_reason() -> None:
    data = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    assert [entry for entry in (*data["depends"], *data["apart"]) if not entry.get("because", "").strip()] == []


def test_the_table_names_only_what_there_is() -> None:
    table = dependence()
    assert table.cases.keys() | {name for pair in table.apart for name in pair} <= DEFECTS.keys()
    places = [f"{case.access}/{case.id}" for case in cases().values()]
    for name in {name for named in table.cases.values() for name in named}:
        assert name in cases() or fnmatch.filter(places, name), name


def wanted(group: tuple[str, ...]) -> frozenset[str]:
    """The cases to run against a group: those it is about, the interconnection tests, and its share of the others."""
    known = cases()
    about = frozenset[str]().union(*(affected(name, known) for name in group))
    turn = division().index(group)
    others = {
        case.id for case in known.values() if case.interconnection or (zlib.crc32(case.id.encode()) + turn) % SHARE == 0
    }
    if SHARE == 1:
        return about | others
    # A browser costs seconds: it is started for what a defect of the group is to turn red there.
    named = frozenset[str]().union(*(claimed(name, known) for name in group))
    return (about | others) - (with_browser() - named)


def test_every_case_is_tried_against_defects_that_must_leave_it_green() -> None:
    assert len(division()) >= SHARE
    assert frozenset[str]().union(*map(wanted, division()[:SHARE])) == cases().keys()


def test_exactly_the_declared_cases_are_red(group: tuple[str, ...], pristine: Path, tmp_path: Path) -> None:
    chosen = wanted(group)
    with node(pristine, tmp_path / "node", *group) as partner_file:
        code, results = run(partner_file, tmp_path / "runs", *sorted(chosen))
    wrong = deviations(group, cases(), results)
    unknown = {name: why for name, why in wrong.items() if name not in cases()}
    assert unknown == {}
    # Two defects may cover each other, which says nothing of either: what counts is what one does alone.
    assert list(causes(pristine, tmp_path / "halves", group, sorted(wrong))) == []
    assert results.keys() == chosen
    assert code == 1
