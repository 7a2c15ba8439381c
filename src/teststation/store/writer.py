"""The one thread with the one connection that writes."""

from __future__ import annotations

import logging
import platform
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlcipher3 import dbapi2

from teststation.model import Reason
from teststation.store import audit, schema
from teststation.store.audit import Who
from teststation.store.connection import Database, writing
from teststation.store.errors import DamagedStoreError, StoreError, store_error

T = TypeVar("T")
Step = Callable[[Connection], object]

_log = logging.getLogger(__name__)


class Writer:
    """Runs commands one after the other, each in a transaction of its own.

    The future of a command is done once its commit is on the disk, or fails with a StoreError. `trouble` is why
    something waits for the disk.
    """

    def __init__(self, database: Database) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self.who = Who(station=platform.node())
        engine = writing(database)
        audit.sign(engine, self.who)
        self._connection = self._thread.submit(engine.connect).result()
        self._submit(self._scrub_what_was_erased)
        self._waiting: deque[Step] = deque()  # touched by the thread only
        self.trouble: Reason | None = None

    def run(self, command: Callable[[Connection], T]) -> Future[T]:
        """Run a command; where it fails, that is all."""

        def job() -> T:
            with self._connection.begin():
                return command(self._connection)

        return self._submit(job)

    def keep(self, step: Step, result: T) -> Future[T]:
        """Run a step that must not be lost; it may be run twice.

        Where the disk does not let it (full, read-only, at fault) its future fails, but the step waits in memory and
        goes first, in order, with the next one: where a future succeeds, all before it is kept too.
        """

        def job() -> T:
            self._waiting.append(step)
            self._run_waiting(step)
            return result

        return self._submit(job)

    def erase(self, step: Step, then: Callable[[Connection], T]) -> Future[T]:
        """Delete rows, and write the file anew without them, the WAL too; then look at it."""

        def job() -> T:
            with self._connection.begin():
                step(self._connection)
            _scrub(self._connection)
            with self._connection.begin():
                return then(self._connection)

        return self._submit(job)

    def retry(self) -> Future[None]:
        """Run what waits."""
        return self._submit(self._run_waiting)

    def close(self) -> None:
        """Run what is queued and what waits, and end. Fails where the disk still does not let it."""
        last = self.retry()
        self._thread.submit(self._connection.close)
        self._thread.shutdown()
        last.result()

    def _scrub_what_was_erased(self) -> None:
        if _raw(self._connection).execute("PRAGMA user_version").fetchone() == (schema.TO_BE_SCRUBBED,):
            _scrub(self._connection)

    def _run_waiting(self, newest: Step | None = None) -> None:
        while self._waiting:
            step = self._waiting[0]
            try:
                with self._connection.begin():
                    step(self._connection)
            except OperationalError as error:
                self.trouble = store_error(error).reason
                raise
            except Exception:
                self._waiting.popleft()  # it would never succeed, and holds up what can
                if step is newest:
                    raise
                _log.exception("what waited for the disk cannot be kept")
            else:
                self._waiting.popleft()
        self.trouble = None

    def _submit(self, job: Callable[[], T]) -> Future[T]:
        def translated() -> T:
            try:
                return job()
            except (DBAPIError, dbapi2.Error) as error:
                said = store_error(error)
                if isinstance(said, DamagedStoreError):
                    self._connection.invalidate()  # once SQLCipher has met a damaged page, it takes no other
                raise said from error

        return self._thread.submit(translated)


def _scrub(connection: Connection) -> None:
    raw = _raw(connection)
    for command in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
        answer = raw.execute(command).fetchone()
        if answer is not None and answer[0]:  # somebody reads: the WAL could not be emptied
            raise StoreError("store_not_scrubbed")
    # only now, as a process that is killed before leaves the mark for the next start
    raw.execute("PRAGMA user_version = 0")
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _raw(connection: Connection) -> dbapi2.Connection:
    """Reach past SQLAlchemy, which would begin a transaction."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, dbapi2.Connection)
    return raw
