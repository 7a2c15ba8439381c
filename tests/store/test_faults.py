"""A disk that fails, and a file that was damaged: said in words, and never a value that is wrong."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from own_disk import run_on_own_disk
from store import examples
from store.conftest import PASSPHRASE
from store.faults import record_on_a_failing_disk
from teststation.model import Client, Fact
from teststation.store import DamagedStoreError, Store, StoreError, open_store, set_up_store, utc_now
from teststation.store.wal import lost_commits

CLIENTS, SAMPLES = 6, 400
TESTS = Path(__file__).parents[1]
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
            store.add_facts(visit.id, [Fact(code="falls", value=number, at=utc_now())])
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


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_damaged_store_gives_no_backup(path: Path, tmp_path: Path, share: float) -> None:
    data = bytearray(path.read_bytes())
    data[round(len(data) * share)] ^= 16
    path.write_bytes(data)
    there = set(tmp_path.iterdir())
    with open_store(path, PASSPHRASE) as store, pytest.raises(DamagedStoreError) as caught:
        store.back_up(tmp_path / "backup.db")
    assert caught.value.reason.code in {"store_damaged", "store_copy_damaged"}
    assert set(tmp_path.iterdir()) <= there


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Let the system refuse every byte beyond this size of a file, as a disk at fault does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("places", PLACES)
def test_a_disk_at_fault_loses_nothing(tmp_path: Path, path: Path, places: int) -> None:
    wal = tmp_path / "store.db-wal"

    def fault(place: int) -> AbstractContextManager[None]:
        return no_file_beyond(wal.stat().st_size + place * 40_000 // places)

    with open_store(path, PASSPHRASE) as store:
        assert record_on_a_failing_disk(store, fault, places) > places


@pytest.fixture(scope="session")
def failing_calls(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make what lets the calls of the system fail; without a compiler the disk fails in the other tests only."""
    compiler = shutil.which("cc")
    if compiler is None or sys.platform != "linux":
        pytest.skip("needs Linux and a C compiler")
    made = tmp_path_factory.mktemp("faults") / "failing_calls.so"
    source = Path(__file__).with_name("failing_calls.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", str(made), str(source), "-ldl"], check=True)
    return made


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC], ids=errno.errorcode.get)
@pytest.mark.parametrize("places", PLACES)
def test_whichever_call_to_the_disk_fails_nothing_is_lost(
    path: Path, failing_calls: Path, error: int, places: int
) -> None:
    command = [sys.executable, "-m", "store.faults", str(path), PASSPHRASE.text, str(places), str(error)]
    environment = os.environ | {"LD_PRELOAD": str(failing_calls)}
    done = subprocess.run(command, cwd=TESTS, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > places, "the calls did not fail"


def test_a_disk_that_is_full_or_cannot_be_written_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    run_on_own_disk("store.small_disk", tmp_path)


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
