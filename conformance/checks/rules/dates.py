"""Dates and times as the profile writes them: ISO 8601, with an offset or Z."""

import re
from datetime import UTC, date, datetime

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", re.ASCII)


def moment(text: str) -> datetime | None:
    """Return the moment a text names, in UTC, or None when it is not a real date and time with an offset."""
    value = text.strip()
    if not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def day_or_moment(text: str) -> datetime | date | None:
    """Return the moment a text names, or the day where it names no time with an offset, or None when it is neither."""
    found = moment(text)
    if found is not None:
        return found
    value = text.strip()[:10]
    try:
        return date.fromisoformat(value) if _DAY.fullmatch(value) else None
    except ValueError:
        return None
