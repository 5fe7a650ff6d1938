"""One run: select, start the lanes side by side, write everything down."""

import secrets
import shutil
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from conformance.engine.codec import case_to_json, deviation_to_json, header_to_json, moment
from conformance.engine.errors import UsageFault
from conformance.engine.expectations import Expected, deviations
from conformance.engine.heading import heading
from conformance.engine.lane_job import Job
from conformance.engine.lane_process import Nursery, helpers
from conformance.engine.lanes import ORDER, lane_of
from conformance.engine.reader import FORMAT, read_record
from conformance.engine.redaction import Redactor
from conformance.engine.selection import CASES, Discovery, Selection, chosen, discover_cases, missing_support
from conformance.engine.supervisor import Supervisor
from conformance.engine.writer import RecordWriter
from conformance.model.record import CaseInfo, CaseResult
from conformance.model.words import Level
from conformance.partner import Partner, load_partner

SECONDS = 900.0
_TICK = 0.2


class Progress(Protocol):
    """What a run tells while it goes on. Called from several threads, one call at a time."""

    def begun(self, run_id: str, cases: int) -> None:
        """The run has begun; so many cases will run."""

    def finished(self, case: CaseInfo, verdict: str, reason: str) -> None:
        """A case has its verdict."""


class Silent:
    """Says nothing."""

    def begun(self, run_id: str, cases: int) -> None:
        """Do nothing."""

    def finished(self, case: CaseInfo, verdict: str, reason: str) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Plan:
    """What a run may be told. `max_seconds` is the time of the whole run; `seed` None takes a new one.

    `levels` gives the level of each requirement by id; one that is missing is a MUST. `folder` is where the run is
    written, when it is to be another than a new one under `runs`. When `strict`, a broken SHOULD decides too.
    `left_out` gives the reason why cases that need something (an ICS token) are not run, though it is declared.
    """

    selection: Selection = field(default_factory=Selection)
    runs: Path = Path("runs")
    folder: Path | None = None
    seed: int | None = None
    expected: Sequence[Expected] = ()
    levels: dict[str, Level] = field(default_factory=dict)
    max_seconds: float = SECONDS
    cases_folder: Path = CASES
    strict: bool = False
    left_out: Mapping[str, str] = field(default_factory=dict)


