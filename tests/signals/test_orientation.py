"""The orientation of a whole recording, piece by piece."""

from __future__ import annotations

from dataclasses import replace

import msgspec
import numpy as np
import pytest

from teststation.sensors.synthetic import ADULT, BELT, Generated, get_up_and_go
from teststation.signals.orientation import moving, orient, tilt
from teststation.signals.prepare import RATE_HZ, prepare

MADE = get_up_and_go(ADULT, BELT, seed=4)


def without(made: Generated, start_s: float, stop_s: float) -> Generated:
    recording = made.recording
    kept = (recording.time_s < start_s) | (recording.time_s > stop_s)
    fields = ("time_s", "acceleration", "angular_velocity")
    changes = {name: getattr(recording, name)[kept] for name in fields}
    return replace(made, recording=msgspec.structs.replace(recording, **changes))


def test_a_gap_tilts_nothing_around_it() -> None:
    rise_s = (MADE.time_s("movement_onset") + MADE.time_s("standing")) / 2.0
    whole, cut = (orient(prepare(it.recording)) for it in (MADE, without(MADE, rise_s, rise_s + 2.0)))
    apart = np.array([tilt(a[None], b)[0] for a, b in zip(cut.up, whole.up, strict=True)])[cut.covered]
    assert apart.max() < np.radians(4.0)


def test_the_heading_goes_on_over_a_gap() -> None:
    between_s = (MADE.time_s("turn_1_end") + MADE.time_s("turn_2_start")) / 2.0
    whole, cut = (orient(prepare(it.recording)) for it in (MADE, without(MADE, between_s - 0.4, between_s + 0.4)))
    assert np.abs(np.linalg.norm(cut.orientation, axis=1) - 1.0).max() < 1e-9
    steps = np.abs(np.sum(cut.orientation[1:] * cut.orientation[:-1], axis=1))
    assert 2.0 * np.arccos(min(steps.min(), 1.0)) < 10.0 / RATE_HZ
    turned = [np.sum(motion.yaw_rate) / RATE_HZ for motion in (whole, cut)]
    assert turned[1] == pytest.approx(turned[0], abs=np.radians(15.0))


def test_what_is_very_long_is_oriented_as_if_it_were_not(monkeypatch: pytest.MonkeyPatch) -> None:
    recording = MADE.recording
    times = 12
    long = msgspec.structs.replace(
        recording,
        time_s=np.arange(times * len(recording.time_s)) / RATE_HZ,
        acceleration=np.tile(recording.acceleration, (times, 1)),
        angular_velocity=np.tile(recording.angular_velocity, (times, 1)),
        cue_s=None,
    )
    whole = orient(prepare(long))
    monkeypatch.setattr("teststation.signals.orientation._LONG", 2**13)
    _, parted = moving(long)
    assert np.abs(parted.up - whole.up).max() < 1e-4
    assert np.abs(parted.rate_of_turn - whole.rate_of_turn).max() < 1e-4
    assert np.abs(np.sum(parted.orientation * whole.orientation, axis=1)).min() > 1.0 - 1e-4
