"""Writing the page of `ecert check --html`."""

from collections.abc import Sequence
from pathlib import Path

from conformance.checks.document import DocumentReport
from conformance.checks.schema_sets import standing_name
from conformance.cli.check_one import read_capped, shown_name
from conformance.cli.check_summary import Summary
from conformance.parsing import Unreadable
from conformance.reporting.check_html import Checked, Counts, to_page
from conformance.reporting.requirements import requirements


def write_page(path: Path, reports: Sequence[tuple[str, DocumentReport]], summary: Summary) -> None:
    """Write what was found as one HTML page that needs nothing else. Raises `OSError` when it cannot be written."""
    documents = [
        Checked(shown_name(file), report.verdict, standing_name(report.release), report.findings, _octets(file))
        for file, report in reports
    ]
    broken = [(name, level, count) for (name, level), count in summary.broken.most_common()]
    releases = tuple((standing_name(name), count) for name, count in summary.releases.most_common())
    counts = Counts(summary.passed, summary.failed, releases, tuple(broken))
    path.write_text(to_page(documents, counts, requirements()), encoding="utf-8")


def _octets(file: str) -> bytes:
    try:
        return b"" if file == "-" else read_capped(file, regular=True)
    except Unreadable:
        return b""
