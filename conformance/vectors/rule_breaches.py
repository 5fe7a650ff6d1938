"""Rule mutations: every rule of a document profile broken by one change of a document that keeps them all.

The changes are not listed by rule: at the places a rule looks at, ordinary changes are tried (rule_edits.py) until one
breaks that rule, no rule of another requirement, and not the schema. What is handed out has been judged.
"""

from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from lxml import etree

from conformance.checks.rules.engine import Select, broken_rules
from conformance.checks.rules.profile import Profile, load_profile
from conformance.checks.rules.rule import Expression, Setting
from conformance.checks.schema_sets import Release, compiled, entity_namespaces, release_of
from conformance.model.words import Level
from conformance.parsing import parse
from conformance.vectors.breach_work import Unbreakable
from conformance.vectors.generator import Recipe, generated
from conformance.vectors.rule_bases import WHAT, base
from conformance.vectors.rule_edits import NOT_BY_EDITING, PLACES, Edit, edits
from conformance.vectors.rule_twins import RULE_TWINS

_GENERATED = 16
# Of the places a rule looks at in one document so many are tried, and so many changes for one rule.
_EACH = 4
_MOST = 400
_OCTETS = ("DOC-032.encoding", "DOC-033.instruction")


@dataclass(frozen=True, slots=True)
class RuleBreach:
    """A document that breaks one rule: its id and level in the profile, what was changed, the path of the place, and
    the twin that keeps every rule. `languages` are those the profile agrees on."""

    rule: str
    level: Level
    what: str
    path: str
    document: bytes
    twin: bytes
    languages: tuple[str, ...] = ()

    @property
    def requirement(self) -> str:
        """The requirement that the document breaks."""
        return _requirement(self.rule)


@dataclass(frozen=True, slots=True)
class RuleBreaches:
    """The rule mutations of one message, and the rules that no single change breaks alone, with the reason."""

    breaches: tuple[RuleBreach, ...]
    unbreakable: tuple[Unbreakable, ...]


def _requirement(rule: str) -> str:
    return rule.partition(".")[0]


@dataclass(frozen=True)
class _Twin:
    """A document that keeps every rule, and its tree."""

    data: bytes
    root: etree._Element


def rule_breaches(recipe: Recipe, only: Collection[str] = ()) -> RuleBreaches:
    """Return the rule mutations of a recipe's profile for the message its schema declares; of `only` these rules.

    Nothing comes of a schema that no release stands for: there are no rules for it. Raises `ValueError` when no
    document can be generated that keeps the profile.
    """
    profile = load_profile(recipe.profile)
    twins = list(_twins(recipe))
    release = release_of(twins[0].root)
    if release is None or release.file is None:
        return RuleBreaches((), ())
    made: list[RuleBreach] = []
    kept: list[Unbreakable] = []
    for rule, level in _in_force(profile, release):
        if only and rule not in only:
            continue
        search = _Search(rule, level, profile, release)
        if (found := search.breach(twins)) is not None:
            made.append(found)
        else:
            kept.append(Unbreakable("rule", rule, search.why))
    return RuleBreaches(tuple(made), tuple(kept))


def _twins(recipe: Recipe) -> Iterator[_Twin]:
    """Yield documents of the schema that keep every rule: the readable ones first, then generated ones."""
    plain = replace(recipe, plausible=True, volume=False, least=0, most=0)
    first = generated(plain, 0)
    namespace = etree.QName(parse(first)).namespace
    profile = load_profile(recipe.profile)
    for name in WHAT:
        data = base(name)
        root = parse(data)
        if etree.QName(root).namespace == namespace and not _broken_by(root, data, profile):
            yield _Twin(data, root)
    for number in range(_GENERATED):
        data = generated(plain, number)
        yield _Twin(data, parse(data))


def _broken_by(root: etree._Element, data: bytes, profile: Profile) -> frozenset[str]:
    return broken_rules(root, data, release_of(root), Setting(languages=profile.languages), profile)


def _in_force(profile: Profile, release: Release) -> list[tuple[str, Level]]:
    """Return the rules that look at documents of this message, with their levels."""
    found = {rule.id: rule.level for rule in profile.expressions if _places(rule, release)}
    for rule, level in profile.levels.items():
        whole = rule in _OCTETS or rule in NOT_BY_EDITING
        looks = whole or any(_ours(path, release) for path in PLACES.get(rule, ()))
        if level is not None and looks and (rule != "DOC-031.languages" or profile.languages):
            found[rule] = level
    return sorted(found.items())


def _ours(path: str, release: Release) -> bool:
    return path.startswith(("//", f"/rsm:{release.message}/", f"/rsm:{release.message}["))


