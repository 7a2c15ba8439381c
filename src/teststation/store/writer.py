"""The one thread with the one connection that writes."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from teststation.store.connection import writing
from teststation.store.errors import store_error

T = TypeVar("T")


class Writer:
    """Runs jobs one after the other, in the order of their submission. A job begins its own transactions."""

    def __init__(self, path: Path) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="store-writer")
        self._connection = self._thread.submit(writing(path).connect).result()

    def submit(self, job: Callable[[Connection], T]) -> Future[T]:
        """Queue a job; its future is done once its commits are on the disk, or fails with a StoreError."""
        return self._thread.submit(self._run, job)

    def _run(self, job: Callable[[Connection], T]) -> T:
        try:
            return job(self._connection)
        except DBAPIError as error:
            raise store_error(error) from error

    def close(self) -> None:
        """Run what is queued and end."""
        self._thread.submit(self._connection.close)
        self._thread.shutdown()
