from __future__ import annotations

import numpy as np
import pytest

from teststation.formats import read
from teststation.sensors.virtual.signal import played, swaying
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
