"""Connections to the database file: many that read, one that writes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool, Pool, QueuePool

_BUSY_S = 5.0


def reading(path: Path) -> Engine:
    """Give connections that cannot write; a transaction sees the store as it was at its first query."""
    return _engine(lambda: _connect(path, "mode=ro"), QueuePool, "BEGIN")


def inspecting(path: Path) -> Engine:
    """Give connections that leave no trace, not even the WAL's empty files, in a store that nobody has open."""
    in_use = path.with_name(f"{path.name}-wal").exists()
    return _engine(lambda: _connect(path, "mode=ro" if in_use else "immutable=1"), NullPool, "BEGIN")


def writing(path: Path, *, foreign_keys: bool = True) -> Engine:
    """Give connections whose every commit is on the disk before it returns.

    Foreign keys are set here and not later: inside a transaction the pragma would silently do nothing.
    """

    def connect() -> sqlite3.Connection:
        connection = _connect(path, "mode=rw")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # on macOS a plain fsync stops at the drive's cache
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        return connection

    return _engine(connect, NullPool, "BEGIN IMMEDIATE")


def _connect(path: Path, how: str) -> sqlite3.Connection:
    # isolation_level None: SQLAlchemy begins the transactions, not the driver by its own guess
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?{how}",
        uri=True,
        timeout=_BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )


def _engine(connect: Callable[[], sqlite3.Connection], pool: type[Pool], begin: str) -> Engine:
    engine = create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine
