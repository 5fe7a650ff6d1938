"""The table of rules (rules.toml), read: every rule there is, before a profile chooses among them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from conformance.model.words import Level

_KEYS = frozenset({
    "id", "level", "basis", "context", "test", "message", "expected", "at", "actual", "names", "needle", "gated",
    "scanned", "words",
})  # fmt: skip
_BASES = ("standard", "profile")


class RuleError(Exception):
    """A table of rules or a profile that cannot be used: which entry, and why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of the table, its texts written out; `lists` are the names of the code lists it looks things up in."""

    id: str
    level: Level
    basis: str
    contexts: tuple[str, ...]
    test: str
    message: str
    expected: str
    at: str
    actual: str
    names: str
    needle: str
    gated: bool
    scanned: bool
    lists: tuple[str, ...]
    words: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Stock:
    """All rules: those that are XPath, those that are functions (id to level and basis), and the lists they use."""

    rows: tuple[Row, ...]
    functions: Mapping[str, tuple[Level, str]]
    lists: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]


@lru_cache(maxsize=1)
def stock() -> Stock:
    """Return the table of rules; raises `RuleError` when it is damaged."""
    table = tomllib.loads(files("conformance.checks.rules").joinpath("rules.toml").read_text(encoding="utf-8"))
    texts = table["texts"]
    return Stock(
        tuple(row(entry, texts) for entry in table["rule"]),
        {name: (Level(level), basis) for name, (level, basis) in table["functions"].items()},
        {name: tuple(codes) for name, codes in table["lists"].items()},
        texts,
    )


def path(name: str) -> str:
    """Return one of the table's texts written out, for example "line": the XPath of a trade line."""
    texts = stock().texts
    return _filled(texts[name], texts)


def written(xpath: str) -> str:
    """Return an XPath of a profile with {names} and listed() written out."""
    return _listed(_filled(xpath, stock().texts))


def row(entry: Mapping[str, Any], texts: Mapping[str, str]) -> Row:
    """Return one rule from its table; raises `RuleError` when something is missing, unknown or of the wrong kind."""
    name = str(entry.get("id", "a rule without id"))
    unknown = sorted(set(entry) - _KEYS)
    if unknown:
        raise RuleError(f"{name}: unknown key {unknown[0]}")
    if missing := [
        key for key in ("id", "level", "basis", "context", "test", "message", "expected") if key not in entry
    ]:
        raise RuleError(f"{name}: {missing[0]} is missing")
    if not re.fullmatch(r"[A-Z0-9]+-\d{3}\.[a-z0-9-]+", name):
        raise RuleError(f"{name}: an id is a requirement, a dot and a word")
    if entry["basis"] not in _BASES or entry["level"] not in set(Level):
        raise RuleError(f"{name}: level is one of {', '.join(Level)}, basis one of {', '.join(_BASES)}")
    contexts = tuple(_listed(_filled(context, texts)) for context in entry["context"])
    test = _listed(_filled(entry["test"], texts))
    used = re.findall(r"\$([a-z-]+)", " ".join((*contexts, test)))
    return Row(
        name, Level(entry["level"]), entry["basis"], contexts, test, entry["message"], entry["expected"],
        entry.get("at", ""), _filled(entry.get("actual", ""), texts), entry.get("names", ""),
        entry.get("needle", ""), entry.get("gated", False), entry.get("scanned", False),
        tuple(dict.fromkeys(used)), tuple(word.encode() for word in entry.get("words", ())),
    )  # fmt: skip


def _filled(text: str, texts: Mapping[str, str]) -> str:
    """Return a text with {names} written out, to the last."""
    while "{" in text:
        try:
            text = re.sub(r"\{(\w+)\}", lambda match: texts[match[1]], text)
        except KeyError as error:
            raise RuleError(f"no text is called {error}") from None
    return text


def _listed(xpath: str) -> str:
    """Return an XPath with listed($list, value) written in XPath 1.0."""
    while (start := xpath.find("listed(")) >= 0:
        end, depth = start + len("listed("), 1
        while depth:
            depth += {"(": 1, ")": -1}.get(xpath[end], 0)
            end += 1
        table, _, value = xpath[start + len("listed(") : end - 1].partition(",")
        value = value.strip()
        told = f"(not(contains({value},' ')) and contains({table},concat(' ',{value},' ')))"
        xpath = xpath[:start] + told + xpath[end:]
    return xpath
