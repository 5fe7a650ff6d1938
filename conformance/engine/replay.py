"""Judging a record again: the same cases, the tape gives back what was written, no network is touched."""

import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from conformance.engine.codec import case_to_json, finding_from_json
from conformance.engine.errors import UsageFault
from conformance.engine.lane_job import Job
from conformance.engine.lanes import ORDER, lane_of
from conformance.engine.reader import read_record, record_path
from conformance.engine.redaction import Redactor
from conformance.engine.run import SECONDS, side_by_side
from conformance.engine.selection import CASES, discover_cases
from conformance.engine.supervisor import Supervisor
from conformance.model.record import CaseResult, RunRecord
from conformance.model.words import Level, Verdict
from conformance.partner import load_partner


@dataclass(frozen=True)
class Difference:
    """A case that is judged otherwise now than when it was recorded."""

    case: str
    before: Verdict
    after: Verdict
    reason: str


def partner_file_of(record: RunRecord) -> Path:
    """Return where the record says the partner file lies."""
    return Path(record.folder).resolve() / record.header.partner_file


def replay(
    run: Path,
    *,
    levels: dict[str, Level],
    partner_file: Path | None = None,
    cases_folder: Path = CASES,
    max_seconds: float = SECONDS,
) -> tuple[RunRecord, tuple[Difference, ...]]:
    """Judge a record again. Return it with the verdicts of now, and where they differ from those written.

    The partner file is needed for what a case reads from it; without `partner_file` it is the one the record names.
    Raises `UsageFault`, `PartnerFileError`.
    """
    old = read_record(run)
    path = partner_file or partner_file_of(old)
    if not path.is_file():
        raise UsageFault(f"{path}: the partner file of the run is not there; name it with --partner.")
    redactor = Redactor(load_partner(path).secrets)
    ended: dict[str, dict[str, Any]] = {}
    again = [r for r in old.results if r.verdict is not Verdict.NOT_APPLICABLE and r.case.requirements and r.started]
    _same_suite(again, cases_folder)
    with tempfile.TemporaryDirectory(prefix="ecert-replay-") as temporary:
        place = Path(temporary)
        (place / "messages").mkdir()
        deadline = time.monotonic() + max_seconds
        lanes = []
        for name in ORDER:
            mine = tuple(result.case for result in again if lane_of(result.case) == name)
            job = Job(
                cases_folder=str(cases_folder.resolve()),
                partner_file=str(path.resolve()),
                folder=str(place),
                run_id=old.header.run_id,
                seed=old.header.seed,
                case_seconds=60.0,
                cases=[case_to_json(case) for case in mine],
                levels={key: level.value for key, level in levels.items()},
                interconnection=[case_to_json(result.case) for result in again if result.case.interconnection],
                replay=str(record_path(run).parent.resolve()),
            )

            def on_event(event: dict[str, Any]) -> None:
                if event["event"] == "case-finished":
                    ended[event["case"]] = event

            if mine:
                lanes.append(Supervisor(name, mine, job, place, redactor, deadline, threading.Event(), on_event))
        side_by_side(lanes)
    results = tuple(_judged_again(result, ended.get(result.case.id)) for result in old.results)
    pairs = zip(old.results, results, strict=True)
    differences = tuple(
        Difference(b.case.id, b.verdict, a.verdict, a.reason) for b, a in pairs if a.verdict != b.verdict
    )
    return replace(old, results=results), differences


def _same_suite(results: list[CaseResult], cases_folder: Path) -> None:
    known = {case.id for case in discover_cases(cases_folder).cases}
    lost = [result.case.id for result in results if result.case.id not in known]
    if lost:
        raise UsageFault(f"This suite has no case {', '.join(lost)}: the record was made with another version.")


def _judged_again(old: CaseResult, event: dict[str, Any] | None) -> CaseResult:
    if event is None:
        return old
    return replace(
        old,
        verdict=Verdict(event["verdict"]),
        reason=event["reason"],
        findings=tuple(finding_from_json(one) for one in event["findings"]),
        unreachable=event["unreachable"],
        log=event["log"],
    )
