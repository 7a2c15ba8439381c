"""Keys against the sensor that pressed them: the jolt is found, the delay comes out, nonsense is not believed."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.mounting import Array, rotations
from teststation.sensors.key_check import KeyDelay, jolt_s, key_delay


def pushes(
    at_s: list[float], rate_hz: float, mounting: Array, *, strength: float = 15.0, seed: int = 0
) -> tuple[Array, Array]:
    """A hand that holds a sensor, trembles, goes down and is stopped by a key, at some moments."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(0.0, at_s[-1] + 1.5, 1 / rate_hz) + rng.uniform(0.0, 1 / rate_hz)
    up = 9.81 + rng.normal(0.0, 0.03, len(time_s)) + 0.3 * np.sin(2 * np.pi * 4.0 * time_s)
    for moment in at_s:
        since = time_s - moment
        up -= 1.5 * np.exp(-(((since + 0.09) / 0.04) ** 2))  # down
        up += strength * np.exp(-((since / 0.008) ** 2))  # stopped
        up += 1.0 * np.exp(-(((since - 0.1) / 0.05) ** 2))  # and up again
    still = np.zeros_like(up)
    return time_s, np.stack([still, still, up], axis=1) @ mounting.T


@given(
    rotations(),
    st.floats(-0.03, 0.15),
    st.sampled_from([52.0, 60.0, 100.0]),
    st.floats(15.0, 40.0),
    st.integers(0, 99),
)
@settings(max_examples=80, deadline=None)
def test_the_delay_of_a_firm_push_comes_out_in_any_mounting(
    mounting: Array, delay_s: float, rate_hz: float, strength: float, seed: int
) -> None:
    at_s = [2.013, 3.41, 4.777]
    jitter = np.random.default_rng(seed).uniform(-0.004, 0.004, 3)
    keys_s = [moment + delay_s + shift for moment, shift in zip(at_s, jitter, strict=True)]
    time_s, acceleration = pushes(at_s, rate_hz, mounting, strength=strength, seed=seed)
    jolts = [jolt_s(time_s, acceleration, key) for key in keys_s]
    seen = [jolt for jolt in jolts if jolt is not None]
    assert len(seen) == 3
    delay = key_delay(keys_s, seen)
    assert delay is not None
    assert delay.offset_s == pytest.approx(delay_s, abs=0.6 / rate_hz + 0.004)
    assert delay.spread_s < 1 / rate_hz
    assert delay.against_sensor_s > abs(delay_s) - 0.02


@given(st.floats(-0.03, 0.15), st.sampled_from([52.0, 60.0, 100.0]), st.floats(4.0, 15.0), st.integers(0, 99))
@settings(max_examples=80, deadline=None)
def test_a_gentle_push_may_fall_between_two_samples_but_is_never_mistimed(
    delay_s: float, rate_hz: float, strength: float, seed: int
) -> None:
    at_s = [2.013, 3.41, 4.777]
    time_s, acceleration = pushes(at_s, rate_hz, np.eye(3), strength=strength, seed=seed)
    jolts = [jolt_s(time_s, acceleration, moment + delay_s) for moment in at_s]
    for moment, jolt in zip(at_s, jolts, strict=True):
        assert jolt is None or jolt == pytest.approx(moment, abs=1.5 / rate_hz)


@pytest.mark.parametrize("strength", [0.0, 0.3])
def test_a_key_that_was_pressed_without_the_sensor_is_not_believed(strength: float) -> None:
    time_s = np.arange(0.0, 5.0, 0.01)
    rng = np.random.default_rng(1)
    held = 9.81 + rng.normal(0.0, 0.05, len(time_s)) + 0.3 * np.sin(2 * np.pi * 4.0 * time_s)
    held += strength * np.exp(-(((time_s - 3.0) / 0.008) ** 2))
    acceleration = np.stack([held, 0 * held, 0 * held], axis=1)
    assert jolt_s(time_s, acceleration, 3.05) is None


def test_without_samples_about_it_there_is_nothing_to_see() -> None:
    time_s, acceleration = pushes([2.0], 100.0, np.eye(3))
    assert jolt_s(time_s, acceleration, 9.0) is None
    assert jolt_s(np.empty(0), np.empty((0, 3)), 1.0) is None


def test_presses_that_differ_too_much_give_no_delay() -> None:
    assert key_delay([1.0, 2.0, 3.0], [0.99, 1.98, 2.75]) is None


def test_the_uncertainty_counts_the_offset_in_full_against_the_sensor_and_not_among_keys() -> None:
    delay = KeyDelay(offset_s=-0.03, spread_s=0.005, presses=3)
    assert delay.alone_s == pytest.approx(0.0215, abs=1e-4)
    assert delay.against_sensor_s == pytest.approx(0.03 + 0.0248, abs=1e-4)
