"""Reading a record, also one that was cut off in the middle of a line."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from conformance.engine.codec import (
    Headers,
    case_from_json,
    deviation_from_json,
    exchange_from_json,
    finding_from_json,
    header_from_json,
)
from conformance.engine.errors import UsageFault
from conformance.engine.messages import read_message
from conformance.engine.tapes import Written
from conformance.engine.writer import RECORD
from conformance.model.exchange import Message
from conformance.model.record import CaseInfo, CaseResult, Deviation, RunHeader, RunRecord, Step
from conformance.model.words import Verdict

FORMAT = 1
_MAX_LINE = 16_000_000


class StoredMessage(Message):
    """A message of a record. Its body is read from the folder when asked for; empty when the record lacks it."""

    def __init__(self, media_type: str, headers: Headers, digest: str, folder: Path) -> None:
        self.__dict__.update(media_type=media_type, headers=headers, digest=digest, _folder=folder)

    @property
    def body(self) -> bytes:
        """The octets as recorded."""
        try:
            return read_message(self.__dict__["_folder"], self.digest)
        except KeyError:
            return b""


@dataclass
class _Case:
    info: CaseInfo
    steps: list[Step] = field(default_factory=list)
    finished: dict[str, Any] | None = None
    left_out: str | None = None
    started: float = 0.0


@dataclass
class _Run:
    header: RunHeader
    cases: dict[str, _Case] = field(default_factory=dict)
    extras: dict[str, str] = field(default_factory=dict)
    finished: datetime | None = None
    deviations: tuple[Deviation, ...] = ()


def record_path(run: Path) -> Path:
    """Return the record of a run's folder, or the path itself when it is the file."""
    return run / RECORD if run.is_dir() else run


def events(run: Path) -> Iterator[dict[str, Any]]:
    """Yield the events of a record in order; stops at the first line that is not whole.

    Raises `UsageFault` when there is no record, or the file is not one.
    """
    path = record_path(run)
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageFault(f"{path}: no record can be read here ({error.strerror}).") from error
    with file:
        for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE), b"")):
            try:
                event = json.loads(line)
                named = isinstance(event, dict) and isinstance(event.get("event"), str)
            except ValueError:
                named = False
            if number == 0 and (not named or event["event"] != "run-started"):
                raise UsageFault(f"{path}: this is not the record of a run (its first line does not begin one).")
            if not named:
                return
            if number == 0 and event.get("format") != FORMAT:
                raise UsageFault(f"{path}: format {event.get('format')} of the record is not known to this suite.")
            yield event
        if file.tell() == 0:
            raise UsageFault(f"{path}: the record is empty.")


def read_record(run: Path) -> RunRecord:
    """Read a record from a run's folder or its `record.jsonl`.

    A case without its last line is inconclusive; `complete` is then false. Raises `UsageFault` as `events` does.
    """
    folder = record_path(run).parent
    read: _Run | None = None
    try:
        for event in events(run):
            if read is None:
                read = _Run(header_from_json(event["header"]))
            else:
                _take(read, event, folder)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if read is None:
            raise UsageFault(f"{record_path(run)}: the record's first line is damaged ({error}).") from error
    if read is None:
        raise UsageFault(f"{record_path(run)}: the record is empty.")
    return RunRecord(
        header=read.header,
        results=tuple(_result(case) for case in read.cases.values()),
        finished=read.finished,
        complete=read.finished is not None and all(c.finished or c.left_out for c in read.cases.values()),
        deviations=read.deviations,
        extras=read.extras,
        folder=str(folder),
    )


def bodies_of(run: Path) -> Callable[[str], bytes]:
    """Return a function that gives a recorded body by its name, raising `KeyError` when it is not there."""
    folder = record_path(run).parent / "messages"
    return lambda name: read_message(folder, name)


def _take(run: _Run, event: dict[str, Any], folder: Path) -> None:
    match event["event"]:
        case "case-selected":
            info = case_from_json(event["info"])
            run.cases[info.id] = _Case(info)
        case "case-left-out":
            info = case_from_json(event["info"])
            run.cases[info.id] = _Case(info, left_out=event["reason"])
        case "case-started":
            run.cases[event["case"]].started = event["at"]
        case "step":
            run.cases[event["case"]].steps.append(_step(event, folder / "messages"))
        case "case-finished":
            run.cases[event["case"]].finished = event
        case "extra":
            run.extras[event["name"]] = event["text"]
        case "run-finished":
            run.finished = datetime.fromisoformat(event["finished"])
            run.deviations = tuple(deviation_from_json(one) for one in event["deviations"])


def _step(event: dict[str, Any], folder: Path) -> Step:
    if "exchange" not in event:
        return Step(event["at"], note=event["note"])
    exchange = exchange_from_json(
        event["exchange"], lambda media_type, headers, name: StoredMessage(media_type, headers, name, folder)
    )
    return Step(exchange.started, exchange=exchange)


def _result(case: _Case) -> CaseResult:
    steps = tuple(case.steps)
    if case.left_out is not None:
        return CaseResult(case.info, Verdict.NOT_APPLICABLE, case.left_out, (), (), 0.0, 0.0)
    if case.finished is None:
        reason = "The run was cut off before this case ended."
        return CaseResult(case.info, Verdict.INCONCLUSIVE, reason, (), steps, case.started, 0.0)
    end = case.finished
    return CaseResult(
        case=case.info,
        verdict=Verdict(end["verdict"]),
        reason=end["reason"],
        findings=tuple(finding_from_json(one) for one in end["findings"]),
        steps=steps,
        started=end["started"],
        seconds=end["seconds"],
        unreachable=end["unreachable"],
        log=end["log"],
    )


def read_written(run: Path) -> dict[str, Written]:
    """Return for every case that ran what a tape needs to give it back."""
    exchanges: dict[str, list[dict[str, Any]]] = {}
    moments: dict[str, list[str]] = {}
    cut: dict[str, str] = {}
    for event in events(run):
        kind, name = event["event"], event.get("case", "")
        if kind == "case-started":
            exchanges[name], moments[name] = [], []
            cut[name] = "The run was cut off before this case ended."
        elif kind == "step" and "exchange" in event:
            exchanges[name].append(event["exchange"])
        elif kind == "clock":
            moments[name].append(event["now"])
        elif kind == "case-finished":
            cut[name] = event["reason"] if event["cut"] else ""
    return {name: Written(tuple(exchanges.get(name, ())), tuple(moments.get(name, ())), cut[name]) for name in cut}
