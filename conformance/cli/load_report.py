"""A load run as a record and a report, like any other run."""

import getpass
import json
import platform
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

import conformance
from conformance.cli.load_figures import Figures
from conformance.cli.load_run import Order
from conformance.cli.load_verdicts import verdicts
from conformance.data import data_path
from conformance.engine.codec import case_to_json, finding_to_json, header_to_json, moment
from conformance.engine.exitcode import exit_code
from conformance.engine.reader import bodies_of, read_record
from conformance.engine.redaction import Redactor
from conformance.engine.writer import RecordWriter
from conformance.model.record import CaseResult, RunHeader, RunRecord
from conformance.partner import Partner
from conformance.reporting import write_reports


@dataclass(frozen=True)
class Saved:
    """What is left of a load run: the record as read back, its exit code, the paths of the reports (page first)."""

    record: RunRecord
    code: int
    paths: tuple[Path, ...]


def save(partner: Partner, order: Order, selection: str, started: datetime, figures: Figures) -> Saved:
    """Judge the figures, write record and reports into a new folder of `order.output`, and return what was written.

    Raises `OSError` when the folder cannot be written.
    """
    run_id = f"load-{started:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    folder = order.output / run_id
    folder.mkdir(parents=True)
    results = verdicts(order.accesses, figures, partner.limits, started.timestamp(), order.duration)
    writer = RecordWriter(folder, Redactor(partner.secrets))
    try:
        for event in _events(_header(partner, order, selection, run_id, started), results, _load(order, figures)):
            writer.write(event)
    finally:
        writer.close()
    record = read_record(folder)
    return Saved(record, int(exit_code(record)), write_reports(record, bodies_of(folder), folder))


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


def _load(order: Order, figures: Figures) -> str:
    """Return the figures as `extras["load"]` holds them (schemas/json/report-1.json)."""
    pace = f"{order.rate:g} arrivals a second" if order.rate is not None else f"{order.users} users, one after another"
    return json.dumps(
        {
            "settings": {
                "pace": pace,
                "duration": f"{order.duration:g} s",
                "load processes": str(order.workers),
                "own lateness (95th percentile)": f"{figures.late_p95:.1f} ms"
                if order.rate is not None
                else "not measured",
            },
            "rows": [asdict(row) for row in figures.rows],
            "points": [list(point) for point in figures.points],
            "deviations": [{"name": name, "text": text, "count": count} for name, text, count in figures.texts],
        }
    )


def _events(header: RunHeader, results: Iterable[CaseResult], load: str) -> Iterable[dict[str, Any]]:
    results = tuple(results)
    yield {"event": "run-started", "format": 1, "header": header_to_json(header)}
    for result in results:
        yield {"event": "case-selected", "info": case_to_json(result.case), "lane": "load"}
    for result in results:
        yield {"event": "case-started", "case": result.case.id, "at": result.started}
        yield {
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
    yield {"event": "extra", "name": "load", "text": load}
    yield {"event": "run-finished", "finished": moment(datetime.now(UTC)), "deviations": []}
