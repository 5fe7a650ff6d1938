"""Document profiles: which rules bind a document, how much, and by which lists (docs/writing-a-profile.md)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from conformance.checks.rules.rule import Expression
from conformance.checks.rules.stock import Row, RuleError, row, stock, written
from conformance.checks.rules.tables import joined, names, with_name
from conformance.model.words import Level

DEFAULT = "exchange"
PLAIN = "uncefact"
AUTOMATIC = "auto"
_KEYS = frozenset({"title", "about", "extends", "own", "levels", "lists", "languages", "signs", "rule"})
_OFF = "off"
_AS_IS = "as-is"


@dataclass(frozen=True)
class Profile:
    """A document profile, ready for use.

    `expressions` are the XPath rules in force with their levels; `levels` gives that of each function rule, None where
    it is left out. `languages` are those every certificate of the profile must be in. `signs` are XPaths: a document
    for which one of them is true is taken to be of this profile when none is named.
    """

    name: str
    title: str
    expressions: tuple[Expression, ...]
    levels: Mapping[str, Level | None]
    languages: tuple[str, ...]
    signs: tuple[str, ...] = ()

    def __hash__(self) -> int:
        """Profiles are made once each; one name means one profile."""
        return hash(self.name)


def profile_names() -> tuple[str, ...]:
    """Return the names of the profiles at hand."""
    folder = files("conformance.checks.rules").joinpath("profiles")
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


@lru_cache(maxsize=16)
def load_profile(name: str) -> Profile:
    """Return a profile by its name, or by the path of a file of its own (ending .toml).

    Raises `RuleError` when there is none of that name, or when its file is not right.
    """
    chosen = _Chosen(name)
    return Profile(
        Path(name).stem, chosen.title, tuple(chosen.expressions()),
        {rule: chosen.level(rule, level, basis) for rule, (level, basis) in stock().functions.items()},
        chosen.languages, chosen.signs,
    )  # fmt: skip


def _read(name: str) -> Mapping[str, Any]:
    try:
        if name.endswith(".toml"):
            text = Path(name).read_text(encoding="utf-8")
        else:
            text = files("conformance.checks.rules").joinpath("profiles", f"{name}.toml").read_text(encoding="utf-8")
        table = tomllib.loads(text)
    except OSError:
        known = ", ".join(profile_names())
        raise RuleError(f"no profile {name!r}: it is one of {known}, or a file that ends in .toml") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RuleError(f"profile {name}: not a TOML file: {error}") from None
    if unknown := sorted(set(table) - _KEYS):
        raise RuleError(f"profile {name}: unknown key {unknown[0]}")
    return table


class _Chosen:
    """A profile while it is put together from its file and those it extends, the nearest first."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.files: list[Mapping[str, Any]] = []
        wanted = name
        while wanted:
            if len(self.files) > 8:  # noqa: PLR2004 - nobody needs a longer chain than that
                raise RuleError(f"profile {name}: it extends itself")
            self.files.append(_read(wanted))
            wanted = str(self.files[-1].get("extends", ""))
        self.title = str(self.files[0].get("title", name))
        self.languages = tuple(self.files[0].get("languages", ()))
        self.signs = tuple(written(sign) for sign in self.files[0].get("signs", ()))
        self.own = next((str(file["own"]) for file in self.files if "own" in file), _AS_IS)
        self.rows = (
            *stock().rows,
            *(row(entry, stock().texts) for file in self.files for entry in file.get("rule", ())),
        )
        self.lists = dict(stock().lists)
        self.levels: dict[str, str] = {}
        for file in reversed(self.files):
            self.lists |= {key: tuple(map(str, codes)) for key, codes in file.get("lists", {}).items()}
            self.levels |= {key: str(level) for key, level in file.get("levels", {}).items()}
        self._check()

    def _check(self) -> None:
        known = {rule.id for rule in self.rows} | set(stock().functions)
        known |= {rule.partition(".")[0] for rule in known}
        for rule, level in self.levels.items():
            if rule not in known:
                raise RuleError(f"profile {self.name}: levels: there is no rule {rule}")
            if level != _OFF and level not in set(Level):
                raise RuleError(f"profile {self.name}: levels: {rule}: {level!r} is neither a level nor {_OFF!r}")
        if self.own not in (_AS_IS, _OFF, *Level):
            raise RuleError(f"profile {self.name}: own: {self.own!r} is neither a level nor {_OFF!r} nor {_AS_IS!r}")

    def level(self, rule: str, level: Level, basis: str) -> Level | None:
        """Return the level of a rule here, None where it is left out."""
        said = self.levels.get(rule) or self.levels.get(rule.partition(".")[0])
        if said is None and basis == "profile" and self.own != _AS_IS:
            said = self.own if self.own == _OFF or level.binding else level.value
        return level if said is None else None if said == _OFF else Level(said)

    def expressions(self) -> list[Expression]:
        """Return the XPath rules in force."""
        made = []
        for rule in self.rows:
            level = self.level(rule.id, rule.level, rule.basis)
            if level is not None:
                made.append(self._expression(rule, level))
        return made

    def _expression(self, rule: Row, level: Level) -> Expression:
        wider = all(set(codes) <= set(self.lists[name]) for name, codes in stock().lists.items() if name in rule.lists)
        try:
            lists = tuple((name, self._codes(name)) for name in rule.lists)
        except KeyError as error:
            raise RuleError(f"profile {self.name}: {rule.id}: there is no list {error}") from None
        return Expression(
            rule.id, level, rule.contexts, rule.test, rule.message, self._named(rule), lists, rule.at, rule.actual,
            rule.names, rule.needle, rule.gated and wider, rule.scanned, rule.words,
        )  # fmt: skip

    def _codes(self, name: str) -> str:
        own = self.lists.get(name)
        return joined(own if own is not None else names(name))

    def _named(self, rule: Row) -> str:
        """Return what is expected, with the codes of a list and their names."""

        def told(match: re.Match[str]) -> str:
            codes = self.lists.get(match[1]) or tuple(names(match[1]))
            return ", ".join(with_name(code, rule.names) for code in codes)

        return re.sub(r"\$([a-z-]+)", told, rule.expected)
