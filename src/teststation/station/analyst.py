"""The process in which recordings are analysed: SciPy is slow to load, and its work must not delay a key."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor

from teststation.model import Analysis, Recording, TestName
from teststation.tests.base import Options
from teststation.tests.catalogue import analyse, clinical_test


class Analyst:
    """The process in which recordings are analysed; SciPy is loaded there, not in the screen's process.

    Parameters
    ----------
    executor : makes what the analyses run in; it is called again where the last one has died
    """

    def __init__(self, executor: Callable[[], Executor] | None = None) -> None:
        self._make = executor or _process
        self._executor = self._make()

    def warm(self) -> None:
        """Load what the first analysis needs; call it after the first screen has been drawn."""
        self._executor.submit(_load)

    def submit(self, recording: Recording, test: TestName, options: Options) -> Future[Analysis]:
        """Analyse a recording."""
        try:
            return self._executor.submit(analyse, recording, test, options)
        except BrokenExecutor:
            self._executor = self._make()
            return self._executor.submit(analyse, recording, test, options)

    def close(self) -> None:
        """End the process, once what it is at has come out; what waits for it is cancelled."""
        self._executor.shutdown(cancel_futures=True)


def _process() -> Executor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=spawn, initializer=_end_with_parent)


def _end_with_parent() -> None:
    """End when the station does, also when it is killed: a worker waits for work for ever otherwise."""
    station = multiprocessing.parent_process()
    assert station is not None

    def wait() -> None:
        station.join()
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def _load() -> None:
    for test in TestName:
        clinical_test(test)
