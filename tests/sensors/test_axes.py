"""Sit and stand: a sensor whose two chips agree is right in any mounting; wrong signs, axes and scales are seen."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensors.mounting import Array, rotations
from teststation.sensors.axes import check_axes

RATE_HZ = 100.0
TIME_S = np.arange(0.0, 10.0, 1 / RATE_HZ)


def rise(mounting: Array, net_deg: float, bend_deg: float = 35.0, turn_deg: float = 20.0, seed: int = 0) -> Array:
    """Give (n, 6): a body that pitches by a bend and a net angle, and turns a little about the vertical meanwhile."""
    part = np.clip((TIME_S - 4.0) / 2.0, 0.0, 1.0)
    smooth = part**2 * (3 - 2 * part)
    pitch = np.radians(net_deg) * smooth + np.radians(bend_deg) * np.sin(np.pi * smooth) ** 2
    yaw = np.radians(turn_deg) * smooth
    d_pitch, d_yaw = np.gradient(pitch, TIME_S), np.gradient(yaw, TIME_S)
    up = np.stack([-np.sin(pitch), np.zeros_like(pitch), np.cos(pitch)], axis=1)  # body frame: x ahead, y left
    rate = d_yaw[:, None] * up + d_pitch[:, None] * np.array([0.0, 1.0, 0.0])
    rng = np.random.default_rng(seed)
    acceleration = 9.81 * up @ mounting.T + rng.normal(0.0, 0.05, (len(up), 3))
    angular_velocity = rate @ mounting.T + rng.normal(0.0, 0.005, (len(up), 3)) + 0.01
    return np.concatenate([acceleration, angular_velocity], axis=1)


@given(rotations(), st.floats(12.0, 95.0), st.sampled_from([-1, 1]), st.floats(-60.0, 60.0), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_a_sensor_whose_chips_agree_is_right_in_any_mounting(
    mounting: Array, net_deg: float, sign: int, turn_deg: float, seed: int
) -> None:
    samples = rise(mounting, sign * net_deg, turn_deg=turn_deg, seed=seed)
    check = check_axes(TIME_S, samples[:, :3], samples[:, 3:])
    assert check is not None
    assert check.tells
    assert check.agrees
    assert np.degrees(check.turned_rad) == pytest.approx(net_deg, abs=1.0)
    assert np.degrees(check.off_rad) < 2.0
    assert check.at_thigh == (np.degrees(check.turned_rad) >= 50.0)


WRONG: dict[str, Callable[[Array], Array]] = {
    "sign": lambda rate: -rate,
    "degrees": np.degrees,
    "missing": np.zeros_like,
    "swapped": lambda rate: rate[:, [1, 2, 0]],
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
@pytest.mark.parametrize("net_deg", [20.0, -35.0, 85.0])
def test_chips_that_disagree_are_seen(wrong: Callable[[Array], Array], net_deg: float) -> None:
    samples = rise(np.eye(3), net_deg)
    check = check_axes(TIME_S, samples[:, :3], wrong(samples[:, 3:]))
    if check is not None:  # degrees for radians also make the rests restless
        assert not check.agrees


def test_who_hardly_turns_it_shows_nothing() -> None:
    samples = rise(np.eye(3), 5.0)
    check = check_axes(TIME_S, samples[:, :3], samples[:, 3:])
    assert check is not None
    assert not check.tells


def test_without_a_rest_at_both_ends_there_is_nothing_to_compare() -> None:
    samples = rise(np.eye(3), 30.0)
    assert check_axes(TIME_S[:500], samples[:500, :3], samples[:500, 3:]) is None
    assert check_axes(TIME_S[:0], samples[:0, :3], samples[:0, 3:]) is None
