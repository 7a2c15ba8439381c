"""Opening a store: making a new one, bringing an old one up to date, refusing what is none."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from teststation.store import schema
from teststation.store.connection import inspecting
from teststation.store.errors import DamagedStoreError, ForeignStoreError, NewerStoreError, store_error
from teststation.store.store import Store

_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID = slice(68, 72)


def open_store(path: Path) -> Store:
    """Open the store, made or brought up to date where that is needed.

    A file that is no store, is not whole or was made by a newer version is refused and not touched.
    """
    try:
        _bring_to_head(path)
        return Store(path)
    except (DBAPIError, sqlite3.Error, OSError) as error:
        raise store_error(error) from error


@contextmanager
def temporary_store() -> Iterator[Store]:
    """Open a store that is gone afterwards, for the demo."""
    with tempfile.TemporaryDirectory(prefix="teststation-") as folder, open_store(Path(folder) / "store.db") as store:
        yield store


def _bring_to_head(path: Path) -> None:
    wal = path.with_name(f"{path.name}-wal")
    if path.exists():
        if _revision(path) < schema.HEAD:
            from teststation.store import migrate  # noqa: PLC0415 - Alembic is not loaded for a store at head

            migrate.upgrade(path)
    elif wal.exists():
        raise DamagedStoreError("store_damaged", detail=f"{path.name} is gone, {wal.name} is there")
    else:
        from teststation.store import migrate  # noqa: PLC0415 - as above

        migrate.create(path)


def _revision(path: Path) -> str:
    """Tell at which migration a store is, by reading only."""
    with path.open("rb") as file:
        header = file.read(100)
    mark = schema.APPLICATION_ID.to_bytes(4, "big")
    if not header.startswith(_MAGIC) or header[_APPLICATION_ID] != mark:
        raise ForeignStoreError("store_foreign", file=str(path))

    engine = inspecting(path)
    try:
        with engine.connect() as connection:
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
            needs = connection.scalar(text("SELECT needs FROM store_info"))
    except DBAPIError as error:
        raise DamagedStoreError("store_damaged", detail=str(error.orig)) from error
    finally:
        engine.dispose()
    if revision is None or needs is None:
        raise DamagedStoreError("store_damaged", detail="no version")
    if revision > schema.HEAD:
        raise NewerStoreError("store_newer", needs=needs)
    return str(revision)
