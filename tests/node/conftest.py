"""One clean node for all tests that do not need their own."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from node_process import RunningNode, initialized, running


@pytest.fixture(scope="session")
def node_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return initialized(tmp_path_factory.mktemp("nodes") / "clean")


@pytest.fixture(scope="session")
def clean_node(node_folder: Path) -> Iterator[RunningNode]:
    with running(node_folder) as node:
        yield node


@pytest.fixture(scope="module")
def own_node(node_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNode]:
    """A node of a module's own: what is done to it, nobody else sees."""
    folder = tmp_path_factory.mktemp("own") / "node"
    shutil.copytree(node_folder, folder)
    with running(folder) as node:
        yield node
