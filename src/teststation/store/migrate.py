"""Making a store and bringing it up to date. The only module that imports Alembic: opening a store at head does not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import alembic.command
from alembic.config import Config
from sqlalchemy import Connection, func, inspect, select, table
from sqlalchemy.exc import DBAPIError

from teststation.store import schema
from teststation.store.connection import writing
from teststation.store.errors import StoreError, store_error

SCRIPTS = Path(__file__).parent / "migrations"


def create(path: Path) -> None:
    """Make an empty store by the migrations. It appears under its name only when it is whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    with closing(sqlite3.connect(unfinished)) as connection:
        connection.execute("PRAGMA page_size = 8192")  # holds three blocks; half of 4096 would be lost on each
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
    _in_one_transaction(unfinished, _to_head)
    unfinished.replace(path)


def upgrade(path: Path) -> Path:
    """Bring a store to head, or leave it as it was. Gives the backup that was made before.

    Foreign keys are off meanwhile: SQLite changes a table by making it anew, and dropping the old one would take along
    every row that refers to it, in silence. They are checked, and the rows counted, before the commit.
    """
    backup = path.with_name(f"{path.name}.before-{schema.HEAD}")
    _back_up(path, backup)
    try:
        _in_one_transaction(path, _to_head_with_all_rows)
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


def _in_one_transaction(path: Path, change: Callable[[Connection], None]) -> None:
    with writing(path, foreign_keys=False).begin() as connection:
        change(connection)


def _row_counts(connection: Connection) -> dict[str, int]:
    names = inspect(connection).get_table_names()
    return {name: connection.scalar(select(func.count()).select_from(table(name))) or 0 for name in names}


def _back_up(path: Path, backup: Path) -> None:
    backup.unlink(missing_ok=True)
    backup.touch(mode=0o600)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(backup)) as target:
        source.backup(target)  # unlike a copied file it has what stands in the WAL
