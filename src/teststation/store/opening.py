"""Opening a store: making a new one, bringing an old one up to date, refusing what is none."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def open_store(path: Path, opener: Opener | None = None) -> Store:
    """Open the store, made (a plain one) or brought up to date where that is needed.

    A file that is no store, is not whole, is open elsewhere or was made by a newer version is refused and not touched.
    """
    try:
        return _opened(vault.unlock(path, opener))
    except (DBAPIError, dbapi2.Error, OSError) as error:
        raise store_error(error) from error


def set_up_store(path: Path, passphrase: str) -> str:
    """Make an encrypted store; give the recovery code, which is kept nowhere and shown this once."""
    try:
        return _set_up(path, passphrase)
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


@contextmanager
def temporary_store(*, encrypted: bool = False) -> Iterator[Store]:
    """Open a store that is gone afterwards: for the demo; or encrypted, for a visit of which nothing may be kept.

    The key of the latter is nowhere but in memory: what a killed process leaves of it nobody can read.
    """
    with tempfile.TemporaryDirectory(prefix="teststation-") as folder:
        path = Path(folder) / "store.db"
        key = (secrets.token_bytes(vault.KEY_BYTES), secrets.token_bytes(vault.SALT_BYTES)) if encrypted else ()
        database = Database(path, *key)
        _create(database)
        with Store(database) as store:
            yield store


def _set_up(path: Path, passphrase: str) -> str:
    code = recovery.new_code()
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


def _restored(backup: Database, path: Path) -> list[Path]:
    if not backup.path.exists():
        raise StoreError("store_unknown", what=str(backup.path))
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
    if not database.encrypted and not _is_plain_store(header):
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


def _is_plain_store(header: bytes) -> bool:
    return header.startswith(_MAGIC) and header[_APPLICATION_ID] == schema.APPLICATION_ID.to_bytes(4, "big")
