from __future__ import annotations

import contextlib
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teststation.sensors.driver import Heard, Malformed, Reading
from teststation.sensors.teststation_imu import SERVICE, Scales, TestStationImu, decode, decode_info

WORKED = bytes.fromhex("0200 01 00 204E0000 0000 0000 0008 0000 0000 0000")
"""The example of docs/sensor-profile.md: counter 2, one sample at 20 ms, 1 g upward."""


def test_the_worked_packet_reads_as_the_profile_says() -> None:
    reading = decode(WORKED)
    assert (reading.counter, reading.ticks) == (2, 20_000)
    assert reading.acceleration == pytest.approx(np.array([[0.0, 0.0, 9.80665]]))
    assert not reading.angular_velocity.any()
    assert not reading.dropped


def test_the_scales_and_flags_are_the_device_s() -> None:
    packet = bytes.fromhex("FFFF 02 07 FFFFFFFF") + np.arange(-6, 6, dtype="<i2").tobytes()
    reading = decode(packet, Scales(counts_per_g=1000, counts_per_10_deg_s=10))
    assert (reading.counter, reading.ticks) == (65535, 2**32 - 1)
    assert reading.dropped
    assert reading.acceleration == pytest.approx(np.array([[-6, -5, -4], [0, 1, 2]]) * 9.80665 / 1000)
    assert reading.angular_velocity == pytest.approx(np.radians(np.array([[-3, -2, -1], [3, 4, 5]])))


def test_the_description_is_read_and_longer_ones_are_welcome() -> None:
    said = bytes.fromhex("01 03 1004 0008 A000 03")
    assert decode_info(said) == decode_info(said + b"later") == Scales(104.0, 2048, 160, 3)
    assert Scales().rad_s * 160 == pytest.approx(math.radians(10.0))


@pytest.mark.parametrize(
    "data",
    [
        "",
        "01031004",
        "02 03 1004 0008 A000 03",
        "01 02 1004 0008 A000 03",
        "01 03 0A00 0008 A000 03",
        "01 03 1004 0000 A000 03",
    ],
)
def test_a_description_that_cannot_be_used_is_refused(data: str) -> None:
    with pytest.raises(Malformed):
        decode_info(bytes.fromhex(data))


def any_bytes_are_a_packet_or_malformed(data: bytes) -> None:
    with contextlib.suppress(Malformed):
        reading = decode(data)
        assert isinstance(reading, Reading)
        assert len(data) == 8 + 12 * len(reading.acceleration)
        assert np.isfinite(reading.acceleration).all()
    with contextlib.suppress(Malformed):
        decode_info(data)


lengths = st.sampled_from([0, 7, 8, 20, 32, 236, 247])
packets = st.one_of(st.binary(max_size=300), lengths.flatmap(lambda size: st.binary(min_size=size, max_size=size)))
headed = st.builds(
    lambda count, head, body: head[:2] + bytes([count]) + head[2:] + body[: 12 * count],
    st.integers(0, 20),
    st.binary(min_size=7, max_size=7),
    st.binary(min_size=240, max_size=240),
)


@settings(max_examples=1000)
@given(packets | headed)
def test_any_bytes_are_a_packet_or_malformed(data: bytes) -> None:
    any_bytes_are_a_packet_or_malformed(data)


@pytest.mark.soak
@settings(max_examples=100_000, deadline=None)
@given(packets | headed)
def test_any_bytes_are_a_packet_or_malformed_at_length(data: bytes) -> None:
    any_bytes_are_a_packet_or_malformed(data)


def test_it_is_known_by_its_service_or_its_name() -> None:
    assert TestStationImu.matches(Heard(address="1", services=(SERVICE,)))
    assert TestStationImu.matches(Heard(address="1", name="TS-IMU-1"))
    assert not TestStationImu.matches(Heard(address="1", name="Polar H10"))
