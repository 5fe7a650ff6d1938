"""Run all rules over one document, quickly when there is nothing to say.

XPaths are joined into one: a document that breaks none of them is done after a few evaluations in C, and only when
something is selected is each rule asked by itself. A certificate that the gate let pass is asked only for what the
gate cannot tell.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol, cast

from lxml import etree

from conformance.checks.rules.expressions import EXPRESSIONS
from conformance.checks.rules.functions import CONTAINERS, DESCRIPTIONS, FUNCTIONS, SEQUENCE, TIMES
from conformance.checks.rules.rule import Expression, Function, Setting
from conformance.checks.rules.texts import check_characters, check_empty, check_placeholders
from conformance.checks.schema_sets import Release, entity_namespaces
from conformance.model.finding import Finding


class Select(Protocol):
    """An XPath that selects elements of a document."""

    def __call__(self, root: etree._Element, /) -> list[etree._Element]:
        """Return the selected elements, in the order of the document."""
        ...


_EMPTY = ("//ram:*[not(*)][not(normalize-space())]", "//udt:*[not(*)][not(normalize-space())]")
_LANGUAGES = tuple(rule for rule in EXPRESSIONS if rule.requirement == "DOC-030")
_OPEN = tuple(rule for rule in EXPRESSIONS if not rule.gated and rule not in _LANGUAGES)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Some rules, the XPath of each, and one XPath that tells whether any of them has something to look at."""

    expressions: tuple[tuple[Expression, Select], ...]
    functions: tuple[tuple[Function, Select], ...]
    anything: Select

    def check(self, root: etree._Element, setting: Setting) -> list[Finding]:
        """Return the findings of all these rules."""
        findings: list[Finding] = []
        if not self.expressions and len(self.functions) == 1:
            function, select = self.functions[0]
            return list(function.check(select(root), setting))
        if self.anything(root):
            for expression, select in self.expressions:
                findings += expression.findings(select(root))
            for function, select in self.functions:
                findings += function.check(select(root), setting)
        return findings


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The rules for one release and message: `every` without the gate; with it the next three.

    Containers stand apart because nearly every certificate names one, `languages` because they are seldom needed.
    """

    every: _Rules
    open: _Rules
    containers: _Rules
    languages: _Rules
    times: _Rules
    sequence: Select
    empty: Select


@lru_cache(maxsize=16)
def _compiled(release: Release) -> _Compiled:
    entity, unqualified = entity_namespaces(release)
    namespaces = {"rsm": release.namespace, "ram": entity, "udt": unqualified}

    def select(paths: Iterable[str]) -> Select:
        wanted = [path for path in paths if path.startswith(("//", f"/rsm:{release.message}/"))]
        return cast("Select", etree.XPath("|".join(wanted) or "/..", namespaces=namespaces, smart_strings=False))

    def rules(expressions: Iterable[Expression], functions: Iterable[Function]) -> _Rules:
        some, others = tuple(expressions), tuple(functions)
        return _Rules(
            tuple((rule, select(rule.paths)) for rule in some),
            tuple((rule, select(rule.paths)) for rule in others),
            select([path for rule in some for path in rule.paths] + [path for rule in others for path in rule.paths]),
        )

    return _Compiled(
        every=rules(EXPRESSIONS, FUNCTIONS),
        open=rules(_OPEN, [*(rule for rule in FUNCTIONS if not rule.gated and rule is not CONTAINERS), DESCRIPTIONS]),
        containers=rules([], [CONTAINERS]),
        languages=rules(_LANGUAGES, []),
        times=rules([], [TIMES]),
        sequence=select(SEQUENCE.paths),
        empty=select(_EMPTY),
    )


def check_rules(
    root: etree._Element, data: bytes, release: Release | None, setting: Setting, *, gated: bool = False
) -> list[Finding]:
    """Return what is wrong with a document by the rules of our profile.

    `root` is what `data` was parsed to. `release` None (an unknown root) leaves only the rules about characters.
    `gated` means the gate has let the document pass.
    """
    findings = [*check_characters(root, data), *check_placeholders(root)]
    if release is None:
        return findings
    compiled = _compiled(release)
    if gated:
        findings += compiled.open.check(root, setting)
        findings += compiled.containers.check(root, setting)
        if data.count(b"languageID") != data.count(b'languageID="en"'):
            findings += compiled.languages.check(root, setting)
    else:
        findings += compiled.every.check(root, setting)
        findings += check_empty(compiled.empty(root))
    findings += SEQUENCE.check(compiled.sequence(root), setting)
    if setting.at is not None:
        findings += compiled.times.check(root, setting)
    return findings
