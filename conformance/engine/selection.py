"""Which cases there are, and which of them a run takes."""

import json
import subprocess
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from conformance.engine.child import environment, python
from conformance.engine.codec import case_from_json
from conformance.engine.errors import NothingSelected, UsageFault
from conformance.model.record import CaseInfo, CaseResult
from conformance.model.words import Access, Role, Verdict

CASES = Path(__file__).resolve().parents[1] / "cases"
_SECONDS = 60.0


@dataclass(frozen=True)
class Discovery:
    """All cases in the order of their files, and an error result for every file that could not be read."""

    cases: tuple[CaseInfo, ...]
    broken: tuple[CaseResult, ...] = ()


@dataclass(frozen=True)
class Selection:
    """What the user asks for: globs of case ids, accesses, roles. Empty means all."""

    ids: tuple[str, ...] = ()
    accesses: tuple[Access, ...] = ()
    roles: tuple[Role, ...] = ()

    def __str__(self) -> str:
        """Return the selection as options of `ecert run`."""
        pairs = [("case", i) for i in self.ids] + [("access", a) for a in self.accesses]
        return " ".join(f"--{name} {value}" for name, value in pairs + [("role", r) for r in self.roles])


def discover_cases(folder: Path = CASES) -> Discovery:
    """Find every case below a folder, in a child process. Raises `UsageFault` when the folder cannot be read."""
    if not folder.is_dir():
        raise UsageFault(f"There is no folder of cases at {folder}.")
    try:
        done = subprocess.run(
            python("conformance.engine.discover", str(folder)),
            stdin=subprocess.DEVNULL, capture_output=True, timeout=_SECONDS, env=environment(), check=False,
        )  # fmt: skip
        found = json.loads(done.stdout)
    except subprocess.TimeoutExpired as error:
        raise UsageFault(f"Reading the cases in {folder} took more than {_SECONDS:.0f} s.") from error
    except ValueError as error:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise UsageFault(f"The cases in {folder} cannot be read: {' '.join(last) or 'no answer'}") from error
    broken = tuple(_broken(one["access"], one["file"], one["why"], one["log"]) for one in found["broken"])
    return Discovery(tuple(case_from_json(one) for one in found["cases"]), broken)


def _broken(access: str, file: str, why: str, log: str) -> CaseResult:
    case = CaseInfo(
        id=f"UNREADABLE.{file}",
        title=f"The case file {file} cannot be read",
        purpose="",
        requirements=(),
        access=Access(access),
        role=Role.EXPORTER,
        needs=(),
        defects=(),
        source=file,
    )
    return CaseResult(case, Verdict.ERROR, f"The judge failed: {why}", (), (), 0.0, 0.0, log=log)


def chosen(cases: Iterable[CaseInfo], selection: Selection) -> tuple[CaseInfo, ...]:
    """Return the cases a selection names, in their order.

    Raises `NothingSelected` when it names none, `UsageFault` when one of its globs fits no case while others do: a
    slip of the pen must not make a smaller run green.
    """
    everything = tuple(cases)
    unused = [glob for glob in selection.ids if not any(fnmatchcase(case.id, glob) for case in everything)]
    if selection.ids and len(unused) == len(selection.ids):
        raise NothingSelected(f"No case is called {', '.join(unused)}; `ecert list --cases` names them all.")
    if unused:
        raise UsageFault(f"No case is called {', '.join(unused)}; `ecert list --cases` names them all.")
    taken = tuple(
        case
        for case in everything
        if (not selection.ids or any(fnmatchcase(case.id, glob) for glob in selection.ids))
        and (not selection.accesses or case.access in selection.accesses)
        and (not selection.roles or case.role in selection.roles)
    )
    if not taken:
        raise NothingSelected(f"No case fits {selection or 'this selection'}; `ecert list --cases` names them all.")
    return taken


def missing_support(case: CaseInfo, ics: Collection[str]) -> tuple[str, ...]:
    """Return the ICS tokens a case needs and the partner does not declare; empty when it applies."""
    needed = (f"role:{case.role}", f"access:{case.access}", *case.needs)
    return tuple(token for token in needed if token not in ics)
