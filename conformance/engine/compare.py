"""What changed from one run to another."""

from dataclasses import dataclass

from conformance.model.record import CaseResult, RunRecord
from conformance.model.words import Verdict

_WORSE = ("newly-failing", "failing-otherwise", "no-longer-proven")


@dataclass(frozen=True)
class Change:
    """A case with its verdict in both runs; None where it was not in the run.

    `title` says what the case is about, `reason` why it ended as it did in the second run (in the first, where it is
    not in the second).
    """

    case: str
    before: Verdict | None
    after: Verdict | None
    title: str = ""
    reason: str = ""


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
        """True when a case fails that did not, breaks a requirement it did not, or is no longer proved to pass."""
        return any(group.name in _WORSE and group.changes for group in self.groups)


def compare(before: RunRecord, after: RunRecord) -> Comparison:
    """Compare two runs case by case.

    A case that failed in both is unchanged unless it breaks other requirements now.
    """
    old = {result.case.id: result for result in before.results}
    new = {result.case.id: result for result in after.results}
    by_kind: dict[str, list[Change]] = {
        "newly-failing": [],
        "failing-otherwise": [],
        "no-longer-proven": [],
        "mended": [],
        "otherwise": [],
        "only-before": [],
        "only-after": [],
    }
    unchanged = 0
    for name in sorted(old.keys() | new.keys()):
        first, second = old.get(name), new.get(name)
        kind = _kind(first, second)
        if kind:
            by_kind[kind].append(_change(name, first, second))
        else:
            unchanged += 1
    groups = tuple(Group(name, tuple(changes)) for name, changes in by_kind.items())
    return Comparison(groups, unchanged, _notes(before, after))


def _change(name: str, before: CaseResult | None, after: CaseResult | None) -> Change:
    told = after or before
    return Change(
        name,
        before.verdict if before else None,
        after.verdict if after else None,
        told.case.title if told else "",
        told.reason if told else "",
    )


def _kind(before: CaseResult | None, after: CaseResult | None) -> str:  # noqa: PLR0911 - one return per kind
    """Return the kind of a change, or the empty text when there is none."""
    if after is None:
        return "only-before"
    if after.verdict is Verdict.FAIL:
        if before is None or before.verdict is not Verdict.FAIL:
            return "newly-failing"
        return "failing-otherwise" if _broken(after) - _broken(before) else ""
    if before is None:
        return "only-after"
    if before.verdict is after.verdict:
        return ""
    if before.verdict is Verdict.PASS:
        return "no-longer-proven"
    if before.verdict is Verdict.FAIL and after.verdict is Verdict.PASS:
        return "mended"
    return "otherwise"


def _broken(result: CaseResult) -> frozenset[str]:
    return frozenset(finding.requirement for finding in result.findings)


def _notes(before: RunRecord, after: RunRecord) -> tuple[str, ...]:
    notes = []
    if before.header.suite_version != after.header.suite_version:
        notes.append(f"the suite was {before.header.suite_version} before and is {after.header.suite_version} now")
    if before.header.partner != after.header.partner:
        notes.append(f"the partners differ: {before.header.partner} and {after.header.partner}")
    if before.header.selection != after.header.selection:
        first, second = (run.header.selection or "every case" for run in (before, after))
        notes.append(f"the selections differ: {first} before, {second} now")
    if before.header.strict != after.header.strict:
        notes.append(f"only the {'first' if before.header.strict else 'second'} run was strict")
    old, new = dict(before.header.digests), dict(after.header.digests)
    notes += [f"the {name} differs" for name in old if name in new and old[name] != new[name]]
    notes += [f"the {word} run was cut off" for word, run in (("first", before), ("second", after)) if not run.complete]
    return tuple(notes)
