"""The accounts there are."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select, update

from reference_impl.accounts.values import Account, Credentials
from reference_impl.clock import Clock, instant
from reference_impl.store.account_tables import accounts, invitations, passkeys
from reference_impl.store.database import Database

INVITED_FOR = timedelta(days=7)
PERSON = (
    accounts.c.id, accounts.c.email, accounts.c.name, accounts.c.country, accounts.c.authority, accounts.c.role,
    accounts.c.language,
)  # fmt: skip


class AccountExists(Exception):
    """There is an account with this address already."""


class AccountDirectory:
    """Reads and writes accounts. Methods may be replaced."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock

    def add(self, connection: Connection, person: Mapping[str, str]) -> int:
        """A new account, `invited` and without a password.

        `person` has email, name, country, authority, role, language. Raises `AccountExists`.
        """
        if connection.execute(select(accounts.c.id).where(accounts.c.email == person["email"])).scalar() is not None:
            raise AccountExists(person["email"])
        values = {**person, "state": "invited", "created": instant(self.clock.now())}
        made = connection.execute(insert(accounts).values(**values)).inserted_primary_key
        assert made is not None  # noqa: S101 - SQLAlchemy gives it for every insert of one row
        return int(made[0])

    def invite(self, connection: Connection, account: int) -> str:
        """The token of a new invitation; earlier ones of the account end."""
        token = secrets.token_urlsafe(24)
        connection.execute(delete(invitations).where(invitations.c.account == account))
        ends = instant(self.clock.now() + INVITED_FOR)
        connection.execute(insert(invitations).values(token_digest=_digest(token), account=account, ends=ends))
        return token

    def invited(self, token: str) -> Account | None:
        """Whom an invitation is for, None when it is over or never was."""
        now = instant(self.clock.now())
        statement = (
            select(*PERSON)
            .select_from(invitations.join(accounts, accounts.c.id == invitations.c.account))
            .where(
                invitations.c.token_digest == _digest(token), invitations.c.ends >= now, accounts.c.state != "closed"
            )
        )
        with self.database.read() as connection:
            row = connection.execute(statement).fetchone()
        return None if row is None else Account(*row)

    def open(self, account: int, password: str) -> None:
        """Keep the password of who was invited, and end the invitation. It is active with its second factor.

        Who begins anew has lost something: passkeys of before open nothing any more.
        """
        with self.database.write() as connection:
            connection.execute(delete(passkeys).where(passkeys.c.account == account))
            connection.execute(delete(invitations).where(invitations.c.account == account))
            connection.execute(
                update(accounts)
                .where(accounts.c.id == account)
                .values(password=password, second_factor="", last_step=0)
            )

    def equip(self, account: int, secret: str, step: int) -> None:
        """Keep the key of a second factor that was proved with a code of `step`; the account is active."""
        with self.database.write() as connection:
            connection.execute(
                update(accounts)
                .where(accounts.c.id == account, accounts.c.state != "closed")
                .values(second_factor=secret, last_step=step, state="active")
            )

    def credentials(self, email: str) -> Credentials | None:
        """What a log-in with this address is checked against; None for an unknown address or a closed account."""
        statement = select(*PERSON, accounts.c.password, accounts.c.second_factor, accounts.c.last_step).where(
            accounts.c.email == email, accounts.c.state != "closed"
        )
        with self.database.read() as connection:
            row = connection.execute(statement).fetchone()
        return None if row is None else Credentials(Account(*row[:7]), row[7], row[8], row[9])

    def use_step(self, account: int, step: int) -> bool:
        """Take the code of a time step; False when one so late was taken before, also a moment ago."""
        with self.database.write() as connection:
            done = connection.execute(
                update(accounts).where(accounts.c.id == account, accounts.c.last_step < step).values(last_step=step)
            )
            return done.rowcount == 1

    def set_password(self, account: int, password: str) -> None:
        """Keep another password."""
        with self.database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account).values(password=password))

    def set_language(self, account: int, language: str) -> None:
        """Keep the language a person wants."""
        with self.database.write() as connection:
            connection.execute(update(accounts).where(accounts.c.id == account).values(language=language))

    def close(self, connection: Connection, account: int) -> None:
        """Close an account: its sessions find nobody any more."""
        connection.execute(update(accounts).where(accounts.c.id == account).values(state="closed"))

    def get(self, account: int) -> Account | None:
        """One account."""
        with self.database.read() as connection:
            row = connection.execute(select(*PERSON).where(accounts.c.id == account)).fetchone()
        return None if row is None else Account(*row)

    def all(self) -> list[tuple[Account, str]]:
        """Every account with its state, by country and address."""
        statement = select(*PERSON, accounts.c.state).order_by(accounts.c.role, accounts.c.country, accounts.c.email)
        with self.database.read() as connection:
            return [(Account(*row[:7]), row.state) for row in connection.execute(statement)]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
