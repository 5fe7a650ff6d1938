"""Which requirements are tested by which cases, and why the others are not."""

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.catalogue.model import Catalogue, Requirement
from conformance.model.record import CaseInfo


@dataclass(frozen=True)
class CoverageRow:
    """One requirement with the ids of its cases; `reason` says why there is none, and is empty when there are."""

    requirement: Requirement
    cases: tuple[str, ...]
    reason: str

    @property
    def tested(self) -> bool:
        """True when at least one case is about the requirement."""
        return bool(self.cases)


@dataclass(frozen=True)
class Coverage:
    """The table, in the catalogue's order.

    `unexplained` are requirements with neither a case nor a reason; `stale` have a case and still a reason why there
    is none; `unknown` are ids that cases name and the catalogue does not have. All three are empty in a sound suite.
    """

    rows: tuple[CoverageRow, ...]
    unexplained: tuple[str, ...]
    stale: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def tested(self) -> tuple[CoverageRow, ...]:
        """Rows of requirements with a case."""
        return tuple(row for row in self.rows if row.tested)

    @property
    def untested(self) -> tuple[CoverageRow, ...]:
        """Rows of requirements without a case."""
        return tuple(row for row in self.rows if not row.tested)


def coverage(catalogue: Catalogue, cases: Sequence[CaseInfo]) -> Coverage:
    """Return who tests what; depends on nothing but its arguments."""
    by_requirement: dict[str, list[str]] = {}
    for case in cases:
        for identifier in dict.fromkeys(case.requirements):
            by_requirement.setdefault(identifier, []).append(case.id)
    rows = tuple(
        CoverageRow(
            entry,
            tuple(sorted(by_requirement.get(entry.id, ()))),
            "" if entry.id in by_requirement else entry.untested,
        )
        for entry in catalogue.requirements.values()
    )
    return Coverage(
        rows=rows,
        unexplained=tuple(row.requirement.id for row in rows if not row.tested and not row.reason),
        stale=tuple(row.requirement.id for row in rows if row.tested and row.requirement.untested),
        unknown=tuple(sorted(set(by_requirement) - set(catalogue.requirements))),
    )
