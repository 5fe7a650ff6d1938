"""Who is acting, and from where: set where a request or a message enters the node, read where it is written down."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

NODE = "node"
ADMINISTRATION = "administration"
PUBLIC = "public"


@dataclass(frozen=True)
class Deed:
    """What was done with which certificate (empty: with none); `detail` is free text such as a reason."""

    what: str
    number: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Actor:
    """A country, `public`, `administration` or the `node` itself, and the access and address it came by.

    `owed` are the deeds that must be in the audit trail before the actor is answered.
    """

    who: str
    origin: str
    owed: list[tuple["Actor", Deed]] = field(default_factory=list)


_NOBODY = Actor(NODE, "local")
_current: ContextVar[Actor] = ContextVar("actor", default=_NOBODY)


def actor() -> Actor:
    """Who acts now; the node itself where nobody was named."""
    return _current.get()


def answered() -> bool:
    """True when somebody waits for an answer, False when the node acts by itself."""
    return _current.get() is not _NOBODY


def identify(who: str) -> None:
    """Name the present actor, who was not known yet when he began to act."""
    before = _current.get()
    _current.set(Actor(who, before.origin, before.owed))


@contextmanager
def acting(who: str, origin: str) -> Iterator[Actor]:
    """What is done inside is done by this actor. Threads started with `asyncio.to_thread` inherit it."""
    acts = Actor(who, origin)
    before = _current.set(acts)
    try:
        yield acts
    finally:
        _current.reset(before)
