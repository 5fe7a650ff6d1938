"""What there is to mend, each thing once: findings of many cases that say the same, and what stopped cases alike."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from conformance.model.words import Level, Verdict
from conformance.reporting.requirements import Requirement
from conformance.reporting.story import CaseView

_GATE = re.compile(r"The interconnection test (\S+) did not pass \([\w-]+\): (.*)", re.DOTALL)
_VARYING = re.compile(r"[0-9][0-9A-Fa-f]*")


@dataclass(frozen=True)
class Fault:
    """One broken requirement as the same cases met it. `first` is the one whose card tells it in full."""

    requirement: Requirement
    level: Level
    messages: tuple[str, ...]
    first: CaseView
    others: tuple[CaseView, ...]


@dataclass(frozen=True)
class Stop:
    """One reason why cases have no verdict on the partner, and the cases.

    `waiting` are those that were not begun because the interconnection test `gate` had found the reason before.
    """

    verdict: Verdict
    reason: str
    cases: tuple[CaseView, ...]
    waiting: tuple[CaseView, ...]
    gate: str = ""


@dataclass(frozen=True)
class Groups:
    """The faults, those that decide and are met most often first; the stops; and the cases that tell nothing new.

    `folded` gives for a case that only repeats what an earlier one tells that one, by the anchor of the first.
    """

    faults: tuple[Fault, ...]
    stops: tuple[Stop, ...]
    folded: dict[str, CaseView]


def groups(views: Sequence[CaseView]) -> Groups:
    """Return the groups of the cases that did not pass, given in the order of the report."""
    met: dict[tuple[str, str], list[CaseView]] = {}
    told: dict[tuple[str, str], tuple[Requirement, Level, str]] = {}
    stopped: dict[tuple[Verdict, str], list[CaseView]] = {}
    gates: dict[tuple[Verdict, str], str] = {}
    folded: dict[str, CaseView] = {}
    for view in views:
        if view.result.verdict is not Verdict.FAIL:
            gate, reason = _root(view.result.reason)
            alike = stopped.setdefault((view.result.verdict, reason), [])
            if gate:
                gates.setdefault((view.result.verdict, reason), gate)
            elif (begun := [case for case in alike if case.steps]) and not view.result.log:
                folded[view.anchor] = begun[0]
            alike.append(view)
            continue
        keys = []
        for requirement, level, message in _breaches(view):
            keys.append((requirement.id, _VARYING.sub("#", message)))
            told.setdefault(keys[-1], (requirement, level, message))
        if all(key in met for key in keys):
            folded[view.anchor] = met[keys[0]][0]
        for key in dict.fromkeys(keys):
            met.setdefault(key, []).append(view)
    faults = _faults(met, told)
    faults.sort(key=lambda fault: (not fault.level.binding, -len(fault.others)))
    stops = [_stop(*key, cases, gates.get(key, "")) for key, cases in stopped.items()]
    stops.sort(key=lambda stop: (stop.verdict is not Verdict.ERROR, -len(stop.cases) - len(stop.waiting)))
    return Groups(tuple(faults), tuple(stops), folded)


def waits(view: CaseView) -> bool:
    """Tell whether a case was not begun because of an interconnection test: its card would be empty."""
    return bool(_root(view.result.reason)[0]) and not view.steps


def _root(reason: str) -> tuple[str, str]:
    """Return the interconnection test a reason speaks of, if it does, and the reason behind it."""
    match = _GATE.fullmatch(reason)
    return (match.group(1), match.group(2)) if match else ("", reason)


def _stop(verdict: Verdict, reason: str, cases: Sequence[CaseView], gate: str) -> Stop:
    waiting = tuple(case for case in cases if waits(case))
    return Stop(verdict, reason, tuple(case for case in cases if case not in waiting), waiting, gate)


def _faults(
    met: dict[tuple[str, str], list[CaseView]], told: dict[tuple[str, str], tuple[Requirement, Level, str]]
) -> list[Fault]:
    """Return the breaches, those of one requirement in the same cases as one fault with several messages."""
    together: dict[tuple[str, Level, tuple[str, ...]], list[tuple[str, str]]] = {}
    for key, cases in met.items():
        requirement, level, _ = told[key]
        together.setdefault((requirement.id, level, tuple(case.anchor for case in cases)), []).append(key)
    return [
        Fault(told[keys[0]][0], told[keys[0]][1], tuple(told[key][2] for key in keys), cases[0], tuple(cases[1:]))
        for keys in together.values()
        if (cases := met[keys[0]])
    ]


def _breaches(view: CaseView) -> list[tuple[Requirement, Level, str]]:
    if view.findings:
        return [(f.requirement, f.finding.level, f.finding.message) for f in view.findings]
    return [(Requirement(view.result.case.requirements[0]), Level.MUST, view.result.reason)]
