"""What waits to be sent: kept on the disk before anything else, tried until it is taken, given up in the agreed way.

A message is stored with its Message-ID in the same transaction as what caused it. A try is counted and the next one
planned before it begins. So the node may die at any moment: nothing is lost, and what may be sent twice bears the same
Message-ID, by which the receiver knows it (RFC 5321 clause 4.2.5, RFC 1047).
"""

import asyncio
import contextlib
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from email.parser import BytesHeaderParser
from email.policy import SMTP
from functools import partial

from sqlalchemy import Connection, insert, select, update

from reference_impl.actor import Deed
from reference_impl.clock import Clock, instant, parse_instant
from reference_impl.mail.message import Outgoing, build
from reference_impl.mail.schedule import Schedule
from reference_impl.mail.sender import Envelope, Outcome, Relay, Result, Sender
from reference_impl.store.audit import AuditTrail
from reference_impl.store.database import Database
from reference_impl.store.deliveries import DeliveryStore
from reference_impl.store.posts import ARCHIVED, FAILED, SENT, WAITING
from reference_impl.store.tables import outbox

CERTIFICATE = "CERTIFICATE"
AT_ONCE = 4
LOOK_AGAIN_SECONDS = 1.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Route:
    """How a country is reached by mail: the relay, and the two addresses."""

    relay: Relay
    sender: str
    recipient: str


@dataclass(frozen=True)
class Queued:
    """One row that waits. `attempts` counts the tries begun."""

    id: int
    kind: str
    number: str
    country: str
    message_id: str
    message: bytes
    attempts: int


