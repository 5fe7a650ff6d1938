"""`ecert check`: check documents offline."""

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape

from conformance.checks.document import DEFAULT_LAYERS, DocumentReport, check_document, reading_finding
from conformance.model.finding import Finding
from conformance.model.words import Layer, Verdict
from conformance.parsing import DEFAULT_LIMITS, Unreadable

_LAYERS = [Layer.SCHEMA.value, Layer.RULES.value, Layer.SIGNATURE.value]
_PLACEMENTS = ["enveloped", "enveloping", "detached"]


class Moment(click.ParamType[datetime]):
    """A point in time: ISO 8601 with an offset or Z, or a date, which means its first moment in UTC."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the time in UTC, or fail as a usage error."""
        if isinstance(value, datetime):
            return value
        try:
            when = datetime.fromisoformat(str(value))
            if when.tzinfo is None and len(str(value)) > len("2026-11-23"):
                self.fail(f"{value!r} has no offset from UTC; write 2026-11-23T09:30:00Z", param, ctx)
            return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a time; write 2026-11-23T09:30:00Z", param, ctx)


def as_object(file: str, report: DocumentReport) -> dict[str, Any]:
    """Return a report as the JSON object that `--json` prints."""
    return {
        "file": file,
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


def read_capped(file: str) -> bytes:
    """Return a file's octets (`-` is standard input). Reads no more than the parser would take.

    Raises `Unreadable` when the file cannot be read or is too large.
    """
    cap = DEFAULT_LIMITS.octets
    try:
        if file == "-":
            data = sys.stdin.buffer.read(cap + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(cap + 1)
    except OSError as error:
        raise Unreadable(f"the file cannot be opened: {error.strerror or error}") from None
    if len(data) > cap:
        raise Unreadable(f"the file has more than {cap:,} octets; at most {cap:,} are read")
    return data


@dataclass(frozen=True, slots=True)
class Request:
    """What the options ask for; the fields are those of `check_document`."""

    layers: frozenset[Layer]
    at: datetime | None
    placement: str | None
    anchors: tuple[bytes, ...]
    signature: bytes | None


def _check_one(file: str, request: Request) -> DocumentReport:
    try:
        data = read_capped(file)
    except Unreadable as problem:
        return DocumentReport(Verdict.FAIL, None, (reading_finding(problem),))
    return check_document(
        data, layers=request.layers, at=request.at, placement=request.placement, anchors=request.anchors,
        signature=request.signature,
    )  # fmt: skip


def _print_finding(console: Console, finding: Finding) -> None:
    colour = "red" if finding.level.binding else "yellow"
    line = f"line {finding.where.line}" if finding.where.line else "whole file"
    console.print(f"  [bold]{line}[/]  [{colour}]{finding.level.value}[/] [cyan]{finding.requirement}[/]  "
                  f"{escape(finding.message)}", highlight=False)  # fmt: skip
    if finding.where.path:
        console.print(f"      [dim]{escape(finding.where.path)}[/]", highlight=False)
    console.print(f"      expected {escape(finding.expected)}", highlight=False)
    console.print(f"      found    {escape(finding.actual)}", highlight=False)


def print_report(console: Console, file: str, report: DocumentReport) -> None:
    """Print a report for a person: the verdict, then the findings, grouped by layer, in the order of lines."""
    passed = report.verdict is Verdict.PASS
    console.print(
        f"[bold]{escape(file)}[/]: [{'green' if passed else 'red'}]{report.verdict.value}[/]"
        f" (release {report.release or 'unknown'})", highlight=False,
    )  # fmt: skip
    for layer in Layer:
        found = [finding for finding in report.findings if finding.layer is layer]
        if found:
            console.print(f" {layer.value}: {len(found)} finding{'s' if len(found) > 1 else ''}", highlight=False)
        for finding in found:
            _print_finding(console, finding)


@click.command("check")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line per file, in the order given.")
@click.option(
    "--layer",
    "layers",
    multiple=True,
    type=click.Choice(_LAYERS),
    help="Check this layer only; may be repeated. Without it: schema and rules, and signature with --trust.",
)
@click.option(
    "--trust",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="PEM",
    help="Trust anchors (PEM file) for the signature; may be repeated.",
)
@click.option("--at", type=Moment(), help="Time of checking, for example 2026-11-23T09:30:00Z.")
@click.option("--placement", type=click.Choice(_PLACEMENTS), help="Where the signature is expected.")
@click.option(
    "--signature",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The detached signature of the one FILE checked.",
)
def check(
    files: tuple[str, ...],
    as_json: bool,
    layers: tuple[str, ...],
    trust: tuple[Path, ...],
    at: datetime | None,
    placement: str | None,
    signature: Path | None,
) -> None:
    """Check certificates and acknowledgements (XML files) offline.

    Exit code 0: every file passes. 1: a file fails. 2: wrong usage.

    \b
    Example: ecert check certificate.xml
             ecert check --json --layer schema *.xml
             ecert check --trust anchor.pem --placement enveloped signed.xml
    """
    chosen = frozenset(Layer(layer) for layer in layers)
    if not chosen:
        chosen = DEFAULT_LAYERS | ({Layer.SIGNATURE} if trust else set())
    if Layer.SIGNATURE in chosen:
        placement = placement or "enveloped"
    if signature is not None and (placement != "detached" or len(files) > 1):
        raise click.UsageError("--signature goes with --placement detached and one FILE")
    request = Request(
        chosen, at, placement, tuple(_anchor(path) for path in trust), signature.read_bytes() if signature else None
    )
    failed = False
    console = Console(soft_wrap=True)
    for file in files:
        report = _check_one(file, request)
        failed = failed or report.verdict is not Verdict.PASS
        if as_json:
            click.echo(json.dumps(as_object(file, report), ensure_ascii=True))
        else:
            print_report(console, file, report)
    raise SystemExit(1 if failed else 0)


def _anchor(path: Path) -> bytes:
    data = path.read_bytes()
    if b"-----BEGIN CERTIFICATE-----" not in data:
        raise click.BadParameter(f"{path} holds no PEM certificate", param_hint="--trust")
    return data
