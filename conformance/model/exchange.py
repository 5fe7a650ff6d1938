"""Messages and exchanges: what went over the wire, as it was."""

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from hashlib import sha256


@dataclass(frozen=True)
class Message:
    """Octets with a media type and the headers they came with (in order, names as sent)."""

    media_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the body, lower-case hexadecimal: its name in the record."""
        return sha256(self.body).hexdigest()

    def header(self, name: str) -> str | None:
        """Return the first header of that name, compared without case, or None."""
        lowered = name.lower()
        return next((value for key, value in self.headers if key.lower() == lowered), None)


class FailureKind(StrEnum):
    """Why an exchange ended without a whole answer.

    `given-up`: not tried, it had let the judge wait in vain before. `no-browser`: not tried, the judge has none.
    """

    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    CLOSED = "closed"
    TLS = "tls"
    TOO_LARGE = "too-large"
    PROTOCOL = "protocol"
    HOOK = "hook"
    GIVEN_UP = "given-up"
    NO_BROWSER = "no-browser"


@dataclass(frozen=True)
class Failure:
    """An exchange that did not come to a whole answer, told in one sentence."""

    kind: FailureKind
    text: str


@dataclass(frozen=True)
class Answer:
    """What the wire gave back: a response, a failure, or (a server that closes after a few octets) both.

    `facts` are observations that are not part of a message: HTTP status, TLS version, peer certificate.
    """

    response: Message | None = None
    failure: Failure | None = None
    facts: tuple[tuple[str, str], ...] = ()

    def fact(self, name: str) -> str | None:
        """Return the fact of that name, or None."""
        return next((value for key, value in self.facts if key == name), None)


@dataclass(frozen=True)
class Exchange:
    """One request and its answer at one port of the judge."""

    port: str
    action: str
    request: Message | None
    answer: Answer
    started: float = 0.0
    seconds: float = 0.0
