"""A plain store, as the first versions made it, becomes an encrypted one; the plain file is kept until it is erased."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from teststation.store import copying, vault
from teststation.store.connection import Database
from teststation.store.errors import StoreError, store_error
from teststation.store.files import Lock, beside, replace
from teststation.store.keys import utc_now
from teststation.store.opening import is_plain_store, open_store


def is_plain(path: Path) -> bool:
    """Tell whether there is a store that anybody can read, whatever lies beside it."""
    try:
        with path.open("rb") as file:
            return is_plain_store(file.read(100))
    except OSError:
        return False


def encrypt_store(path: Path, passphrase: str, code: str) -> None:
    """Encrypt a plain store; the plain file stays beside it under another name, among `plain_copies`.

    The passphrase and the recovery code open the encrypted one. Whenever it is broken off, the store is there, plain or
    encrypted: the keys of an encryption that was broken off are put aside by the next.
    """
    try:
        _encrypt(path, passphrase, code)
    except (DBAPIError, dbapi2.Error, OSError) as error:
        raise store_error(error) from error


def plain_copies(path: Path) -> list[Path]:
    """Give the files beside an encrypted store that hold what it held before it was encrypted."""
    return sorted(file for file in path.parent.glob(f"{path.name}.before-*") if is_plain(file))


def erase_plain_copies(path: Path) -> None:
    """Take them away; what a disk keeps of a file that is gone is the disk's own affair."""
    try:
        for file in plain_copies(path):
            file.unlink()
    except OSError as error:
        raise store_error(error) from error


def _encrypt(path: Path, passphrase: str, code: str) -> None:
    database, keys = vault.make(path, passphrase, code)
    stamp = utc_now().replace(":", "")
    if not is_plain(path):
        raise StoreError("store_unknown", what=str(path))
    vault.set_aside(path, stamp)
    open_store(path).close()  # brought up to date, and its log written into it
    lock = Lock(path)
    try:
        fresh = dataclasses.replace(database, path=beside(path, ".new"))
        copying.encrypt(Database(path), fresh)
        copying.must_be_whole(fresh)
        beside(path, f".before-encryption-{stamp}").hardlink_to(path)
        vault.write(path, keys)
        replace(fresh.path, path)
    finally:
        lock.release()
