"""A revision of a schema as a page for a meeting: what differs, and what it does to documents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from conformance.data import data_path
from conformance.reporting.html import environment
from conformance.reporting.requirements import requirements
from conformance.revision.change import Change, Difference, Effect
from conformance.revision.impact import Fate, Shown
from conformance.revision.sets import Named
from conformance.revision.telling import Group, grouped, values_together
from conformance.revision.touching import requirements_of

_DOCUMENTS = 200
_PATHS = 100
_VALUES = 1_000
_EFFECTS = (Effect.BOTH, Effect.NARROWING, Effect.WIDENING, Effect.NONE)
MEANING = {
    Effect.BOTH: "some documents are refused now, and some others newly accepted",
    Effect.NARROWING: "some documents are refused now",
    Effect.WIDENING: "some more documents are accepted",
    Effect.NONE: "the same documents are accepted; what is read from them alters",
}


@dataclass(frozen=True, slots=True)
class Section:
    """The changes of one effect; enumerated values of one list of codes are told together."""

    effect: Effect
    meaning: str
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Touched:
    """A requirement the changes have to do with: how many of them, what it says, and its cases."""

    id: str
    count: int
    statement: str
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A change with the number of documents whose verdict changes through it, at all its places together."""

    change: Change
    places: int
    documents: int


def _sections(difference: Difference) -> list[Section]:
    return [
        Section(effect, MEANING[effect], tuple(values_together(some, _VALUES)))
        for effect in _EFFECTS
        if (some := [one for one in difference.changes if one.effect is effect])
    ]


def _touched(changes: Sequence[Change], cases: Mapping[str, tuple[str, ...]]) -> list[Touched]:
    known = requirements()
    return [
        Touched(name, count, known[name].statement if name in known else "", tuple(sorted(cases.get(name, ()))))
        for name, count in requirements_of(changes).items()
    ]


def _common(sets: tuple[Named, Named], difference: Difference) -> dict[str, object]:
    counts = {effect.value: 0 for effect in _EFFECTS}
    for group in values_together(difference.changes):
        counts[group.change.effect.value] += 1
    return {
        "before": sets[0].shown,
        "after": sets[1].shown,
        "notes": [(one.shown, one.rests_on) for one in sets if one.standing in ("inferred", "imported")],
        "difference": difference,
        "sections": _sections(difference),
        "counts": counts,
        "paths": _PATHS,
        "css": Markup(data_path("reports", "report.css").read_text("utf-8")),  # noqa: S704 - our own style sheet
    }


def diff_page(sets: tuple[Named, Named], difference: Difference) -> str:
    """Return the page of a difference between an old and a new set."""
    return environment().get_template("revision.html.j2").render(**_common(sets, difference), impact=None)


def impact_page(
    sets: tuple[Named, Named],
    difference: Difference,
    fates: Sequence[Fate],
    shown: Sequence[Shown],
    cases: Mapping[str, tuple[str, ...]],
) -> str:
    """Return the page of an impact: the difference, and what it does to the documents of a corpus.

    `shown` are the changes no document has to do with; `cases` gives the ids of the cases of a requirement.
    """
    met = _documents_by_change(fates)
    rows = [
        Row(group.change, len(group.paths), len(set().union(*(met.get(one, set()) for one in same))))
        for group, same in _with_members(difference.changes)
        if any(one in met for one in same)
    ]
    lost = [fate for fate in fates if fate.before and not fate.after]
    won = [fate for fate in fates if fate.after and not fate.before]
    impact = {
        "total": len(fates),
        "lost": lost[:_DOCUMENTS],
        "won": won[:_DOCUMENTS],
        "lost_count": len(lost),
        "won_count": len(won),
        "both": sum(1 for fate in fates if fate.before and fate.after),
        "neither": sum(1 for fate in fates if not fate.before and not fate.after),
        "unread": [fate for fate in fates if fate.reason][:_DOCUMENTS],
        "rows": sorted(rows, key=lambda row: -row.documents),
        "shown": [(one, (one.document or b"").decode("utf-8")) for one in shown],
        "touched": _touched(difference.changes, cases),
    }
    return environment().get_template("revision.html.j2").render(**_common(sets, difference), impact=impact)


def _documents_by_change(fates: Sequence[Fate]) -> dict[Change, set[int]]:
    found: dict[Change, set[int]] = {}
    for number, fate in enumerate(fates):
        for change in fate.changes:
            found.setdefault(change, set()).add(number)
    return found


def _with_members(changes: Sequence[Change]) -> list[tuple[Group, list[Change]]]:
    places = {(one.kind, one.path, one.detail): one for one in changes}
    return [
        (group, [places[group.change.kind, path, group.change.detail] for path in group.paths])
        for group in grouped(changes)
    ]
