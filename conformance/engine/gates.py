"""Gates: cases that cannot be judged because the interconnection test of an access they use did not pass."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.model.record import CaseInfo
from conformance.model.words import Access, Role, Verdict

# For the start of the other lane and the end of a case that has to be stopped; the case's own time comes on top.
WAIT_SECONDS = 75.0
_TICK = 0.02
# These have no address of their own: what they look at is fetched by pull.
_SEEN_THROUGH_PULL = (Access.DOCUMENT, Access.LIFECYCLE)


@dataclass(frozen=True)
class Gate:
    """Why the cases of an access and role cannot be judged: their interconnection test did not pass."""

    reason: str
    unreachable: bool


def accesses_of(case: CaseInfo) -> Iterator[str]:
    """Yield the accesses a case uses: its own, pull where an exporter's documents are read, and those it needs."""
    yield case.access
    if case.access in _SEEN_THROUGH_PULL and case.role is Role.EXPORTER:
        yield Access.PULL
    yield from (need.removeprefix("access:") for need in case.needs if need.startswith("access:"))


def gate_of(case: CaseInfo, verdict: str, reason: str, *, unreachable: bool) -> Gate | None:
    """Return the gate an interconnection test closes with its verdict, or None when it passed."""
    if verdict == Verdict.PASS:
        return None
    return Gate(f"The interconnection test {case.id} did not pass ({verdict}): {reason}", unreachable)


def tell(folder: Path, case: CaseInfo, gate: Gate | None) -> None:
    """Tell the lanes how an interconnection test ended; `gate` is None when it passed."""
    part = folder / f"ended-{case.id}.new"
    part.write_text(json.dumps([gate.reason, gate.unreachable] if gate else []), encoding="utf-8")
    part.replace(folder / f"ended-{case.id}")


class Gates:
    """The gates as one lane sees them.

    `tests` are the interconnection tests of the whole run. `folder` is where the engine tells how each ended; None when
    judging a record again, which must not depend on which lane is faster: then only tests of the own lane count.
    """

    def __init__(self, tests: Sequence[CaseInfo], folder: Path | None, seconds: float) -> None:
        """`seconds` is how long a case may wait for a test in another lane to end."""
        self._tests = tests
        self._folder = folder
        self._seconds = seconds
        self._known: dict[str, Gate | None] = {}

    def close(self, case: CaseInfo, gate: Gate | None) -> None:
        """Note how an interconnection test of the own lane ended."""
        self._known[case.id] = gate

    def of(self, case: CaseInfo) -> Gate | None:
        """Return the gate in front of a case, or None. Waits for the tests it depends on."""
        used = set(accesses_of(case))
        wanted = [one for one in self._tests if one.access in used and one.role is case.role and one.id != case.id]
        deadline = time.monotonic() + self._seconds
        for one in wanted:
            found = self._outcome(one.id, deadline)
            if found is not None:
                return found
        return None

    def _outcome(self, name: str, deadline: float) -> Gate | None:
        while name not in self._known and self._folder is not None:
            try:
                told = json.loads((self._folder / f"ended-{name}").read_text(encoding="utf-8"))
                self._known[name] = Gate(str(told[0]), bool(told[1])) if told else None
            except FileNotFoundError:
                if time.monotonic() > deadline:
                    break
                time.sleep(_TICK)
        return self._known.get(name)
