"""The engine and its transactions."""

import contextlib
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import ClauseElement, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from reference_impl.config import ConfigError
from reference_impl.store.tables import metadata


@dataclass(frozen=True)
class Lookup:
    """A statement in the words of the database's driver; its values are given in their order."""

    text: str


class Database:
    """One database. `read` and `write` give a connection for the length of a `with` block.

    A `write` block holds the write lock from its beginning and is on the disk when it ends without an exception.
    """

    def __init__(self, path: Path) -> None:
        """Open, and make when new, the database at `path`. Raises `ConfigError` when it cannot be used."""
        self.engine: Engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 10})
        self.path = path
        self._home = threading.get_ident()
        self._own: Connection | None = None
        self._driver: Any = None
        event.listen(self.engine, "connect", _prepare)
        try:
            metadata.create_all(self.engine)
        except DatabaseError as error:
            raise ConfigError(f"{path}: cannot be used as the node's database ({error.orig})") from error

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection to read with; each statement sees what is committed by then.

        The thread that opened the database, which serves requests, keeps one for all its reading: to take one from
        the pool and give it back costs more than a look-up.
        """
        if threading.get_ident() == self._home:
            if self._own is None:
                self._own = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            yield self._own
            return
        with self.engine.connect() as connection:
            yield connection

    def look_up(self, statement: "Lookup", *values: object) -> list[Any]:
        """The rows of a prepared statement, by the driver alone: for what every request asks."""
        if threading.get_ident() == self._home:
            if self._driver is None:
                with self.read() as connection:
                    self._driver = connection.connection.dbapi_connection
            return list(self._driver.execute(statement.text, values).fetchall())
        with self.read() as connection:
            driver: Any = connection.connection.dbapi_connection
            return list(driver.execute(statement.text, values).fetchall())

    def prepare(self, statement: ClauseElement) -> "Lookup":
        """Compile a statement once."""
        return Lookup(str(statement.compile(self.engine)))

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection inside one transaction; rolled back when the block raises."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def sync(self) -> None:
        """Wait until everything committed so far is on the disk, also by connections that do not wait themselves."""
        log = self.path.with_name(f"{self.path.name}-wal")
        with contextlib.suppress(FileNotFoundError), log.open("rb") as file:  # without a log it is in the file itself
            os.fsync(file.fileno())

    def close(self) -> None:
        """Give the files back."""
        if self._own is not None:
            self._own.close()
        self.engine.dispose()


def _prepare(connection: SqliteConnection, _record: object) -> None:
    # The driver must not begin transactions of its own, or BEGIN IMMEDIATE would come second.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
