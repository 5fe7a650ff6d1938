"""What a rule is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import cast

from lxml import etree

from conformance.checks.rules.tables import with_name
from conformance.checks.schema_paths import where
from conformance.checks.schema_words import quoted
from conformance.model.finding import Finding
from conformance.model.words import Layer, Level


@dataclass(frozen=True)
class Expression:
    """A rule that is XPath: every element that one of `contexts` selects passes `test` (rules.toml).

    The prefixes are rsm, ram and udt; `$name` stands for a code list, given in `lists` as one text. `at` is what of
    the element is wrong: empty for its text, `@name` for an attribute, a child's name for something absent; `actual`
    is an XPath that says what came instead, if neither. `names` is the code list whose names are told.
    """

    id: str
    level: Level
    contexts: tuple[str, ...]
    test: str
    message: str
    expected: str
    lists: tuple[tuple[str, str], ...] = ()
    at: str = ""
    actual: str = ""
    names: str = ""
    needle: str = ""
    gated: bool = False
    scanned: bool = False
    words: tuple[bytes, ...] = ()

    @property
    def requirement(self) -> str:
        """The requirement a breach is about."""
        return self.id.partition(".")[0]

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """XPaths that select the offending elements, code lists written out."""
        return tuple(self.written(f"{context}[not({self.test})]") for context in self.contexts)

    def written(self, xpath: str) -> str:
        """Return an XPath with the code lists it names written out."""
        known = dict(self.lists)
        return re.sub(r"\$([a-z-]+)", lambda match: f"'{known[match[1]]}'", xpath)

    def findings(self, selected: list[etree._Element]) -> Iterator[Finding]:
        """Yield a finding for every selected element."""
        attribute = self.at[1:] if self.at.startswith("@") else ""
        for element in selected:
            given = element.get(attribute) if attribute else None if self.at else "".join(map(str, element.itertext()))
            if self.actual:
                actual = str(_valued(self.actual, tuple(element.nsmap.items()))(element))
            elif given is None:
                actual = "absent"
            else:
                actual = self._shown(given) if given.strip() else "empty"
            place = where(element, f"/{self.at}" if attribute and given is not None else "")
            message = f"{local(element)}: {self.message}"
            yield Finding(self.requirement, message, self.expected, actual, place, self.level, Layer.RULES)

    def _shown(self, given: str) -> str:
        named = with_name(given.strip(), self.names)
        return quoted(given) + named.removeprefix(given.strip())


@lru_cache(maxsize=64)
def _valued(xpath: str, scope: tuple[tuple[str | None, str], ...]) -> Callable[[etree._Element], object]:
    """Compile an XPath for a value, whose prefixes are bound by the ends of the namespaces in scope."""
    uris = {uri for _, uri in scope}
    bound = {
        prefix: next((uri for uri in sorted(uris) if sign in uri), "urn:none")
        for prefix, sign in (("rsm", ":SPSCertificate:"), ("ram", ":ReusableAggregateBusinessInformationEntity:"))
    }
    return cast("Callable[[etree._Element], object]", etree.XPath(xpath, namespaces=bound, smart_strings=False))


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document is judged against besides itself.

    `at` is the time of checking, if one is given; `languages` are those the certificate is agreed to be in.
    """

    at: datetime | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Function:
    """A rule written as a function over the elements its XPath selects; `needle` and `gated` as with expressions.

    Its findings carry the id of a rule ("DOC-037.base64"); the engine gives them the level of the profile in force.
    """

    name: str
    paths: tuple[str, ...]
    check: Callable[[list[etree._Element], Setting], Iterator[Finding]]
    needle: str = ""
    gated: bool = False


def local(element: etree._Element) -> str:
    """Return an element's name without prefix."""
    return str(element.tag).rpartition("}")[2]


def rule_finding(
    rule: str,
    element: etree._Element,
    message: str,
    expected: str,
    actual: str,
    *,
    at: str = "",
) -> Finding:
    """Return a finding of the rule with that id about an element, or with `at` about something at it (`/@name`)."""
    return Finding(rule, message, expected, actual, where(element, at), layer=Layer.RULES)
