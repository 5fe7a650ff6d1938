"""Times written in several ways: one way for each moment."""

import re
from datetime import UTC, datetime, timedelta

_HALF = timedelta(hours=12)
_DAY = re.compile(r"(\d{4}-\d\d-\d\d)([+-]\d\d:\d\d)")
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")


def moment(text: str) -> str:
    """Return a date or time with Z for no offset, and an xsd:dateTime in UTC and without needless zeros.

    A day with an offset is written with the one of two that is between -11:59 and +12:00.

    What is not understood is returned as it is.
    """
    text = re.sub(r"[+-]00:00$", "Z", text)
    day = _DAY.fullmatch(text)
    if day is not None:
        return _day(text, day[1], day[2])
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text
    try:
        at = datetime.strptime(found[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
        zone = found[3] or ""
        if zone not in ("", "Z"):
            at -= _offset(zone)
    except (ValueError, OverflowError):
        return text
    fraction = (found[2] or "").rstrip("0")
    return f"{at:%Y-%m-%dT%H:%M:%S}".zfill(19) + (f".{fraction}" if fraction else "") + ("Z" if zone else "")


def _offset(zone: str) -> timedelta:
    away = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
    return -away if zone[0] == "-" else away


def _day(text: str, date: str, zone: str) -> str:
    try:
        begin = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
        away = _offset(zone)
        if away > _HALF:
            begin, away = begin - 2 * _HALF, away - 2 * _HALF
        elif away <= -_HALF:
            begin, away = begin + 2 * _HALF, away + 2 * _HALF
    except (ValueError, OverflowError):
        return text
    minutes = int(away.total_seconds()) // 60
    sign = "-" if minutes < 0 else "+"
    return f"{begin:%Y-%m-%d}".zfill(10) + f"{sign}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"
