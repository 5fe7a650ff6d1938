"""The outbox as a clerk sees it: what waits, what failed, and sending it once more."""

from dataclasses import dataclass

from sqlalchemy import func, select, update

from reference_impl.actor import Deed
from reference_impl.clock import Clock, instant
from reference_impl.store.audit import AuditTrail
from reference_impl.store.database import Database
from reference_impl.store.tables import outbox

WAITING, SENT, FAILED, ARCHIVED = "waiting", "sent", "failed", "archived"
STATES = (WAITING, FAILED, ARCHIVED, SENT)
_SHOWN = [column for column in outbox.c if column.name not in ("message", "message_id")]


@dataclass(frozen=True)
class Post:
    """A message of the outbox. `next_attempt` counts while it waits; `alarm` says why it was given up."""

    id: int
    kind: str
    number: str
    country: str
    state: str
    attempts: int
    next_attempt: str
    alarm: str


class OutboxDesk:
    """Reads the outbox and sends again. Methods may be replaced."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self.database = database
        self.clock = clock
        self.trail = trail

    def posts(self, state: str, most: int = 100) -> list[Post]:
        """The newest messages in a state."""
        statement = select(*_SHOWN).where(outbox.c.state == state).order_by(outbox.c.id.desc()).limit(most)
        with self.database.read() as connection:
            return [Post(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001 - SQLAlchemy's public name

    def counts(self) -> dict[str, int]:
        """How many messages are in each state."""
        with self.database.read() as connection:
            rows = connection.execute(select(outbox.c.state, func.count()).group_by(outbox.c.state)).all()
        known = {row[0]: row[1] for row in rows}
        return {state: known.get(state, 0) for state in STATES}

    def resend(self, post: int) -> bool:
        """Have a message that was given up tried anew, with the same Message-ID; False when there is none such."""
        with self.database.write() as connection:
            row = connection.execute(
                select(outbox.c.number, outbox.c.country).where(
                    outbox.c.id == post, outbox.c.state.in_((FAILED, ARCHIVED))
                )
            ).first()
            if row is None:
                return False
            connection.execute(
                update(outbox)
                .where(outbox.c.id == post)
                .values(state=WAITING, attempts=0, alarm="", next_attempt=instant(self.clock.now()))
            )
            self.trail.add(connection, Deed("mail resent", row.number, row.country))
        return True
