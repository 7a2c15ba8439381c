"""What can go wrong with the store, as sentences."""

from __future__ import annotations

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError
from sqlcipher3 import dbapi2

from teststation.model import TeststationError


class StoreError(TeststationError):
    """Something could not be kept or found."""


class NewerStoreError(StoreError):
    """A newer version of the program made the store."""


class ForeignStoreError(StoreError):
    """The file is not a store."""


class DamagedStoreError(StoreError):
    """The file is a store, but not whole."""


class DiskFullError(StoreError):
    """There is no room left on the disk."""


class ReadOnlyStoreError(StoreError):
    """The file or its disk cannot be written."""


class StoreInUseError(StoreError):
    """Another program has the store open."""


class LockedStoreError(StoreError):
    """The store is encrypted, and what opens it was not given."""


class WrongKeyError(StoreError):
    """What was given does not open the store."""


_SAID = {
    "database or disk is full": sqlite3.SQLITE_FULL,
    "attempt to write a readonly database": sqlite3.SQLITE_READONLY,
    "disk I/O error": sqlite3.SQLITE_IOERR,
    "database disk image is malformed": sqlite3.SQLITE_CORRUPT,
}
"""What a copy that fails says, without a code."""


def store_error(error: DBAPIError | dbapi2.Error | OSError) -> StoreError:
    """Say what the database or the disk complained of."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, OSError):
        return _disk_error(cause)
    match getattr(cause, "sqlite_errorcode", _SAID.get(str(cause), 0)) & 0xFF:  # the low byte is the primary code
        case sqlite3.SQLITE_FULL:
            return DiskFullError("store_disk_full")
        case sqlite3.SQLITE_READONLY:
            return ReadOnlyStoreError("store_read_only")
        case sqlite3.SQLITE_CONSTRAINT:
            return StoreError("store_conflict", detail=str(cause))
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DamagedStoreError("store_damaged", detail=str(cause))
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreError("store_busy")
        case sqlite3.SQLITE_IOERR:
            return StoreError("store_disk_fault", detail=str(cause))
        case _:
            return StoreError("store_failed", detail=str(cause))


def _disk_error(error: OSError) -> StoreError:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return DiskFullError("store_disk_full")
        case errno.EROFS | errno.EACCES | errno.EPERM:
            return ReadOnlyStoreError("store_read_only")
        case _:
            return StoreError("store_failed", detail=error.strerror or type(error).__name__)
