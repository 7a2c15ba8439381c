"""Half a second at most is at stake, trouble with the disk loses nothing, damage is never shown as data."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import numpy as np
import pytest
from sqlalchemy import Connection

from store import examples
from teststation.model import Placement, Reason, TestName
from teststation.sensors.base import Silent
from teststation.store import (
    Block,
    DamagedStoreError,
    DiskFullError,
    ReadOnlyStoreError,
    RecordingWriter,
    Store,
    StoreError,
    open_store,
)


@pytest.fixture
def store(tmp_path: Path, opened: Callable[[Path], Store]) -> Iterator[Store]:
    with opened(tmp_path / "store.db") as store:
        store.add_client(examples.CLIENT).result()
        yield store


@pytest.fixture
def writer(store: Store) -> RecordingWriter:
    visit = store.begin_visit(examples.CLIENT.code).result()
    return store.begin_trial(examples.trial(visit.id, 1), examples.SENSOR)


def part(start: int, stop: int) -> tuple[examples.Array, examples.Array, examples.Array]:
    time_s, acceleration, angular_velocity = examples.samples(1, stop)
    return time_s[start:], acceleration[start:], angular_velocity[start:]


def kept(store: Store, writer: RecordingWriter) -> int:
    """Count the samples that are kept, each as it should be."""
    recording = store.recording(writer.trial.id)
    assert recording is not None
    assert examples.is_recording_of(recording, 1, len(recording.time_s))
    return len(recording.time_s)


def run(store: Store, sql: str) -> None:
    """Run a statement on the connection that writes, outside of a transaction."""
    writer = store._writer
    raw = writer._connection.connection.driver_connection
    assert raw is not None
    writer._submit(lambda: raw.execute(sql)).result()


def test_blocks_come_one_by_one(store: Store, writer: RecordingWriter) -> None:
    assert writer.append(*part(0, 39)) == []
    (future,) = writer.append(*part(39, 40))
    assert future.result() == Block(1, 0.0, 0.39, 40)
    assert kept(store, writer) == 40
    assert [future.result().number for future in writer.append(*part(40, 215))] == [2, 3, 4, 5]
    assert kept(store, writer) == 200
    writer.close().result()
    assert kept(store, writer) == 215


def test_silence_commits_what_is_held(store: Store, writer: RecordingWriter) -> None:
    writer.append(*part(0, 25))
    writer.link_event(Silent(1.0)).result()
    assert kept(store, writer) == 25


def test_a_recording_is_unfinished_until_it_is_closed(store: Store, writer: RecordingWriter) -> None:
    writer.begun.result()
    assert store.unfinished() == [writer.trial]
    writer.close().result()
    assert store.unfinished() == []


def test_a_hand_timed_trial_is_not_unfinished(store: Store) -> None:
    visit = store.begin_visit(examples.CLIENT.code).result()
    store.save_trial(examples.trial(visit.id, 1)).result()
    assert store.unfinished() == []


def test_a_closed_recording_takes_no_more(writer: RecordingWriter) -> None:
    writer.close().result()
    with pytest.raises(ValueError, match="closed"):
        writer.append(*part(0, 40))


def test_a_full_disk_keeps_the_samples_until_there_is_room(store: Store, writer: RecordingWriter) -> None:
    writer.append(*part(0, 40))[0].result()
    run(store, "PRAGMA max_page_count = 1")  # as many as there are
    trouble = writer.append(*part(40, 1240))
    long = msgspec.structs.replace(writer.trial, measures=examples.analysed(1).measures * 10)
    errors = [type(future.exception()) for future in trouble]
    assert errors[-1] is DiskFullError
    with pytest.raises(DiskFullError):
        store.save_trial(long).result()
    saving = store.save_result(long.visit, *examples.result(long))
    assert isinstance(saving.exception(), DiskFullError)
    with pytest.raises(DiskFullError):
        writer.close().result()
    assert kept(store, writer) == 40 + 40 * errors.count(type(None))
    waiting = store.trouble
    assert waiting == Reason("store_disk_full")
    run(store, "PRAGMA max_page_count = 1000000")
    store.retry().result()
    writer.close().result()
    assert store.trouble is None
    assert kept(store, writer) == 1240
    assert store.trial(long.id) == long
    assert [saved.result.trials for saved in store.results(long.visit)] == [(long.id,)]
    assert store.unfinished() == []


def test_what_can_never_be_kept_does_not_hold_up_the_rest(store: Store, writer: RecordingWriter) -> None:
    lost = examples.trial("no visit", 1)
    with pytest.raises(StoreError):
        store.save_trial(lost).result()
    run(store, "PRAGMA query_only = ON")
    for unkept in (store.save_trial(lost), store.save_trial(writer.trial)):
        assert isinstance(unkept.exception(), ReadOnlyStoreError)
    run(store, "PRAGMA query_only = OFF")
    writer.append(*part(0, 40))[0].result()
    assert kept(store, writer) == 40
    assert store.trials("no visit") == []


@pytest.mark.parametrize("room", [True, False])
def test_closing_a_store_tries_once_more_and_says_so_where_it_fails(tmp_path: Path, room: bool) -> None:
    store = open_store(tmp_path / "other.db")
    store.add_client(examples.CLIENT)
    visit = store.begin_visit(examples.CLIENT.code).result()
    run(store, "PRAGMA query_only = ON")
    trial = examples.trial(visit.id, 1)
    assert store.save_trial(trial).exception() is not None
    if room:
        run(store, "PRAGMA query_only = OFF")
        store.close()
    else:
        with pytest.raises(ReadOnlyStoreError):
            store.close()
    with open_store(tmp_path / "other.db") as opened:
        assert opened.trials(visit.id) == ([trial] if room else [])


def test_a_disk_that_cannot_be_written_for_a_while_costs_nothing(store: Store, writer: RecordingWriter) -> None:
    run(store, "PRAGMA query_only = ON")
    trouble = writer.append(*part(0, 90))
    assert [type(future.exception()) for future in trouble] == [ReadOnlyStoreError] * 2
    run(store, "PRAGMA query_only = OFF")
    assert writer.append(*part(90, 120))[0].result().number == 3
    assert kept(store, writer) == 120


def test_a_trial_that_could_not_be_begun_is_begun_later(store: Store) -> None:
    visit = store.begin_visit(examples.CLIENT.code).result()
    run(store, "PRAGMA query_only = ON")
    writer = store.begin_trial(examples.trial(visit.id, 1), examples.SENSOR)
    assert isinstance(writer.begun.exception(), ReadOnlyStoreError)
    writer.append(*part(0, 100))
    run(store, "PRAGMA query_only = OFF")
    writer.close().result()
    assert kept(store, writer) == 100
    assert store.trials(visit.id) == [writer.trial]


def test_a_commit_that_failed_but_reached_the_disk_is_no_trouble(store: Store, writer: RecordingWriter) -> None:
    """As after an error in the last write of a commit."""
    writer.append(*part(0, 40))[0].result()
    block = "SELECT recording_id, 2, first_s, last_s, samples, data FROM sample_blocks"
    run(store, f"INSERT INTO sample_blocks {block}")
    (future,) = writer.append(*part(40, 80))
    assert future.result().number == 2


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE sample_blocks SET data = zeroblob(length(data)) WHERE number = 2",
        "UPDATE sample_blocks SET data = substr(data, 1, 56), samples = 1 WHERE number = 2",
        "UPDATE sample_blocks SET data = substr(data, 1, 55) WHERE number = 1",
        "DELETE FROM sample_blocks WHERE number = 2",
        "DELETE FROM sample_blocks WHERE number = 3",
    ],
)
def test_a_damaged_recording_is_not_given(store: Store, writer: RecordingWriter, damage: str) -> None:
    writer.append(*part(0, 120))
    writer.close().result()
    assert kept(store, writer) == 120
    run(store, damage)
    with pytest.raises(DamagedStoreError) as caught:
        store.recording(writer.trial.id)
    assert caught.value.reason.code == "store_recording_damaged"


def test_readers_see_whole_blocks_while_they_are_written(store: Store, writer: RecordingWriter) -> None:
    seen: list[int] = []
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.append(kept(store, writer))
        seen.append(kept(store, writer))

    writer.begun.result()
    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for start in range(0, 4000, 10):
            for future in writer.append(*part(start, start + 10)):
                future.result()
    finally:
        done.set()
        for reader in readers:
            reader.join()
    assert set(seen) <= set(range(0, 4001, 40))
    assert len(set(seen)) > 5, "the readers did not read during the writing"
    assert seen[-1] == 4000


def test_a_reader_does_not_hold_the_writer_up(store: Store, writer: RecordingWriter) -> None:
    with store._readers.connect() as reader:
        before = reader.exec_driver_sql("SELECT count(*) FROM sample_blocks").scalar()
        writer.append(*part(0, 40))[0].result()
        assert reader.exec_driver_sql("SELECT count(*) FROM sample_blocks").scalar() == before


def test_another_program_that_writes_is_waited_for_and_then_said(store: Store) -> None:
    run(store, "PRAGMA busy_timeout = 1")
    other = Store(store._database)
    try:
        holding, release = threading.Event(), threading.Event()

        def hold(_: Connection) -> None:
            holding.set()
            release.wait()

        held = other._writer.run(hold)
        holding.wait()
        with pytest.raises(StoreError) as caught:
            store.begin_visit(examples.CLIENT.code).result()
        assert caught.value.reason.code == "store_busy"
        release.set()
        held.result()
        store.begin_visit(examples.CLIENT.code).result()
    finally:
        other.close()


def test_closing_writes_what_is_queued(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with open_store(path) as store:
        store.add_client(examples.CLIENT)
        visit = store.begin_visit(examples.CLIENT.code)
        writer = store.begin_trial(examples.trial(visit.result().id, 1), examples.SENSOR)
        writer.append(*part(0, 2000))
        writer.close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["store.db"]
    with open_store(path) as store:
        assert kept(store, writer) == 2000


def test_samples_of_any_real_type_are_taken(store: Store, writer: RecordingWriter) -> None:
    time_s, acceleration, angular_velocity = part(0, 40)
    writer.append(time_s.tolist(), acceleration.astype(np.float32), angular_velocity)
    writer.close().result()
    recording = store.recording(writer.trial.id)
    assert recording is not None
    assert np.array_equal(recording.acceleration, acceleration.astype(np.float32))


def test_an_analysis_of_what_was_kept_is_equal_in_every_number(store: Store) -> None:
    from teststation.sensors.synthetic import ADULT, get_up_and_go  # noqa: PLC0415 - SciPy is slow to load
    from teststation.tests.base import Options  # noqa: PLC0415
    from teststation.tests.catalogue import analyse  # noqa: PLC0415

    came = get_up_and_go(ADULT, seed=3).recording
    visit = store.begin_visit(examples.CLIENT.code).result()
    writer = store.begin_trial(examples.trial(visit.id, 1), examples.SENSOR)
    for start in range(0, len(came.time_s), 9):
        part_of = slice(start, start + 9)
        writer.append(came.time_s[part_of], came.acceleration[part_of], came.angular_velocity[part_of])
    if came.cue_s is not None:
        writer.mark_cue(came.cue_s)
    writer.close().result()
    kept_one = store.recording(writer.trial.id)
    assert kept_one is not None
    analysis = analyse(came, TestName.GUG, Options(placement=Placement.LOWER_BACK))
    assert analysis.events
    again = analyse(kept_one, TestName.GUG, Options(placement=Placement.LOWER_BACK))
    assert again == analysis
    store.save_trial(msgspec.structs.replace(writer.trial, analysis=analysis)).result()
    assert store.trial(writer.trial.id).analysis == analysis
