"""What a report needs to know of a requirement, and where it comes from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Requirement:
    """A requirement as a report tells it. `untested` says why no case is about it, where the catalogue knows."""

    id: str
    statement: str = ""
    level: str = ""
    source: str = ""
    untested: str = ""


def requirements() -> Mapping[str, Requirement]:
    """Return the requirements of the installed catalogue by id, in the catalogue's order."""
    from conformance import catalogue  # noqa: PLC0415 - a report of a given catalogue reads none

    loaded: Any = catalogue.load_catalogue()
    entries: Any = getattr(loaded, "requirements", loaded)
    rows: Iterable[Any] = entries.values() if isinstance(entries, Mapping) else entries
    return {row.id: _told(row) for row in rows}


def _told(row: Any) -> Requirement:  # noqa: ANN401 - read by its attributes only
    return Requirement(
        id=row.id,
        statement=row.statement,
        level=str(getattr(row.level, "value", row.level)),
        source=str(row.source),
        untested=str(getattr(row, "untested", "") or ""),
    )
