"""Moments and weights as people read them, in the language of a page or paper."""

from datetime import datetime

from babel.dates import format_date, format_datetime

from reference_impl.web.languages import ENGLISH, locale

# Units of Recommendation 20 by the symbols people know.
UNITS = {"KGM": "kg", "GRM": "g", "TNE": "t", "LTR": "l", "MTQ": "m³"}


def moment_text(value: str | datetime, language: str) -> str:
    """A moment (ISO 8601 text with an offset, or a datetime) in UTC; text that is none comes back as it is."""
    moment = _read(value)
    if moment is None:
        return str(value)
    form = "d MMM y, HH:mm" if language == ENGLISH else "medium"
    return f"{format_datetime(moment, form, locale=locale(language))} UTC"


def day_text(value: str | datetime, language: str) -> str:
    """As `moment_text`, the day alone."""
    moment = _read(value)
    if moment is None:
        return str(value)
    return format_date(moment, "d MMM y" if language == ENGLISH else "medium", locale=locale(language))


def weight_text(value: str) -> str:
    """A measure as documents have it, `1250.5 KGM`, with the unit people know."""
    number, _, unit = value.partition(" ")
    return f"{number} {UNITS.get(unit, unit)}".strip()


def _read(value: str | datetime) -> datetime | None:
    if isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None
