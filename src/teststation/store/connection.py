"""Connections to the database file: many that read, one that writes. SQLCipher's driver serves both kinds of store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool, Pool, QueuePool
from sqlcipher3 import dbapi2

from teststation.store.schema import APPLICATION_ID

_BUSY_S = 5.0

PAGE_BYTES = 8192
"""Holds three blocks; half of 4096 would be lost on each. SQLCipher has to be told at every connection."""


@dataclass(frozen=True)
class Database:
    """A database file with its data key, 32 bytes, and its salt, 16 bytes, where it is encrypted."""

    path: Path
    key: bytes | None = field(default=None, repr=False)
    salt: bytes = b""

    @property
    def encrypted(self) -> bool:
        """Tell whether a key is needed."""
        return self.key is not None


def connect(database: Database, how: str) -> dbapi2.Connection:
    """Open the file, by a URI's way such as `mode=ro`."""
    # isolation_level None: SQLAlchemy begins the transactions, not the driver by its own guess
    connection = dbapi2.connect(
        f"{database.path.absolute().as_uri()}?{how}",
        uri=True,
        timeout=_BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )
    if database.key is not None:
        connection.execute("PRAGMA cipher_log_level = NONE")  # first: it would write to the terminal past every screen
        connection.execute(f"PRAGMA key = \"x'{database.key.hex()}{database.salt.hex()}'\"")
        connection.execute(f"PRAGMA cipher_page_size = {PAGE_BYTES}")
    return connection


def prepare(connection: dbapi2.Connection) -> None:
    """Make an empty file one that a store can be put into."""
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


def connect_without_trace(database: Database) -> dbapi2.Connection:
    """Open the file to read, also on a disk that cannot be written."""
    in_use = database.path.with_name(f"{database.path.name}-wal").exists()
    return connect(database, "mode=ro" if in_use else "immutable=1")


def reading(database: Database) -> Engine:
    """Give connections that cannot write; a transaction sees the store as it was at its first query."""
    return _engine(lambda: connect(database, "mode=ro"), QueuePool, "BEGIN")


def inspecting(database: Database) -> Engine:
    """Give connections that leave no trace, not even the WAL's empty files, in a store that nobody has open."""
    return _engine(lambda: connect_without_trace(database), NullPool, "BEGIN")


def writing(database: Database, *, foreign_keys: bool = True) -> Engine:
    """Give connections whose every commit is on the disk before it returns.

    Foreign keys are set here and not later: inside a transaction the pragma would silently do nothing.
    """

    def connect_to_write() -> dbapi2.Connection:
        connection = connect(database, "mode=rw")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # on macOS a plain fsync stops at the drive's cache
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        return connection

    return _engine(connect_to_write, NullPool, "BEGIN IMMEDIATE")


def _engine(connect: Callable[[], dbapi2.Connection], pool: type[Pool], begin: str) -> Engine:
    engine = create_engine("sqlite://", module=dbapi2, creator=connect, poolclass=pool, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine
