"""A load run as a record and a report, like any other run."""

import getpass
import platform
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import conformance
from conformance.cli.load_after import After, backlog, reconciliation, recovery
from conformance.cli.load_figures import Figures
from conformance.cli.load_run import Order
from conformance.cli.load_verdicts import HELD_BACK, LoadVerdict, verdicts
from conformance.data import data_path
from conformance.engine.codec import case_to_json, finding_to_json, header_to_json, moment
from conformance.engine.exitcode import exit_code
from conformance.engine.messages import MessageStore
from conformance.engine.reader import bodies_of, read_record
from conformance.engine.redaction import Redactor
from conformance.engine.tapes import LiveTape
from conformance.engine.writer import RecordWriter
from conformance.model.load import LoadFigures, LoadLimit
from conformance.model.record import CaseResult, RunHeader, RunRecord
from conformance.model.words import Verdict
from conformance.partner import Partner
from conformance.reporting import write_reports


@dataclass(frozen=True)
class Saved:
    """What is left of a load run: the record as read back, its exit code, the paths of the reports (page first)."""

    record: RunRecord
    code: int
    paths: tuple[Path, ...]


def save(partner: Partner, order: Order, selection: str, started: datetime, figures: Figures) -> Saved:
    """Judge the figures, look at what is left, write record and reports into a new folder of `order.output`.

    Returns what was written. Raises `OSError` when the folder cannot be written.
    """
    run_id = f"load-{started:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    folder = order.output / run_id
    folder.mkdir(parents=True)
    redactor = Redactor(partner.secrets)
    writer = RecordWriter(folder, redactor)
    try:
        book = _Book(partner, order, run_id, writer, MessageStore(folder / "messages", redactor))
        writer.write(
            {
                "event": "run-started",
                "format": 1,
                "header": header_to_json(_header(partner, order, selection, run_id, started)),
            }
        )
        judged = verdicts(order.accesses, figures, partner.limits, started.timestamp(), order.duration)
        limits = tuple(sorted(book.judge(judged, _afterwards(order, figures)), key=lambda one: one.requirement))
        writer.write({"event": "extra", "name": "load", "text": _load(order, figures, limits).to_json()})
        writer.write({"event": "run-finished", "finished": moment(datetime.now(UTC)), "deviations": []})
    finally:
        writer.close()
    record = read_record(folder)
    return Saved(record, int(exit_code(record)), write_reports(record, bodies_of(folder), folder))


def _afterwards(order: Order, figures: Figures) -> tuple[After, ...]:
    afters = []
    if "push" in order.accesses:
        afters.append(reconciliation(figures.taken, figures.taken_count))
    if "limited" in order.accesses:
        afters.append(recovery())
    if order.backlog:
        afters.append(backlog(order.backlog))
    return tuple(afters)


@dataclass(frozen=True)
class _Book:
    """Writes results into the record, in the order they come."""

    partner: Partner
    order: Order
    run_id: str
    writer: RecordWriter
    store: MessageStore

    def judge(self, judged: Iterable[LoadVerdict], afters: Iterable[After]) -> Iterable[LoadLimit]:
        """Write every result, do what is to be done afterwards, and give the lines of the table of limits."""
        left = {after.kind.id: after for after in afters}
        for verdict in judged:
            after = left.pop(verdict.result.case.id, None)
            if after is None or verdict.result.verdict is not Verdict.PASS:
                self._write(verdict.result)
                yield verdict.limit
            else:
                # Both are about one requirement: what was measured has held, so what comes afterwards decides.
                yield replace(verdict.limit, kept=Verdict.PASS.value)
                yield self._do(after)
        for after in left.values():
            yield self._do(after)

    def _do(self, after: After) -> LoadLimit:
        info = after.kind.info()
        missing = after.missing(self.partner)
        if missing:
            self.writer.write({"event": "case-left-out", "info": case_to_json(info), "reason": missing})
            return LoadLimit(after.kind.requirement, after.name, after.agreed, missing, Verdict.NOT_APPLICABLE.value)
        self._begin(info.id, info_json=case_to_json(info), at=(at := time.time()))
        tape = LiveTape(info.id, self.run_id, self.order.seed, self.store, self.writer.write)
        judgement, measured = after.run(self.partner, tape)
        self._end(
            CaseResult(
                info, judgement.verdict, judgement.reason, judgement.findings, (), at, time.time() - at,
                unreachable=judgement.unreachable, log=judgement.log,
            )
        )  # fmt: skip
        return LoadLimit(after.kind.requirement, after.name, after.agreed, measured, judgement.verdict.value)

    def _write(self, result: CaseResult) -> None:
        info = case_to_json(result.case)
        if result.verdict is Verdict.NOT_APPLICABLE:
            self.writer.write({"event": "case-left-out", "info": info, "reason": result.reason})
            return
        self._begin(result.case.id, info_json=info, at=result.started)
        self._end(result)

    def _begin(self, case: str, *, info_json: dict[str, object], at: float) -> None:
        self.writer.write({"event": "case-selected", "info": info_json, "lane": "load"})
        self.writer.write({"event": "case-started", "case": case, "at": at})

    def _end(self, result: CaseResult) -> None:
        self.writer.write(
            {
                "event": "case-finished",
                "case": result.case.id,
                "verdict": result.verdict.value,
                "reason": result.reason,
                "findings": [finding_to_json(finding) for finding in result.findings],
                "started": result.started,
                "seconds": result.seconds,
                "unreachable": result.unreachable,
                "log": result.log,
                "cut": "",
            }
        )


def _header(partner: Partner, order: Order, selection: str, run_id: str, started: datetime) -> RunHeader:
    scripts = sha256(b"".join(path.read_bytes() for path in sorted(data_path("load").glob("*.py")))).hexdigest()
    contract = sha256(data_path("schemas", "ecert", "exchange-1.xsd").read_bytes()).hexdigest()
    return RunHeader(
        run_id=run_id,
        started=started,
        suite_version=conformance.__version__,
        seed=order.seed,
        partner=partner.name,
        country=partner.country,
        ics=tuple(sorted(partner.ics)),
        settings=partner.settings,
        digests=(("partner file", partner.digest), ("load scripts", scripts), ("exchange schema", contract)),
        environment=(
            ("python", platform.python_version()),
            ("system", f"{platform.system()} {platform.machine()}"),
            ("locust", metadata.version("locust")),
        ),
        selection=selection,
        started_by=_account(),
        partner_file=str(partner.path),
    )


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""


def _load(order: Order, figures: Figures, limits: tuple[LoadLimit, ...]) -> LoadFigures:
    """Return the figures as the report shows them."""
    pace = f"{order.rate:g} arrivals a second" if order.rate is not None else f"{order.users} users, one after another"
    late = f"{figures.late_p95:.1f} ms" if order.rate is not None else "not measured"
    settings = [
        ("pace", pace),
        ("duration", f"{order.duration:g} s, after {order.warm_up:g} s that are not counted"),
        ("load processes", str(order.workers)),
        ("own lateness (95th percentile)", late),
    ]
    if "limited" in order.accesses:
        settings.insert(1, ("caller over its rate", f"{order.crowd_rate:.1f} requests a second"))
    if order.officials:
        settings.insert(1, ("officials logged in", str(order.officials)))
    return LoadFigures(
        settings=tuple(settings) if order.accesses else (),
        rows=figures.rows,
        points=figures.points,
        limits=limits,
        deviations=tuple(one for one in figures.texts if one.text != HELD_BACK),
    )
