"""Movella DOT: the bytes of its notifications and settings."""

import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teststation.sensors.driver import Heard, Malformed, Reading
from teststation.sensors.movella_dot import MovellaDot, decode, with_rate

PRINTED = bytes.fromhex("d8052244 af964040 6b2aa740 5add14c0 00000000")
"""A short payload that an owner printed: time and free acceleration, as the medium payload begins too."""


def rate_quantities(*, microseconds: int, acceleration: tuple[float, ...], rotation_deg_s: tuple[float, ...]) -> bytes:
    return struct.pack("<I6f", microseconds, *acceleration, *rotation_deg_s)


def test_an_owners_bytes_are_read() -> None:
    reading = decode(PRINTED[:16] + struct.pack("<3f", 90.0, -45.0, 0.0))
    assert reading.ticks == 1_143_080_408
    np.testing.assert_allclose(reading.acceleration, [[3.0092, 5.2239, -2.3260]], atol=5e-5)
    np.testing.assert_allclose(reading.angular_velocity, [[np.pi / 2, -np.pi / 4, 0.0]])
    assert (reading.counter, reading.dropped) == (None, False)


@pytest.mark.parametrize("padding", [0, 8, 12])
def test_zeros_behind_the_sample_are_no_part_of_it(padding: int) -> None:
    data = rate_quantities(microseconds=7, acceleration=(0.0, 0.0, 9.81), rotation_deg_s=(1.0, 2.0, 3.0))
    reading = decode(data + bytes(padding))
    assert reading.ticks == 7
    assert reading.acceleration.shape == reading.angular_velocity.shape == (1, 3)


def test_the_short_payload_is_another_mode() -> None:
    with pytest.raises(Malformed, match="20 bytes"):
        decode(PRINTED)


@pytest.mark.parametrize(
    ("acceleration", "rotation_deg_s"),
    [
        ((float("nan"), 0.0, 0.0), (0.0, 0.0, 0.0)),
        ((0.0, 0.0, 9.8), (0.0, float("inf"), 0.0)),
        ((1e9, 0, 0), (0, 0, 0)),
    ],
)
def test_what_no_sensor_measures_is_no_packet(
    acceleration: tuple[float, ...], rotation_deg_s: tuple[float, ...]
) -> None:
    with pytest.raises(Malformed):
        decode(rate_quantities(microseconds=0, acceleration=acceleration, rotation_deg_s=rotation_deg_s))


def any_bytes_are_a_reading_or_malformed(data: bytes) -> None:
    try:
        reading = decode(data)
    except Malformed:
        return
    assert isinstance(reading, Reading)
    assert np.isfinite(reading.acceleration).all()
    assert np.isfinite(reading.angular_velocity).all()


@settings(max_examples=1000)
@given(st.binary(max_size=80))
def test_any_bytes_are_a_reading_or_malformed(data: bytes) -> None:
    any_bytes_are_a_reading_or_malformed(data)


@pytest.mark.soak
@settings(max_examples=100_000, deadline=None)
@given(st.binary(max_size=80))
def test_any_bytes_are_a_reading_or_malformed_at_length(data: bytes) -> None:
    any_bytes_are_a_reading_or_malformed(data)


def test_the_rate_is_set_and_nothing_else() -> None:
    settings = bytes(range(32))
    changed = with_rate(settings)
    assert changed[0] == 0x10  # only the rate is visited
    assert changed[24:26] == b"\x3c\x00"
    assert changed[1:24] + changed[26:] == settings[1:24] + settings[26:]


def test_settings_of_another_length_are_not_written_back() -> None:
    with pytest.raises(Malformed):
        with_rate(bytes(20))


@pytest.mark.parametrize(
    ("heard", "matches"),
    [
        (Heard(address="1", manufacturers={0x0886: b""}), True),
        (Heard(address="1", name="Xsens DOT"), True),
        (Heard(address="1", name="Movella DOT"), True),
        (Heard(address="1", name="Polka DOT"), False),
        (Heard(address="1"), False),
    ],
)
def test_a_dot_is_known_by_its_maker_or_its_name(heard: Heard, matches: bool) -> None:
    assert MovellaDot.matches(heard) is matches
