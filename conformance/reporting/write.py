"""Writing the reports of a record into a folder."""

from collections.abc import Mapping
from pathlib import Path

from conformance.model.record import RunRecord
from conformance.reporting.html import to_html
from conformance.reporting.json_report import to_json
from conformance.reporting.junit import to_junit
from conformance.reporting.reference import load_reference
from conformance.reporting.requirements import Requirement, requirements
from conformance.reporting.story import Bodies


def write_reports(
    record: RunRecord, bodies: Bodies, folder: Path, known: Mapping[str, Requirement] | None = None
) -> tuple[Path, ...]:
    """Write `report.html`, `junit.xml` and `report.json` into a folder and return their paths in that order.

    `known` are the requirements to tell of; without it those of the installed catalogue. The folder is made when it
    is missing. A file is replaced whole, never half-written. Raises `OSError` when the folder cannot be written.
    """
    if known is None:
        known = requirements()
    reference = load_reference()
    contents = {
        "report.html": to_html(record, bodies, known, reference).encode("utf-8"),
        "junit.xml": to_junit(record, known),
        "report.json": to_json(record, known, reference).encode("utf-8"),
    }
    folder.mkdir(parents=True, exist_ok=True)
    return tuple(_written(folder / name, content) for name, content in contents.items())


def _written(path: Path, content: bytes) -> Path:
    beside = path.with_name(f".{path.name}.part")
    beside.write_bytes(content)
    beside.replace(path)
    return path
