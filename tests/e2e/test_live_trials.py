"""The whole way over the virtual radio, in real time: a sensor that plays a recording, link, trial and result."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from teststation.clock import HostClock
from teststation.formats import read
from teststation.model import Client, Outcome, Recording, Source, Status, TestName, Trial
from teststation.sensors.link import LiveSensor
from teststation.sensors.virtual.room import Room, RoomThread
from teststation.sensors.virtual.signal import Array
from teststation.sensors.virtual.twin import Twin
from teststation.settings import calibration_folder
from teststation.station import Analyst, TrialRun
from teststation.store import temporary_store
from teststation.tests.base import Options
from twins import Maker, counted_wit, dot, imu, moves, wit

pytestmark = pytest.mark.soak

RECORDING = calibration_folder() / "recordings" / "gug_belt.csv.gz"
TRUE_S = 12.6288
"""Its `duration_from_cue`."""


class Stage:
    """A movement that waits for its beginning, and rests after its end."""

    def __init__(self, recording: Recording) -> None:
        self.begin_s = np.inf
        self._time_s = recording.time_s - recording.time_s[0]
        self._channels = np.concatenate([recording.acceleration, recording.angular_velocity], axis=1).T

    def signal(self, true_s: Array) -> tuple[Array, Array]:
        at_s = np.maximum(true_s - self.begin_s, 0.0)
        values = np.stack([np.interp(at_s, self._time_s, channel) for channel in self._channels], axis=1)
        return values[:, :3], values[:, 3:]


def live_trial(befall: Callable[[Twin], None], befall_at_s: float, make: Maker = imu) -> Trial:
    """Run a trial; something befalls the sensor so many seconds after the cue, and the hand stops at the true end."""
    recording = read(RECORDING)
    assert recording.cue_s is not None
    stage, clock = Stage(recording), HostClock()
    twin = make(drift_ppm=40.0, signal=stage.signal, now=clock.now)
    with RoomThread(Room(twin)) as room, temporary_store() as store, ThreadPoolExecutor(1) as executor:
        radio = room.radio()
        store.add_client(Client(code="K-001")).result()
        run = TrialRun(
            store.begin_visit("K-001", age=82).result(), TestName.GUG, 1, options=Options(),
            sensor=LiveSensor(radios=lambda: (radio,)), store=store, analyst=Analyst(lambda: executor), clock=clock,
        )  # fmt: skip
        run.connect()
        wait(lambda: bool(np.any(run.tail(9.0)[0] < -4.0)))
        run.arm()
        stage.begin_s = clock.now() + 0.1
        cue_s = stage.begin_s + recording.cue_s - float(recording.time_s[0])
        wait(lambda: clock.now() >= cue_s)
        run.go(cue_s)
        wait(lambda: clock.now() >= cue_s + befall_at_s)
        room.loop.call_soon_threadsafe(befall, twin)
        wait(lambda: run.snapshot().stopped_by is not None or clock.now() >= cue_s + 14.0)
        if run.snapshot().stopped_by is None:
            run.go(clock.now())
        trial = run.wait(30.0)
        run.close()
        assert trial is not None
        assert trial == store.trial(trial.id)
        return trial


def wait(there: Callable[[], bool]) -> None:
    """Poll as the screen does."""
    pause = threading.Event()
    for _ in range(3000):
        if there():
            return
        pause.wait(0.02)
    pytest.fail("waited for a minute")


every_driver = pytest.mark.parametrize("make", [imu, dot, wit, counted_wit, moves])


@every_driver
def test_a_trial_over_the_radio_has_the_time_of_what_was_played(make: Maker) -> None:
    trial = live_trial(lambda _: None, 1.0, make)
    found = trial.measure("duration_from_cue", Source.SENSOR_AND_KEY)
    assert trial.analysis is not None
    assert trial.analysis.status is Status.COMPLETE
    assert found is not None
    assert found.value == pytest.approx(TRUE_S, abs=0.35)
    assert trial.analysis.quality.lost_samples == 0
    noted = "counted_times" in {note.code for note in trial.analysis.quality.notes}
    assert noted is (make is counted_wit)


@every_driver
def test_a_sensor_out_of_range_for_three_seconds_in_mid_test_costs_no_trial(make: Maker) -> None:
    def vanish(twin: Twin) -> None:
        twin.vanish()
        asyncio.get_running_loop().call_later(3.0, twin.appear)

    trial = live_trial(vanish, 4.0, make)
    assert_kept(trial)
    assert trial.analysis is not None
    assert trial.analysis.quality.largest_gap_s > 2.0


def test_a_sensor_that_closes_the_link_in_mid_test_costs_no_trial() -> None:
    closing: list[asyncio.Task[None]] = []
    trial = live_trial(lambda twin: closing.append(asyncio.ensure_future(twin.close_link())), 4.0)
    assert_kept(trial)
    assert trial.analysis is not None
    assert 0.0 < trial.analysis.quality.largest_gap_s < 2.0


def test_a_battery_that_dies_in_mid_test_leaves_the_time_by_hand() -> None:
    trial = live_trial(lambda twin: twin.vanish(), 4.0)
    assert_kept(trial)
    assert trial.headline_source is Source.KEY
    assert trial.hand.duration_s == pytest.approx(14.0, abs=0.2)


def assert_kept(trial: Trial) -> None:
    assert trial.outcome is Outcome.DONE
    assert trial.headline_source is not None
    assert trial.hand.cue_s is not None
