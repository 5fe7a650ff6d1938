"""DOC-028: a treatment does not end before it starts."""

from collections.abc import Iterator
from datetime import datetime

from lxml import etree

from conformance.checks.rules.dates import day_or_moment
from conformance.checks.rules.rule import Setting, rule_finding
from conformance.checks.schema_words import quoted
from conformance.model.finding import Finding


def check_periods(periods: list[etree._Element], _setting: Setting) -> Iterator[Finding]:
    """Yield periods whose end lies before their start.

    Two moments are compared as such. Where one of them is a day alone or has no offset from UTC, days are compared as
    they are written, because a time that is not said cannot be late.
    """
    for period in periods:
        start, end = (period.find(f"{{*}}{name}DateTime/{{*}}*") for name in ("Start", "End"))
        if start is None or end is None:
            continue
        first, last = (day_or_moment(element.text or "") for element in (start, end))
        if first is None or last is None:
            continue
        if isinstance(first, datetime) and isinstance(last, datetime):
            late = first > last
        else:
            late = (start.text or "").strip()[:10] > (end.text or "").strip()[:10]
        if late:
            yield rule_finding(
                "DOC-028.order",
                end,
                "the treatment ends before it starts",
                f"not before {quoted(start.text or '')}",
                quoted(end.text or ""),
            )
