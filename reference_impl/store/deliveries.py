"""What became of a certificate at the importing country: delivery, receipt, clearance."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from reference_impl.clock import instant, parse_instant
from reference_impl.store.database import Database
from reference_impl.store.tables import clearance_marks, clearances, deliveries


@dataclass(frozen=True)
class Delivery:
    """Delivery of one certificate to one country. `receipt` is what was acknowledged, None before."""

    number: str
    country: str
    state: str
    receipt: str | None
    text: str
    acknowledged: datetime | None
    attempts: int
    alarm: str


@dataclass(frozen=True)
class Clearance:
    """An SPSAcknowledgement about one certificate."""

    number: str
    country: str
    status: str
    reason: str
    digest: str
    received: datetime


class DeliveryStore:
    """Reads and writes deliveries and clearances."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def get(self, number: str, country: str) -> Delivery:
        """The delivery; state `Pending` when nothing happened yet."""
        with self.database.read() as connection:
            return self.find(connection, number, country)

    def find(self, connection: Connection, number: str, country: str) -> Delivery:
        """As `get`, inside a transaction."""
        condition = (deliveries.c.number == number) & (deliveries.c.country == country)
        row = connection.execute(select(deliveries).where(condition)).first()
        if row is None:
            return Delivery(number, country, "Pending", None, "", None, 0, "")
        values = dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for it
        moment = values["acknowledged"]
        return Delivery(**{**values, "acknowledged": parse_instant(moment) if moment else None})

    def put(self, connection: Connection, delivery: Delivery) -> None:
        """Write the delivery, new or changed."""
        values = {column.name: getattr(delivery, column.name) for column in deliveries.c}
        values["acknowledged"] = instant(delivery.acknowledged) if delivery.acknowledged else None
        condition = (deliveries.c.number == delivery.number) & (deliveries.c.country == delivery.country)
        if connection.execute(update(deliveries).where(condition).values(**values)).rowcount == 0:
            connection.execute(insert(deliveries).values(**values))

    def first(self, connection: Connection, country: str, mark: str) -> bool:
        """Note a country's name for what it says; False when it was noted before."""
        known = (clearance_marks.c.country == country) & (clearance_marks.c.mark == mark)
        if connection.execute(select(clearance_marks.c.id).where(known)).first() is not None:
            return False
        connection.execute(insert(clearance_marks).values(country=country, mark=mark))
        return True

    def add_clearance(self, connection: Connection, clearance: Clearance, document: bytes) -> bool:
        """Keep an SPSAcknowledgement; False when the same octets about the same certificate are kept already."""
        known = (
            select(clearances.c.id)
            .where(clearances.c.number == clearance.number, clearances.c.country == clearance.country)
            .where(clearances.c.digest == clearance.digest)
        )
        if connection.execute(known).first() is not None:
            return False
        values = {name: getattr(clearance, name) for name in ("number", "country", "status", "reason", "digest")}
        connection.execute(insert(clearances).values(**values, document=document, received=instant(clearance.received)))
        return True

    def clearances(self, number: str) -> list[Clearance]:
        """All SPSAcknowledgements about a certificate, oldest first."""
        columns = [c for c in clearances.c if c.name not in ("id", "document")]
        with self.database.read() as connection:
            rows = connection.execute(
                select(*columns).where(clearances.c.number == number).order_by(clearances.c.id)
            ).all()
        return [Clearance(r[0], r[1], r[2], r[3], r[4], parse_instant(r[5])) for r in rows]