class Outbox:
    """Keeps and sends messages. `route` tells how a country is reached now, `reachable` which ones can be.

    A message for a country whose address is not known waits without being tried.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        sender: Sender,
        route: Callable[[str], Route | None],
        reachable: Callable[[], Sequence[str]],
        schedule: Schedule,
        trail: AuditTrail,
    ) -> None:
        self.database = database
        self.trail = trail
        self.clock = clock
        self.sender = sender
        self.route = route
        self.reachable = reachable
        self.schedule = schedule
        self.deliveries = DeliveryStore(database)
        self.chance: Callable[[], float] = random.random
        self.seal: Callable[[Outgoing, bytes], bytes] = lambda _outgoing, message: message
        self._wake = asyncio.Event()
        self._ending = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None

    def compose(self, outgoing: Outgoing) -> tuple[str, bytes]:
        """The Message-ID and octets of a new message."""
        message_id, message = build(outgoing, self.clock)
        return message_id, self.seal(outgoing, message)

    def add(self, connection: Connection, outgoing: Outgoing) -> str:
        """Keep a message within the caller's transaction; returns its Message-ID. Call `wake` after the commit."""
        message_id, message = self.compose(outgoing)
        connection.execute(
            insert(outbox).values(
                kind=str(outgoing.subject.kind),
                number=outgoing.subject.number,
                country=outgoing.subject.recipient,
                message_id=message_id,
                message=message,
                state=WAITING,
                attempts=0,
                next_attempt=instant(self.clock.now()),
                alarm="",
            )
        )
        return message_id

    def wake(self) -> None:
        """Look for due messages now; may be called from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def start(self) -> None:
        """Begin sending, also what was left from before."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """End sending; tries under way are broken off, and made again after the next start."""
        # Not by cancelling: before Python 3.12 wait_for may swallow that.
        self._ending = True
        self._wake.set()
        self.sender.abort()
        if self._task is not None:
            await asyncio.wait((self._task,), timeout=1.0)
            self._task = None

    async def _run(self) -> None:
        under_way: dict[int, asyncio.Task[None]] = {}
        try:
            while not self._ending:
                self._wake.clear()
                for queued in await asyncio.to_thread(self.due, frozenset(under_way), AT_ONCE - len(under_way)):
                    task = asyncio.create_task(asyncio.to_thread(self.attempt, queued))
                    under_way[queued.id] = task
                    task.add_done_callback(partial(self._finished, under_way, queued.id))
                pause = await asyncio.to_thread(self.until_next, frozenset(under_way))
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), None if len(under_way) >= AT_ONCE else pause)
        finally:
            await asyncio.gather(*under_way.values(), return_exceptions=True)

    def _finished(self, under_way: dict[int, asyncio.Task[None]], key: int, task: asyncio.Task[None]) -> None:
        under_way.pop(key, None)
        if not task.cancelled() and task.exception() is not None:
            logger.error("a try to send failed inside the node", exc_info=task.exception())
        self._wake.set()

    def due(self, besides: frozenset[int] = frozenset(), limit: int = AT_ONCE) -> list[Queued]:
        """The messages whose time has come, oldest first, at most `limit`, without those under way."""
        names = ("id", "kind", "number", "country", "message_id", "message", "attempts")
        statement = (
            select(*(outbox.c[name] for name in names))
            .where(outbox.c.state == WAITING, outbox.c.next_attempt <= instant(self.clock.now()))
            .where(outbox.c.id.not_in(besides), outbox.c.country.in_(self.reachable()))
            .order_by(outbox.c.next_attempt, outbox.c.id)
            .limit(limit)
        )
        with self.database.read() as connection:
            return [Queued(*row) for row in connection.execute(statement)]

    def until_next(self, besides: frozenset[int] = frozenset()) -> float:
        """Seconds until the next message is due, at most one: an address may become known, the clock may jump."""
        statement = select(outbox.c.next_attempt).where(
            outbox.c.state == WAITING, outbox.c.id.not_in(besides), outbox.c.country.in_(self.reachable())
        )
        with self.database.read() as connection:
            row = connection.execute(statement.order_by(outbox.c.next_attempt).limit(1)).first()
        if row is None:
            return LOOK_AGAIN_SECONDS
        return min(LOOK_AGAIN_SECONDS, max(0.01, (parse_instant(row[0]) - self.clock.now()).total_seconds()))

    def attempt(self, queued: Queued) -> None:
        """Try one message once. Never raises for what the other side does."""
        route = self.route(queued.country)
        if route is None:
            return  # the address was lost meanwhile; `due` leaves the message alone until there is one
        attempts = queued.attempts + 1
        if attempts > self.schedule.tries + 1:
            self._end(queued, queued.attempts, ARCHIVED, f"{queued.number}: given up, the node ended in each try")
            return
        # Counted before it begins, so that a node that dies in every try still comes to an end.
        self._put(queued, attempts=attempts, pause=self.pause(attempts) or self.schedule.first)
        outcome = self.sender.send(
            route.relay,
            Envelope(route.sender, addressee(queued.message) or route.recipient, self.octets(queued, attempts)),
        )
        self.conclude(queued, attempts, outcome)

    def octets(self, queued: Queued, attempts: int) -> bytes:  # noqa: ARG002 - a seam
        """The message's octets at a try: the same every time."""
        return queued.message

    def pause(self, attempts: int) -> float | None:
        """Seconds until the try after this many, None when there is none."""
        return self.schedule.pause(attempts, self.chance)

    def conclude(self, queued: Queued, attempts: int, outcome: Outcome) -> None:
        """Write down what became of a try."""
        if outcome.result is Result.ACCEPTED:
            self._end(queued, attempts, SENT, "")
        elif outcome.result is Result.PERMANENT:
            self._end(queued, attempts, FAILED, f"{queued.number}: refused for good: {outcome.text}")
        else:
            pause = self.pause(attempts)
            if pause is None:
                self._end(
                    queued, attempts, ARCHIVED, f"{queued.number}: given up after {attempts} tries: {outcome.text}"
                )
            else:
                logger.warning("%s: try %d failed, next in %.1f s: %s", queued.number, attempts, pause, outcome.text)
                self._put(queued, attempts=attempts, pause=pause)

    def _put(self, queued: Queued, attempts: int, pause: float) -> None:
        at = instant(self.clock.now() + timedelta(seconds=pause))
        with self.database.write() as connection:
            connection.execute(
                update(outbox).where(outbox.c.id == queued.id).values(attempts=attempts, next_attempt=at)
            )
            self._tell(connection, queued, attempts, WAITING, "")

    def _end(self, queued: Queued, attempts: int, state: str, alarm: str) -> None:
        if alarm:
            logger.error("ALARM %s", alarm)
        with self.database.write() as connection:
            connection.execute(
                update(outbox).where(outbox.c.id == queued.id).values(attempts=attempts, state=state, alarm=alarm)
            )
            self.trail.add(connection, Deed(f"mail {state}", queued.number, f"{queued.kind} {queued.message_id}"))
            self._tell(connection, queued, attempts, state, alarm)

    def _tell(self, connection: Connection, queued: Queued, attempts: int, state: str, alarm: str) -> None:
        """Keep the certificate's delivery in step; a receipt that came meanwhile stands."""
        if queued.kind != CERTIFICATE:
            return
        known = self.deliveries.find(connection, queued.number, queued.country)
        told = {FAILED: "Failed", ARCHIVED: "Archived"}.get(state)
        changed = replace(known, attempts=attempts, alarm=alarm)
        if told is not None and known.receipt is None:
            changed = replace(changed, state=told)
        self.deliveries.put(connection, changed)


def addressee(message: bytes) -> str:
    """The address in the To header: a partner has a mailbox for S/MIME beside the other."""
    head = BytesHeaderParser(policy=SMTP).parsebytes(message.partition(b"\r\n\r\n")[0])
    return str(head["To"].addresses[0].addr_spec) if head["To"] is not None and head["To"].addresses else ""
