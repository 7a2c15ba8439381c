"""Making a store and bringing it up to date. The only module that imports Alembic: opening a store at head does not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import alembic.command
from alembic.config import Config
from sqlalchemy import Connection, func, inspect, select, table
from sqlalchemy.exc import DBAPIError

from teststation.store import schema
from teststation.store.connection import Database, connect, prepare, writing
from teststation.store.copying import copy, empty
from teststation.store.errors import StoreError, store_error
from teststation.store.files import beside, replace

SCRIPTS = Path(__file__).parent / "migrations"


def create(database: Database) -> None:
    """Make an empty store by the migrations. It appears under its name only when it is whole."""
    path = database.path
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = empty(dataclasses.replace(database, path=beside(path, ".new")))
    with closing(connect(unfinished, "mode=rw")) as connection:
        prepare(connection)
    _in_one_transaction(unfinished, _to_head)
    replace(unfinished.path, path)


def upgrade(database: Database) -> Path:
    """Bring a store to head, or leave it as it was. Gives the backup that was made before.

    Foreign keys are off meanwhile: SQLite changes a table by making it anew, and dropping the old one would take along
    every row that refers to it, in silence. They are checked, and the rows counted, before the commit.
    """
    backup = beside(database.path, f".before-{schema.HEAD}")
    copy(database, dataclasses.replace(database, path=backup))
    try:
        _in_one_transaction(database, _to_head_with_all_rows)
    except (StoreError, DBAPIError) as error:
        reason = (error if isinstance(error, StoreError) else store_error(error)).reason
        raise StoreError("store_migration", reason=reason, backup=str(backup)) from error
    return backup


def _to_head_with_all_rows(connection: Connection) -> None:
    before = _row_counts(connection)
    _to_head(connection)
    after = _row_counts(connection)
    lost = [name for name, count in before.items() if name in after and after[name] != count]
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if lost or broken:
        raise StoreError("store_rows_lost", tables=", ".join(lost or sorted({row[0] for row in broken})))


def _to_head(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    alembic.command.upgrade(config, schema.HEAD)


def _in_one_transaction(database: Database, change: Callable[[Connection], None]) -> None:
    with writing(database, foreign_keys=False).begin() as connection:
        change(connection)


def _row_counts(connection: Connection) -> dict[str, int]:
    names = inspect(connection).get_table_names()
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}
