"""What the partner's client has asked of the judge's service, in order, and what of it the case was already told."""

import threading
from dataclasses import dataclass
from hashlib import sha256

from conformance.model.exchange import Answer, Failure, FailureKind, Message
from conformance.ports.served_http import Incoming

CONNECTION = "(connection)"
CANARY = "(canary)"


@dataclass(frozen=True)
class Received:
    """One request of the partner's client. `number` and `fields` are read from the body; `order` counts from 0."""

    operation: str
    number: str
    fields: tuple[tuple[str, str], ...]
    message: Message
    order: int
    http_version: str
    method: str
    outcome: str

    def field(self, name: str) -> str:
        """The first field of that name in the request, or ""."""
        return next((value for key, value in self.fields if key == name), "")


@dataclass(frozen=True)
class Seen:
    """One request, or one connection that ended without, as the server's thread saw it."""

    operation: str
    number: str
    fields: tuple[tuple[str, str], ...]
    incoming: Incoming | None
    outcome: str


class RequestLog:
    """Thread-safe: the server's threads add, the case waits."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._seen: list[Seen] = []
        self._taken: set[int] = set()

    def clear(self) -> None:
        """Forget everything: a new case begins."""
        with self._changed:
            self._seen = []
            self._taken = set()

    def add(self, seen: Seen) -> None:
        """Keep what was seen and wake who waits for it."""
        with self._changed:
            self._seen.append(seen)
            self._changed.notify_all()

    def wait(self, operation: str, number: str | None, timeout: float) -> Answer:
        """Give out the first request of that operation (and number) not given out yet, within `timeout` seconds."""

        def found() -> int | None:
            return next(
                (at for at, seen in enumerate(self._seen) if at not in self._taken and _fits(seen, operation, number)),
                None,
            )

        with self._changed:
            self._changed.wait_for(lambda: found() is not None, timeout)
            at = found()
            if at is None:
                text = f"the partner sent no {operation} within {timeout:g} s"
                return Answer(failure=Failure(FailureKind.TIMEOUT, text))
            self._taken.add(at)
            return _told(self._seen[at], at)


def received(answer: Answer) -> Received | None:
    """Read back what `RequestLog.wait` wrote; None when nothing came."""
    if answer.response is None:
        return None
    return Received(
        operation=answer.fact("operation") or "",
        number=answer.fact("number") or "",
        fields=tuple((key[6:], value) for key, value in answer.facts if key.startswith("field ")),
        message=answer.response,
        order=int(answer.fact("order") or 0),
        http_version=answer.fact("http") or "",
        method=answer.fact("method") or "",
        outcome=answer.fact("outcome") or "",
    )


def _fits(seen: Seen, operation: str, number: str | None) -> bool:
    return seen.operation == operation and (number is None or seen.number == number)


def _told(seen: Seen, order: int) -> Answer:
    facts = [("operation", seen.operation), ("number", seen.number), ("order", str(order)), ("outcome", seen.outcome)]
    if seen.incoming is None:
        return Answer(Message("", b""), None, tuple(facts))
    incoming = seen.incoming
    facts += [("http", incoming.version), ("method", incoming.method), ("tls", incoming.tls), ("path", incoming.path)]
    facts += [("peer", sha256(incoming.peer).hexdigest() if incoming.peer else "")]
    facts += [(f"field {key}", value) for key, value in seen.fields]
    media = incoming.header("Content-Type") or ""
    return Answer(Message(media, incoming.body, incoming.headers), None, tuple(facts))
