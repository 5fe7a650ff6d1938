"""What all tests share: finding a program, and refusing to skip where CI has installed it."""

import os
import shutil
from collections.abc import Callable

import pytest


@pytest.fixture
def program() -> Callable[[str], str]:
    """Return a function that gives a program's path, or skips the test; in CI a missing program is a failure."""

    def find(name: str) -> str:
        path = shutil.which(name)
        if path is None:
            if os.environ.get("CI"):
                pytest.fail(f"{name} is missing, and CI must not skip for it: add it to .ci/run")
            pytest.skip(f"needs {name}, which is not installed")
        return path

    return find
