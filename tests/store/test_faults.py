"""A disk that fails, and a file that was damaged: said in words, and never a value that is wrong."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from store import examples
from store.conftest import PASSPHRASE
from teststation.model import Client, Fact
from teststation.store import Store, StoreError, open_store, set_up_store, utc_now
from teststation.store.wal import lost_commits

CLIENTS, SAMPLES = 6, 400
PLACES = [20, pytest.param(200, marks=pytest.mark.soak)]

pytestmark = pytest.mark.usefixtures("cheap_keys")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "store.db"
    set_up_store(path, PASSPHRASE.text)
    with open_store(path, PASSPHRASE) as store:
        for number in range(1, CLIENTS + 1):
            client = Client(code=f"K-{number:03d}", birth_year=1930 + number)
            store.add_client(client)
            visit = store.begin_visit(client.code).result()
            store.add_fact(visit.id, Fact(code="falls", value=number, at=utc_now()))
            record(store, visit.id, number)
    return path


def record(store: Store, visit: str, number: int) -> None:
    writer = store.begin_trial(examples.trial(visit, number), examples.SENSOR)
    writer.append(*examples.samples(number, SAMPLES))
    writer.close()
    trial = msgspec.structs.replace(writer.trial, analysis=examples.analysed(number))
    store.save_trial(trial)
    store.save_result(visit, *examples.result(trial)).result()


class Content(msgspec.Struct):
    """What was in the store: how to ask for each thing, and the answer."""

    things: dict[str, tuple[Callable[[Store], Any], Any]]

    def readable(self, store: Store) -> int:
        """Count what can be read; what can has to be as it was."""
        found, said = 0, set()
        for name, (ask, answer) in self.things.items():
            try:
                assert ask(store) == answer, name
                found += 1
            except StoreError as error:
                said.add(error.reason.code)
        assert said <= {"store_damaged", "store_recording_damaged"}
        return found


@pytest.fixture
def content(path: Path) -> Content:
    things: dict[str, tuple[Callable[[Store], Any], Any]] = {}

    def add(store: Store, name: str, ask: Callable[[Store], Any]) -> None:
        things[name] = (ask, ask(store))

    def whole(number: int, trial: str) -> Callable[[Store], bool]:
        return lambda store: examples.is_recording_of(store.recording(trial), number, SAMPLES)

    with open_store(path, PASSPHRASE) as store:
        add(store, "clients", lambda store: store.clients())
        for number, client in enumerate(store.clients(), start=1):
            code = client.code
            (visit,) = store.visits(code)
            (trial,) = store.trials(visit.id)
            add(store, f"visits {number}", lambda store, code=code: store.visits(code))  # type: ignore[misc] # bound now
            add(store, f"facts {number}", lambda store, code=code: store.facts(code))  # type: ignore[misc]
            add(store, f"trials {number}", lambda store, key=visit.id: store.trials(key))  # type: ignore[misc]
            add(store, f"results {number}", lambda store, key=visit.id: store.results(key))  # type: ignore[misc]
            add(store, f"recording {number}", whole(number, trial.id))
        assert store.verify().problems == ()
    assert all(answer for _, answer in things.values())
    return Content(things)


def damaged(path: Path, content: Content, data: bytes) -> int:
    """Open a store with these bytes; give how many things could be read, and see that damage is told."""
    path.write_bytes(data)
    try:
        store = open_store(path, PASSPHRASE)
    except StoreError as error:
        said = error.reason.code
    else:
        with store:
            assert store.verify().problems
            return content.readable(store)
    assert said in {"store_damaged", "store_other_keys"}
    return 0


@pytest.mark.parametrize("places", PLACES)
def test_a_flipped_bit_is_told_and_costs_its_page(path: Path, content: Content, places: int) -> None:
    whole = path.read_bytes()
    readable = []
    for place in range(places):
        at = 16 + (len(whole) - 17) * place // (places - 1)
        readable.append(damaged(path, content, whole[:at] + bytes([whole[at] ^ 16]) + whole[at + 1 :]))
    assert sorted(readable)[places // 2] >= len(content.things) // 2
    path.write_bytes(whole)
    with open_store(path, PASSPHRASE) as store:
        assert content.readable(store) == len(content.things)


@pytest.mark.parametrize("places", PLACES)
def test_a_file_cut_off_is_told(path: Path, content: Content, places: int) -> None:
    whole = path.read_bytes()
    for place in range(places):
        damaged(path, content, whole[: len(whole) * place // places])


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Let the system refuse every byte beyond this size of a file, as a disk at fault does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def at_fault(futures: list[Future[Any]]) -> int:
    """Count what failed, each with a sentence."""
    errors = [future.exception() for future in futures]
    codes = {error.reason.code for error in errors if isinstance(error, StoreError)}
    assert codes <= {"store_disk_fault", "store_disk_full"}
    assert all(error is None or isinstance(error, StoreError) for error in errors)
    return len(errors) - errors.count(None)


@pytest.mark.parametrize("places", PLACES)
def test_a_disk_at_fault_loses_nothing(tmp_path: Path, path: Path, places: int) -> None:
    wal = tmp_path / "store.db-wal"
    failed = 0
    with open_store(path, PASSPHRASE) as store:
        for number in range(1, places + 1):
            visit = store.begin_visit("K-001").result()
            writer = store.begin_trial(examples.trial(visit.id, 1), examples.SENSOR)
            writer.begun.result()
            time_s, acceleration, angular_velocity = examples.samples(number, SAMPLES)
            futures: list[Future[Any]] = []
            with no_file_beyond(wal.stat().st_size + number * 40_000 // places):
                for start in range(0, SAMPLES, examples.PACKET):
                    part = slice(start, start + examples.PACKET)
                    futures += writer.append(time_s[part], acceleration[part], angular_velocity[part])
                trial = msgspec.structs.replace(writer.trial, analysis=examples.analysed(number))
                futures += [writer.close(), store.save_trial(trial)]
                failed += at_fault(futures)
                kept = store.recording(trial.id)
                assert kept is not None
                assert examples.is_recording_of(kept, number, len(kept.time_s))
            store.retry().result()
            assert examples.is_recording_of(store.recording(trial.id), number, SAMPLES)
            assert store.trial(trial.id) == trial
        assert store.verify().problems == ()
    assert failed > places


@pytest.fixture
def killed(tmp_path: Path, path: Path) -> Path:
    """Give a folder as a killed process leaves it: with a log, and in it a recording."""
    with open_store(path, PASSPHRASE) as store:
        visit = store.begin_visit("K-001").result()
        record(store, visit.id, 1)
        folder = tmp_path / "killed"
        folder.mkdir()
        for file in tmp_path.glob("store.db*"):
            if not file.name.endswith((".lock", "-shm")):
                shutil.copy(file, folder)
    return folder


def test_a_log_that_a_crash_left_is_whole(killed: Path) -> None:
    assert lost_commits(killed / "store.db-wal") == 0
    with open_store(killed / "store.db", PASSPHRASE) as store:
        assert store.damage is None
        assert len(store.visits("K-001")) == 2


def test_a_log_cut_in_its_last_frame_is_what_a_crash_leaves(killed: Path) -> None:
    wal = killed / "store.db-wal"
    wal.write_bytes(wal.read_bytes()[:-100])
    assert lost_commits(wal) == 0


@pytest.mark.parametrize("places", PLACES)
def test_a_flipped_bit_in_the_log_is_told(killed: Path, places: int) -> None:
    """SQLite would leave out all that was committed after it, and say nothing."""
    path, wal = killed / "store.db", killed / "store.db-wal"
    database, log = path.read_bytes(), wal.read_bytes()
    used = 12  # bytes at a header's begin that no checksum of a frame is over, but which the header's own is
    for place in range(places):
        at = used + (len(log) - used - 1) * place // (places - 1)
        path.write_bytes(database)
        wal.write_bytes(log[:at] + bytes([log[at] ^ 8]) + log[at + 1 :])
        with open_store(path, PASSPHRASE) as store:
            whole = len(store.visits("K-001")) == 2 and len(store.results(store.visits("K-001")[-1].id)) == 1
            assert whole or store.damage is not None
            for visit in store.visits("K-001"):
                for trial in store.trials(visit.id):
                    recording = store.recording(trial.id)
                    assert recording is not None
                    assert examples.is_recording_of(recording, 1, len(recording.time_s))
            assert store.verify().problems == ()
        if store.damage is not None:
            assert list(killed.glob("store.db.lost-*"))
