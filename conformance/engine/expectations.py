"""The expectations file: failures that are known, each with a reason, an owner and a date it ends."""

import tomllib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from conformance.engine.errors import UsageFault
from conformance.model.record import CaseResult, Deviation
from conformance.model.words import Verdict

_KEYS = ("case", "reason", "owner", "expires")
_MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Expected:
    """One known failure; it counts up to and including the day `expires`."""

    case: str
    reason: str
    owner: str
    expires: date


def load_expectations(path: Path, known: Collection[str] | None = None) -> tuple[Expected, ...]:
    """Read an expectations file. `known` are the ids there are, where they are to be checked.

    Raises `UsageFault`, naming the entry, for anything that is not as it should be.
    """
    try:
        with path.open("rb") as file:
            data = tomllib.loads(file.read(_MAX_BYTES).decode("utf-8"))
    except OSError as error:
        raise UsageFault(f"{path}: the expectations file cannot be read ({error.strerror}).") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageFault(f"{path}: the expectations file is not TOML ({error}).") from error
    if set(data) - {"expected"}:
        raise UsageFault(
            f"{path}: unknown key '{min(set(data) - {'expected'})}'; only [[expected]] entries go in here."
        )
    entries = data.get("expected")
    if not isinstance(entries, list):
        raise UsageFault(f"{path}: the expectations file has no [[expected]] entry.")
    found = tuple(_entry(path, number, entry) for number, entry in enumerate(entries, 1))
    names = [one.case for one in found]
    for name in names:
        if names.count(name) > 1:
            raise UsageFault(f"{path}: the case {name} is listed twice.")
        if known is not None and name not in known:
            raise UsageFault(f"{path}: there is no case {name}; `ecert list --cases` names them all.")
    return found


def _entry(path: Path, number: int, entry: Any) -> Expected:
    place = f"{path}: [[expected]] number {number}"
    if not isinstance(entry, dict):
        raise UsageFault(f"{place} must be a table with case, reason, owner and expires.")
    for key in entry:
        if key not in _KEYS:
            raise UsageFault(f"{place}: unknown key '{key}'; known are {', '.join(_KEYS)}.")
    for key in ("case", "reason", "owner"):
        if not isinstance(entry.get(key), str) or not entry[key].strip():
            raise UsageFault(f"{place}: '{key}' is missing; every expected failure needs {', '.join(_KEYS)}.")
    expires = entry.get("expires")
    if isinstance(expires, str):
        try:
            expires = date.fromisoformat(expires)
        except ValueError:
            expires = None
    if type(expires) is not date:
        raise UsageFault(f"{place}: 'expires' must be a date such as 2027-01-31.")
    return Expected(entry["case"], entry["reason"], entry["owner"], expires)


def deviations(expected: Sequence[Expected], results: Iterable[CaseResult], today: date) -> tuple[Deviation, ...]:
    """Return what became of each expectation whose case was in the run.

    A case that passes or does not apply makes its entry stale; a past date makes it expired.
    """
    verdicts = {result.case.id: result.verdict for result in results}
    found = []
    for one in expected:
        verdict = verdicts.get(one.case)
        if verdict is None:
            continue
        if verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE):
            state = "stale"
        else:
            state = "expired" if today > one.expires else "as-expected"
        found.append(Deviation(one.case, one.reason, one.owner, one.expires.isoformat(), state))
    return tuple(found)
