"""Pure functions from a record to HTML, JUnit XML, JSON."""

from conformance.reporting.html import to_html
from conformance.reporting.json_report import to_json
from conformance.reporting.junit import to_junit
from conformance.reporting.write import write_reports

__all__ = ["to_html", "to_json", "to_junit", "write_reports"]
