"""Lengths of time: one way of writing for each, and their order, which is partial (XML Schema Part 2, 3.2.6)."""

import re
from decimal import Decimal

_DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?", re.ASCII
)
_MOST_FIGURES = 100
# From each of these months a length of time is counted; one is longer than another if it is so from all of them.
_BEGINNINGS = ((1696, 9), (1697, 2), (1903, 3), (1903, 7))
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60


def length(text: str) -> tuple[int, Decimal] | None:
    """Return the months and seconds of an xsd:duration; None for what is none, or is too long to be counted."""
    found = _DURATION.fullmatch(text)
    if found is None or len(text) > _MOST_FIGURES or text[-1] in "PT":
        return None
    years, months, days, hours, minutes = (int(found[place] or 0) for place in range(2, 7))
    seconds = Decimal(found[7] or 0) + days * _DAY + hours * _HOUR + minutes * _MINUTE
    sign = -1 if found[1] else 1
    return sign * (12 * years + months), sign * seconds


def duration(text: str) -> str:
    """Return an xsd:duration in one way of writing: months up to 11, hours up to 23; unknown text as it is."""
    known = length(text)
    if known is None:
        return text
    months, seconds = abs(known[0]), abs(known[1])
    whole, fraction = divmod(seconds, 1)
    date = _written((months // 12, "Y"), (months % 12, "M"), (int(whole) // _DAY, "D"))
    rest = int(whole) % _DAY
    last = f"{rest % _MINUTE}{str(fraction.normalize())[1:] if fraction else ''}"
    time = _written((rest // _HOUR, "H"), (rest % _HOUR // _MINUTE, "M")) + (f"{last}S" if last != "0" else "")
    sign = "-" if known[0] < 0 or known[1] < 0 else ""
    return f"{sign}P{date}{'T' if time else ''}{time}" if date or time else "PT0S"


def longer(first: str, second: str) -> bool | None:
    """Return whether the first of two unequal lengths is the longer one; None where that depends on the calendar."""
    one, other = length(first), length(second)
    if one is None or other is None:
        return None
    answers = {_seconds(one, begin) > _seconds(other, begin) for begin in _BEGINNINGS}
    equal = any(_seconds(one, begin) == _seconds(other, begin) for begin in _BEGINNINGS)
    return answers.pop() if len(answers) == 1 and not equal else None


def _written(*parts: tuple[int, str]) -> str:
    return "".join(f"{count}{unit}" for count, unit in parts if count)


def _seconds(span: tuple[int, Decimal], begin: tuple[int, int]) -> Decimal:
    """Return how long a span of months and seconds is from the first of a month on."""
    year, month = begin
    months = 12 * year + month - 1
    return (_days(months + span[0]) - _days(months)) * _DAY + span[1]


def _days(months: int) -> int:
    """Return the days from the beginning of the calendar to that month, counted from January of the year 0."""
    year, month = divmod(months, 12)
    year, month = (year - 1, month + 10) if month < 2 else (year, month - 2)  # noqa: PLR2004 - years from March on
    return 365 * year + year // 4 - year // 100 + year // 400 + (153 * month + 2) // 5
