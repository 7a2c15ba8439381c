"""The routine check: what it finds at rest, with which figure, and when there is no rest to check by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from teststation.model import Reason
from teststation.sensors.calibration import routine_check

Array = NDArray[np.float64]
RATE_HZ = 100.0


def samples(
    seconds: float = 5.0, *, gravity: float = 9.81, bias_deg_s: float = 0.0, rate_hz: float = RATE_HZ
) -> tuple[Array, Array, Array]:
    rng = np.random.default_rng(1)
    time_s = np.arange(0.0, seconds, 1 / rate_hz)
    n = len(time_s)
    acceleration = rng.normal(0.0, 0.05, (n, 3)) + gravity * np.array([0.6, 0.0, 0.8])
    angular_velocity = rng.normal(0.0, 0.01, (n, 3)) + np.radians(bias_deg_s) * np.array([0.0, 1.0, 0.0])
    return time_s, acceleration, angular_velocity


@pytest.mark.parametrize("share", [0.971, 1.0, 1.029])
def test_a_sensor_in_order_is_in_order(share: float) -> None:
    assert routine_check(*samples(gravity=9.81 * share, bias_deg_s=1.5), RATE_HZ) == ()


@pytest.mark.parametrize("share", [0.96, 1.04])
def test_gravity_that_is_off_is_said_with_its_figure(share: float) -> None:
    found = routine_check(*samples(gravity=9.81 * share), RATE_HZ)
    assert found == (Reason("sensor_gravity", {"gravity": pytest.approx(9.81 * share, abs=0.02), "expected": 9.81}),)


def test_a_gyroscope_that_turns_at_rest_is_said() -> None:
    found = routine_check(*samples(bias_deg_s=-4.0), RATE_HZ)
    assert found == (Reason("sensor_bias", {"bias": pytest.approx(4.0, abs=0.2)}),)


def test_another_rate_than_promised_is_said() -> None:
    found = routine_check(*samples(rate_hz=70.0), RATE_HZ)
    assert found == (Reason("sensor_rate", {"rate": pytest.approx(70.0, abs=0.2), "expected": RATE_HZ}),)


def test_the_quiet_part_counts() -> None:
    time_s, acceleration, angular_velocity = samples(8.0)
    angular_velocity[:400] += np.sin(np.arange(400) / 10)[:, None]
    assert routine_check(time_s, acceleration, angular_velocity, RATE_HZ) == ()


def test_without_rest_there_is_nothing_to_say() -> None:
    time_s, acceleration, angular_velocity = samples()
    angular_velocity += np.sin(time_s * 3.0)[:, None]
    assert routine_check(time_s, acceleration, angular_velocity, RATE_HZ) is None
    assert routine_check(*samples(1.5), RATE_HZ) is None
    assert routine_check(np.empty(0), np.empty((0, 3)), np.empty((0, 3)), RATE_HZ) is None


def test_values_that_are_none_are_found_wrong() -> None:
    time_s, acceleration, angular_velocity = samples(gravity=0.0)
    acceleration[:] = 0.0
    (finding,) = routine_check(time_s, acceleration, angular_velocity, RATE_HZ) or ()
    assert finding.code == "sensor_gravity"
    assert math.isclose(finding.params["gravity"], 0.0)