def new_folder(runs: Path) -> Path:
    """Make a folder for a new run, named by time and chance. Raises `UsageFault` when it cannot be made."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    folder = runs / f"{stamp}-{secrets.token_hex(3)}"
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise UsageFault(f"{folder}: the run's folder cannot be made ({error.strerror}).") from error
    return folder


def run(partner_file: Path, plan: Plan, progress: Progress | None = None) -> Path:
    """Test a partner and return the folder of the run.

    Raises `PartnerFileError`, `UsageFault`, `NothingSelected` before anything is written. An interruption (Ctrl-C)
    ends the lanes, makes what is left inconclusive and closes the record before it goes on.
    """
    partner = load_partner(partner_file)
    redactor = Redactor(partner.secrets)
    found = discover_cases(plan.cases_folder)
    # A file that cannot be read breaks the whole run, whatever is selected: nobody knows what would be in it.
    taken = chosen(found.cases, plan.selection)
    folder = plan.folder or new_folder(plan.runs)
    temporary = folder / "tmp"
    temporary.mkdir()
    writer = RecordWriter(folder, redactor)
    try:
        _Run(partner, partner_file, plan, folder, writer, redactor, progress or Silent()).go(taken, found)
    finally:
        writer.close()
        shutil.rmtree(temporary, ignore_errors=True)
    return folder


@dataclass
class _Run:
    partner: Partner
    partner_file: Path
    plan: Plan
    folder: Path
    writer: RecordWriter
    redactor: Redactor
    progress: Progress

    def go(self, taken: Sequence[CaseInfo], found: Discovery) -> None:
        seed = self.plan.seed if self.plan.seed is not None else secrets.randbelow(2**31)
        running = [case for case in taken if not self._why_not(case)]
        self._begin(seed, taken, found.broken)
        self.progress.begun(self.folder.name, len(running))
        try:
            side_by_side(self._lanes(running, seed))
        finally:
            self._finish()

    def _begin(self, seed: int, taken: Sequence[CaseInfo], broken: Sequence[CaseResult]) -> None:
        head = heading(
            self.partner,
            run_id=self.folder.name,
            started=datetime.now(UTC),
            seed=seed,
            selection=str(self.plan.selection),
            partner_file=self._partner_place(),
            strict=self.plan.strict,
        )
        self.writer.write({"event": "run-started", "format": FORMAT, "header": header_to_json(head)})
        for case in taken:
            reason = self._why_not(case)
            if reason:
                self.writer.write({"event": "case-left-out", "info": case_to_json(case), "reason": reason})
            else:
                self.writer.write({"event": "case-selected", "info": case_to_json(case), "lane": lane_of(case)})
        for result in broken:
            self.writer.write({"event": "case-selected", "info": case_to_json(result.case), "lane": "none"})
            self.writer.write(_broken_event(result))

    def _why_not(self, case: CaseInfo) -> str:
        """Return why a case is not run, "" when it is."""
        missing = missing_support(case, self.partner.ics)
        if missing:
            return f"The partner does not declare {', '.join(missing)}."
        return next((why for token, why in self.plan.left_out.items() if token in case.needs), "")

    def _partner_place(self) -> str:
        """Return the partner file's path, from the run's folder when it lies in there, so that the folder may move."""
        path, folder = self.partner_file.resolve(), self.folder.resolve()
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)

    def _lanes(self, running: Sequence[CaseInfo], seed: int) -> list[Supervisor]:
        stop, lock = threading.Event(), threading.Lock()
        cases = {case.id: case for case in running}
        tests = [case for case in running if case.interconnection]
        deadline = time.monotonic() + self.plan.max_seconds

        def on_event(event: dict[str, Any]) -> None:
            self.writer.write_clean(event)
            if event["event"] == "case-finished":
                with lock:
                    self.progress.finished(cases[event["case"]], event["verdict"], event["reason"])

        return [
            Supervisor(
                name=name,
                cases=mine,
                job=self._job(mine, tests, seed),
                temporary=(self.folder / "tmp").resolve(),
                redactor=self.redactor,
                deadline=deadline,
                stop=stop,
                on_event=on_event,
            )
            for name in ORDER
            if (mine := tuple(case for case in running if lane_of(case) == name))
        ]

    def _job(self, cases: Sequence[CaseInfo], tests: Sequence[CaseInfo], seed: int) -> Job:
        return Job(
            cases_folder=str(self.plan.cases_folder.resolve()),
            partner_file=str(self.partner_file.resolve()),
            folder=str(self.folder.resolve()),
            run_id=self.folder.name,
            seed=seed,
            case_seconds=self.partner.limits.case_seconds,
            cases=[case_to_json(case) for case in cases],
            levels={name: level.value for name, level in self.plan.levels.items()},
            interconnection=[case_to_json(case) for case in tests],
        )

    def _finish(self) -> None:
        results = read_record(self.folder).results
        found = deviations(self.plan.expected, results, datetime.now(UTC).date())
        self.writer.write(
            {
                "event": "run-finished",
                "finished": moment(datetime.now(UTC)),
                "deviations": [deviation_to_json(one) for one in found],
            }
        )


def _broken_event(result: CaseResult) -> dict[str, Any]:
    return {
        "event": "case-finished", "case": result.case.id, "verdict": result.verdict.value, "reason": result.reason,
        "findings": [], "started": time.time(), "seconds": 0.0, "unreachable": False, "log": result.log, "cut": False,
    }  # fmt: skip


def side_by_side(lanes: Sequence[Supervisor]) -> None:
    """Run the lanes; an interruption, or a fault of one, ends them all and is raised again when they have ended."""
    if not lanes:
        return
    shared = helpers() if len(lanes) > 1 else ()
    threads = ThreadPoolExecutor(max_workers=len(lanes), thread_name_prefix="lane")
    with Nursery(shared) as nursery, threads:
        running = [threads.submit(lane.run, nursery) for lane in lanes]
        try:
            while wait(running, timeout=_TICK, return_when=FIRST_EXCEPTION).not_done:
                _raise_first(running)
            _raise_first(running)
        except BaseException:
            for lane in lanes:
                lane.stop.set()
            wait(running)
            raise


def _raise_first(running: Sequence[Future[None]]) -> None:
    for one in running:
        if one.done():
            one.result()
