"""A record as one JSON document, described by `schemas/json/report-1.json`."""

import json
from collections.abc import Mapping
from typing import Any

from conformance.model.finding import Finding
from conformance.model.record import CaseResult, RunRecord
from conformance.reporting.beside import ReferenceView, reference_view
from conformance.reporting.reference import NONE, Reference
from conformance.reporting.requirements import Requirement
from conformance.reporting.story import command
from conformance.reporting.summary import counts, coverage, decides, overall
from conformance.reporting.text import shortened, visible

FORMAT = "ecert-report-1"
LIMIT = 4000


def to_json(record: RunRecord, requirements: Mapping[str, Requirement], reference: Reference = NONE) -> str:
    """Return the report as JSON text (UTF-8 safe, two spaces, stable order).

    `reference` are the reference node's answers, told with each finding.
    """
    header = record.header
    result = overall(record)
    document: dict[str, Any] = {
        "format": FORMAT,
        "kind": "test report",
        "run": {
            "id": header.run_id,
            "started": header.started.isoformat(),
            "finished": record.finished.isoformat() if record.finished else None,
            "complete": record.complete,
            "suite_version": header.suite_version,
            "seed": header.seed,
            "partner": header.partner,
            "country": header.country,
            "partner_file": header.partner_file,
            "started_by": header.started_by,
            "selection": header.selection,
            "strict": header.strict,
            "ics": list(header.ics),
            "settings": dict(header.settings),
            "digests": dict(header.digests),
            "environment": dict(header.environment),
            "record": record.folder,
        },
        "result": {
            "overall": result.overall.value,
            "conformant": result.good,
            "sentence": result.sentence,
            "counts": {verdict.value: number for verdict, number in counts(record).items()},
        },
        "cases": [_case(record, case, reference) for case in record.results],
        "requirements": [
            {
                "id": row.requirement.id,
                "statement": row.requirement.statement,
                "level": row.requirement.level,
                "source": row.requirement.source,
                "verdict": row.verdict.value if row.verdict else None,
                "cases": list(row.cases),
                "why": row.why,
            }
            for row in coverage(record, requirements)
        ],
        "expectations": [
            {"case": d.case, "reason": d.reason, "owner": d.owner, "expires": d.expires, "state": d.state}
            for d in record.deviations
        ],
        "load": json.loads(record.extras["load"]) if record.extras and "load" in record.extras else None,
    }
    return json.dumps(_safe(document), ensure_ascii=False, indent=2) + "\n"


def _case(record: RunRecord, result: CaseResult, reference: Reference) -> dict[str, Any]:
    return {
        "id": result.case.id,
        "title": result.case.title,
        "access": result.case.access.value,
        "role": result.case.role.value,
        "requirements": list(result.case.requirements),
        "verdict": result.verdict.value,
        "binding": decides(record, result),
        "reason": result.reason,
        "unreachable": result.unreachable,
        "seconds": round(result.seconds, 6),
        "exchanges": sum(1 for step in result.steps if step.exchange),
        "findings": [
            {**_finding(finding), "reference": _reference(reference_view(result, finding, reference))}
            for finding in result.findings
        ],
        "repeat": command(record, result),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    where = finding.where
    return {
        "requirement": finding.requirement,
        "level": finding.level.value,
        "layer": finding.layer.value if finding.layer else None,
        "message": finding.message,
        "expected": shortened(finding.expected, LIMIT),
        "actual": shortened(finding.actual, LIMIT),
        "part": where.part,
        "line": where.line,
        "path": where.path,
        "sha256": where.message,
    }


def _reference(view: ReferenceView | None) -> dict[str, Any] | None:
    """Return what the reference node answers at the same step; None where nothing is known of it."""
    if view is None:
        return None
    shown = view.excerpt
    return {
        "step": view.step,
        "head": list(view.head),
        "failure": view.failure,
        "headers": [line.text for line in shown.headers] if shown else [],
        "excerpt": [line.text for line in shown.lines] if shown else [],
        "marked": next((at for at, line in enumerate(shown.lines) if line.marked), None) if shown else None,
        "note": view.note,
    }


def _safe(value: Any) -> Any:
    """Return a value whose texts can be encoded as UTF-8 and shown on a terminal."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, list):
        return [_safe(item) for item in value]
    if isinstance(value, dict):
        return {visible(key): _safe(item) for key, item in value.items()}
    return value
