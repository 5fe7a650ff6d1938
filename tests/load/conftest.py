"""The small invented partner, running."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from small_partner import Small, serving


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Small]:
    with serving(tmp_path) as partner:
        yield partner
