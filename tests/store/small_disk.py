"""A visit on a disk of 24 MiB, which fills up, has room again, and then cannot be written at all.

`python -m store.small_disk FOLDER`, where FOLDER is that disk.
"""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import msgspec

from store import examples
from store.conftest import PASSPHRASE
from teststation.formats import Refused
from teststation.formats.bids_tree import write_tree
from teststation.model import Visit
from teststation.store import DiskFullError, ReadOnlyStoreError, Store, StoreError, open_store, set_up_store, vault

SAMPLES = 24_000
BALLAST_BYTES = 23 * 2**20


def fill_up(store: Store, visit: Visit) -> str:
    """Record until well after the disk is full, and end the trial as if nothing were the matter."""
    writer = store.begin_trial(examples.trial(visit.id, 1), examples.SENSOR)
    time_s, acceleration, angular_velocity = examples.samples(1, SAMPLES)
    futures = []
    for start in range(0, SAMPLES, 1000):
        part = slice(start, start + 1000)
        futures += writer.append(time_s[part], acceleration[part], angular_velocity[part])
    trial = msgspec.structs.replace(writer.trial, analysis=examples.analysed(1))
    last: list[Future[Any]] = [
        writer.close(),
        store.save_trial(trial),
        store.save_result(visit.id, *examples.result(trial)),
    ]
    kept = [future.exception() is None for future in futures]
    assert 0 < kept.index(False) < len(kept)
    assert True not in kept[kept.index(False) :], "in order"
    assert {type(future.exception()) for future in [*futures[kept.index(False) :], *last]} == {DiskFullError}
    recording = store.recording(trial.id)
    assert recording is not None
    assert len(recording.time_s) == 40 * kept.index(False)
    return trial.id


def nothing_goes_out(store: Store, folder: Path) -> None:
    before = sorted(folder.iterdir())
    try:
        store.back_up(folder / "backup.db")
    except DiskFullError:
        pass
    else:
        raise AssertionError("it backed up")
    try:
        write_tree(folder / "tree", [examples.CLIENT.code], [store.dossier(examples.CLIENT.code)])
    except Refused as refused:
        assert refused.reason.code == "unwritable"  # noqa: PT017 - no pytest here
    else:
        raise AssertionError("it exported")
    assert sorted(folder.iterdir()) == before, "something half is left"


def refused(path: Path) -> StoreError:
    try:
        open_store(path, PASSPHRASE).close()
    except StoreError as error:
        return error
    raise AssertionError("it opened")


def main(folder: Path) -> None:
    vault.MEMORY_KIB, vault.PASSES = 32, 1
    path, ballast = folder / "store.db", folder / "ballast"
    set_up_store(path, PASSPHRASE.text)
    store = open_store(path, PASSPHRASE)  # closed only where all went well: else it says no more than that it is full
    store.add_client(examples.CLIENT).result()
    visit = store.begin_visit(examples.CLIENT.code).result()
    ballast.write_bytes(bytes(BALLAST_BYTES))
    trial = fill_up(store, visit)
    nothing_goes_out(store, folder)
    ballast.unlink()
    store.retry().result()
    assert examples.is_recording_of(store.recording(trial), 1, SAMPLES)
    assert store.trial(trial).analysis == examples.analysed(1)
    assert len(store.results(visit.id)) == 1
    assert store.unfinished() == []
    assert store.verify().problems == ()
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
    assert isinstance(refused(path), ReadOnlyStoreError)
    subprocess.run(["mount", "-o", "remount,rw", str(folder)], check=True)
    with open_store(path, PASSPHRASE) as store:
        assert examples.is_recording_of(store.recording(trial), 1, SAMPLES)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
