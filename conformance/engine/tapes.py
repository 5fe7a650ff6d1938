"""The two tapes: one that acts and writes down, one that gives back what was written."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random
from typing import Any

from conformance.engine.codec import exchange_from_json, exchange_to_json, moment
from conformance.engine.messages import MessageStore
from conformance.engine.patience import Patience
from conformance.model.exchange import Answer, Exchange, Message
from conformance.model.outcome import Inconclusive, JudgeFault

Emit = Callable[[dict[str, Any]], None]


def _generator(seed: int, case: str) -> Random:
    return Random(f"{seed}:{case}")  # noqa: S311 - repeatable on purpose; nothing secret comes from it


class LiveTape:
    """Carry out, and write down before the case sees the answer."""

    def __init__(
        self, case: str, run_id: str, seed: int, store: MessageStore, emit: Emit, patience: Patience | None = None
    ) -> None:
        self.case_id = case
        self._patience = patience
        self._store = store
        self._emit = emit
        self._lock = threading.Lock()
        self.run_id = run_id
        self.random = _generator(seed, case)
        self.exchanges = 0

    def exchange(
        self,
        port: str,
        action: str,
        request: Message | None,
        perform: Callable[[], Answer],
        *,
        at: tuple[str, ...] = (),
    ) -> Exchange:
        """Carry out one exchange and write it down."""
        started = time.time()
        before = time.perf_counter()
        spent = self._patience.spent(at) if self._patience and at else None
        answer = Answer(failure=spent) if spent else perform()
        exchange = Exchange(port, action, request, answer, started, time.perf_counter() - before)
        if self._patience and at and not spent:
            self._patience.learn(at, answer.failure, exchange.seconds)
        with self._lock:
            self.exchanges += 1
            written = exchange_to_json(exchange, self._store.keep)
            self._emit({"event": "step", "case": self.case_id, "exchange": written})
        return exchange

    def now(self) -> datetime:
        """Return the present time and write it down."""
        present = datetime.now(UTC)
        self._emit({"event": "clock", "case": self.case_id, "now": moment(present)})
        return present

    def note(self, text: str) -> None:
        """Write one sentence into the story of the case."""
        self._emit({"event": "step", "case": self.case_id, "at": time.time(), "note": text})

    def pause(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True)
class Written:
    """What a record holds of one case, in order: exchanges (JSON objects) and moments; why it was cut off, if so."""

    exchanges: tuple[dict[str, Any], ...]
    moments: tuple[str, ...]
    cut: str = ""


class ReplayTape:
    """Give back what was written; nothing is carried out.

    A case that asks for something else than was recorded is not the case that was recorded: `JudgeFault`. Where the
    record ends because the case was cut off, it is cut off again: `Inconclusive`.
    """

    def __init__(self, case: str, run_id: str, seed: int, written: Written, fetch: Callable[[str], bytes]) -> None:
        self.case_id = case
        self._left = list(written.exchanges)
        self._moments = list(written.moments)
        self._cut = written.cut
        self._fetch = fetch
        self._lock = threading.Lock()
        self.run_id = run_id
        self.random = _generator(seed, case)
        self.exchanges = 0
        # Why the case was not begun, where the record says so and holds nothing of it.
        self.never_began = "" if self._left or self._moments else written.cut

    def exchange(
        self,
        port: str,
        action: str,
        request: Message | None,  # noqa: ARG002
        perform: Callable[[], Answer],  # noqa: ARG002
        *,
        at: tuple[str, ...] = (),  # noqa: ARG002
    ) -> Exchange:
        """Return the next exchange of that port and action as it was recorded."""
        with self._lock:
            next_one = _find(self._left, port, action)
            if next_one is None:
                raise self._ended(f"an exchange '{port} {action}'")
            found = self._left.pop(next_one)
            self.exchanges += 1
        try:
            return exchange_from_json(found, self._message)
        except KeyError as error:
            raise Inconclusive(f"The record no longer holds the message {error.args[0]} whole.") from error

    def now(self) -> datetime:
        """Return the next moment as it was recorded."""
        if not self._moments:
            raise self._ended("the time")
        return datetime.fromisoformat(self._moments.pop(0))

    def note(self, text: str) -> None:
        """Do nothing: the story is written."""

    def pause(self, seconds: float) -> None:
        """Do nothing: what was waited for is written."""

    def _message(self, media_type: str, headers: tuple[tuple[str, str], ...], name: str) -> Message:
        return Message(media_type, self._fetch(name), headers)

    def _ended(self, wanted: str) -> Exception:
        if self._cut:
            return Inconclusive(self._cut)
        return JudgeFault(
            f"The record of {self.case_id} does not go with this suite: it asks for {wanted} not recorded."
        )


def _find(exchanges: Sequence[dict[str, Any]], port: str, action: str) -> int | None:
    # Exchanges that ran side by side were written in the order they ended; the first that fits is the one.
    for at, written in enumerate(exchanges):
        if written["port"] == port and written["action"] == action:
            return at
    return None
