"""The fixtures a case may name. Each is made for the case that asks for it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from conformance.cases.helpers.judge import Judge
from conformance.cases.helpers.stock import Stock
from conformance.engine.bench import PORTS, SERVERS, CaseBench
from conformance.model.outcome import Nonconformity
from conformance.partner import Partner
from conformance.ports.tape import Tape

CURRENT: pytest.StashKey[CaseBench] = pytest.StashKey()
JUDGE: pytest.StashKey[Judge] = pytest.StashKey()
RAISED: pytest.StashKey[list[BaseException]] = pytest.StashKey()


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[CaseBench]:
    """Everything the case uses; its ports are closed when the case is over."""
    found = request.config.stash[CURRENT]
    yield found
    found.close()


@pytest.fixture
def tape(bench: CaseBench) -> Tape:
    """The case's tape."""
    return bench.tape


@pytest.fixture
def partner(bench: CaseBench) -> Partner:
    """The partner under test, as its file describes it."""
    return bench.partner


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Judge:
    """The judge's expectations for this case."""
    return request.config.stash[JUDGE]


@pytest.fixture
def stock(bench: CaseBench) -> Stock:
    """Certificates in the states a case needs."""
    return Stock(bench.partner, bench.port("hooks"))


def _port(name: str) -> Callable[[CaseBench], Any]:
    @pytest.fixture(name=name)
    def fixture(bench: CaseBench) -> Any:
        return bench.port(name)

    return fixture


@pytest.fixture
def browser(bench: CaseBench, judge: Judge, request: pytest.FixtureRequest) -> Iterator[Any]:
    """The judge's browser. When the case has found something, a picture of the last page is kept."""
    found = bench.port("browser")
    yield found
    if judge.findings or any(isinstance(one, Nonconformity) for one in request.config.stash[RAISED]):
        found.picture()


for _name in (*PORTS, *SERVERS):
    if _name == "browser":
        continue
    globals()[f"fixture_{_name}"] = _port(_name)
