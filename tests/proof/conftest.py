"""What the proofs share."""

from pathlib import Path

import pytest
from proving import initialise


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A node folder made once; each proof copies it."""
    return initialise(tmp_path_factory.mktemp("pristine") / "node")
