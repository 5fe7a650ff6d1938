"""What a rule is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from conformance.checks.schema_explain import quoted
from conformance.checks.schema_paths import where
from conformance.model.finding import Finding
from conformance.model.words import Layer, Level


@dataclass(frozen=True, slots=True)
class Expression:
    """A rule whose XPath selects the offending elements, and nothing else.

    `paths` are alternatives (joined by `|`), with the prefixes rsm, ram and udt. `at` is what of the element is
    wrong: empty for its text, `@name` for an attribute, a child's name for something absent. `confirm` may take a
    second look at what XPath cannot decide, and say no. `gated` says that a certificate the gate (gate.py) lets pass
    cannot break the rule.
    """

    requirement: str
    message: str
    expected: str
    paths: tuple[str, ...]
    at: str = ""
    level: Level = Level.MUST
    confirm: Callable[[str], bool] | None = None
    gated: bool = False

    def findings(self, selected: list[etree._Element]) -> Iterator[Finding]:
        """Yield a finding for every selected element that is confirmed."""
        attribute = self.at[1:] if self.at.startswith("@") else ""
        for element in selected:
            given = element.get(attribute) if attribute else None if self.at else "".join(map(str, element.itertext()))
            if self.confirm is not None and not self.confirm(given or ""):
                continue
            actual = "absent" if given is None else quoted(given) if given.strip() else "empty"
            place = where(element, f"/{self.at}" if attribute and given is not None else "")
            message = f"{local(element)}: {self.message}"
            yield Finding(self.requirement, message, self.expected, actual, place, self.level, Layer.RULES)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a document is judged against besides itself: the time of checking, if one is given."""

    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """A rule written as a function over the elements its XPath selects; `gated` as with expressions."""

    name: str
    paths: tuple[str, ...]
    check: Callable[[list[etree._Element], Setting], Iterator[Finding]]
    gated: bool = False


def local(element: etree._Element) -> str:
    """Return an element's name without prefix."""
    return str(element.tag).rpartition("}")[2]


def rule_finding(
    requirement: str,
    element: etree._Element,
    message: str,
    expected: str,
    actual: str,
    *,
    at: str = "",
    level: Level = Level.MUST,
) -> Finding:
    """Return a finding of the rules layer about an element, or with `at` about something at it (`/@name`)."""
    return Finding(requirement, message, expected, actual, where(element, at), level, Layer.RULES)
