"""The one thread with the one connection that writes."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, OperationalError

from teststation.store.connection import Database, writing
from teststation.store.errors import store_error

T = TypeVar("T")
Step = Callable[[Connection], object]

_log = logging.getLogger(__name__)


class Writer:
    """Runs commands one after the other, each in a transaction of its own.

    The future of a command is done once its commit is on the disk, or fails with a StoreError.
    """

    def __init__(self, database: Database) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._connection = self._thread.submit(writing(database).connect).result()
        self._waiting: deque[Step] = deque()  # touched by the thread only

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

    def retry(self) -> Future[None]:
        """Run what waits."""
        return self._submit(self._run_waiting)

    def close(self) -> None:
        """Run what is queued and what waits, and end. Fails where the disk still does not let it."""
        last = self.retry()
        self._thread.submit(self._connection.close)
        self._thread.shutdown()
        last.result()

    def _run_waiting(self, newest: Step | None = None) -> None:
        while self._waiting:
            step = self._waiting[0]
            try:
                with self._connection.begin():
                    step(self._connection)
            except OperationalError:
                raise
            except Exception:
                self._waiting.popleft()  # it would never succeed, and holds up what can
                if step is newest:
                    raise
                _log.exception("what waited for the disk cannot be kept")
            else:
                self._waiting.popleft()

    def _submit(self, job: Callable[[], T]) -> Future[T]:
        def translated() -> T:
            try:
                return job()
            except DBAPIError as error:
                raise store_error(error) from error

        return self._thread.submit(translated)
