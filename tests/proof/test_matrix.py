"""A defect turns its cases red, and only what depends on it: every case against every defect, in groups."""

import fnmatch
import tempfile
import tomllib
from functools import lru_cache
from pathlib import Path

import pytest
from expectation import TABLE, dependence, deviations
from matrix import divide
from proving import cases, initialise, node, run

from reference_impl.defects import DEFECTS


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


def test_exactly_the_declared_cases_are_red(group: tuple[str, ...], pristine: Path, tmp_path: Path) -> None:
    with node(pristine, tmp_path / "node", *group) as partner_file:
        code, results = run(partner_file, tmp_path / "runs")
    assert deviations(group, cases(), results) == {}
    assert results.keys() == cases().keys()
    assert code == 1
