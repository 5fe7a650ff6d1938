"""Calls the importing side owes a partner by SOAP: receipts and SPSAcknowledgements, repeated until they are taken.

They are written down in the transaction of what caused them and made afterwards, so that nothing is acknowledged
before it is on the disk, and what is on the disk is acknowledged in the end. Both operations may be repeated without
harm (profile, part 3: acknowledging is idempotent).
"""

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, insert, select, update

from reference_impl.clock import Clock, instant
from reference_impl.importer.client import PullClient
from reference_impl.importer.soap import CallFailed, Fault
from reference_impl.importer.tables import calls
from reference_impl.mail.schedule import Schedule
from reference_impl.store.database import Database

WAITING, DONE, FAILED = "waiting", "done", "failed"
MAX_TEXT = 1000
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Owed:
    """One call: a receipt (`receipt` is not empty) or the submission of a document."""

    id: int
    country: str
    number: str
    receipt: str
    text: str
    document: bytes
    attempts: int


class OwedCalls:
    """The list of calls owed."""

    def __init__(self, database: Database, clock: Clock, schedule: Schedule) -> None:
        self.database = database
        self.clock = clock
        self.schedule = schedule

    def add_receipt(
        self, connection: Connection, country: str, number: str, digest: str, receipt: str, text: str
    ) -> None:
        """Owe a receipt for what was listed with this digest."""
        self._add(connection, country, number, digest, receipt, text[:MAX_TEXT], b"")

    def add_document(self, connection: Connection, country: str, number: str, document: bytes) -> None:
        """Owe the submission of an SPSAcknowledgement."""
        self._add(connection, country, number, "", "", "", document)

    def _add(
        self, connection: Connection, country: str, number: str, digest: str, receipt: str, text: str, document: bytes
    ) -> None:
        connection.execute(
            insert(calls).values(
                country=country,
                number=number,
                digest=digest,
                receipt=receipt,
                text=text,
                document=document,
                state=WAITING,
                attempts=0,
                next_attempt=instant(self.clock.now()),
            )
        )

    def answered(self, country: str, number: str, digest: str) -> bool:
        """True when a receipt was given, or is owed, for what is listed with this digest."""
        statement = select(calls.c.id).where(
            calls.c.country == country, calls.c.number == number, calls.c.digest == digest, calls.c.receipt != ""
        )
        with self.database.read() as connection:
            return connection.execute(statement).first() is not None

    def due_countries(self, among: Sequence[str]) -> list[str]:
        """The countries with a call whose time has come."""
        statement = select(calls.c.country).where(
            calls.c.state == WAITING, calls.c.next_attempt <= instant(self.clock.now()), calls.c.country.in_(among)
        )
        with self.database.read() as connection:
            return [row[0] for row in connection.execute(statement.distinct())]

    def settle(self, client: PullClient, country: str) -> None:
        """Make the calls to a country whose time has come. A failed call is planned again; none raises."""
        for owed in self._due(country):
            attempts = owed.attempts + 1
            try:
                self.perform(client, owed)
            except Fault as fault:
                self._failed(owed, attempts, str(fault), fault.final, fault.retry_after)
            except CallFailed as error:
                self._failed(owed, attempts, str(error), final=False, wait=None)
            else:
                self._put(owed, DONE, attempts, 0.0)

    def perform(self, client: PullClient, owed: Owed) -> None:
        """Make one call."""
        if owed.receipt:
            client.acknowledge(owed.number, owed.receipt, owed.text)
        else:
            client.submit(owed.document)

    def _due(self, country: str) -> list[Owed]:
        columns = [calls.c[name] for name in Owed.__dataclass_fields__]
        statement = select(*columns).where(
            calls.c.state == WAITING, calls.c.country == country, calls.c.next_attempt <= instant(self.clock.now())
        )
        with self.database.read() as connection:
            return [Owed(*row) for row in connection.execute(statement.order_by(calls.c.id).limit(500))]

    def _failed(self, owed: Owed, attempts: int, text: str, final: bool, wait: float | None) -> None:
        pause = None if final else self.schedule.pause(attempts, random.random)
        if pause is None:
            logger.error("ALARM %s: %s is not told: %s", owed.number, owed.country, text)
            self._put(owed, FAILED, attempts, 0.0)
        else:
            logger.warning("%s: try %d to tell %s failed: %s", owed.number, attempts, owed.country, text)
            self._put(owed, WAITING, attempts, max(pause, wait or 0.0))

    def _put(self, owed: Owed, state: str, attempts: int, pause: float) -> None:
        at = instant(self.clock.now() + timedelta(seconds=pause))
        with self.database.write() as connection:
            connection.execute(
                update(calls).where(calls.c.id == owed.id).values(state=state, attempts=attempts, next_attempt=at)
            )
