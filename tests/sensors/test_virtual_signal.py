from __future__ import annotations

import numpy as np
import pytest

from teststation.formats import read
from teststation.sensors.teststation_imu import CLIPPED, decode
from teststation.sensors.virtual.signal import played, swaying
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits
from teststation.settings import calibration_folder


def test_a_recording_is_played_again_and_again_with_a_rest_before_it() -> None:
    recording = read(calibration_folder() / "recordings" / "gug_belt.csv.gz")
    since_s = recording.time_s - recording.time_s[0]
    length_s = float(since_s[-1]) + 5.0
    signal = played(recording, pause_s=5.0)
    for turn in range(3):
        acceleration, angular_velocity = signal(turn * length_s + 5.0 + since_s[:-1])
        assert acceleration == pytest.approx(recording.acceleration[:-1], abs=1e-6)
        assert angular_velocity == pytest.approx(recording.angular_velocity[:-1], abs=1e-6)
        resting, _ = signal(turn * length_s + np.linspace(0.1, 4.9, 10))
        assert np.array_equal(resting, np.repeat(recording.acceleration[:1], 10, axis=0))


def test_who_sways_stands_in_gravity() -> None:
    acceleration, angular_velocity = swaying(np.arange(0.0, 30.0, 0.01))
    assert np.linalg.norm(acceleration, axis=1) == pytest.approx(9.80665)
    assert np.trapezoid(angular_velocity[:300, 1], dx=0.01) == pytest.approx(0.0, abs=1e-3)


def test_the_twin_writes_what_the_driver_reads() -> None:
    twin = TestStationImuTwin(Traits("TS-IMU-1", samples=3))
    acceleration = np.array([[0.0, 9.80665, -9.80665], [1.0, 2.0, 3.0], [200.0, 0.0, 0.0]])
    angular_velocity = np.array([[0.0, 1.0, -1.0], [30.0, 0.0, 0.0], [0.0, 0.0, -0.5]])
    (packet,) = twin.encode(2**16 + 7, 123_456, acceleration, angular_velocity)
    reading = decode(packet)
    assert (reading.counter, reading.ticks, packet[3]) == (7, 123_456, CLIPPED)
    assert reading.acceleration[:2] == pytest.approx(acceleration[:2], abs=9.80665 / 2048)
    assert reading.acceleration[2, 0] == pytest.approx(16.0 * 9.80665, abs=0.01)
    assert reading.angular_velocity == pytest.approx(angular_velocity, abs=2e-3)
    assert twin.encode(0, 0, acceleration[:2], angular_velocity[:2])[0][3] == 0
