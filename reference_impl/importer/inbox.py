"""What the importing side holds: one record of a number, quarantine, and states told by notices."""

from dataclasses import dataclass
from enum import Enum, auto

from sqlalchemy import Connection, insert, select, update

from reference_impl.actor import Deed
from reference_impl.certificates.messages import Notice
from reference_impl.clock import Clock, instant
from reference_impl.importer.examiner import Decision
from reference_impl.node import Evidence, Lookup
from reference_impl.store.audit import AuditTrail
from reference_impl.store.database import Database
from reference_impl.store.tables import inbox, notices, quarantine

BEGINNING = "1970-01-01T00:00:00.000000Z"
FINAL = ("40", "44")


class Kept(Enum):
    """What came of keeping a document."""

    NEW = auto()
    SAME = auto()
    CONFLICT = auto()


@dataclass(frozen=True)
class Held:
    """One record. `channel` is "pull", "push" or "upload"; `message_id` that of the message it came in, or empty."""

    country: str
    number: str
    digest: str
    status: str
    clearance: str
    message_id: str
    channel: str


class Inbox:
    """Reads and writes the records. Methods that take a connection join the caller's transaction."""

    def __init__(self, database: Database, clock: Clock, trail: AuditTrail) -> None:
        self.database = database
        self.trail = trail
        self.clock = clock

    def find(self, connection: Connection, country: str, number: str) -> Held | None:
        """The record of a number of a country."""
        columns = [inbox.c[name] for name in Held.__dataclass_fields__]
        row = connection.execute(
            select(*columns).where(inbox.c.country == country, inbox.c.number == number).order_by(inbox.c.copy)
        ).first()
        return Held(*row) if row else None

    def named(self, number: str) -> Held | None:
        """The newest record of a number, whatever country it is from."""
        columns = [inbox.c[name] for name in Held.__dataclass_fields__]
        with self.database.read() as connection:
            row = connection.execute(
                select(*columns).where(inbox.c.number == number).order_by(inbox.c.received.desc()).limit(1)
            ).first()
        return Held(*row) if row else None

    def keep(
        self, connection: Connection, country: str, decision: Decision, document: bytes, channel: str, message_id: str
    ) -> Kept:
        """Keep a good document once. Other octets under a known number go to quarantine, the first stay."""
        known = self.find(connection, country, decision.number)
        if known is None:
            self.insert(connection, country, decision, document, channel, message_id)
            return Kept.NEW
        return self.repeated(connection, known, decision, document, channel)

    def repeated(self, connection: Connection, known: Held, decision: Decision, document: bytes, channel: str) -> Kept:
        """A known number once more."""
        if known.digest == decision.digest:
            return Kept.SAME
        conflict = "the number is known with other content; the first is kept"
        self.put_aside(connection, known.country, decision, document, channel, conflict)
        return Kept.CONFLICT

    def insert(
        self,
        connection: Connection,
        country: str,
        decision: Decision,
        document: bytes,
        channel: str,
        message_id: str,
        copy: int = 0,
    ) -> None:
        """Write a new record, in the state a notice may have told before."""
        told = self.notice_of(connection, country, decision.number)
        status, changed = told or (decision.status, BEGINNING)
        connection.execute(
            insert(inbox).values(
                country=country,
                number=decision.number,
                copy=copy,
                document=document,
                digest=decision.digest,
                signature=decision.signature,
                status=status,
                status_changed=changed,
                clearance="",
                message_id=message_id,
                channel=channel,
                received=instant(self.clock.now()),
            )
        )
        self.trail.add(connection, Deed("import stored", decision.number, f"{country} {channel} {decision.digest}"))

    def put_aside(
        self, connection: Connection, country: str, decision: Decision, document: bytes, channel: str, reason: str
    ) -> None:
        """Keep a document apart, once for the same octets."""
        known = select(quarantine.c.id).where(
            quarantine.c.country == country,
            quarantine.c.number == decision.number,
            quarantine.c.digest == decision.digest,
        )
        if connection.execute(known).first() is None:
            connection.execute(
                insert(quarantine).values(
                    country=country,
                    number=decision.number,
                    digest=decision.digest,
                    document=document,
                    reason=reason,
                    channel=channel,
                    received=instant(self.clock.now()),
                )
            )
            self.trail.add(connection, Deed("import quarantined", decision.number, f"{country} {channel} {reason}"))

    def set_aside(self, connection: Connection, country: str, number: str, digest: str) -> bool:
        """True when exactly these octets are in quarantine."""
        row = connection.execute(
            select(quarantine.c.id).where(
                quarantine.c.country == country, quarantine.c.number == number, quarantine.c.digest == digest
            )
        ).first()
        return row is not None

    def notice_of(self, connection: Connection, country: str, number: str) -> tuple[str, str] | None:
        """(state, moment) of the newest notice about a number, or None."""
        row = connection.execute(
            select(notices.c.status, notices.c.changed).where(notices.c.country == country, notices.c.number == number)
        ).first()
        return (row[0], row[1]) if row else None

    def apply(self, connection: Connection, notice: Notice) -> bool:
        """Apply a notice, also before its certificate is there. False: something newer is known."""
        known = self.notice_of(connection, notice.sender, notice.number)
        if known is not None and not self.supersedes(notice, known[0], known[1]):
            return False
        self.write_notice(connection, notice, new=known is None)
        connection.execute(
            update(inbox)
            .where(inbox.c.country == notice.sender, inbox.c.number == notice.number)
            .values(status=notice.status, status_changed=instant(notice.changed))
        )
        self.trail.add(connection, Deed("import state", notice.number, f"{notice.sender} {notice.status}"))
        return True

    def supersedes(self, notice: Notice, status: str, changed: str) -> bool:
        """True when a notice is newer than what is known; nothing makes a final state issued again."""
        return instant(notice.changed) > changed and not (status in FINAL and notice.status not in FINAL)

    def write_notice(self, connection: Connection, notice: Notice, *, new: bool) -> None:
        """Remember the newest notice about a number."""
        values = {
            "country": notice.sender,
            "number": notice.number,
            "status": notice.status,
            "changed": instant(notice.changed),
            "replaced_by": notice.replaced_by,
            "reason": notice.reason,
        }
        if new:
            connection.execute(insert(notices).values(**values))
        else:
            same = (notices.c.country == notice.sender) & (notices.c.number == notice.number)
            connection.execute(update(notices).where(same).values(**values))

    def decide(self, connection: Connection, held: Held, clearance: str) -> None:
        """Note a decision at the border."""
        connection.execute(
            update(inbox)
            .where(inbox.c.country == held.country, inbox.c.number == held.number)
            .values(clearance=clearance)
        )
        self.trail.add(connection, Deed("import decided", held.number, f"{held.country} {clearance}"))

    def document(self, number: str) -> bytes:
        """The octets of the first record of a number, empty when there is none."""
        statement = select(inbox.c.document).where(inbox.c.number == number).order_by(inbox.c.received, inbox.c.copy)
        with self.database.read() as connection:
            row = connection.execute(statement.limit(1)).first()
        return bytes(row[0]) if row else b""

    def evidence(self, number: str) -> Evidence | None:
        """The document of a number as it came, with its signature, whose it is and when it came."""
        statement = select(inbox.c.document, inbox.c.signature, inbox.c.country, inbox.c.received)
        with self.database.read() as connection:
            row = connection.execute(statement.where(inbox.c.number == number).order_by(inbox.c.copy)).first()
        return None if row is None else Evidence(bytes(row.document), row.signature, row.country, row.received)

    def lookup(self, number: str) -> Lookup:
        """What is held under a number (hook `lookup`)."""
        statement = select(inbox.c.digest, inbox.c.status, inbox.c.clearance).where(inbox.c.number == number)
        with self.database.read() as connection:
            rows = connection.execute(statement.order_by(inbox.c.received, inbox.c.copy)).all()
            apart = connection.execute(select(quarantine.c.id).where(quarantine.c.number == number)).first()
        if not rows:
            return Lookup(quarantined=apart is not None, state="quarantined" if apart else "")
        digest, status, clearance = rows[0]
        return Lookup(len(rows), digest.lower(), status, clearance, apart is not None, "stored")
