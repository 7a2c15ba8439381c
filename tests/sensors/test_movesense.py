"""Movesense: packets, and the parts they come in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from teststation.sensors.driver import Heard, Malformed, Reading
from teststation.sensors.movesense import REFERENCE, Movesense, Parts, accepts, decode


def samples(count: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Accelerations and rotations of which no two are alike."""
    numbers = np.arange(6.0 * count).reshape(2, count, 3)
    return numbers[0], numbers[1] + 0.5


def packet(count: int = 8, milliseconds: int = 1000) -> bytes:
    acceleration, rotation_deg_s = samples(count)
    blocks = np.concatenate([acceleration, rotation_deg_s]).astype("<f4")
    return milliseconds.to_bytes(4, "little") + blocks.tobytes()


def data(content: bytes, kind: int = 2) -> bytes:
    return bytes([kind, REFERENCE]) + content


@pytest.mark.parametrize("count", [1, 4, 8])
def test_blocks_are_read_as_blocks(count: int) -> None:
    reading = decode(packet(count, milliseconds=0x01020304))
    acceleration, rotation_deg_s = samples(count)
    assert reading.ticks == 0x01020304
    np.testing.assert_array_equal(reading.acceleration, acceleration)
    np.testing.assert_allclose(reading.angular_velocity, np.radians(rotation_deg_s))


def test_the_firmwares_layout_byte_by_byte() -> None:
    """One sample, as the firmware's description writes it: ms, then x, y, z in m/s², then x, y, z in deg/s."""
    reading = decode(bytes.fromhex("e8030000 00000000 00000000 00001d41 00003443 000034c2 00000000"))
    assert reading.ticks == 1000
    np.testing.assert_array_equal(reading.acceleration, [[0.0, 0.0, 9.8125]])
    np.testing.assert_allclose(reading.angular_velocity, [[np.pi, -np.pi / 4, 0.0]])


@pytest.mark.parametrize("length", [0, 3, 4, 27, 29])
def test_a_piece_of_a_sample_is_no_packet(length: int) -> None:
    with pytest.raises(Malformed):
        decode(bytes(length))


def test_two_parts_are_joined() -> None:
    parts, whole = Parts(), packet()
    assert parts.feed(data(whole[:156])) == []
    (reading,) = parts.feed(data(whole[156:], kind=3))
    assert isinstance(reading, Reading)
    np.testing.assert_array_equal(reading.acceleration, samples(8)[0])


def test_a_packet_in_one_part_is_taken_at_once() -> None:
    (reading,) = Parts().feed(data(packet()))
    assert isinstance(reading, Reading)


def test_a_lost_part_costs_its_own_packet_only() -> None:
    parts, whole = Parts(), packet()
    parts.feed(data(whole[:156]))
    lost, reading = parts.feed(data(packet(milliseconds=1077)))
    assert isinstance(lost, Malformed)
    assert isinstance(reading, Reading)
    assert reading.ticks == 1077
    (alone,) = parts.feed(data(whole[156:], kind=3))
    assert isinstance(alone, Malformed)


def test_the_answer_to_the_subscription_is_no_sample() -> None:
    parts = Parts()
    assert parts.feed(bytes([1, REFERENCE, 0xC8, 0x00])) == []
    (refused,) = parts.feed(bytes([1, REFERENCE, 0x94, 0x01]))
    assert isinstance(refused, Malformed)


@pytest.mark.parametrize(("answer", "taken"), [("c800", True), ("00c8", True), ("fb01", False), ("01fb", False)])
def test_a_status_is_read_in_either_byte_order(answer: str, taken: bool) -> None:
    assert accepts(bytes.fromhex(answer)) is taken


def any_notifications_give_readings_or_malformed_and_little_is_held(notifications: list[bytes]) -> None:
    parts = Parts()
    for notification in notifications:
        for said in parts.feed(notification):
            assert isinstance(said, Reading | Malformed)
            if isinstance(said, Reading):
                assert np.isfinite(said.acceleration).all()
        assert len(parts._begun) <= len(packet(32))


parts_and_worse = st.binary(max_size=250) | st.builds(data, st.binary(max_size=200), st.sampled_from([1, 2, 3]))
notified = st.lists(parts_and_worse, max_size=6)


@settings(max_examples=1000)
@given(notified)
def test_any_notifications_give_readings_or_malformed_and_little_is_held(notifications: list[bytes]) -> None:
    any_notifications_give_readings_or_malformed_and_little_is_held(notifications)


@pytest.mark.soak
@settings(max_examples=100_000, deadline=None)
@given(notified)
def test_any_notifications_at_length(notifications: list[bytes]) -> None:
    any_notifications_give_readings_or_malformed_and_little_is_held(notifications)


@pytest.mark.parametrize("mtu", [23, 100, 161, 185])
def test_wherever_a_packet_is_cut_it_is_the_same(mtu: int) -> None:
    """Two bytes of a notification are ours and three the protocol's."""
    parts, whole, cut = Parts(), packet(), mtu - 5
    pieces = [whole[at : at + cut] for at in range(0, len(whole), cut)]
    told = [parts.feed(data(piece, kind=3 if number else 2)) for number, piece in enumerate(pieces)]
    assert all(said == [] for said in told[:-1])
    (reading,) = told[-1]
    assert isinstance(reading, Reading)
    np.testing.assert_array_equal(reading.angular_velocity, decode(whole).angular_velocity)


def test_it_is_known_by_service_or_name() -> None:
    assert Movesense.matches(Heard(address="1", name="Movesense 174630000192"))
    assert Movesense.matches(Heard(address="1", services=(Movesense.service,)))
    assert not Movesense.matches(Heard(address="1", name="Moves"))
