"""The tape: the one way by which a port may act.

A port hands the tape a request and a function that carries it out. When judging live the tape calls the function
and writes down what came; when judging a record again it returns what was written and calls nothing. Everything
that could differ between two judgements of the same run (answers, time, chance) therefore comes from the tape.
"""

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Protocol

from conformance.model.exchange import Answer, Exchange, Message


class Tape(Protocol):
    """What ports and cases may ask of the engine."""

    @property
    def case_id(self) -> str:
        """The id of the running case: a requirement id, or that and a slug."""
        ...

    def exchange(
        self,
        port: str,
        action: str,
        request: Message | None,
        perform: Callable[[], Answer],
        *,
        at: tuple[str, ...] = (),
    ) -> Exchange:
        """Carry out one exchange (live) or give back the recorded one (replay).

        `at` names the places of the partner that are waited for ("pull node.example:443"). One that let the judge wait
        in vain is not tried again in the run: the answer is a failure of kind `given-up`.

        `perform` must return within bounded time and must not raise for anything the partner does: it returns an
        `Answer` with a `Failure`. What it raises is a fault of the judge.
        """
        ...

    def now(self) -> datetime:
        """The present time in UTC; the recorded one on replay."""
        ...

    @property
    def random(self) -> Random:
        """A generator seeded from the run's seed and the case id."""
        ...

    @property
    def run_id(self) -> str:
        """The run's id: lets numbers made in one run differ from those of another."""
        ...

    def note(self, text: str) -> None:
        """Write one sentence into the story of the case."""
        ...
