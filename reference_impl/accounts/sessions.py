"""Sessions: on the server, ended by log-out, by idleness and by age."""

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from reference_impl.accounts.directory import PERSON
from reference_impl.accounts.values import Account, Session
from reference_impl.clock import Clock, instant, kept_instant
from reference_impl.store.account_tables import accounts, sessions
from reference_impl.store.database import Database

IDLE = timedelta(minutes=30)
WHOLE = timedelta(hours=12)
# A session is written anew no oftener than this, so that reading pages does not write.
_TOUCH = timedelta(minutes=1)


class SessionStore:
    """Keeps sessions; `idle` without use ends one. Methods may be replaced."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database = database
        self.clock = clock
        self.idle = IDLE

    def begin(self, account: Account | None = None) -> Session:
        """A new session with a token of its own."""
        made = Session(secrets.token_urlsafe(32), secrets.token_urlsafe(32), account)
        now = self.clock.now()
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.ends < instant(now)))
            connection.execute(
                insert(sessions).values(
                    token_digest=digest(made.token),
                    csrf=made.csrf,
                    account=None if account is None else account.id,
                    began=instant(now),
                    seen=instant(now),
                    ends=instant(now + WHOLE),
                )
            )
        return made

    def find(self, token: str) -> Session | None:
        """The session of a token, unless it has ended or its account is not active."""
        if not token:
            return None
        now = self.clock.now()
        statement = (
            select(sessions.c.csrf, sessions.c.seen, sessions.c.account, accounts.c.state, *PERSON)
            .select_from(sessions.outerjoin(accounts, accounts.c.id == sessions.c.account))
            .where(
                sessions.c.token_digest == digest(token),
                sessions.c.ends >= instant(now),
                sessions.c.seen >= instant(now - self.idle),
            )
        )
        with self.database.read() as connection:
            row = connection.execute(statement).fetchone()
        if row is None or (row.account is not None and row.state != "active"):
            return None
        if row.seen < instant(now - _TOUCH):
            self._seen(token)
        account = None if row.account is None else Account(*row[4:])
        return Session(token, row.csrf, account)

    def log_in(self, before: Session | None, account: Account) -> Session:
        """A new session for who has logged in; the one before it ends, so that nobody who knew it gets in."""
        if before is not None:
            self.end(before)
        return self.begin(account)

    def end(self, session: Session) -> None:
        """End a session."""
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.token_digest == digest(session.token)))

    def end_all(self, account: int) -> None:
        """End every session of an account."""
        with self.database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.account == account))

    def age(self, account: int, by: timedelta) -> None:
        """Move the last use of an account's sessions back, as a test of idleness needs it."""
        mine = sessions.c.account == account
        with self.database.write() as connection:
            for token, seen in connection.execute(select(sessions.c.token_digest, sessions.c.seen).where(mine)).all():
                aged = instant(kept_instant(seen) - by)
                connection.execute(update(sessions).where(sessions.c.token_digest == token).values(seen=aged))

    def put_pending(self, session: Session, what: str) -> None:
        """Note in a session what a log-in waits for; empty: nothing."""
        with self.database.write() as connection:
            connection.execute(
                update(sessions).where(sessions.c.token_digest == digest(session.token)).values(pending=what)
            )

    def pending(self, session: Session) -> str:
        """What the log-in waits for."""
        with self.database.read() as connection:
            found = connection.execute(
                select(sessions.c.pending).where(sessions.c.token_digest == digest(session.token))
            ).scalar()
        return found or ""

    def _seen(self, token: str) -> None:
        with self.database.write() as connection:
            connection.execute(
                update(sessions).where(sessions.c.token_digest == digest(token)).values(seen=instant(self.clock.now()))
            )


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
