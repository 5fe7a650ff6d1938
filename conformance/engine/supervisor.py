"""Watching a lane's process: its events come in, its time is limited, its crash is survived."""

import json
import os
import selectors
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from conformance.engine.gates import WAIT_SECONDS, gate_of, tell
from conformance.engine.lane_job import Job
from conformance.engine.lane_process import LaneProcess, NotStarted, Nursery
from conformance.engine.redaction import Redactor
from conformance.model.record import CaseInfo
from conformance.model.words import Verdict

Event = dict[str, Any]
_TICK = 0.2
_GRACE = 12.0
_START_SECONDS = 60.0
_MAX_TAIL = 8_000
_TIDY_SECONDS = 5.0


@dataclass
class Supervisor:
    """Runs one lane to its end, in as many processes as it takes. `on_event` gets every event for the record.

    `deadline` is a `time.monotonic()` value. When `stop` is set the lane is ended and its cases are inconclusive.
    """

    name: str
    cases: tuple[CaseInfo, ...]
    job: Job
    temporary: Path
    redactor: Redactor
    deadline: float
    stop: threading.Event
    on_event: Callable[[Event], None]
    _left: dict[str, CaseInfo] = field(default_factory=dict)
    _running: str = ""
    _since: float = 0.0
    _tail: bytes = b""

    def run(self, nursery: Nursery) -> None:
        """Run the lane, in processes of that nursery, until every case of it has a verdict."""
        self._left = {case.id: case for case in self.cases}
        while self._left:
            before = len(self._left)
            ended = self._one_process(nursery)
            running, self._running = self._running, ""
            if self.stop.is_set():
                self._finish_all(Verdict.INCONCLUSIVE, "The run was interrupted before this case ended.")
            elif time.monotonic() >= self.deadline:
                self._finish_all(Verdict.INCONCLUSIVE, "The run's time was over before this case ended.")
            elif ended == "overdue" and running:
                why = f"The case did not end within its {self.job.case_seconds:g} s and had to be stopped."
                self._finish(running, Verdict.INCONCLUSIVE, why, cut=True)
            elif running:
                self._finish(
                    running, Verdict.ERROR, f"The lane '{self.name}' ended in the middle of the case: {ended}."
                )
            elif self._left and len(self._left) == before:
                self._finish_all(Verdict.ERROR, f"The lane '{self.name}' could not run: {ended}.")

    def _one_process(self, nursery: Nursery) -> str:
        job = replace(self.job, cases=[case for case in self.job.cases if case["id"] in self._left])
        path = self.temporary / f"{self.name}.json"
        job.write(path)
        reading, writing = os.pipe()
        try:
            process = nursery.start(path, writing, self.temporary)
        except NotStarted as fault:
            os.close(reading)
            return str(fault)
        finally:
            os.close(writing)
        self._tail = b""
        self._since = time.monotonic()
        overdue = False
        try:
            overdue = self._listen(reading, process)
            if not overdue and not self.stop.is_set() and time.monotonic() < self.deadline:
                # It has closed its line, so it is about to end, and how it ends is worth knowing.
                process.wait(_TIDY_SECONDS)
        finally:
            alive = not process.wait(0.0)
            process.end(grace=0.0 if overdue else 3.0)
            os.close(reading)
        if overdue:
            return "overdue"
        return self._how_it_ended(process.code, killed=alive)

    def _listen(self, reading: int, process: LaneProcess) -> bool:
        """Take in events until the process closes its line; return True when a case is overdue."""
        output = process.output
        buffered = b""
        with selectors.DefaultSelector() as selector:
            selector.register(reading, selectors.EVENT_READ)
            selector.register(output, selectors.EVENT_READ)
            while not self.stop.is_set() and time.monotonic() < self.deadline:
                for key, _ in selector.select(_TICK):
                    data = os.read(key.fd, 1 << 16)
                    if key.fd == output:
                        self._tail = (self._tail + data)[-_MAX_TAIL:]
                        if not data:
                            selector.unregister(output)
                        continue
                    if not data:
                        return False
                    *lines, buffered = (buffered + data).split(b"\n")
                    for line in lines:
                        self._take(json.loads(line))
                if time.monotonic() - self._since > self._allowed():
                    return True
        return False

    def _allowed(self) -> float:
        case = self.job.case_seconds + _GRACE
        # Between two cases a lane may wait for an interconnection test in another lane, which may still be starting.
        return case if self._running else _START_SECONDS + WAIT_SECONDS + case

    def _take(self, event: Event) -> None:
        if event["event"] == "case-started":
            self._running = event["case"]
            self._since = time.monotonic()
        elif event["event"] == "case-finished":
            self._running = ""
            self._since = time.monotonic()
            self._tell_gate(self._left.pop(event["case"]), event)
        self.on_event(event)

    def _tell_gate(self, case: CaseInfo, event: Event) -> None:
        if case.interconnection:
            gate = gate_of(case, event["verdict"], event["reason"], unreachable=event["unreachable"])
            tell(self.temporary, case, gate)

    def _how_it_ended(self, code: int | None, *, killed: bool) -> str:
        if killed or code is None:
            return "it closed its line to the engine"
        lines = self.redactor.octets(self._tail).decode("utf-8", "replace").strip().splitlines()
        said = f" ({lines[-1]})" if lines else ""
        return f"signal {-code}{said}" if code < 0 else f"exit code {code}{said}"

    def _finish(self, case: str, verdict: Verdict, reason: str, *, cut: bool = False) -> None:
        log = self.redactor.octets(self._tail).decode("utf-8", "replace") if verdict is Verdict.ERROR else ""
        info = self._left.pop(case)
        event = unfinished(case, verdict, reason, log=log, cut=cut)
        self._tell_gate(info, event)
        self.on_event(event)

    def _finish_all(self, verdict: Verdict, reason: str) -> None:
        for case in tuple(self._left):
            self._finish(case, verdict, reason, cut=True)


def unfinished(case: str, verdict: Verdict, reason: str, *, log: str = "", cut: bool = False) -> Event:
    """Return the last event of a case that could not say it itself."""
    return {
        "event": "case-finished", "case": case, "verdict": verdict.value, "reason": reason, "findings": [],
        "started": time.time(), "seconds": 0.0, "unreachable": False, "log": log, "cut": cut,
    }  # fmt: skip
