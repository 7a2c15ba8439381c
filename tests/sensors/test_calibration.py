"""The routine check: what it finds at rest, with which figure, and when there is no rest to check by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from teststation.model import Reason
from teststation.sensors.calibration import Calibration, lies_still, out_of_range, routine_check, too_noisy
from teststation.sensors.profiles import Profile, profiles
from teststation.settings import calibration_folder

Array = NDArray[np.float64]
RATE_HZ = 100.0
DOT: Profile = profiles(calibration_folder() / "sensors")["movella_dot"]


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


def test_values_beyond_what_the_model_can_measure_are_said_before_all_else() -> None:
    time_s, acceleration, angular_velocity = samples(1.0)
    acceleration[50, 1] = 12.0 * 9.81
    assert routine_check(time_s, acceleration, angular_velocity, RATE_HZ, DOT) is None
    acceleration[50, 1] = -20.0 * 9.81
    (finding,) = routine_check(time_s, acceleration, angular_velocity, RATE_HZ, DOT) or ()
    assert finding == Reason("sensor_range", {"value": "196 m/s²", "limit": "157 m/s²"})
    angular_velocity[3, 0] = math.radians(2500.0)
    assert len(out_of_range(acceleration, angular_velocity, DOT)) == 2
    assert out_of_range(acceleration, angular_velocity, None) == ()


def test_a_value_at_the_limit_is_within_it() -> None:
    at_limit = np.full((3, 3), DOT.accelerometer.range_m_s2)
    assert out_of_range(at_limit, np.full((3, 3), -DOT.gyroscope.range_rad_s), DOT) == ()


def test_values_that_are_no_numbers_are_out_of_range() -> None:
    (finding,) = out_of_range(np.array([[math.nan, 0.0, 0.0]]), np.zeros((1, 3)), DOT)
    assert finding.code == "sensor_range"


@pytest.mark.parametrize(("noise_mg", "codes"), [(2.0, []), (4.0, ["sensor_shakes"])])
def test_a_sensor_on_a_table_may_not_be_noisier_than_its_model(noise_mg: float, codes: list[str]) -> None:
    rng = np.random.default_rng(2)
    time_s = np.arange(0.0, 5.0, 1 / RATE_HZ)
    acceleration = rng.normal(0.0, noise_mg * 9.81e-3, (len(time_s), 3)) + np.array([0.0, 0.0, 9.81])
    rest = lies_still(time_s, acceleration, rng.normal(0.0, 0.001, (len(time_s), 3)))
    assert rest is not None
    assert [reason.code for reason in too_noisy(rest, DOT)] == codes


def test_a_hand_that_holds_a_sensor_is_no_table() -> None:
    time_s, acceleration, angular_velocity = samples()
    angular_velocity += 0.05 * np.sin(2 * np.pi * 8.0 * time_s)[:, None]
    assert lies_still(time_s, acceleration, angular_velocity) is None
    assert routine_check(time_s, acceleration, angular_velocity, RATE_HZ) == ()


def test_what_was_calibrated_makes_a_sensor_that_is_off_right() -> None:
    time_s, acceleration, angular_velocity = samples(bias_deg_s=5.0)
    raw = acceleration / [1.05, 0.95, 1.05] + [0.3, 0.0, -0.3]
    found = routine_check(time_s, raw, angular_velocity, RATE_HZ)
    assert found is not None
    assert {reason.code for reason in found} == {"sensor_gravity", "sensor_bias"}
    known = Calibration(
        driver="test",
        serial="t-1",
        measured_at="2026-11-23T01:00:00Z",
        bias_rad_s=(0.0, math.radians(5.0), 0.0),
        offset_m_s2=(0.3, 0.0, -0.3),
        scale=(1.05, 0.95, 1.05),
    )
    assert routine_check(time_s, *known.corrected(raw, angular_velocity), RATE_HZ) == ()
    nothing = Calibration(driver="test", serial="t-1", measured_at="")
    assert nothing.corrected(raw, angular_velocity)[0] is raw
