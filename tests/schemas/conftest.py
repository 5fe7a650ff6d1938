"""The published 17A set, read and compiled once for all tests of revisions."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from revising import Set, published, written
from trying import Sides

from conformance.checks import schema_sets


@pytest.fixture(scope="session")
def files() -> Set:
    return published()


@pytest.fixture(scope="session")
def sides(files: Set, tmp_path_factory: pytest.TempPathFactory) -> Sides:
    return Sides(written(files, tmp_path_factory.mktemp("published") / "17A"))


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A store of imported sets for one test."""
    monkeypatch.setenv(schema_sets.VARIABLE, str(tmp_path / "store"))
    schema_sets.variants_of.cache_clear()
    yield tmp_path / "store"
    schema_sets.variants_of.cache_clear()
