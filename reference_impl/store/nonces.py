"""Nonces of WS-Security tokens: each is taken once while its token could be valid."""

from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from reference_impl.clock import instant
from reference_impl.store.database import Database
from reference_impl.store.tables import nonces


class NonceStore:
    """Kept in the database, so that a restart does not open the door to a replay."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def take(self, username: str, nonce: bytes, expires: datetime, now: datetime) -> bool:
        """True when the nonce is new for this user; keeps it until `expires`."""
        try:
            with self.database.write() as connection:
                connection.execute(delete(nonces).where(nonces.c.expires < instant(now)))
                connection.execute(insert(nonces).values(username=username, nonce=nonce, expires=instant(expires)))
        except IntegrityError:
            return False
        return True
