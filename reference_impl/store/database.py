"""The engine and its transactions."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DatabaseError

from reference_impl.config import ConfigError
from reference_impl.store.tables import metadata


class Database:
    """One database. `read` and `write` give a connection for the length of a `with` block.

    A `write` block holds the write lock from its beginning and is on the disk when it ends without an exception.
    """

    def __init__(self, path: Path) -> None:
        """Open, and make when new, the database at `path`. Raises `ConfigError` when it cannot be used."""
        self.engine: Engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
        event.listen(self.engine, "connect", _prepare)
        try:
            metadata.create_all(self.engine)
        except DatabaseError as error:
            raise ConfigError(f"{path}: cannot be used as the node's database ({error.orig})") from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read with."""
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection inside one transaction; rolled back when the block raises."""
        with self.engine.connect() as connection:
            connection.execute(text("BEGIN IMMEDIATE"))
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        """Give the files back."""
        self.engine.dispose()


def _prepare(connection: SqliteConnection, _record: object) -> None:
    # The driver must not begin transactions of its own, or BEGIN IMMEDIATE would come second.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
