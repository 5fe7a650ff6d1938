"""Twins for the document rules: a certificate that keeps a rule beside one that breaks it and nothing else.

Each pair is written from one of a few accepted certificates (rule_bases.py) by one replacement of its text
(rule_twins.toml). `level` is that of the exchange profile: a certificate that breaks advice only (SHOULD) is still
accepted.
"""

import tomllib
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from conformance.model.words import Level
from conformance.vectors.rule_bases import FULL_TEXT, PDF, PRINT_JOB, PROGRAM, WHAT, base

_TEXTS = {"{pdf}": PDF, "{print_job}": PRINT_JOB, "{program}": PROGRAM, "{full_text}": FULL_TEXT}


@dataclass(frozen=True, slots=True)
class RuleTwin:
    """One breach of one rule: `new` was put in the place of `old` in the accepted certificate `twin`; why it matters.

    `rule` is the id of the rule, `languages` those the certificate must be agreed to be in for the rule to bind.
    """

    name: str
    rule: str
    twin: str
    old: str
    new: str
    what: str
    why: str
    level: Level = Level.MUST
    languages: tuple[str, ...] = ()

    @property
    def requirement(self) -> str:
        """The requirement that the bad twin breaks."""
        return self.rule.partition(".")[0]

    @property
    def good(self) -> bytes:
        """The certificate that keeps the rule."""
        return base(self.twin)

    @property
    def bad(self) -> bytes:
        """The certificate that breaks it. Raises `ValueError` when there is nothing to replace."""
        changed = self.good.replace(self.old.encode(), self.new.encode(), 1)
        if changed == self.good:
            raise ValueError(f"twin {self.name} found nothing to replace")
        return changed


def _filled(text: str) -> str:
    for name, content in _TEXTS.items():
        text = text.replace(name, content)
    return text


def _twin(entry: dict[str, Any]) -> RuleTwin:
    return RuleTwin(
        entry["name"], entry["rule"], entry["twin"], _filled(entry["old"]), _filled(entry["new"]), entry["what"],
        entry["why"], Level(entry.get("level", "MUST")), tuple(entry.get("languages", ())),
    )  # fmt: skip


def _read() -> tuple[RuleTwin, ...]:
    table = files("conformance.vectors").joinpath("rule_twins.toml").read_text(encoding="utf-8")
    return tuple(_twin(entry) for entry in tomllib.loads(table)["twin"])


RULE_TWINS: tuple[RuleTwin, ...] = _read()

__all__ = ["RULE_TWINS", "WHAT", "RuleTwin", "base"]
