"""The audit trail (profile 6.8): only ever added to, each line chained to the one before it by a digest.

A line's digest covers its own fields and the digest of the line before. Whoever alters, removes or inserts a line must
write every later digest anew; whoever has noted the last digest once, outside the node, finds even that.
"""

import asyncio
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, insert, select

from reference_impl.actor import Actor, Deed, actor, answered
from reference_impl.clock import Clock, instant
from reference_impl.store.database import Database
from reference_impl.store.tables import audit_trail

BEGINNING = "0" * 64
SYNC_SECONDS = 0.5
_LAST = select(audit_trail.c.id, audit_trail.c.digest).where(
    audit_trail.c.id == select(func.max(audit_trail.c.id)).scalar_subquery()
)
_INSERT = insert(audit_trail)
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
Owed = tuple[Actor, Deed]


@dataclass(frozen=True)
class Line:
    """One line as kept; `at` as `clock.instant` writes moments."""

    id: int
    at: str
    who: str
    origin: str
    what: str
    number: str
    detail: str
    digest: str


class BrokenTrail(Exception):
    """The trail was altered; the text says at which line."""


class AuditTrail:
    """Writes and reads the trail. Methods may be replaced."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self._waiting: list[tuple[tuple[Owed, ...], asyncio.Future[None]]] = []
        self._sync_planned = False
        self._connection: Connection | None = None
        self._driver: Any = None
        self._disk = ThreadPoolExecutor(1, "audit")
        self._last, self._insert = database.prepare(_LAST), database.prepare(_INSERT)

    def add(self, connection: Connection, *deeds: Deed) -> None:
        """Write deeds of the present actor inside the caller's transaction."""
        self.write(connection, [(actor(), deed) for deed in deeds])

    def record(self, *deeds: Deed) -> None:
        """Write deeds of the present actor in a transaction of their own."""
        with self.database.write() as connection:
            self.add(connection, *deeds)

    def owe(self, deed: Deed) -> None:
        """Have a deed written before the present actor is answered; at once when nobody waits for an answer."""
        if answered():
            actor().owed.append((actor(), deed))
        else:
            self.record(deed)

    async def settle(self, debtor: Actor) -> None:
        """Return when everything the actor owes is written. Raises what the database raises.

        Written means: it outlives the end of the node's process at any moment, and is on the disk within a second.
        What comes due in one turn of the event loop is written in one transaction.
        """
        if not debtor.owed:
            return
        loop = asyncio.get_running_loop()
        written = loop.create_future()
        if not self._waiting:
            loop.call_soon(self._flush, loop)
        self._waiting.append((tuple(debtor.owed), written))
        debtor.owed.clear()
        await written

    def write(self, connection: Connection, deeds: Iterable[Owed]) -> None:
        """Append lines; the write lock the transaction holds keeps the chain in one piece."""
        self._append(connection.connection.dbapi_connection, deeds)

    def _append(self, driver: Any, deeds: Iterable[Owed]) -> None:
        # By the driver alone: every retrieval writes a line, and this takes a tenth of the time.
        number, digest = driver.execute(self._last.text).fetchone() or (0, BEGINNING)
        at = instant(self.clock.now())
        rows = []
        for by, deed in deeds:
            number += 1
            fields = (number, at, by.who, by.origin, deed.what, deed.number, deed.detail)
            digest = chained(digest, fields)
            rows.append((*fields, digest))
        driver.executemany(self._insert.text, rows)

    def lines(self, number: str = "") -> Iterator[Line]:
        """All lines in order, or those about one certificate."""
        statement = select(audit_trail).order_by(audit_trail.c.id)
        if number:
            statement = statement.where(audit_trail.c.number == number)
        with self.database.read() as connection:
            for row in connection.execute(statement.execution_options(yield_per=500)):
                yield Line(*row)

    def newest(self, number: str = "") -> Iterator[Line]:
        """All lines, the newest first, or those about one certificate."""
        statement = select(audit_trail).order_by(audit_trail.c.id.desc())
        if number:
            statement = statement.where(audit_trail.c.number == number)
        with self.database.read() as connection:
            for row in connection.execute(statement.execution_options(yield_per=100)):
                yield Line(*row)

    def told(self, what: str) -> list[Line]:
        """All lines of one kind, in order."""
        statement = select(audit_trail).where(audit_trail.c.what == what).order_by(audit_trail.c.id)
        with self.database.read() as connection:
            return [Line(*row) for row in connection.execute(statement)]

    def verify(self, head: str = "") -> tuple[int, str]:
        """The number of lines and the last digest. Raises `BrokenTrail`.

        `head` is a last digest noted earlier: it must still stand somewhere in the trail.
        """
        count, digest, seen = 0, BEGINNING, not head
        for count, line in enumerate(self.lines(), 1):
            fields = (line.id, line.at, line.who, line.origin, line.what, line.number, line.detail)
            digest = chained(digest, fields)
            if line.id != count or line.digest != digest:
                raise BrokenTrail(f"line {count} of the audit trail is not what was written there")
            seen = seen or digest == head
        if not seen:
            raise BrokenTrail("the digest noted earlier is not in the audit trail: its end was cut off or written anew")
        return count, digest

    def close(self) -> None:
        """Bring to the disk what is not there yet."""
        self._disk.shutdown()
        if self._connection is not None:
            self._connection.invalidate()  # the pool must not give away one that does not wait for the disk
            self._connection.close()
            self._connection = None
            self.database.sync()

    def _flush(self, loop: asyncio.AbstractEventLoop) -> None:
        waiting, self._waiting = self._waiting, []
        error: Exception | None = None
        try:
            self._put([debt for owed, _ in waiting for debt in owed])
        except Exception as problem:  # noqa: BLE001 - whatever it was, each who waits must hear of it
            error = problem
        for _, written in waiting:
            if not written.done():
                if error is None:
                    written.set_result(None)
                else:
                    written.set_exception(error)
        if error is None and not self._sync_planned:
            self._sync_planned = True
            loop.call_later(SYNC_SECONDS, self._sync)

    def _put(self, deeds: Sequence[Owed]) -> None:
        if self._connection is None:
            self._connection = self.database.engine.connect()
            self._driver = self._connection.connection.dbapi_connection
            # This connection's commits do not wait for the disk each; `_sync` does, for all of them.
            self._driver.execute("PRAGMA synchronous=NORMAL")
        self._driver.execute("BEGIN IMMEDIATE")
        try:
            self._append(self._driver, deeds)
            self._driver.commit()
        except BaseException:
            self._driver.rollback()
            raise

    def _sync(self) -> None:
        self._sync_planned = False
        self._disk.submit(self.database.sync)


def chained(before: str, fields: Sequence[object]) -> str:
    """The digest of a line: SHA-256 over the digest before it and its own fields, as one JSON list."""
    return hashlib.sha256(_JSON.encode((before, *fields)).encode()).hexdigest()
