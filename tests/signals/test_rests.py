"""Rests, and the speed of a walk as it is seen from one."""

from __future__ import annotations

import numpy as np
import pytest

from teststation.sensors.synthetic import ADULT, BELT, Imu, gait, sitting
from teststation.signals.orientation import orient
from teststation.signals.prepare import RATE_HZ, prepare
from teststation.signals.rests import acceleration_from_rest, rest_between

TURNED_RAD = (0.3, -0.7, 1.9)


@pytest.mark.parametrize("imu", [BELT, Imu(rotation_deg=TURNED_RAD)], ids=["upright", "any way up"])
def test_back_from_a_rest_a_walk_has_the_speed_of_its_steps(imu: Imu) -> None:
    made = gait(ADULT, imu, seed=3)
    motion = orient(prepare(made.recording))
    end = round((made.time_s("gait_end") - motion.time_s[0]) * RATE_HZ)
    after = rest_between(motion, end + 40, len(motion))
    assert after is not None
    ending = np.cumsum(acceleration_from_rest(motion, end - 200, after, after)[::-1], axis=0)[::-1] / RATE_HZ
    middle = float(np.median(np.linalg.norm(ending[:100], axis=1)))
    assert middle == pytest.approx(ADULT.step_m / ADULT.step_s, rel=0.15)


def test_who_walks_does_not_rest() -> None:
    made = gait(ADULT, BELT, seed=3)
    motion = orient(prepare(made.recording))
    start = round((made.time_s("gait_start") + 1.0 - motion.time_s[0]) * RATE_HZ)
    assert rest_between(motion, start, start + 200) is None
    assert rest_between(motion, start, start + 10) is None


def test_who_sits_feels_no_level_acceleration() -> None:
    motion = orient(prepare(sitting(ADULT, BELT, duration_s=6.0).recording))
    felt = acceleration_from_rest(motion, 50, 250, 150)
    assert np.abs(felt[80:120].mean(axis=0)).max() < 0.02
