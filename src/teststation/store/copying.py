"""Copies of a store: a backup, also while it is written to, and a backup put in its place."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2

from teststation.model import AuditEntry
from teststation.store import vault
from teststation.store.connection import Database, connect, connect_without_trace, prepare
from teststation.store.errors import DamagedStoreError, StoreError
from teststation.store.files import beside, replace

PARTS = ("", "-wal", "-shm", ".keys", ".keys-copy")
"""What the files of a store are called after its name."""


def copy(source: Database, target: Database) -> None:
    """Copy a store, also one that is being written, into a new file, which may have another key."""
    empty(target)
    with closing(connect_without_trace(source)) as from_there, closing(connect(target, "mode=rw")) as to_here:
        from_there.backup(to_here)  # unlike a copied file it has what stands in the WAL
    with target.path.open("rb+") as file:
        os.fsync(file.fileno())


def encrypt(source: Database, target: Database) -> None:
    """Write a plain store into a new file that is encrypted: page by page is no way between the two kinds."""
    empty(target)
    with closing(connect(target, "mode=rw")) as connection:
        prepare(connection)
        connection.execute("ATTACH DATABASE ? AS plain KEY ''", (f"{source.path.absolute().as_uri()}?mode=ro",))
        connection.execute("SELECT sqlcipher_export('main', 'plain')").fetchall()
        tables = "SELECT name FROM plain.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
        for (name,) in connection.execute(tables).fetchall():
            here, there = (
                connection.execute(f'SELECT count(*) FROM {schema}."{name}"').fetchone()  # noqa: S608 - our own names
                for schema in ("main", "plain")
            )
            if here != there:
                raise StoreError("store_rows_lost", tables=name)
    with target.path.open("rb+") as file:
        os.fsync(file.fileno())


def empty(database: Database) -> Database:
    """Make an empty file, for its owner only."""
    for part in ("", "-wal", "-shm"):  # what a killed process left
        beside(database.path, part).unlink(missing_ok=True)
    database.path.touch(mode=0o600)
    return database


def back_up(source: Database, file: Path, passphrase: str | None) -> None:
    """Copy a store with its keys, or under a key of its own that this passphrase opens; the copy is read to the end.

    A file that is there is not overwritten.
    """
    if any(beside(file, part).exists() for part in PARTS):
        raise StoreError("store_exists", file=str(file))
    if not source.encrypted:
        target, keys = Database(file), None
    elif passphrase is None:
        target, keys = dataclasses.replace(source, path=file), vault.read(source.path)
    else:
        target, keys = vault.make(file, passphrase)
    unfinished = dataclasses.replace(target, path=beside(file, ".new"))
    try:
        copy(source, unfinished)
        must_be_whole(unfinished)
        if keys is not None:
            vault.write(file, keys)
        replace(unfinished.path, file)
    finally:
        for part in ("", "-wal", "-shm"):
            beside(unfinished.path, part).unlink(missing_ok=True)


def put_in_place(backup: Database, database: Path, stamp: str) -> list[Path]:
    """Put a backup where the store is or was; what was there is kept beside it, under the names that are given."""
    target = dataclasses.replace(backup, path=beside(database, ".new"))
    copy(backup, target)
    must_be_whole(target)
    aside = []
    for part in PARTS:
        old = beside(database, part)
        if old.exists():
            aside.append(old.replace(beside(database, f".replaced-{stamp}{part}")))
    if backup.encrypted:
        vault.write(database, vault.read(backup.path))
    replace(target.path, database)
    return aside


def known_backups(database: Path, told: Sequence[AuditEntry]) -> list[Path]:
    """Give the copies of a store that are still where they were made: by hand, by a migration, by a restoring."""
    made = {Path(entry.detail["file"]) for entry in told if entry.action == "backed_up"}
    beside_it = {
        *database.parent.glob(f"{database.name}.before-*"),
        *database.parent.glob(f"{database.name}.replaced-*"),
    }
    return sorted(file for file in made | beside_it if file.exists() and not file.name.endswith(PARTS[1:]))


def must_be_whole(database: Database) -> None:
    """Read every page of a store."""
    with closing(connect_without_trace(database)) as connection:
        try:
            problems = page_faults(connection, encrypted=database.encrypted)
        except dbapi2.DatabaseError as error:
            raise DamagedStoreError("store_copy_damaged", file=database.path.name) from error
    if problems:
        raise DamagedStoreError("store_copy_damaged", file=database.path.name)


def page_faults(connection: dbapi2.Connection, *, encrypted: bool) -> list[str]:
    """Say which pages are not as they were written, or do not fit together."""
    forged = connection.execute("PRAGMA cipher_integrity_check").fetchall() if encrypted else []
    if forged:
        return [row[0] for row in forged]
    return [row[0] for row in connection.execute("PRAGMA integrity_check").fetchall() if row[0] != "ok"]
