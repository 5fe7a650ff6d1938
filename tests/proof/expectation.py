"""What is expected of every case when the node has defects: red, open, or green; and whether it came so.

A case that names a defect is red and blames a requirement the defect breaks. A case in dependence.toml, or one whose
interconnection test is red, cannot be judged: it is inconclusive, or fails and blames nothing but what the defect
breaks. Every other case passes.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import product
from pathlib import Path

from proving import Case, Told

from reference_impl.defects import DEFECTS

TABLE = Path(__file__).with_name("dependence.toml")


@dataclass(frozen=True)
class Dependence:
    """dependence.toml: the cases that depend on what a defect breaks, and the pairs that must not be together."""

    cases: Mapping[str, frozenset[str]]
    apart: frozenset[frozenset[str]]


@lru_cache(maxsize=1)
def dependence(path: Path = TABLE) -> Dependence:
    """Read the table. A defect may occur in several entries."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))

    def ids(names: Iterable[str]) -> frozenset[str]:
        # A name with @ is that of a set; a set may contain others.
        return frozenset[str]().union(*(ids(data["sets"][one[1:]]) if one[0] == "@" else {one} for one in names))

    found: dict[str, frozenset[str]] = {}
    for entry in data["depends"]:
        for defect in entry["defects"]:
            found[defect] = found.get(defect, frozenset()) | ids(entry["cases"])
    apart = {frozenset(pair) for entry in data["apart"] for pair in product(entry["defects"], entry["from"])}
    return Dependence(found, frozenset(apart))


def claimed(defect: str, cases: Mapping[str, Case]) -> frozenset[str]:
    """The cases that name the defect."""
    return frozenset(case.id for case in cases.values() if defect in case.defects)


def dependent(defect: str, cases: Mapping[str, Case]) -> frozenset[str]:
    """The cases that cannot be judged with the defect: those in the table, and those behind a closed access."""
    named = _in_table(defect, cases)
    return named - claimed(defect, cases) | _behind(defect, cases)


def affected(defect: str, cases: Mapping[str, Case]) -> frozenset[str]:
    """Every case that may be other than green with the defect."""
    return claimed(defect, cases) | dependent(defect, cases)


def _broken_interconnections(defect: str, cases: Mapping[str, Case]) -> list[Case]:
    red = claimed(defect, cases) | _in_table(defect, cases)
    return [cases[one] for one in sorted(red) if cases[one].interconnection]


def _in_table(defect: str, cases: Mapping[str, Case]) -> frozenset[str]:
    named = dependence().cases.get(defect, frozenset())
    globs = [one for one in named if "/" in one]
    fitting = {one.id for one in cases.values() if any(fnmatchcase(f"{one.access}/{one.id}", glob) for glob in globs)}
    return frozenset(named & cases.keys() | fitting)


def _behind(defect: str, cases: Mapping[str, Case]) -> frozenset[str]:
    closed = {(one.access, one.role) for one in _broken_interconnections(defect, cases)}
    return frozenset(
        case.id
        for case in cases.values()
        if not case.interconnection and any((access, case.role) in closed for access in _used(case))
    )


def _used(case: Case) -> set[str]:
    """The accesses whose interconnection test a case waits for (docs/architecture.md, Lanes)."""
    through_pull = {"pull"} if case.role == "exporter" and case.access in ("document", "lifecycle") else set()
    return {
        case.access,
        *through_pull,
        *(need.removeprefix("access:") for need in case.needs if need.startswith("access:")),
    }


def deviations(defects: Iterable[str], cases: Mapping[str, Case], results: Mapping[str, Told]) -> dict[str, str]:
    """Return each case that came otherwise than expected, with what is wrong; `results` may be of some cases only."""
    claims, depends = dict[str, str](), dict[str, str]()
    broken = set[str]()
    for defect in defects:
        broken.update(DEFECTS[defect].requirements)
        claims.update(dict.fromkeys(claimed(defect, cases), defect))
        depends.update(dict.fromkeys(dependent(defect, cases), defect))
    found = {}
    for name, told in results.items():
        if name not in cases:
            wrong = f"{told.verdict}: {told.reason}"
        elif name in depends:
            wrong = _open(told, depends[name], broken)
        elif name in claims:
            wrong = _red(cases[name], told, claims[name], broken)
        else:
            wrong = "" if told.verdict == "pass" else f"{_shown(told)} without a declared cause"
        if wrong:
            found[name] = wrong
    return found


def _red(case: Case, told: Told, defect: str, broken: set[str]) -> str:
    # Another defect of the group may be seen on the way (a fault that should not be is made wrong as well): only the
    # defect's own requirements count, but those of the others are no deviation.
    if told.verdict != "fail":
        return f"does not catch {defect}: {_shown(told)}"
    own = set(DEFECTS[defect].requirements)
    if not told.blamed & own & case.requirements or not told.blamed <= broken:
        return _blames(told, defect)
    return ""


def _open(told: Told, defect: str, broken: set[str]) -> str:
    if told.verdict == "pass":
        return f"passes, though declared to depend on what {defect} breaks"
    if told.verdict not in ("fail", "inconclusive"):
        return _shown(told)
    if not told.blamed <= broken:
        return _blames(told, defect)
    return ""


def _blames(told: Told, defect: str) -> str:
    broken = ", ".join(DEFECTS[defect].requirements)
    return f"blames {', '.join(sorted(told.blamed))} where {defect} breaks {broken}: {told.reason}"


def _shown(told: Told) -> str:
    blamed = f" {', '.join(sorted(told.blamed))}" if told.blamed else ""
    return f"{told.verdict}{blamed} ({told.reason})"
