"""Opening a store: making a new one, bringing an old one up to date, refusing what is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from teststation.store import copying, recovery, schema, vault
from teststation.store.connection import Database, inspecting
from teststation.store.errors import (
    DamagedStoreError,
    ForeignStoreError,
    NewerStoreError,
    StoreError,
    store_error,
)
from teststation.store.files import Lock, beside
from teststation.store.keys import utc_now
from teststation.store.store import Store
from teststation.store.vault import Opener
from teststation.store.wal import lost_commits

_MAGIC = b"SQLite format 3\0"
_APPLICATION_ID = slice(68, 72)
_WHAT_IS_IN = """
SELECT (SELECT count(*) FROM clients), (SELECT count(*) FROM visits), (SELECT count(*) FROM trials),
       (SELECT max(started_at) FROM visits)
"""
"""In words that every version of the schema understands."""


class Contents(msgspec.Struct, frozen=True):
    """What a backup holds, as a person would count it, and when its last visit began."""

    clients: int
    visits: int
    trials: int
    last_visit: str | None


def open_store(path: Path, opener: Opener | None = None) -> Store:
    """Open the store, made (a plain one) or brought up to date where that is needed.

    A file that is no store, is not whole, is open elsewhere or was made by a newer version is refused and not touched.
    """
    try:
        return _opened(vault.unlock(path, opener))
    except (DBAPIError, dbapi2.Error, OSError) as error:
        raise store_error(error) from error


def set_up_store(path: Path, passphrase: str, code: str | None = None) -> str:
    """Make an encrypted store; give the recovery code, a new one unless one was shown before, which is kept nowhere."""
    try:
        return _set_up(path, passphrase, code or recovery.new_code())
    except (DBAPIError, dbapi2.Error, OSError) as error:
        raise store_error(error) from error


def restore_store(backup: Path, path: Path, opener: Opener | None = None) -> list[Path]:
    """Put a backup in the place of the store; give the names under which what was there is kept.

    A backup that is not whole, or not one that this program can read, changes nothing.
    """
    try:
        return _restored(vault.unlock(backup, opener), path)
    except (DBAPIError, dbapi2.Error, OSError) as error:
        raise store_error(error) from error


def look_into(backup: Path, opener: Opener | None = None) -> Contents:
    """Say what is in a backup, by reading only."""
    try:
        return _contents(vault.unlock(backup, opener))
    except (DBAPIError, dbapi2.Error, OSError) as error:
        raise store_error(error) from error


def _set_up(path: Path, passphrase: str, code: str) -> str:
    database, keys = vault.make(path, passphrase, code)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(path)
    try:
        if any(file.exists() for file in (path, beside(path, "-wal"))):
            raise StoreError("store_exists", file=str(path))
        vault.set_aside(path, utc_now().replace(":", ""))
        vault.write(path, keys)
        _create(database)
    finally:
        lock.release()
    return code


def _contents(backup: Database) -> Contents:
    _must_exist(backup)
    _revision(backup)
    engine = inspecting(backup)
    try:
        with engine.connect() as connection:
            return Contents(*connection.execute(text(_WHAT_IS_IN)).one())
    finally:
        engine.dispose()


def _must_exist(backup: Database) -> None:
    if not backup.path.exists():
        raise StoreError("store_unknown", what=str(backup.path))


def _restored(backup: Database, path: Path) -> list[Path]:
    _must_exist(backup)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(path)
    try:
        _revision(backup)
        return copying.put_in_place(backup, path, utc_now().replace(":", ""))
    finally:
        lock.release()


def _opened(database: Database) -> Store:
    database.path.parent.mkdir(parents=True, exist_ok=True)
    lock = Lock(database.path)
    try:
        lost = lost_commits(beside(database.path, "-wal"))
        if lost:  # SQLite is about to write over them
            shutil.copy2(beside(database.path, "-wal"), beside(database.path, f".lost-{utc_now().replace(':', '')}"))
        _bring_to_head(database)
        return Store(database, lock, lost)
    except BaseException:
        lock.release()
        raise


def _bring_to_head(database: Database) -> None:
    path, wal = database.path, beside(database.path, "-wal")
    if path.exists():
        if _revision(database) < schema.HEAD:
            from teststation.store import migrate  # noqa: PLC0415 - Alembic is not loaded for a store at head

            migrate.upgrade(database)
    elif wal.exists() or database.encrypted:
        there = wal.name if wal.exists() else beside(path, ".keys").name
        raise DamagedStoreError("store_damaged", detail=f"{path.name} is gone, {there} is there")
    else:
        _create(database)


def _create(database: Database) -> None:
    from teststation.store import migrate  # noqa: PLC0415 - as above

    migrate.create(database)


def _revision(database: Database) -> str:
    """Tell at which migration a store is, by reading only."""
    path = database.path
    with path.open("rb") as file:
        header = file.read(100)
    if not database.encrypted and not is_plain_store(header):
        raise ForeignStoreError("store_foreign", file=str(path))

    engine = inspecting(database)
    try:
        with engine.connect() as connection:
            revision = connection.scalar(text("SELECT version_num FROM alembic_version"))
            needs = connection.scalar(text("SELECT needs FROM store_info"))
    except DBAPIError as error:
        # The salt is the one part of an encrypted file that can be recognised. It is not asked first, because the store
        # also opens where only the salt is damaged.
        if database.encrypted and not header.startswith(database.salt):
            raise ForeignStoreError("store_other_keys", file=str(path)) from error
        raise DamagedStoreError("store_damaged", detail=str(error.orig)) from error
    finally:
        engine.dispose()
    if revision is None or needs is None:
        raise DamagedStoreError("store_damaged", detail="no version")
    if revision > schema.HEAD:
        raise NewerStoreError("store_newer", needs=needs)
    return str(revision)


def is_plain_store(header: bytes) -> bool:
    """Tell by its first bytes whether a file is a store that is not encrypted."""
    return header.startswith(_MAGIC) and header[_APPLICATION_ID] == schema.APPLICATION_ID.to_bytes(4, "big")
