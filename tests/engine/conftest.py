"""Fixtures of the engine's own tests."""

import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from laboratory import PARTNER, Laboratory


@pytest.fixture
def laboratory(tmp_path: Path) -> Laboratory:
    made = Laboratory(tmp_path)
    made.partner.write_text(PARTNER)
    return made


@pytest.fixture
def verdict_of(laboratory: Laboratory) -> Callable[[str], dict[str, Any]]:
    """Run one case with this body and return its last event."""

    def run(body: str, fixtures: str = "tape, judge") -> dict[str, Any]:
        laboratory.write(
            f'@case("PULL-001", roles=Role.EXPORTER, defects=["x"])\ndef test_it({fixtures}):\n    """It."""\n'
            + textwrap.indent(textwrap.dedent(body), "    ")
        )
        return laboratory.run().result("PULL-001")

    return run
