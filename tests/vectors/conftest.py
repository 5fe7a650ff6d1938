"""A schema that uses what the published sets do not: generators and mutations must cope with any set."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def odd_schema() -> Path:
    return Path(__file__).with_name("odd.xsd")
