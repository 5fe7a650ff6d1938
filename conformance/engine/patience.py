"""What the lanes of a run have waited for in vain, so that nobody waits for it again.

The limits of the partner file say how long one answer may take. A place of the partner (an access, a hook) that lets
the judge wait that long is given up when it has not answered at all in the run so far, or at the third time in a row. A
slow partner that keeps its limits is never given up.
"""

from pathlib import Path
from urllib.parse import quote

from conformance.model.exchange import Failure, FailureKind

_VAIN = (FailureKind.TIMEOUT, FailureKind.UNREACHABLE)
# A refused connection costs nothing, so it may be tried as often as the cases like.
_WAITED_SECONDS = 1.0
_IN_A_ROW = 3


class Patience:
    """Shared by the lanes through a folder: a file for each place that has answered, one for each given up."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._answered: set[str] = set()
        self._vain: dict[str, int] = {}

    def spent(self, places: tuple[str, ...]) -> Failure | None:
        """Return the failure to answer with when one of the places was given up, else None."""
        for place in places:
            try:
                kind, _, text = self._file("given-up", place).read_text(encoding="utf-8").partition("\n")
            except FileNotFoundError:
                continue
            again = FailureKind.UNREACHABLE if kind == FailureKind.UNREACHABLE else FailureKind.GIVEN_UP
            return Failure(again, f"not tried again in this run, after this: {text}")
        return None

    def learn(self, places: tuple[str, ...], failure: Failure | None, seconds: float) -> None:
        """Take in how an exchange at these places ended and how long it took."""
        for place in places:
            if failure is None or failure.kind not in _VAIN:
                self._vain[place] = 0
                if place not in self._answered:
                    self._answered.add(place)
                    self._file("answered", place).touch()
            elif seconds >= _WAITED_SECONDS:
                self._vain[place] = self._vain.get(place, 0) + 1
                if self._vain[place] >= _IN_A_ROW or not self._file("answered", place).exists():
                    self._give_up(place, failure)

    def _give_up(self, place: str, failure: Failure) -> None:
        part = self._file("vain", f"{place} {id(self)}")
        part.write_text(f"{failure.kind}\n{failure.text}", encoding="utf-8")
        part.replace(self._file("given-up", place))

    def _file(self, kind: str, place: str) -> Path:
        return self._folder / f"{kind}-{quote(place, safe='')}"
