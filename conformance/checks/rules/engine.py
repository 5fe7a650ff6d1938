"""Run all rules over one document, quickly when there is nothing to say.

All XPaths of one kind are joined into one: a document that breaks none of them is done after a few evaluations in C,
and only when something is selected is each rule asked by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import cast

from lxml import etree

from conformance.checks.rules.expressions import EXPRESSIONS
from conformance.checks.rules.functions import FUNCTIONS, SEQUENCE, TIMES
from conformance.checks.rules.rule import Setting
from conformance.checks.rules.texts import check_characters, check_empty, check_placeholders
from conformance.checks.schema_sets import Release, entity_namespaces
from conformance.model.finding import Finding

Select = Callable[["etree._Element"], "list[etree._Element]"]
_EMPTY = "//*[not(*)][not(normalize-space())]"


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The XPaths of all rules for one release and message."""

    any_expression: Select
    any_function: Select
    expressions: tuple[Select, ...]
    functions: tuple[Select, ...]
    empty: Select
    sequence: Select
    times: Select


@lru_cache(maxsize=16)
def _compiled(release: Release) -> _Compiled:
    entity, unqualified = entity_namespaces(release)
    namespaces = {"rsm": release.namespace, "ram": entity, "udt": unqualified}

    def select(paths: Iterable[str]) -> Select:
        wanted = [path for path in paths if path.startswith(("//", f"/rsm:{release.message}/"))]
        found = etree.XPath("|".join(wanted) or "/..", namespaces=namespaces, smart_strings=False)
        return cast("Select", found)

    return _Compiled(
        select(path for rule in EXPRESSIONS for path in rule.paths),
        select(path for rule in FUNCTIONS for path in rule.paths),
        tuple(select(rule.paths) for rule in EXPRESSIONS),
        tuple(select(rule.paths) for rule in FUNCTIONS),
        select([_EMPTY]),
        select(SEQUENCE.paths),
        select(TIMES.paths),
    )


def check_rules(root: etree._Element, data: bytes, release: Release | None, setting: Setting) -> list[Finding]:
    """Return what is wrong with a document by the rules of our profile.

    `root` is what `data` was parsed to. `release` None (an unknown root) leaves only the rules about characters.
    """
    findings = [*check_characters(root, data), *check_placeholders(root, data)]
    if release is None:
        return findings
    compiled = _compiled(release)
    if compiled.any_expression(root):
        for rule, select in zip(EXPRESSIONS, compiled.expressions, strict=True):
            findings += rule.findings(select(root))
    if compiled.any_function(root):
        for function, select in zip(FUNCTIONS, compiled.functions, strict=True):
            findings += function.check(select(root), setting)
    findings += SEQUENCE.check(compiled.sequence(root), setting)
    findings += check_empty(compiled.empty(root))
    if setting.at is not None:
        findings += TIMES.check(compiled.times(root), setting)
    return findings
