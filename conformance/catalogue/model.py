"""Requirements as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from conformance.model.words import Level


class Bearer(StrEnum):
    """Who or what a requirement binds."""

    DOCUMENT = "document"
    EXPORTER = "exporter"
    IMPORTER = "importer"
    JUDGE = "judge"


@dataclass(frozen=True)
class Requirement:
    """One sentence that can be true or false.

    With level MUST NOT or SHOULD NOT the sentence tells what must or should not be so. `source` names the clauses
    it rests on, separated by "; "; a clause of ours begins with "profile". `ics` are the tokens that must all be
    declared for it to bind a partner. `untested` is the reason why no case is about it, or empty.
    """

    id: str
    level: Level
    role: Bearer
    statement: str
    source: str
    ics: tuple[str, ...] = ()
    untested: str = ""

    @property
    def family(self) -> str:
        """The part of the id before the dash."""
        return self.id.rsplit("-", 1)[0]

    @property
    def clauses(self) -> tuple[str, ...]:
        """Clauses of the published profile this requirement rests on, such as "3.9"."""
        return tuple(
            part.removeprefix("profile ").strip() for part in self.source.split("; ") if part.startswith("profile ")
        )


@dataclass(frozen=True)
class Catalogue:
    """All requirements by id, in the order of the families; `digest` is the SHA-256 of their files."""

    requirements: Mapping[str, Requirement]
    families: tuple[tuple[str, str], ...]
    digest: str

    def __getitem__(self, identifier: str) -> Requirement:
        """Return the requirement of that id; raise `KeyError` when there is none."""
        return self.requirements[identifier]

    def __contains__(self, identifier: object) -> bool:
        """Tell whether there is a requirement of that id."""
        return identifier in self.requirements
