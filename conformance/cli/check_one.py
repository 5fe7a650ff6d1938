"""Checking one file: reading it without ever hanging on it, and its report as JSON."""

import json
import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from conformance.checks.document import DocumentReport, check_document, reading_finding
from conformance.model.finding import Finding
from conformance.model.words import Layer, Verdict
from conformance.parsing import DEFAULT_LIMITS, Unreadable

if TYPE_CHECKING:
    from conformance.checks.revocation import AtHand

_CHUNK = 1 << 20
_SAID = 200


@dataclass(frozen=True, slots=True)
class Request:
    """What the options ask for; the fields are those of `check_document`.

    `together` are findings about the files as a set, by file.
    """

    layers: frozenset[Layer]
    at: datetime | None = None
    placement: str | None = None
    anchors: tuple[bytes, ...] = ()
    signature: bytes | None = None
    profile: str = "auto"
    languages: tuple[str, ...] = ()
    release_name: str | None = None
    together: Mapping[str, tuple[Finding, ...]] = field(default_factory=dict)
    signature_at: datetime | None = None
    authorities: tuple[bytes, ...] = ()
    algorithms: frozenset[str] | None = None
    at_hand: "AtHand | None" = None


def read_capped(file: str, *, regular: bool = False) -> bytes:
    """Return a file's octets (`-` is standard input). Reads no more than the parser would take.

    `regular` refuses anything but a regular file, for files found in a folder: a FIFO would be waited for without end.
    Raises `Unreadable` when the file cannot be read or is too large.
    """
    cap = DEFAULT_LIMITS.octets
    try:
        if file == "-":
            data = sys.stdin.buffer.read(cap + 1)
        else:
            handle = os.open(file, os.O_RDONLY | (os.O_NONBLOCK if regular else 0))
            try:
                kind = os.fstat(handle)
                if regular and not stat.S_ISREG(kind.st_mode):
                    raise Unreadable("this is no file with a document: " + _kind(kind.st_mode))
                # One octet more than the file has is asked for: a regular file that gives less has come to its end.
                data = os.read(handle, min(kind.st_size + 1, cap + 1)) if stat.S_ISREG(kind.st_mode) else b""
                at_end = 0 < len(data) <= kind.st_size
                while not at_end and len(data) <= cap and (more := os.read(handle, min(_CHUNK, cap + 1 - len(data)))):
                    data += more
            finally:
                os.close(handle)
    except IsADirectoryError:
        raise Unreadable("this is a folder that holds no file whose name ends in .xml") from None
    except OSError as error:
        raise Unreadable(f"the file cannot be opened: {error.strerror or error}") from None
    if len(data) > cap:
        raise Unreadable(f"the file has more than {cap:,} octets; at most {cap:,} are read")
    return data


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISFIFO, "a FIFO"), (stat.S_ISSOCK, "a socket"), (stat.S_ISDIR, "a folder"),
             (stat.S_ISBLK, "a device"), (stat.S_ISCHR, "a device"))  # fmt: skip
    return next((name for test, name in kinds if test(mode)), "of an unknown kind")


def check_one(file: str, request: Request, *, regular: bool = False) -> DocumentReport:
    """Check one file. A file that cannot be read gives one finding; nothing is raised for it.

    Nor for one at which the check itself fails, which is our fault and said to be: no file stops a run.
    """
    try:
        data = read_capped(file, regular=regular)
    except Unreadable as problem:
        return DocumentReport(Verdict.FAIL, None, (reading_finding(problem),))
    try:
        return _judged(file, data, request)
    except Exception as problem:  # noqa: BLE001 - whatever a library raises at a document made for it
        what = f"{type(problem).__name__}: {problem}"[:_SAID]
        return unchecked(f"the check failed at this file, which is a fault of the checker; please report it ({what})")


def unchecked(why: str) -> DocumentReport:
    """Return the report about a file that could not be checked to the end."""
    finding = Finding("DOC-046", why, "a document that can be checked", "", layer=Layer.READING)
    return DocumentReport(Verdict.FAIL, None, (finding,))


def _judged(file: str, data: bytes, request: Request) -> DocumentReport:
    report = check_document(
        data, layers=request.layers, at=request.at, placement=request.placement, anchors=request.anchors,
        signature=request.signature, profile=request.profile, languages=request.languages,
        release_name=request.release_name, signature_at=request.signature_at,
        authorities=request.authorities, algorithms=request.algorithms,
        at_hand=request.at_hand,
    )  # fmt: skip
    more = request.together.get(file, ())
    if not more:
        return report
    findings = sorted((*report.findings, *more), key=lambda finding: finding.where.line or 0)
    failed = any(finding.level.binding for finding in findings)
    return replace(report, verdict=Verdict.FAIL if failed else report.verdict, findings=tuple(findings))


def shown_name(file: str) -> str:
    """Return a file's name as text that any program may read: octets that are no UTF-8 are written as \\xNN."""
    return os.fsencode(file).decode("utf-8", "backslashreplace")


def as_object(file: str, report: DocumentReport) -> dict[str, Any]:
    """Return a report as the JSON object that `--json` prints."""
    return {
        "file": shown_name(file),
        "verdict": report.verdict.value,
        "release": report.release,
        "findings": [
            {
                "requirement": finding.requirement,
                "level": finding.level.value,
                "layer": finding.layer.value if finding.layer else None,
                "line": finding.where.line,
                "path": finding.where.path,
                "message": finding.message,
                "expected": finding.expected,
                "actual": finding.actual,
            }
            for finding in report.findings
        ],
    }


def as_line(file: str, report: DocumentReport) -> str:
    """Return a report as one line of JSON."""
    return json.dumps(as_object(file, report), ensure_ascii=True)
