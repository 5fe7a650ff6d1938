"""What a report needs to know of a requirement, and where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.catalogue import load_catalogue


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
    return {
        name: Requirement(name, row.statement, row.level.value, row.source, row.untested)
        for name, row in load_catalogue().requirements.items()
    }
