"""The pytest plugin of a lane: which functions are cases, what surrounds one, what it ended with."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import FrameType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from conformance.cases.helpers.case import ATTRIBUTE
from conformance.cases.helpers.judge import Judge
from conformance.engine.bench import CaseBench, LaneBench
from conformance.engine.codec import finding_to_json
from conformance.engine.fixtures import CURRENT, JUDGE, RAISED
from conformance.engine.gates import Gate, Gates, gate_of
from conformance.engine.tapes import LiveTape, ReplayTape
from conformance.engine.verdict import CaseTimeout, Judgement, judgement
from conformance.model.finding import Finding
from conformance.model.record import CaseInfo
from conformance.model.words import Level, Verdict

_TIDY_SECONDS = 5.0
# So many cases of a lane may run into their time limit before the lane gives up: the partner hangs.
_PATIENCE = 2


@dataclass
class LanePlugin:
    """Runs the chosen cases of a lane, interconnection tests first.

    `gates` knows the interconnection tests that did not pass. `tape_of` gives each case its tape, `name_of` the name a
    message was kept under.
    """

    cases: Sequence[CaseInfo]
    gates: Gates
    bench: LaneBench
    seconds: float
    levels: dict[str, Level]
    emit: Callable[[dict[str, Any]], None]
    tape_of: Callable[[str], LiveTape | ReplayTape]
    name_of: Callable[[str], str]

    def __post_init__(self) -> None:
        self._by_id = {case.id: case for case in self.cases}
        self._raised: list[BaseException] = []
        self._stopped = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the chosen cases, interconnection tests first, each in the order given."""
        place = {case.id: (not case.interconnection, at) for at, case in enumerate(self.cases)}
        found = {_id_of(item): item for item in items if _id_of(item) in place}
        items[:] = [found[name] for name in sorted(found, key=lambda name: place[name])]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run the cases one after another."""
        for item in session.items:
            self._run(item, self._by_id[_id_of(item)])
        return True

    def pytest_runtest_makereport(self, call: "pytest.CallInfo[None]") -> None:
        """Note what a part of the case (its fixtures, itself, putting away) raised."""
        if call.excinfo is not None:
            self._raised.append(call.excinfo.value)

    def _run(self, item: pytest.Item, case: CaseInfo) -> None:
        gate = None if case.interconnection else self._gate(case)
        started, before = time.time(), time.perf_counter()
        self.emit({"event": "case-started", "case": case.id, "at": started})
        if gate is not None:
            found = Judgement(Verdict.INCONCLUSIVE, gate.reason, unreachable=gate.unreachable, cut=True)
        else:
            found = self._judged(item, case)
            self._stopped += any(isinstance(one, CaseTimeout) for one in self._raised)
        if case.interconnection:
            self.gates.close(case, gate_of(case, found.verdict, found.reason, unreachable=found.unreachable))
        self.emit(
            {
                "event": "case-finished",
                "case": case.id,
                "verdict": found.verdict,
                "reason": found.reason,
                "findings": [finding_to_json(self._renamed(finding)) for finding in found.findings],
                "started": started,
                "seconds": time.perf_counter() - before,
                "unreachable": found.unreachable,
                "log": found.log,
                "cut": found.cut,
            }
        )

    def _gate(self, case: CaseInfo) -> Gate | None:
        found = self.gates.of(case)
        if found is None and self._stopped >= _PATIENCE:
            return Gate(f"{_PATIENCE} cases of this lane did not end within their time; no more time is spent.", False)
        return found

    def _judged(self, item: pytest.Item, case: CaseInfo) -> Judgement:
        tape = self.tape_of(case.id)
        if isinstance(tape, ReplayTape) and tape.never_began:
            return Judgement(Verdict.INCONCLUSIVE, tape.never_began, cut=True)
        judge = Judge(tape, case.requirements[0], lambda name: self.levels.get(name, Level.MUST))
        item.config.stash[CURRENT] = CaseBench(self.bench, tape)
        item.config.stash[JUDGE] = judge
        self._raised = item.config.stash[RAISED] = []
        with time_limit(self.seconds):
            # No next item: whatever was set up is put away now, so no case depends on the one before it.
            runtestprotocol(item, log=False, nextitem=None)
        return judgement(self._raised, judge.findings, exchanges=tape.exchanges)

    def _renamed(self, finding: Finding) -> Finding:
        if not finding.where.message:
            return finding
        return replace(finding, where=replace(finding.where, message=self.name_of(finding.where.message)))


def _id_of(item: pytest.Item) -> str:
    mark = getattr(getattr(item, "function", None), ATTRIBUTE, None)
    return "" if mark is None else str(mark.id)


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise `CaseTimeout` in the body after `seconds`, and again every few seconds should that be swallowed."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise CaseTimeout(f"The case did not end within its {seconds:g} s.")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds, _TIDY_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
