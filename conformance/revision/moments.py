"""Times written in several ways: one way for each moment."""

import re
from datetime import UTC, datetime, timedelta

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)?")


def moment(text: str) -> str:
    """Return a date or time with Z for no offset, and an xsd:dateTime in UTC and without needless zeros.

    What is not understood is returned as it is.
    """
    text = re.sub(r"[+-]00:00$", "Z", text)
    found = _MOMENT.fullmatch(text)
    if found is None:
        return text
    try:
        at = datetime.strptime(found[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC)
        zone = found[3] or ""
        if zone not in ("", "Z"):
            away = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:]))
            at += away if zone[0] == "-" else -away
    except (ValueError, OverflowError):
        return text
    fraction = (found[2] or "").rstrip("0")
    return f"{at:%Y-%m-%dT%H:%M:%S}".zfill(19) + (f".{fraction}" if fraction else "") + ("Z" if zone else "")
