from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststation.sensors.catalogue import DRIVERS, driver_named, identify
from teststation.sensors.driver import LONGEST_NAME, Heard, clean


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("TS-IMU-1", "TS-IMU-1"),
        ("\x1b[31mrood\x1b[0m", "[31mrood[0m"),
        ("\u202eUMI-ST", "UMI-ST"),
        ("a\nb\x00\u2028c", "abc"),
        ("  veel   ruimte ", "veel ruimte"),
        ("é😀" * 40, ("é😀" * 40)[:LONGEST_NAME]),
        ("\ud800", ""),
    ],
)
def test_a_name_is_harmless(said: str, shown: str) -> None:
    assert clean(said) == shown


@given(st.text())
def test_any_name_is_harmless(said: str) -> None:
    shown = clean(said)
    assert len(shown) <= LONGEST_NAME
    assert not any(unicodedata.category(letter).startswith("C") for letter in shown)
    assert clean(shown) == shown


def test_each_driver_is_found_by_its_code_and_by_nobody_else_s_advertisement() -> None:
    assert len({driver.name for driver in DRIVERS}) == len(DRIVERS)
    for driver in DRIVERS:
        assert driver_named(driver.name) is driver
        assert identify(Heard(address="1", services=(driver.service,))) in {driver, None}
    assert (
        identify(Heard(address="1", name="Polar H10 1234", services=("0000180d-0000-1000-8000-00805f9b34fb",))) is None
    )
