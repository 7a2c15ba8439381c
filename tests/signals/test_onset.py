import numpy as np
import pytest

from teststation.signals.onset import crossing, first_below, first_instant, last_below, stirring
from teststation.signals.prepare import RATE_HZ, Array


def eased(s: Array) -> Array:
    s = np.clip(s, 0.0, 1.0)
    path: Array = s**3 * (10 - 15 * s + 6 * s**2)
    return path


def test_last_below_needs_a_stretch_that_lasts() -> None:
    values = np.ones(100)
    values[20:40] = 0.0
    values[60] = 0.0

    assert last_below(values, 90, 0.5, hold_s=0.05) == 39
    assert last_below(values, 90, 0.5, hold_s=0.0) == 60


def test_last_below_is_the_begin_where_nothing_is_below() -> None:
    assert last_below(np.ones(50), 40, 0.5) == 0


def test_first_below_is_last_below_seen_backwards() -> None:
    values = np.ones(100)
    values[70:90] = 0.0

    assert first_below(values, 10, 0.5) == 70
    assert first_below(np.ones(100), 10, 0.5) == 99


def test_crossing_lies_between_the_samples() -> None:
    values = np.arange(10.0)

    assert crossing(values, 3.25, 8, back=True) == pytest.approx(3.25)
    assert crossing(values, 3.25, 1, back=False) == pytest.approx(3.25)
    assert crossing(values, -1.0, 8, back=True) is None
    assert crossing(values, 20.0, 1, back=False) is None


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 2.5])
def test_a_movement_is_led_back_to_its_first_instant(duration_s: float) -> None:
    time_s = np.arange(400) / RATE_HZ
    share = eased((time_s - 1.0) / duration_s) + np.random.default_rng(0).normal(0.0, 0.001, 400)

    begin = first_instant(share)
    assert begin is not None
    assert begin / RATE_HZ == pytest.approx(1.0, abs=0.02)


def test_no_movement_has_no_first_instant() -> None:
    assert first_instant(np.zeros(100)) is None
    assert first_instant(np.ones(100)) is None


def test_stirring_does_not_depend_on_the_axis() -> None:
    rate = np.sin(np.arange(500) / 50.0)
    about_x, about_z = np.zeros((500, 3)), np.zeros((500, 3))
    about_x[:, 0], about_z[:, 2] = rate, rate

    np.testing.assert_allclose(stirring(about_x), stirring(about_z))
