"""Documents the partner hands in with its partner file (profile 7.8), read through the tape.

A log may hold what must not be written down again. So the record gets what was found in such files, and not the files.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from conformance.checks.spilt import Spilt, spilt
from conformance.model.exchange import Answer, Failure, FailureKind, Message
from conformance.model.outcome import Inconclusive
from conformance.partner import Partner
from conformance.ports.tape import Tape

PORT = "papers"
MAX_FILE = 20_000_000
_FOUND = "found"
Made = Callable[[bytes], Answer]
Search = Callable[[bytes], tuple[Spilt, ...]]


@dataclass(frozen=True)
class Searched:
    """What was found in a file that was searched."""

    name: str
    octets: int
    found: tuple[Spilt, ...]


class Papers:
    """Reads what was handed in. Lives as long as its case."""

    def __init__(self, partner: Partner, tape: Tape) -> None:
        self._partner = partner
        self._tape = tape

    def monitoring(self) -> str:
        """The record of watching for look-alike sites. Raises `Inconclusive` when it cannot be read."""
        path = self._partner.handed_in.monitoring
        if path is None:
            raise Inconclusive("The partner file has no [handed_in] monitoring.")
        answer = self._read(path, lambda octets: Answer(Message("text/plain", octets)))
        return answer.response.body.decode("utf-8", "replace") if answer.response else ""

    def searched(self, files: Iterable[Path], more: Iterable[tuple[str, str]] = ()) -> tuple[Searched, ...]:
        """Search files for keys, and for every secret of the partner file; `more` are further secrets with a name.

        Raises `Inconclusive` when one cannot be read.
        """
        further = tuple(more)

        def search(octets: bytes) -> tuple[Spilt, ...]:
            return spilt(octets, (*((one.key, one.reveal()) for one in self._partner.secret_values), *further))

        return tuple(self._searched(path, search) for path in files)

    def _searched(self, path: Path, search: Search) -> Searched:
        def look(octets: bytes) -> Answer:
            found = tuple((_FOUND, f"{one.line} {one.what}") for one in search(octets))
            return Answer(facts=(("octets", str(len(octets))), ("sha256", sha256(octets).hexdigest()), *found))

        answer = self._read(path, look)
        places = [value.partition(" ") for name, value in answer.facts if name == _FOUND]
        spilt_there = tuple(Spilt(int(line), what) for line, _, what in places)
        return Searched(path.name, int(answer.fact("octets") or 0), spilt_there)

    def _read(self, path: Path, made: Made) -> Answer:
        answer = self._tape.exchange(PORT, f"read {path.name}", None, lambda: _answer(path, made)).answer
        if answer.failure is not None:
            raise Inconclusive(f"{path.name}, which the partner file names in [handed_in]: {answer.failure.text}")
        return answer


def _answer(path: Path, made: Made) -> Answer:
    try:
        with path.open("rb") as stream:
            octets = stream.read(MAX_FILE + 1)
    except OSError as error:
        return Answer(failure=Failure(FailureKind.UNREACHABLE, f"it cannot be read ({error.strerror})"))
    if len(octets) > MAX_FILE:
        return Answer(failure=Failure(FailureKind.TOO_LARGE, f"it is larger than {MAX_FILE:,} octets"))
    return made(octets)