def _places(rule: Expression, release: Release) -> tuple[str, ...]:
    return tuple(rule.written(path) for path in rule.contexts if _ours(path, release))


@dataclass
class _Search:
    """The search for a change that breaks one rule, no rule of another requirement, and not the schema."""

    rule: str
    level: Level
    profile: Profile
    release: Release
    tries: int = 0
    schema_too: bool = False

    @property
    def why(self) -> str:
        """Why nothing was found."""
        if self.rule in NOT_BY_EDITING:
            return NOT_BY_EDITING[self.rule]
        if self.schema_too:
            return "what breaks it breaks the schema too, which a mutation of the schema shows"
        return "no single change was found that breaks it and nothing else"

    def breach(self, twins: Sequence[_Twin]) -> RuleBreach | None:
        """Return the first change found, or a twin written by hand that breaks the rule alone."""
        if self.rule in NOT_BY_EDITING:
            return None
        if self.rule in _OCTETS:
            return self._in_octets(twins[0])
        return self._by_editing(twins) or self._by_hand()

    def _by_editing(self, twins: Sequence[_Twin]) -> RuleBreach | None:
        expression = next((one for one in self.profile.expressions if one.id == self.rule), None)
        if expression is None:
            paths = tuple(path for path in PLACES[self.rule] if _ours(path, self.release))
        else:
            paths = _places(expression, self.release)
        select = _selecting(self.release, paths)
        for twin in twins:
            for element in select(twin.root)[:_EACH]:
                for edit in edits(expression, element):
                    if (found := self._tried(twin, element, edit)) is not None:
                        return found
                    if self.tries > _MOST:
                        return None
        return None

    def _tried(self, twin: _Twin, element: etree._Element, edit: Edit) -> RuleBreach | None:
        changed = deepcopy(twin.root)
        edit.make(_same(changed, twin.root, element))
        data = etree.tostring(changed, xml_declaration=True, encoding="UTF-8") + b"\n"
        root = parse(data)
        self.tries += 1
        valid = self._is_valid(root)
        if not valid and self.schema_too:
            return None
        broken = _broken_by(root, data, self.profile)
        if self.rule not in broken or not all(one.startswith(f"{_requirement(self.rule)}.") for one in broken):
            return None
        if not valid:
            self.schema_too = True
            return None
        return self._found(edit.what, twin.root.getroottree().getpath(element), data, twin.data)

    def _by_hand(self) -> RuleBreach | None:
        for twin in RULE_TWINS:
            if twin.rule == self.rule and release_of(parse(twin.good)) == self.release:
                root = parse(twin.bad)
                broken = _broken_by(root, twin.bad, self.profile)
                if (
                    broken == {self.rule}
                    and self._is_valid(root)
                    and not _broken_by(parse(twin.good), twin.good, self.profile)
                ):
                    return self._found(twin.what, "/", twin.bad, twin.good)
        return None

    def _in_octets(self, twin: _Twin) -> RuleBreach | None:
        """Return a document whose octets break a rule that no change of an element can break."""
        head, _, body = twin.data.partition(b"?>")
        if self.rule == "DOC-033.instruction":
            what, data = "a processing instruction before the root", head + b"?>\n<?print draft?>" + body
        else:
            what = "written in ISO-8859-1"
            text = twin.data.decode("utf-8").replace("UTF-8", "ISO-8859-1", 1)
            data = text.encode("iso-8859-1", "xmlcharrefreplace")
        broken = _broken_by(parse(data), data, self.profile)
        return self._found(what, "/", data, twin.data) if broken == {self.rule} else None

    def _is_valid(self, root: etree._Element) -> bool:
        return self.release.file is not None and bool(compiled(self.release.file).validate(root))

    def _found(self, what: str, path: str, data: bytes, twin: bytes) -> RuleBreach:
        return RuleBreach(self.rule, self.level, what, path, data, twin, self.profile.languages)


@lru_cache(maxsize=200)
def _selecting(release: Release, paths: tuple[str, ...]) -> Select:
    entity, unqualified = entity_namespaces(release)
    namespaces = {"rsm": release.namespace, "ram": entity, "udt": unqualified}
    return cast("Select", etree.XPath("|".join(paths), namespaces=namespaces, smart_strings=False))


def _same(copy: etree._Element, root: etree._Element, element: etree._Element) -> etree._Element:
    """Return the element of a copied tree that stands where `element` stands in the first."""
    steps: list[int] = []
    parent = element.getparent()
    while element is not root and parent is not None:
        steps.append(parent.index(element))
        element, parent = parent, parent.getparent()
    for step in reversed(steps):
        copy = copy[step]
    return copy
