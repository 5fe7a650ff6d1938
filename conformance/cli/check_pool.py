"""Checking many files in several processes: results in the order given, memory bounded, no file stops the run."""

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait

from conformance.checks.document import DocumentReport
from conformance.checks.schema_cost import Cost, taken
from conformance.cli.check_files import Target
from conformance.cli.check_one import Request, as_line, check_one, unchecked
from conformance.model.finding import Finding
from conformance.model.words import Verdict

_BATCH = 32
# Batches handed out ahead of the one whose results are taken, for each process.
_AHEAD = 4
_PATIENCE = 600


@dataclass(frozen=True, slots=True)
class Result:
    """What a check of one file came to: its report, also as a `line` of JSON, and what a summary counts."""

    target: Target
    report: DocumentReport
    line: str
    passed: bool
    release: str | None
    broken: tuple[tuple[str, str], ...]
    cost: Cost | None = None


_Broken = tuple[tuple[str, str], ...]
_Wire = tuple[str, bool, str | None, _Broken, str, tuple[Finding, ...], Cost | None]


def check_all(files: Iterable[Target], request: Request, jobs: int) -> Iterator[Result]:
    """Yield a result for each file, in the order given. With one job everything is done in this process."""
    if jobs == 1:
        yield from (_checked(target, request) for target in files)
        return
    waiting: deque[tuple[list[Target], Future[list[_Wire]]]] = deque()
    batches = _batches(files)
    pool = _pool(jobs, request)
    try:
        while True:
            for batch in islice(batches, max(0, jobs * _AHEAD - len(waiting))):
                waiting.append((batch, pool.submit(_check_batch, _asked(batch))))
            if not waiting:
                return
            batch, future = waiting.popleft()
            try:
                yield from _received(batch, future.result(timeout=_PATIENCE))
            except (BrokenProcessPool, TimeoutError):
                # One file killed or held up a process: what was handed out is asked again, this batch file by file.
                _kill(pool)
                yield from _one_by_one(batch, request)
                pool = _pool(jobs, request)
                waiting = deque((other, pool.submit(_check_batch, _asked(other))) for other, _ in waiting)
    finally:
        _kill(pool)


def _batches(files: Iterable[Target]) -> Iterator[list[Target]]:
    source = iter(files)
    while batch := list(islice(source, _BATCH)):
        yield batch


def _pool(jobs: int, request: Request) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, get_context("spawn"), initializer=_prepare, initargs=(request,))


def _kill(pool: ProcessPoolExecutor) -> None:
    processes = list((getattr(pool, "_processes", None) or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join()


def _one_by_one(batch: list[Target], request: Request) -> Iterator[Result]:
    """Check files each in a process of its own, so that only the guilty one is lost."""
    for target in batch:
        pool = _pool(1, request)
        try:
            yield from _received([target], pool.submit(_check_batch, _asked([target])).result(timeout=_PATIENCE))
        except (BrokenProcessPool, TimeoutError) as error:
            how = "did not end in time" if isinstance(error, TimeoutError) else "broke the process that checked it"
            yield _result(target, unchecked(f"the file {how}"))
        finally:
            _kill(pool)


def _end_with_the_first() -> None:
    """End this process when the first one is gone, even by a signal that lets it do nothing more."""
    first = parent_process()
    if first is not None:
        wait([first.sentinel])
        os._exit(1)


_request: Request | None = None


def _prepare(request: Request) -> None:
    """Begin a process: remember the request, and spare the collector what will live to the end."""
    global _request  # noqa: PLW0603 - a process of the pool has one request
    _request = request
    threading.Thread(target=_end_with_the_first, daemon=True).start()
    # An interrupt from the keyboard reaches every process; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 50, 50)  # a check leaves next to nothing that only the collector could free


def _asked(batch: list[Target]) -> list[tuple[str, bool]]:
    """Return a batch as plain values, which cross over to another process many times as fast."""
    return [(target.file, target.found) for target in batch]


def _check_batch(batch: list[tuple[str, bool]]) -> list[_Wire]:
    assert _request is not None  # noqa: S101 - `_prepare` has run
    return [_sent(_checked(Target(file, found), _request)) for file, found in batch]


def _sent(result: Result) -> _Wire:
    """Return a result as plain values."""
    report = result.report
    return result.line, result.passed, result.release, result.broken, report.profile, report.findings, result.cost


def _received(batch: list[Target], sent: list[_Wire]) -> Iterator[Result]:
    """Yield the results of a batch as they were before they were sent."""
    for target, (line, passed, release, broken, profile, findings, cost) in zip(batch, sent, strict=True):
        report = DocumentReport(Verdict.PASS if passed else Verdict.FAIL, release, findings, profile)
        yield Result(target, report, line, passed, release, broken, cost)


def _checked(target: Target, request: Request) -> Result:
    return _result(target, check_one(target.file, request, regular=target.found))


def _result(target: Target, report: DocumentReport) -> Result:
    broken = tuple(dict.fromkeys((one.requirement, one.level.value) for one in report.findings))
    passed = report.verdict is Verdict.PASS
    return Result(target, report, as_line(target.file, report), passed, report.release, broken, taken())
