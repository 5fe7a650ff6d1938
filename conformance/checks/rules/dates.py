"""Dates and times as the profile writes them: ISO 8601, with an offset or Z."""

import re
from datetime import UTC, datetime

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?")


def moment(text: str) -> datetime | None:
    """Return the moment a text names, in UTC, or None when it is not a real date and time with an offset."""
    value = text.strip()
    if not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def not_a_moment(text: str) -> bool:
    """Return whether a text is anything but a date and time with an offset."""
    return moment(text) is None


def not_a_moment_or_date(text: str) -> bool:
    """Return whether a text is neither a date and time with an offset nor a date alone."""
    value = text.strip()
    if _DATE.fullmatch(value):
        try:
            datetime.fromisoformat(value[:10])
        except ValueError:
            return True
        return False
    return moment(text) is None


_DIGITS = "translate(normalize-space(.),'123456789','000000000')"
# What XPath can tell of a moment in the three usual forms; anything else is looked at again by the functions above.
USUAL_MOMENT = (
    f"starts-with({_DIGITS},'0000-00-00T00:00:00') and "
    f"contains('|Z|+00:00|-00:00|',concat('|',substring({_DIGITS},20),'|')) and "
    "substring(normalize-space(.),6,2)<=12 and substring(normalize-space(.),6,2)>0 and "
    "substring(normalize-space(.),9,2)<=28 and substring(normalize-space(.),9,2)>0 and "
    "substring(normalize-space(.),12,2)<=23 and substring(normalize-space(.),15,2)<=59 and "
    "substring(normalize-space(.),18,2)<=59 and not(substring(normalize-space(.),21,2)>23) and "
    "not(substring(normalize-space(.),24,2)>59) and substring(normalize-space(.),1,4)>0"
)
