"""Nominal profiles: there is one for each driver, it says what the driver says, and a broken one is refused."""

from pathlib import Path

import pytest

from teststation.model import TeststationError
from teststation.sensors.catalogue import DRIVERS
from teststation.sensors.driver import Driver
from teststation.sensors.profiles import profiles, read_profile
from teststation.settings import calibration_folder

FOLDER = calibration_folder() / "sensors"


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_driver_has_a_profile_that_agrees_with_it(driver: type[Driver]) -> None:
    profile, fresh = profiles(FOLDER)[driver.name], driver()
    assert profile.rate_hz == fresh.nominal_rate_hz
    assert profile.tick_s == (fresh.timing.tick_s if fresh.timing.tick_bits else None)
    assert profile.sources


def test_there_is_no_profile_without_a_driver() -> None:
    assert profiles(FOLDER).keys() == {driver.name for driver in DRIVERS}
    assert len(list(FOLDER.glob("*.toml"))) == len(DRIVERS)


@pytest.mark.parametrize("driver", DRIVERS)
def test_limits_are_of_a_sensor_that_people_wear(driver: type[Driver]) -> None:
    profile = profiles(FOLDER)[driver.name]
    assert 70.0 < profile.accelerometer.range_m_s2 < 160.0
    assert 8.0 < profile.gyroscope.range_rad_s < 36.0
    assert profile.accelerometer.resolution_mg < profile.accelerometer.noise_mg
    assert profile.gyroscope.resolution_deg_s < profile.gyroscope.noise_deg_s
    # less than a person who sits and breathes, or no rest would ever be found
    assert profile.accelerometer.noise_m_s2 < 0.3
    assert profile.gyroscope.noise_rad_s < 0.06


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("range_g = 16.0", "range_g = -16.0"),
        ("range_g = 16.0", "range_g = 'sixteen'"),
        ("rate_hz = 60.0", ""),
        ("rate_hz = 60.0", "rate_hz = 60.0\nrate = 60.0"),
        ("[gyroscope]", "[gyroscope"),
    ],
)
def test_what_is_no_profile_is_refused(tmp_path: Path, before: str, after: str) -> None:
    text = (FOLDER / "movella_dot.toml").read_text(encoding="utf-8")
    assert before in text
    file = tmp_path / "broken.toml"
    file.write_text(text.replace(before, after), encoding="utf-8")
    with pytest.raises(TeststationError) as error:
        read_profile(file)
    assert error.value.reason.params["file"] == "broken.toml"


def test_a_missing_file_is_refused_in_the_same_way(tmp_path: Path) -> None:
    with pytest.raises(TeststationError):
        read_profile(tmp_path / "none.toml")
