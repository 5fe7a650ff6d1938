"""The certificates as a register to search in: by those who see all of them, or those of one country only."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, or_, select

from reference_impl.store.certificates import HIDDEN
from reference_impl.store.database import Database
from reference_impl.store.tables import audience, certificates


@dataclass(frozen=True)
class Wanted:
    """What is searched for; an empty field wants everything. `since` and `until` are days (ISO 8601), both included.

    `country` is who asks: only certificates addressed to it are seen, and drafts never are. Empty: everything.
    `after` is the last entry of the page before, as `Entry.place`.
    """

    country: str = ""
    number: str = ""
    state: str = ""
    type_code: str = ""
    since: str = ""
    until: str = ""
    after: str = ""
    size: int = 50


@dataclass(frozen=True)
class Entry:
    """One certificate of the register. `changed` is when its state last changed."""

    number: str
    type_code: str
    status: str
    import_country: str
    changed: str
    replaced_by: str | None

    @property
    def place(self) -> str:
        """Where in the register it stands."""
        return f"{self.changed} {self.number}"


class Register:
    """Searches. Methods may be replaced."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def search(self, wanted: Wanted) -> list[Entry]:
        """At most `wanted.size` + 1 entries, the newest change first; one more tells that a page follows."""
        columns = (
            certificates.c.number,
            certificates.c.type_code,
            certificates.c.status,
            certificates.c.import_country,
            certificates.c.changed,
            certificates.c.replaced_by,
        )
        statement = self._fitting(select(*columns), wanted)
        changed, _, number = wanted.after.partition(" ")
        if number:
            earlier = and_(certificates.c.changed == changed, certificates.c.number < number)
            statement = statement.where(or_(certificates.c.changed < changed, earlier))
        order = (certificates.c.changed.desc(), certificates.c.number.desc())
        with self.database.read() as connection:
            return [Entry(*row) for row in connection.execute(statement.order_by(*order).limit(wanted.size + 1))]

    def count(self, wanted: Wanted) -> int:
        """How many fit."""
        statement = self._fitting(select(func.count()).select_from(certificates), wanted)
        with self.database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    def visible(self, country: str, number: str) -> bool:
        """May the country see this certificate."""
        fitting = Wanted(country=country, number=number)
        statement = self._fitting(select(certificates.c.number), fitting).where(certificates.c.number == number)
        with self.database.read() as connection:
            return connection.execute(statement).first() is not None

    def _fitting(self, statement: Select[Any], wanted: Wanted) -> Select[Any]:
        if wanted.country:
            statement = statement.join(audience, audience.c.number == certificates.c.number).where(
                audience.c.country == wanted.country, certificates.c.status.not_in(HIDDEN)
            )
        if wanted.number:
            statement = statement.where(certificates.c.number.contains(wanted.number, autoescape=True))
        if wanted.state:
            statement = statement.where(certificates.c.status == wanted.state)
        if wanted.type_code:
            statement = statement.where(certificates.c.type_code == wanted.type_code)
        if wanted.since:
            statement = statement.where(certificates.c.changed >= wanted.since)
        if wanted.until:
            statement = statement.where(certificates.c.changed < f"{wanted.until}U")  # after any time of that day
        return statement
