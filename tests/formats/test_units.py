"""Units: a file that is not in SI is refused with the unit it seems to be in, and taken when that unit is given."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
import pytest

from recordings import rocking
from teststation.formats import Refused, Units, read, write_plain_table
from teststation.model import Recording

G = 9.80665


def scaled(recording: Recording, acceleration: float = 1.0, angular_velocity: float = 1.0) -> Recording:
    return msgspec.structs.replace(
        recording,
        acceleration=recording.acceleration * acceleration,
        angular_velocity=recording.angular_velocity * angular_velocity,
    )


def brisk() -> Recording:
    """Rocking as fast as a brisk rise: peaks of 2 rad/s."""
    return scaled(rocking(), angular_velocity=2.0 / 0.314)


def test_gravity_of_one_is_suspected_to_be_in_g_and_taken_as_such(tmp_path: Path) -> None:
    write_plain_table(tmp_path / "a.csv", scaled(brisk(), acceleration=1 / G))
    with pytest.raises(Refused) as caught:
        read(tmp_path / "a.csv")
    assert caught.value.reason.code == "suspected_acceleration_unit"
    assert caught.value.reason.params["unit"] == "g"
    found = read(tmp_path / "a.csv", Units("g", "rad/s"))
    np.testing.assert_allclose(found.acceleration, brisk().acceleration, atol=1e-4)


def test_gravity_of_a_thousand_is_suspected_to_be_in_mg(tmp_path: Path) -> None:
    write_plain_table(tmp_path / "a.csv", scaled(brisk(), acceleration=1000 / G))
    with pytest.raises(Refused) as caught:
        read(tmp_path / "a.csv")
    assert caught.value.reason.params["unit"] == "mg"


@pytest.mark.parametrize("peak_rad_s", [1.0, 5.0, 10.0])
def test_turning_in_the_hundreds_is_suspected_to_be_in_degrees_and_taken_as_such(
    tmp_path: Path, peak_rad_s: float
) -> None:
    recording = scaled(rocking(), angular_velocity=peak_rad_s / 0.314)
    write_plain_table(tmp_path / "a.csv", scaled(recording, angular_velocity=180 / np.pi))
    with pytest.raises(Refused) as caught:
        read(tmp_path / "a.csv")
    assert caught.value.reason.code == "suspected_angular_velocity_unit"
    assert caught.value.reason.params["unit"] == "deg/s"
    found = read(tmp_path / "a.csv", Units("m/s2", "deg/s"))
    np.testing.assert_allclose(found.angular_velocity, recording.angular_velocity, atol=1e-5)


def test_degrees_in_a_long_still_recording_are_suspected_too(tmp_path: Path) -> None:
    recording = rocking(seconds=60.0)
    turning = np.zeros_like(recording.angular_velocity)
    turning[3000:3040, 1] = 120.0
    write_plain_table(tmp_path / "a.csv", msgspec.structs.replace(recording, angular_velocity=turning))
    with pytest.raises(Refused) as caught:
        read(tmp_path / "a.csv")
    assert caught.value.reason.code == "suspected_angular_velocity_unit"


@pytest.mark.parametrize("factor", [0.0, 0.01, 0.3, 5.0, 1e5])
def test_no_gravity_in_any_unit_is_refused_without_a_guess(tmp_path: Path, factor: float) -> None:
    write_plain_table(tmp_path / "a.csv", scaled(rocking(), acceleration=factor))
    with pytest.raises(Refused) as caught:
        read(tmp_path / "a.csv")
    assert caught.value.reason.code == "implausible_acceleration"


def test_a_badly_calibrated_or_upside_down_sensor_is_no_matter_of_units(tmp_path: Path) -> None:
    for factor in (-1.0, 0.87, 1.3):
        write_plain_table(tmp_path / "a.csv", scaled(rocking(), acceleration=factor))
        found = read(tmp_path / "a.csv")
        np.testing.assert_allclose(found.acceleration, factor * rocking().acceleration, atol=1e-4)


def test_given_units_that_make_it_implausible_are_refused(tmp_path: Path) -> None:
    write_plain_table(tmp_path / "a.csv", brisk())
    with pytest.raises(Refused) as caught:
        read(tmp_path / "a.csv", Units("g", "rad/s"))
    assert caught.value.reason.code == "implausible_acceleration"


def test_units_are_read_as_they_are_typed() -> None:
    assert Units.parse("g,deg/s") == Units("g", "deg/s")
    assert Units.parse(" m/s2 , rad/s ") == Units()
    for text in ("", "g", "g,", "deg/s,g", "g,deg/s,s", "G,deg/s"):
        with pytest.raises(ValueError, match=r".*"):
            Units.parse(text)
