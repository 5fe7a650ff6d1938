"""One lane: runs its cases under pytest and tells the engine what happens, a JSON object a line.

A lane has a process of its own, forked by the nursery. Nothing of the user's pytest is used.
"""

import json
import os
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from conformance.engine import fixtures
from conformance.engine.bench import LaneBench
from conformance.engine.codec import case_from_json
from conformance.engine.gates import WAIT_SECONDS, Gates
from conformance.engine.lane_job import Job
from conformance.engine.messages import MessageStore, read_message
from conformance.engine.patience import Patience
from conformance.engine.plugin import LanePlugin
from conformance.engine.reader import read_written
from conformance.engine.redaction import Redactor
from conformance.engine.tapes import LiveTape, ReplayTape
from conformance.model.words import Level
from conformance.partner import Listen, Partner, load_partner

_INI = Path(__file__).with_name("lane.ini")
# What pytest itself brings and a lane has no use for: each costs time at the start or puts itself between.
_KEPT_OUT = ("cacheprovider", "doctest", "junitxml", "pastebin", "logging", "faulthandler", "warnings", "unittest",
             "unraisableexception", "threadexception", "terminal", "debugging", "stepwise", "recwarn", "legacypath",
             "setuponly", "setupplan")  # fmt: skip


def main(path: str, channel: int) -> int:
    """Run the lane a job file describes (see `lane_job`), tell it to a file descriptor; return pytest's exit code."""
    job = Job.read(Path(path))
    partner = load_partner(Path(job.partner_file))
    if job.replay:
        partner = _unheard(partner)
    redactor = Redactor(partner.secrets)
    emit = _emitter(channel, redactor)
    store = MessageStore(Path(job.folder) / "messages", redactor)
    bench = LaneBench(partner, replaying=bool(job.replay))
    cases = [case_from_json(case) for case in job.cases]
    shared = None if job.replay else Path(path).parent
    plugin = LanePlugin(
        cases=cases,
        gates=Gates([case_from_json(case) for case in job.interconnection], shared, job.case_seconds + WAIT_SECONDS),
        bench=bench,
        seconds=job.case_seconds,
        levels={name: Level(level) for name, level in job.levels.items()},
        emit=emit,
        tape_of=_tapes(job, store, emit, shared),
        name_of=store.name_of,
    )
    files = dict.fromkeys(case.source.split("::")[0] for case in cases)
    arguments = [
        *(str(Path(job.cases_folder) / file) for file in files),
        "-c", str(_INI), "--rootdir", job.cases_folder, "--noconftest", "--import-mode=importlib", "--assert=plain",
        "--capture=no", "--continue-on-collection-errors",
        *(word for name in _KEPT_OUT for word in ("-p", f"no:{name}")),
    ]  # fmt: skip
    try:
        return int(pytest.main(arguments, plugins=[plugin, fixtures]))
    finally:
        bench.close()


def _unheard(partner: Partner) -> Partner:
    """Return the partner with the judge's agreed ports left free: nobody calls while a record is judged again."""
    anywhere = Listen("127.0.0.1", 0)
    return replace(partner, judge=replace(partner.judge, pull_listen=anywhere, mail_listen=anywhere))


def _emitter(channel: int, redactor: Redactor) -> Callable[[dict[str, Any]], None]:
    lock = threading.Lock()

    def emit(event: dict[str, Any]) -> None:
        data = json.dumps(redactor.value(event), ensure_ascii=True).encode() + b"\n"
        with lock:
            left = memoryview(data)
            while left:
                left = left[os.write(channel, left) :]

    return emit


def _tapes(
    job: Job, store: MessageStore, emit: Callable[[dict[str, Any]], None], shared: Path | None
) -> Callable[[str], LiveTape | ReplayTape]:
    if shared is not None:
        patience = Patience(shared)
        return lambda case: LiveTape(case, job.run_id, job.seed, store, emit, patience)
    folder = Path(job.replay)
    written = read_written(folder)

    def again(case: str) -> ReplayTape:
        return ReplayTape(
            case, job.run_id, job.seed, written[case], lambda name: read_message(folder / "messages", name)
        )

    return again
