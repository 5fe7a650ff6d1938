"""What changed from one run to another."""

from dataclasses import dataclass

from conformance.model.record import RunRecord
from conformance.model.words import Verdict


@dataclass(frozen=True)
class Change:
    """A case with its verdict in both runs; None where it was not in the run."""

    case: str
    before: Verdict | None
    after: Verdict | None


@dataclass(frozen=True)
class Group:
    """Changes of one kind."""

    name: str
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Comparison:
    """All changes by kind, how many cases are as they were, and what makes the runs hard to compare."""

    groups: tuple[Group, ...]
    unchanged: int
    notes: tuple[str, ...]

    @property
    def worse(self) -> bool:
        """True when a case fails that did not."""
        return any(group.name == "newly-failing" and group.changes for group in self.groups)


def compare(before: RunRecord, after: RunRecord) -> Comparison:
    """Compare two runs case by case."""
    old = {result.case.id: result.verdict for result in before.results}
    new = {result.case.id: result.verdict for result in after.results}
    pairs = [Change(name, old.get(name), new.get(name)) for name in sorted(old.keys() | new.keys())]
    by_kind: dict[str, list[Change]] = {
        "newly-failing": [],
        "mended": [],
        "otherwise": [],
        "only-before": [],
        "only-after": [],
    }
    for pair in pairs:
        if pair.before is not pair.after:
            by_kind[_kind(pair)].append(pair)
    groups = tuple(Group(name, tuple(changes)) for name, changes in by_kind.items())
    return Comparison(groups, sum(pair.before is pair.after for pair in pairs), _notes(before, after))


def _kind(pair: Change) -> str:
    if pair.after is Verdict.FAIL:
        return "newly-failing"
    if pair.before is None:
        return "only-after"
    if pair.after is None:
        return "only-before"
    if pair.before is Verdict.FAIL and pair.after is Verdict.PASS:
        return "mended"
    return "otherwise"


def _notes(before: RunRecord, after: RunRecord) -> tuple[str, ...]:
    notes = []
    if before.header.suite_version != after.header.suite_version:
        notes.append(f"the suite was {before.header.suite_version} before and is {after.header.suite_version} now")
    if before.header.partner != after.header.partner:
        notes.append(f"the partners differ: {before.header.partner} and {after.header.partner}")
    old, new = dict(before.header.digests), dict(after.header.digests)
    notes += [f"the {name} differs" for name in old if name in new and old[name] != new[name]]
    notes += [f"the {word} run was cut off" for word, run in (("first", before), ("second", after)) if not run.complete]
    return tuple(notes)
