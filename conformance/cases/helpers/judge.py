"""What a case tells the judge: expectations that are collected, and those it cannot go on without."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Protocol, TypeVar

from conformance.model.finding import Finding, Where
from conformance.model.outcome import Inconclusive, Nonconformity
from conformance.model.words import Layer, Level
from conformance.ports.tape import Tape

Found = TypeVar("Found")
LevelOf = Callable[[str], Level]


class PausingTape(Tape, Protocol):
    """A tape that can also wait; on replay it does not."""

    def pause(self, seconds: float) -> None:
        """Wait that many seconds."""
        ...


def _shown(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


class Judge:
    """Collects findings for one case.

    `requirement` is the one a finding is about when the case does not say; `level_of` gives the level of a
    requirement by its id, so that a breach of a SHOULD is reported as one.
    """

    def __init__(self, tape: PausingTape, requirement: str, level_of: LevelOf) -> None:
        self._tape = tape
        self._requirement = requirement
        self._level_of = level_of
        self.findings: list[Finding] = []

    def expect(
        self,
        condition: object,
        *,
        expected: object,
        actual: object,
        message: str,
        where: Where = Where(),  # noqa: B008 - frozen
        requirement: str | None = None,
        layer: Layer | None = None,
    ) -> bool:
        """Collect a finding unless the condition holds, and go on. Returns whether it holds."""
        if not condition:
            self.findings.append(self._finding(expected, actual, message, where, requirement, layer))
        return bool(condition)

    def require(
        self,
        condition: object,
        *,
        expected: object,
        actual: object,
        message: str,
        where: Where = Where(),  # noqa: B008 - frozen
        requirement: str | None = None,
        layer: Layer | None = None,
    ) -> None:
        """Raise `Nonconformity` unless the condition holds: what follows would make no sense."""
        if not condition:
            raise Nonconformity(self._finding(expected, actual, message, where, requirement, layer))

    def expect_equal(
        self,
        expected: object,
        actual: object,
        message: str,
        *,
        where: Where = Where(),  # noqa: B008 - frozen
        requirement: str | None = None,
    ) -> bool:
        """Collect a finding unless both are equal, and go on. Returns whether they are."""
        return self.expect(
            expected == actual, expected=expected, actual=actual, message=message, where=where, requirement=requirement
        )

    @contextmanager
    def still(self, message: str) -> Iterator[None]:
        """What is done in the body must go as it went before; where the partner refuses it, that is a finding.

        A port's refusal names what was sent, but not what it means for the case: `message` says it.
        """
        try:
            yield
        except Nonconformity as refused:
            said = "; ".join(finding.actual for finding in refused.findings) or str(refused)
            where = refused.findings[0].where if refused.findings else Where()
            raise Nonconformity(
                self._finding("the same answer as before", said, message, where, None, None)
            ) from refused

    def report(self, findings: Iterable[Finding]) -> None:
        """Collect the findings of a check."""
        self.findings.extend(findings)

    def step(self, text: str) -> None:
        """Write one sentence into the story of the case."""
        self._tape.note(text)

    def precondition(self, condition: object, reason: str) -> None:
        """Raise `Inconclusive` with the reason unless the condition holds: nothing can be proved either way."""
        if not condition:
            raise Inconclusive(reason)

    def wait_until(self, probe: Callable[[], Found], timeout: float, what: str, *, interval: float = 0.1) -> Found:
        """Ask again and again until `probe` gives something true, at most `timeout` seconds; return what it gave last.

        The first pause is `interval` seconds and grows to at most one second. `what` goes into the story when the
        time runs out; the last, untrue answer is returned then, and the case says what that means.
        """
        end = self._tape.now() + timedelta(seconds=timeout)
        pause = interval
        while True:
            found = probe()
            if found:
                return found
            if self._tape.now() >= end:
                self._tape.note(f"Waited {timeout:g} s for {what}, in vain.")
                return found
            self._tape.pause(pause)
            pause = min(pause * 1.5, 1.0)

    def _finding(
        self, expected: object, actual: object, message: str, where: Where, requirement: str | None, layer: Layer | None
    ) -> Finding:
        about = requirement or self._requirement
        return Finding(
            requirement=about,
            message=message,
            expected=_shown(expected),
            actual=_shown(actual),
            where=where,
            level=self._level_of(about),
            layer=layer,
        )
