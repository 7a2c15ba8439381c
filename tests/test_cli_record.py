"""A trial without a screen: kept, told block by block, stopped by itself or by hand, and silent to every network."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner

from child_station import CODE, ChildStation, recording
from own_disk import run_on_own_disk
from teststation.cli import commands, record
from teststation.cli.unlocked import unlocked
from teststation.model import Fact, Reason, TeststationError
from teststation.sensors.calibration import Calibration
from teststation.sensors.calibrations import keep_calibration
from teststation.sensors.link import LiveSensor
from teststation.sensors.virtual import stage
from teststation.sensors.virtual.room import Room, RoomThread
from teststation.settings import HOME_VARIABLE, Settings, sensors_folder, settings_file
from teststation.station import Analyst, trial_run
from teststation.store import DiskFullError, Store, open_store

TESTS = Path(__file__).parent
NOTE = "kanarie-notitie"
BELT = recording("gug_belt", speed=20)


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> ChildStation:
    return ChildStation(tmp_path_factory.mktemp("station"))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[ChildStation, str, list[str], str]:
    """Give a station with a trial: its id, the lines on its blocks, and what was said."""
    at = ChildStation(tmp_path_factory.mktemp("recorded"))
    status, out, said = at.run(*BELT)
    assert status == 0, said
    trial, *blocks = out.splitlines()
    return at, trial, blocks, said


def test_a_trial_is_recorded_told_and_kept(recorded: tuple[ChildStation, str, list[str], str]) -> None:
    at, key, blocks, said = recorded
    assert all(re.fullmatch(rf"block {number} \d+\.\d\d s", line) for number, line in enumerate(blocks, start=1))
    assert len(blocks) > 20
    assert CODE in said
    with at.store() as store:
        (visit,) = store.visits(CODE)
        (trial,) = store.trials(visit.id)
        assert trial.id == key
        assert visit.ended_at is not None
        assert store.unfinished() == []
        kept = store.recording(key)
        assert kept is not None
        assert kept.time_s[-1] - kept.time_s[0] >= float(blocks[-1].split()[2])
        assert len(store.results(visit.id)) == 1


@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_a_polite_end_are_a_stop_and_what_was_recorded_is_kept(
    at: ChildStation, told: signal.Signals
) -> None:
    child = at.start(*recording("gug_rollator", speed=4))
    assert child.stdout is not None
    key = child.stdout.readline().strip()
    while not child.stdout.readline().startswith("block 8 "):
        pass
    child.send_signal(told)
    _, said = child.communicate()
    assert child.returncode == 130, said
    with at.store() as store:
        assert store.trial(key).hand.stop_s is not None
        assert store.unfinished() == []
        kept = store.recording(key)
        assert kept is not None
        assert kept.time_s[-1] - kept.time_s[0] > 3.5


def test_a_disk_that_fills_is_told_and_what_was_recorded_is_kept(tmp_path: Path) -> None:
    run_on_own_disk("small_disk_record", tmp_path)


def test_the_end_waits_for_a_disk_that_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        trouble: Reason | None = Reason("store_disk_full")
        tried = 0

        def retry(self) -> Future[None]:
            self.tried += 1
            done: Future[None] = Future()
            if self.tried < 3:
                done.set_exception(DiskFullError("store_disk_full"))
            else:
                self.trouble = None
                done.set_result(None)
            return done

    monkeypatch.setattr(record, "_RETRY_S", 0.0)
    store: Any = Full()
    record._until_kept(store)
    assert store.tried == 3


def test_a_store_that_closes_on_a_full_disk_says_that_not_all_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    open_store(tmp_path / "store.db").close()
    close = Store.close

    def full(store: Store) -> None:
        close(store)
        raise DiskFullError("store_disk_full")

    monkeypatch.setattr(Store, "close", full)
    with pytest.raises(TeststationError) as caught, unlocked(None):
        pass
    assert caught.value.reason.code == "not_all_kept"


@pytest.mark.parametrize(
    "args",
    [
        ("record", "--test", "gug", "--client", "JANSEN"),
        ("record", "--test", "gug", "--client", "../K1"),
        ("record", "--test", "gug", "--client", CODE, "--replay", "/nowhere.csv"),
        ("record", "--test", "gug", "--client", CODE, "--replay", "/nowhere.csv", "--sensor", "1"),
    ],
)
def test_what_cannot_be_recorded_is_refused(at: ChildStation, args: tuple[str, ...]) -> None:
    status, out, said = at.run(*args)
    assert (status, out) == (2, ""), said
    assert "Traceback" not in said


def test_a_trial_is_recorded_with_a_sensor_over_the_radio(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(trial_run, "TAIL_S", 0.1)
    monkeypatch.setattr("teststation.station.Analyst", partial(Analyst, lambda: ThreadPoolExecutor(1)))
    open_store(tmp_path / "store.db").close()
    with RoomThread(Room(stage.our_own())) as room:
        radio = room.radio()
        monkeypatch.setattr("teststation.sensors.link.LiveSensor", partial(LiveSensor, radios=lambda: (radio,)))
        command = ["record", "--test", "gug", "--client", CODE, "--sensor", "TWIN-1", "--stop-after", "0.5"]
        done = CliRunner().invoke(commands, command)
    assert done.exit_code == 0, done.output
    key, *blocks = done.stdout.splitlines()
    with open_store(tmp_path / "store.db") as store:
        used, kept = store.sensor(key), store.recording(key)
        assert used is not None
        assert (used.driver, used.serial) == ("teststation_imu", "TWIN-1")
        assert kept is not None
        assert kept.time_s[-1] - kept.time_s[0] >= float(blocks[-1].split()[2])
        assert store.trial(key).hand.stop_s is not None
        assert store.unfinished() == []


def test_a_sensor_is_put_right_by_what_was_calibrated_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    known = Calibration(driver="movesense", serial="1", measured_at="2026-11-22T12:00:00Z", bias_rad_s=(0.1, 0.0, 0.0))
    keep_calibration(sensors_folder(), known)
    _, sensor = record._live("1", Settings())
    assert isinstance(sensor, LiveSensor)
    info = msgspec.structs.replace(sensor.info, driver="movesense")
    assert sensor._calibration_of(info) == known


def test_settings_that_are_damaged_are_said_in_a_line(at: ChildStation) -> None:
    (at.home / settings_file().name).write_text("course_m = = 4")
    status, _, said = at.run("record", "--test", "gug", "--client", CODE, "--replay", "/nowhere.csv")
    (at.home / settings_file().name).unlink()
    assert status == 2
    assert [settings_file().name in line for line in said.splitlines()] == [True, False]


def test_nothing_is_connected_or_bound_and_nothing_of_the_client_lies_open(
    recorded: tuple[ChildStation, str, list[str], str],
) -> None:
    """A visit with a note, a backup, an export: only the export that was asked for may be read."""
    at, *_ = recorded
    with at.store() as store:
        (visit,) = store.visits(CODE)
        store.add_facts(visit.id, [Fact(code="request", value=NOTE, at=visit.started_at)]).result()
    assert at.run("store", "backup", str(at.folder / "backup.db"))[0] == 0
    assert at.run("store", "verify")[0] == 0
    assert at.run("export", "csv", "--client", CODE, "--out", str(at.folder / "exported"))[0] == 0
    assert at.run("record", "--test", "gug", "--client", CODE, "--replay", f"/{NOTE}.csv")[0] == 2
    assert not at.heard.exists(), at.heard.read_text()

    canaries = [text.encode(how) for text in (CODE, NOTE) for how in ("utf-8", "utf-16-le")]
    open_in = {
        file.relative_to(at.folder).parts[0]
        for file in at.folder.rglob("*")
        if file.is_file() and any(canary in file.read_bytes() for canary in canaries)
    }
    assert open_in == {"exported"}


def test_the_ear_hears(tmp_path: Path) -> None:
    """The check could fail: a socket that is bound or connected is told of."""
    for act in ("bind(('127.0.0.1', 0))", "connect(('127.0.0.1', 9))"):
        code = f"import socket, watched; watched.listen({str(tmp_path / 'heard')!r}); socket.socket().{act}"
        done = subprocess.run([sys.executable, "-c", code], cwd=TESTS, capture_output=True, check=False)
        assert b"PermissionError" in done.stderr
    assert (tmp_path / "heard").read_text().count("\n") == 2
