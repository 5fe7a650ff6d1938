"""The findings about a document as a person reads them: the gravest first, those that say the same told once."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from conformance.model.finding import Finding
from conformance.model.words import Layer, Level
from conformance.reporting.requirements import Requirement

_VARYING = re.compile(r"'[^']*'|\d[\d.,:+-]*")
_LABELS = {
    Level.MUST: "required", Level.MUST_NOT: "forbidden", Level.SHOULD: "advised",
    Level.SHOULD_NOT: "advised against", Level.MAY: "allowed",
}  # fmt: skip
_LAYERS = {layer: place for place, layer in enumerate(Layer)}
_LEVELS = {level: place for place, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one requirement that say the same about different places, in the order of the document.

    `statement` and `source` are the catalogue's, `mend` says what to do; each may be empty.
    """

    requirement: str
    level: Level
    message: str
    statement: str
    source: str
    mend: str
    findings: tuple[Finding, ...]

    @property
    def label(self) -> str:
        """What the statement is to a document: required, forbidden, advised or advised against."""
        return _LABELS[self.level]

    @property
    def lines(self) -> str:
        """The lines of all places, for a person: at most 12, then how many more."""
        numbers = [str(line) for line in sorted({one.where.line for one in self.findings if one.where.line})]
        most = 12
        more = f" and {len(numbers) - most} more" if len(numbers) > most else ""
        return ", ".join(numbers[:most]) + more


@dataclass(frozen=True, slots=True)
class Section:
    """All that was found of one requirement at one level: what it demands is told once, then each group."""

    groups: tuple[Group, ...]

    @property
    def first(self) -> Group:
        """The group that carries what all of them share: requirement, level, statement, source, how to mend it."""
        return self.groups[0]

    @property
    def count(self) -> int:
        """How many findings there are."""
        return sum(len(group.findings) for group in self.groups)

    @property
    def said(self) -> str:
        """What was found in one line: the message when all say the same, else what is demanded."""
        return self.first.message if len(self.groups) == 1 else self.first.statement or self.first.message


def sections_of(groups: Sequence[Group]) -> tuple[Section, ...]:
    """Return groups by requirement and level, in the order in which each occurs first."""
    met: dict[tuple[str, Level], list[Group]] = {}
    for group in groups:
        met.setdefault((group.requirement, group.level), []).append(group)
    return tuple(Section(tuple(found)) for found in met.values())


def groups_of(findings: Sequence[Finding], requirements: Mapping[str, Requirement]) -> tuple[Group, ...]:
    """Return findings in groups: binding ones before advice, by layer, then in the order of the first place."""
    met: dict[tuple[str, Level, str, Layer | None], list[Finding]] = {}
    for one in findings:
        met.setdefault((one.requirement, one.level, _VARYING.sub("#", one.message), one.layer), []).append(one)
    made = [_group(found, requirements) for found in met.values()]
    return tuple(sorted(made, key=_order))


def _order(group: Group) -> tuple[int, int, int, str]:
    first = group.findings[0]
    layer = _LAYERS[first.layer] if first.layer else len(_LAYERS)
    return (_LEVELS[group.level], layer, first.where.line or 0, group.requirement)


def _group(found: list[Finding], requirements: Mapping[str, Requirement]) -> Group:
    first = found[0]
    known = requirements.get(first.requirement)
    statement, source = (known.statement, known.source) if known else ("", "")
    mend = mends().get(first.requirement, "")
    return Group(first.requirement, _level(first, known), first.message, statement, source, mend, tuple(found))


def _level(one: Finding, known: Requirement | None) -> Level:
    """Return the level of the statement: a check that finds what a MUST NOT speaks of may say MUST."""
    if known is not None and known.level in (Level.MUST_NOT.value, Level.SHOULD_NOT.value):
        return Level.MUST_NOT if one.level.binding else Level.SHOULD_NOT
    return one.level


@lru_cache(maxsize=1)
def mends() -> Mapping[str, str]:
    """Return how to mend a document, by requirement."""
    return {
        name: str(text)
        for name, text in tomllib.loads(
            files("conformance.reporting").joinpath("mend.toml").read_text(encoding="utf-8")
        ).items()
    }


def counted(findings: Sequence[Finding]) -> str:
    """Return how many findings there are, in words: "3 findings of 2 requirements (2 MUST, 1 SHOULD)"."""
    if not findings:
        return "no findings"
    levels = [(level, sum(one.level is level for one in findings)) for level in Level]
    by_level = ", ".join(f"{count} {level.value}" for level, count in levels if count)
    requirements = len({one.requirement for one in findings})
    plural = "s" if len(findings) > 1 else ""
    return (
        f"{len(findings)} finding{plural} of {requirements} requirement{'s' if requirements > 1 else ''} ({by_level})"
    )
