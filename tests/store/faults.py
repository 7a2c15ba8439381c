"""Visits on a disk that fails, in whatever way: nothing is lost of what the disk takes later.

`python -m store.faults STORE PASSPHRASE PLACES ERRNO` has the disk's calls fail, under `failing_calls.c`.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from store import examples
from teststation.model import Client
from teststation.store import Passphrase, Store, StoreError, open_store

SAMPLES = 400
CLIENT = Client(code="K-001")
Fault = Callable[[int], AbstractContextManager[None]]
"""Lets the disk fail at the so-manyth of its places, for a while."""


def record_on_a_failing_disk(store: Store, fault: Fault, places: int) -> int:
    """Record a visit a place; count what failed at first."""
    failed = 0
    for number in range(1, places + 1):
        visit = store.begin_visit(CLIENT.code).result()
        writer = store.begin_trial(examples.trial(visit.id, 1), examples.SENSOR)
        writer.begun.result()
        time_s, acceleration, angular_velocity = examples.samples(number, SAMPLES)
        futures: list[Future[Any]] = []
        with fault(number):
            for start in range(0, SAMPLES, examples.PACKET):
                part = slice(start, start + examples.PACKET)
                futures += writer.append(time_s[part], acceleration[part], angular_velocity[part])
            trial = msgspec.structs.replace(writer.trial, analysis=examples.analysed(number))
            futures += [writer.close(), store.save_trial(trial)]
            failed += _at_fault(futures)
        kept = store.recording(trial.id)
        assert kept is not None
        assert examples.is_recording_of(kept, number, len(kept.time_s))
        store.retry().result()
        assert examples.is_recording_of(store.recording(trial.id), number, SAMPLES)
        assert store.trial(trial.id) == trial
    assert store.verify().problems == ()
    return failed


def _at_fault(futures: list[Future[Any]]) -> int:
    """Count what failed, each with a sentence."""
    errors = [error for future in futures if (error := future.exception()) is not None]
    assert all(isinstance(error, StoreError) for error in errors), errors
    assert {error.reason.code for error in errors} <= {"store_disk_fault", "store_disk_full"}  # type: ignore[attr-defined]
    return len(errors)


def main(path: Path, passphrase: str, places: int, error: int) -> None:
    let_fail = ctypes.CDLL(None).let_fail

    @contextmanager
    def failing(place: int) -> Iterator[None]:
        let_fail(place, 1 + place % 7, error)
        try:
            yield
        finally:
            let_fail(0, 0, 0)

    with open_store(path, Passphrase(passphrase)) as store:
        sys.stdout.write(str(record_on_a_failing_disk(store, failing, places)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
