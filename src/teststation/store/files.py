"""Files beside the database: written whole or not at all; a lock that a process takes with it when it dies."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from teststation.store.errors import StoreInUseError


def beside(path: Path, suffix: str) -> Path:
    """Name a file that belongs to a database."""
    return path.with_name(f"{path.name}{suffix}")


def write_whole(file: Path, data: bytes) -> None:
    """Write a file that only its owner can read, so that a crash leaves the old one or the new one."""
    fresh = beside(file, ".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    replace(fresh, file)


def replace(fresh: Path, file: Path) -> None:
    """Give a file its name, durably."""
    fresh.replace(file)
    with suppress(OSError):  # Windows has no handle of a folder, and keeps the order without
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class Lock:
    """Held by the one process that has a store open.

    It is on a file of its own: to open and close the database beside SQLite would drop SQLite's own locks.
    """

    def __init__(self, database: Path) -> None:
        self._path = beside(database, ".lock")
        self._file = self._take()

    def release(self) -> None:
        """Let the next one in."""
        with suppress(OSError):  # Windows removes no file that another has open
            self._path.unlink()
        self._file.close()

    def _take(self) -> IO[bytes]:
        while True:
            file = self._path.open("wb")
            try:
                _lock(file)
                # who had it before may have removed the file between our two steps: then nobody else will see this one
                if os.path.samestat(os.fstat(file.fileno()), self._path.stat()):
                    return file
            except FileNotFoundError:
                pass
            except OSError as error:
                file.close()
                raise StoreInUseError("store_in_use") from error
            file.close()


if sys.platform == "win32":  # pragma: no cover
    import msvcrt

    def _lock(file: IO[bytes]) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _lock(file: IO[bytes]) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
