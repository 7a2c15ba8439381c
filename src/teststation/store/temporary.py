"""Stores that are gone afterwards: of the demo, and of a visit of which nothing may be kept."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from teststation.store import vault
from teststation.store.connection import Database
from teststation.store.errors import StoreError, StoreInUseError
from teststation.store.files import Lock, beside
from teststation.store.store import Store

_PREFIX, _NAME = "teststation-", "store.db"


@contextmanager
def temporary_store(*, encrypted: bool = False) -> Iterator[Store]:
    """Open a store that is gone afterwards: for the demo; or encrypted, for a visit of which nothing may be kept.

    The key of the latter is nowhere but in memory: what a killed process leaves of it nobody can read.
    """
    from teststation.store import migrate  # noqa: PLC0415 - Alembic is not loaded for a store that is there

    # what a reader of Windows still holds open of it goes at the next start
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder:
        path = Path(folder) / _NAME
        lock = Lock(path)
        key = (secrets.token_bytes(vault.KEY_BYTES), secrets.token_bytes(vault.SALT_BYTES)) if encrypted else ()
        database = Database(path, *key)
        migrate.create(database)
        store = Store(database, lock)
        try:
            yield store
        finally:
            with suppress(StoreError):  # of what the disk did not take nothing was to stay
                store.close()


def sweep() -> None:
    """Remove what killed processes left of their temporary stores; one that is open in another process stays."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        path = folder / _NAME
        with suppress(OSError, StoreInUseError):
            if _is_ours(folder) and beside(path, ".lock").exists():
                Lock(path).release()
                shutil.rmtree(folder)


def _is_ours(folder: Path) -> bool:
    """Tell whether this user made a folder: others may put there what leads elsewhere."""
    found = folder.lstat()
    return stat.S_ISDIR(found.st_mode) and (sys.platform == "win32" or found.st_uid == os.getuid())
