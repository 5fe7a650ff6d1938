"""DOC-051: what an importer says of a document it refuses (profile 2.36)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_FORM = re.compile(
    r"(?P<area>Schema|MandatoryElements|Mapping) (?P<level>SEVERE|WARNING|INFO) (?P<field>[^\s:]+): (?P<text>\S.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Told:
    """One finding as an importer tells it."""

    area: str
    level: str
    field: str
    text: str


def read_told(text: str) -> Told | None:
    """Read one finding; None when it has not the agreed form."""
    match = _FORM.fullmatch(text.strip())
    return Told(**match.groupdict()) if match else None


def speaks_of(told: Iterable[Told], name: str) -> bool:
    """Return whether one of the findings makes the document useless and names the element, as field or in its text."""
    word = re.compile(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])")
    return any(one.level == "SEVERE" and word.search(f"{one.field} {one.text}") for one in told)
