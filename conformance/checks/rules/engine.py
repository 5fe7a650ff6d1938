"""Run the rules of a profile over one document, quickly when there is nothing to say.

XPaths are joined into one: a document that breaks none of them is done after a few evaluations in C, and only when
something is selected is each rule asked by itself. A certificate that the gate let pass is asked only for what the
gate cannot tell, and of that only what the octets do not rule out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol, cast

from lxml import etree

from conformance.checks.rules.functions import (
    AGREED,
    DESCRIPTIONS,
    FUNCTIONS,
    SEQUENCE,
    TIMES,
    counted,
)
from conformance.checks.rules.profile import Profile
from conformance.checks.rules.rule import Expression, Function, Setting
from conformance.checks.rules.scan import re_export_notes_agree
from conformance.checks.rules.texts import check_characters, check_empty, check_placeholders, text_of
from conformance.checks.schema_sets import Release, entity_namespaces
from conformance.model.finding import Finding


class Select(Protocol):
    """An XPath that selects elements of a document."""

    def __call__(self, root: etree._Element, /) -> list[etree._Element]:
        """Return the selected elements, in the order of the document."""
        ...


_EMPTY = ("//ram:*[not(*)][not(normalize-space())]", "//udt:*[not(*)][not(normalize-space())]")


@dataclass(frozen=True, slots=True)
class _Rules:
    """Some rules, and the XPath of each.

    `anything` tells at once whether one of the expressions is broken. It is None where that is likely, or no quicker
    than to ask for each.
    """

    expressions: tuple[tuple[Expression, Select], ...]
    functions: tuple[tuple[Function, Select], ...]
    anything: Select | None

    def check(self, root: etree._Element, setting: Setting) -> Iterator[Finding]:
        """Yield the findings of all these rules; those of functions still carry the id of their rule."""
        if self.anything is None or self.anything(root):
            for expression, select in self.expressions:
                yield from expression.findings(select(root))
        for function, select in self.functions:
            yield from function.check(select(root), setting)


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The rules of a profile for one release and message.

    `every` is for a document that did not pass the gate. For one that did, `open` is asked always, `about` when an
    element of the name they are about occurs, `worded` when one of some words does. `scanned` are the rules that the
    octets may prove. `first` selects the first number of each line, which is the only one in a valid document.
    """

    every: _Rules
    worded: tuple[tuple[tuple[bytes, ...], _Rules], ...]
    open: _Rules
    about: tuple[tuple[bytes, _Rules], ...]
    scanned: _Rules
    numbers: Select
    first: Select
    times: _Rules
    agreed: _Rules
    empty: Select


@lru_cache(maxsize=32)
def _compiled(release: Release, profile: Profile) -> _Compiled:
    entity, unqualified = entity_namespaces(release)
    namespaces = {"rsm": release.namespace, "ram": entity, "udt": unqualified}

    def select(paths: Iterable[str]) -> Select:
        own = ("//", f"/rsm:{release.message}/", f"/rsm:{release.message}[")
        wanted = [path for path in paths if path.startswith(own)]
        return cast("Select", etree.XPath("|".join(wanted) or "/..", namespaces=namespaces, smart_strings=False))

    def rules(expressions: Iterable[Expression], functions: Iterable[Function], *, likely: bool = False) -> _Rules:
        some, others = tuple(expressions), tuple(functions)
        return _Rules(
            tuple((rule, select(rule.paths)) for rule in some),
            tuple((rule, select(rule.paths)) for rule in others),
            None if likely or len(some) < 2 else select(path for rule in some for path in rule.paths),  # noqa: PLR2004
        )

    all_expressions = profile.expressions
    left: list[Expression] = [rule for rule in all_expressions if not rule.gated and not rule.scanned]
    asked: list[Function] = [rule for rule in (*FUNCTIONS, DESCRIPTIONS) if not rule.gated]
    worded = {rule.words for rule in left if rule.words}
    needles = {rule.needle for rule in left} | {rule.needle for rule in asked}
    return _Compiled(
        every=rules(all_expressions, FUNCTIONS, likely=True),
        worded=tuple((words, rules([rule for rule in left if rule.words == words], [])) for words in sorted(worded)),
        open=rules(
            [rule for rule in left if not rule.needle and not rule.words], [rule for rule in asked if not rule.needle]
        ),
        about=tuple(
            (
                name.encode("ascii"),
                rules([rule for rule in left if rule.needle == name], [rule for rule in asked if rule.needle == name]),
            )
            for name in sorted(needles)
            if name
        ),
        scanned=rules([rule for rule in all_expressions if rule.scanned and not rule.gated], []),
        times=rules([], [TIMES]),
        agreed=rules([], [AGREED]),
        numbers=select(SEQUENCE.paths),
        first=select(f"{path}[1]" for path in SEQUENCE.paths),
        empty=select(_EMPTY),
    )


def check_rules(
    root: etree._Element,
    data: bytes,
    release: Release | None,
    setting: Setting,
    profile: Profile,
    *,
    gated: bool = False,
) -> list[Finding]:
    """Return what is wrong with a document by the rules of a profile.

    `root` is what `data` was parsed to. `release` None (an unknown root) leaves only the rules about characters.
    `gated` means the gate has let the document pass; what the gate does not tell is asked all the same.
    """
    return list(_settled(_found(root, data, release, setting, profile, gated=gated), profile))


def broken_rules(
    root: etree._Element, data: bytes, release: Release | None, setting: Setting, profile: Profile
) -> frozenset[str]:
    """Return the ids of the rules in force that a document breaks, such as "DOC-037.base64"; to make vectors by.

    A finding tells its requirement only, and several rules can be about one.
    """
    selected: set[str] = set()
    if release is not None:
        every = _compiled(release, profile).every.expressions
        selected = {rule.id for rule, select in every if select(root)}
    functions = {one.requirement for one in _found(root, data, release, setting, profile, gated=False)}
    return frozenset(selected | {rule for rule in functions if "." in rule and profile.levels[rule] is not None})


def _found(
    root: etree._Element, data: bytes, release: Release | None, setting: Setting, profile: Profile, *, gated: bool
) -> Iterator[Finding]:
    text = text_of(root)
    yield from check_characters(root, data, text)
    yield from check_placeholders(root, data, text)
    if release is None:
        return
    compiled = _compiled(release, profile)
    if gated and counted(compiled.first(root)):
        yield from compiled.open.check(root, setting)
        for words, rules in compiled.worded:
            if any(text.rfind(word) >= 0 for word in words):
                yield from rules.check(root, setting)
        for name, rules in compiled.about:
            if data.rfind(name) >= 0:  # from the end it is twice as fast
                yield from rules.check(root, setting)
        if text.rfind(b"RPC") >= 0 and not re_export_notes_agree(data):
            yield from compiled.scanned.check(root, setting)
    else:
        yield from compiled.every.check(root, setting)
        yield from check_empty(compiled.empty(root))
        yield from SEQUENCE.check(compiled.numbers(root), setting)
    if setting.at is not None:
        yield from compiled.times.check(root, setting)
    if setting.languages:
        yield from compiled.agreed.check(root, setting)


def _settled(findings: Iterable[Finding], profile: Profile) -> Iterator[Finding]:
    """Give findings of functions, which carry the id of their rule, the level it has in the profile, or drop them."""
    for finding in findings:
        if "." not in finding.requirement:
            yield finding
            continue
        level = profile.levels[finding.requirement]
        if level is not None:
            yield replace(finding, requirement=finding.requirement.partition(".")[0], level=level)
