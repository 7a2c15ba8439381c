"""Connections to the database file: many that read, one that writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool, QueuePool

_BUSY_S = 5.0


def reading(path: Path) -> Engine:
    """Give connections that cannot write; a transaction sees the store as it was at its first query."""
    engine = create_engine("sqlite://", creator=lambda: _connect(path, "ro"), poolclass=QueuePool, hide_parameters=True)
    _begin_with(engine, "BEGIN")
    return engine


def writing(path: Path, *, foreign_keys: bool = True) -> Engine:
    """Give connections whose every commit is on the disk before it returns.

    Foreign keys are set here and not later: inside a transaction the pragma would silently do nothing.
    """

    def connect() -> sqlite3.Connection:
        connection = _connect(path, "rw")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA fullfsync = ON")  # on macOS a plain fsync stops at the drive's cache
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)
    _begin_with(engine, "BEGIN IMMEDIATE")
    return engine


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # isolation_level None: SQLAlchemy begins the transactions, not the driver by its own guess
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_S,
        isolation_level=None,
        check_same_thread=False,
    )


def _begin_with(engine: Engine, statement: str) -> None:
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(statement))
