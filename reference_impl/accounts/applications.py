"""Applications for an account, through the embassy, and what the department decides (profile part 8)."""

import secrets
from collections.abc import Mapping

from sqlalchemy import Connection, func, insert, select, update

from reference_impl.accounts.directory import AccountDirectory
from reference_impl.accounts.values import OFFICIAL, Application
from reference_impl.actor import Deed
from reference_impl.clock import Clock, instant
from reference_impl.store.account_tables import applications
from reference_impl.store.audit import AuditTrail
from reference_impl.store.database import Database
from reference_impl.uploads import Document

_SHOWN = [column for column in applications.c if column.name != "letter"]


class AlreadyDecided(Exception):
    """The application was decided before, perhaps by somebody else a moment ago."""


class Applications:
    """Reads and writes applications. Methods may be replaced."""

    def __init__(self, database: Database, clock: Clock, audit: AuditTrail, directory: AccountDirectory) -> None:
        self.database = database
        self.clock = clock
        self.audit = audit
        self.directory = directory

    def apply(self, person: Mapping[str, str], letter: Document) -> str:
        """Keep an application and return its reference; `person` has email, name, country, authority, embassy,
        language.
        """
        reference = f"A-{secrets.token_hex(5).upper()}"
        with self.database.write() as connection:
            connection.execute(
                insert(applications).values(
                    **person,
                    reference=reference,
                    letter_name=letter.name,
                    letter_type=letter.media_type,
                    letter=letter.octets,
                    state="received",
                    at=instant(self.clock.now()),
                )
            )
            self.audit.add(connection, Deed("account applied for", detail=f"{reference} {person['country']}"))
        return reference

    def approve(self, application: Application, by: str) -> str:
        """Make the account and return the token of its invitation. Raises `AlreadyDecided`, `AccountExists`."""
        person = {name: getattr(application, name) for name in ("email", "name", "country", "authority", "language")}
        with self.database.write() as connection:
            self._decide(connection, application, "approved", by, "")
            account = self.directory.add(connection, {**person, "role": OFFICIAL})
            token = self.directory.invite(connection, account)
            detail = f"{application.reference} {application.country} {application.email}"
            self.audit.add(connection, Deed("account approved", detail=detail))
        return token

    def refuse(self, application: Application, by: str, reason: str) -> None:
        """Refuse with a reason. Raises `AlreadyDecided`."""
        with self.database.write() as connection:
            self._decide(connection, application, "refused", by, reason)
            detail = f"{application.reference} {application.country}: {reason}"
            self.audit.add(connection, Deed("account refused", detail=detail))

    def find(self, reference: str) -> Application | None:
        """One application."""
        with self.database.read() as connection:
            row = connection.execute(select(*_SHOWN).where(applications.c.reference == reference)).fetchone()
        return None if row is None else Application(**row._mapping)  # noqa: SLF001 - the public name of a row's columns

    def letter(self, reference: str) -> Document | None:
        """The embassy's letter."""
        columns = (applications.c.letter_name, applications.c.letter_type, applications.c.letter)
        with self.database.read() as connection:
            row = connection.execute(select(*columns).where(applications.c.reference == reference)).fetchone()
        return None if row is None else Document(*row)

    def all(self, state: str = "", most: int = 200) -> list[Application]:
        """The newest applications, of one state or all."""
        statement = select(*_SHOWN).order_by(applications.c.id.desc()).limit(most)
        if state:
            statement = statement.where(applications.c.state == state)
        with self.database.read() as connection:
            return [Application(**row._mapping) for row in connection.execute(statement)]  # noqa: SLF001

    def waiting(self) -> int:
        """How many wait for a decision."""
        statement = select(func.count()).where(applications.c.state == "received")
        with self.database.read() as connection:
            return int(connection.execute(statement).scalar_one())

    def _decide(self, connection: Connection, application: Application, state: str, by: str, reason: str) -> None:
        done = connection.execute(
            update(applications)
            .where(applications.c.id == application.id, applications.c.state == "received")
            .values(state=state, decided_at=instant(self.clock.now()), decided_by=by, reason=reason)
        )
        if done.rowcount != 1:
            raise AlreadyDecided(application.reference)
