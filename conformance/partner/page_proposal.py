"""What `ecert init --page` proposes for `[ixit.verification]`, as text: each line with how sure it is and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import tomli_w


class Sureness(StrEnum):
    """How sure a proposal is. What is a guess is commented out."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "guess"


@dataclass(frozen=True)
class Proposal:
    """One line: the table below `[ixit.verification]` ("" for itself), the key, its value, how sure, and why."""

    table: str
    key: str
    value: str | list[str] | dict[str, str]
    sureness: Sureness
    why: str


TABLES = ("", "addresses", "fields", "values", "states", "facts")


def proposal_text(url: str, proposals: Iterable[Proposal], notes: Iterable[str]) -> str:
    """The tables, ready to be put into a partner file; `notes` come first."""
    lines = [f"# {_plain(note)}" for note in notes]
    known = tuple(proposals)
    for table in TABLES:
        chosen = [one for one in known if one.table == table]
        if not chosen and table:
            continue
        lines += ["", f"[ixit.verification.{table}]" if table else "[ixit.verification]"]
        if not table:
            lines.append(_pair("url", url))
        for one in chosen:
            lines.append(f"# {one.sureness.value}: {_plain(one.why)}")
            lines.append(("# " if one.sureness is Sureness.GUESS else "") + _pair(one.key, one.value))
    return "\n".join(lines) + "\n"


def _pair(key: str, value: str | list[str] | Mapping[str, str]) -> str:
    if isinstance(value, list):
        return f"{_key(key)} = [{', '.join(_text(one) for one in value)}]"
    if isinstance(value, str):
        return f"{_key(key)} = {_text(value)}"
    return f"{_key(key)} = {{{', '.join(f'{_key(name)} = {_text(text)}' for name, text in value.items())}}}"


def _key(name: str) -> str:
    return tomli_w.dumps({name: 0}).rpartition(" = ")[0]


def _text(value: str) -> str:
    return tomli_w.dumps({"x": value}).partition(" = ")[2].strip()


def _plain(text: str) -> str:
    """A text on one line of a comment, whatever a page had in it."""
    return "".join(one if one.isprintable() else " " for one in " ".join(text.split()))[:300]
