"""WitMotion: frames, and where they begin in what the radio brings."""

import itertools
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teststation.sensors.driver import Heard, Malformed
from teststation.sensors.witmotion import (
    Frames,
    WitMotion,
    charge,
    command,
    decode,
    question,
    rate_of,
    registers,
    tells_time,
)

OURS = bytes.fromhex("55 61 9C FF 00 08 14 00 10 00 E0 FF 08 00 00 00 64 00 48 F4")
"""Raw -100, 2048, 20; 16, -32, 8; 0, 100, -3000 (made by hand, in no source)."""
MAGNETIC = bytes.fromhex("55 71 3A 00 68 01 69 00 7A 00 00 00 00 00 00 00 00 00 00 00")
"""The maker's example of an answer."""
DATE = bytes.fromhex("18 06 0C 0B 1E 2D E7 03")


def frame(number: int, milliseconds: int = 0) -> bytes:
    return b"\x55\x61" + struct.pack("<6hIh", 0, 0, 2048, number, 0, 0, milliseconds, 0)


def test_a_frame_is_read() -> None:
    reading = decode(OURS)
    np.testing.assert_allclose(reading.acceleration / 9.80665, [[-100 / 2048, 1.0, 20 / 2048]])
    np.testing.assert_allclose(np.degrees(reading.angular_velocity), np.array([[16, -32, 8]]) * 2000 / 32768)
    assert (reading.ticks, reading.counter) == (None, None)


def test_a_stamped_frame_has_its_time_in_the_place_of_the_angles() -> None:
    assert decode(frame(3, milliseconds=123_456_789), stamped=True).ticks == 123_456_789


def test_a_date_behind_the_frame_is_no_part_of_it() -> None:
    np.testing.assert_array_equal(decode(OURS + DATE).acceleration, decode(OURS).acceleration)


@pytest.mark.parametrize("data", [b"", OURS[:19], MAGNETIC, b"\x55\x51" + OURS[2:]])
def test_what_is_no_sample_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        decode(data)


def test_the_makers_answer_is_read() -> None:
    assert registers(MAGNETIC) == (0x3A, (360, 105, 122, 0, 0, 0, 0, 0))
    with pytest.raises(Malformed):
        registers(OURS)


@pytest.mark.parametrize(("voltage", "percent"), [(420, 100), (396, 100), (395, 90), (368, 15), (341, 5), (300, 0)])
def test_the_charge_is_the_makers_table(voltage: int, percent: int) -> None:
    assert charge(voltage) == percent


def test_commands_are_the_makers() -> None:
    assert command(0x03, 0x09) == bytes.fromhex("FF AA 03 09 00")
    assert question(0x64) == bytes.fromhex("FF AA 27 64 00")


def fed(frames: Frames, *notifications: bytes) -> list[bytes | Malformed]:
    return list(itertools.chain.from_iterable(frames.feed(notification) for notification in notifications))


def test_whole_frames_are_taken_at_once() -> None:
    assert fed(Frames(), frame(1) + frame(2), frame(3)) == [frame(1), frame(2), frame(3)]


def test_answers_among_samples_are_frames_too() -> None:
    assert fed(Frames(), frame(1) + MAGNETIC + frame(2)) == [frame(1), MAGNETIC, frame(2)]


def test_dated_frames_are_passed_over_to_the_next() -> None:
    assert fed(Frames(), frame(1) + DATE + frame(2) + DATE, frame(3) + DATE) == [frame(1), frame(2), frame(3)]
    assert fed(Frames(), frame(1), DATE, frame(2), DATE) == [frame(1), frame(2)]


@given(st.data(), st.booleans())
def test_frames_are_found_however_they_are_cut(choose: st.DataObject, dated: bool) -> None:
    sent = [frame(number, milliseconds=10 * number) for number in range(20)]
    stream = b"".join(one + (DATE if dated else b"") for one in sent)
    cuts = sorted(choose.draw(st.sets(st.integers(1, len(stream) - 1), max_size=12)))
    pieces = [stream[a:b] for a, b in itertools.pairwise([0, *cuts, len(stream)])]
    found = [said for said in fed(Frames(), *pieces) if isinstance(said, bytes)]
    assert found == sent


def test_a_header_inside_of_a_frame_is_not_taken_for_one() -> None:
    """Heard from the middle of a frame on, in which two values happen to be a header's bytes."""
    trap = b"\x55\x61" + struct.pack("<9h", 0, 0, 2048, 0, 0x6155, 0, 0, 0x5500, 0x0061)
    found = fed(Frames(), trap[8:] + frame(1) + frame(2))
    assert [said for said in found if isinstance(said, bytes)] == [frame(1), frame(2)]
    assert any(isinstance(said, Malformed) for said in found)


def test_a_lost_piece_costs_its_own_frame_only() -> None:
    found = fed(Frames(), frame(1)[:12], frame(2) + frame(3))
    assert [said for said in found if isinstance(said, bytes)] == [frame(2), frame(3)]


def any_notifications_give_frames_or_malformed_and_little_is_held(notifications: list[bytes]) -> None:
    frames = Frames()
    for notification in notifications:
        for said in frames.feed(notification):
            if isinstance(said, bytes):
                assert decode(said) if said.startswith(b"\x55\x61") else registers(said)
            else:
                assert isinstance(said, Malformed)
        assert len(frames._rest) < 28


pieces = st.binary(max_size=40) | st.sampled_from([OURS, MAGNETIC, DATE, OURS[:7], b"\x55", b"\x55\x61"])
notified = st.lists(pieces, max_size=6)


@settings(max_examples=1000)
@given(notified)
def test_any_notifications_give_frames_or_malformed_and_little_is_held(notifications: list[bytes]) -> None:
    any_notifications_give_frames_or_malformed_and_little_is_held(notifications)


@pytest.mark.soak
@settings(max_examples=100_000, deadline=None)
@given(notified)
def test_any_notifications_at_length(notifications: list[bytes]) -> None:
    any_notifications_give_frames_or_malformed_and_little_is_held(notifications)


def arrivals(count: int = 100) -> list[float]:
    return [0.03 * (k // 3) for k in range(count)]


def looks(stamps: list[int], arrivals_s: list[float] | None = None) -> list[tuple[bytes, float]]:
    """Frames of which no two are alike."""
    frames = [frame(number, stamp % 2**32) for number, stamp in enumerate(stamps)]
    return list(zip(frames, arrivals_s or arrivals(len(stamps)), strict=True))


@pytest.mark.parametrize("first", [0, 2**32 - 300])
def test_a_clock_is_believed(first: int) -> None:
    assert tells_time(looks([first + 10 * k for k in range(100)]))


def test_a_clock_that_is_slower_than_it_was_set_is_one_too() -> None:
    assert tells_time(looks([14 * k for k in range(70)], [0.014 * k for k in range(70)]))


def test_what_the_radio_does_to_frames_speaks_against_no_clock() -> None:
    """Some lost, some twice, some overtaken by the next two."""
    seen = looks([10 * k for k in range(100)])
    seen[60:63] = [seen[61], seen[62], seen[60]]
    assert tells_time([*seen[:20], seen[19], *seen[25:60], seen[59], *seen[60:]])


@pytest.mark.parametrize(
    "stamps",
    [
        [10 * k - (300 if k % 20 == 7 else 0) for k in range(100)],  # jumps back
        [10 * k - (20 if k % 20 == 7 else 0) for k in range(100)],  # gives two samples one time
        [5] * 100,  # stands still
        [40 * k for k in range(100)],  # four times too fast
        [10 * k + (5000 if k > 50 else 0) for k in range(100)],  # jumps ahead
    ],
)
def test_what_is_no_clock_is_not(stamps: list[int]) -> None:
    assert not tells_time(looks(stamps))


def test_angles_are_no_clock() -> None:
    noise = np.random.default_rng(4).normal(0, 12, (100, 2)).astype("<i2")
    assert not tells_time(looks(np.ascontiguousarray(noise).view("<u4")[:, 0].tolist()))


def test_another_rate_than_was_set_is_seen() -> None:
    assert rate_of(arrivals()) == 100.0
    assert rate_of([0.03 * (k // 2) for k in range(68)]) == pytest.approx(70.0, rel=0.05)


def test_it_is_known_by_service_or_name() -> None:
    assert WitMotion.matches(Heard(address="1", name="WT901BLE67"))
    assert WitMotion.matches(Heard(address="1", services=(WitMotion.service,)))
    assert not WitMotion.matches(Heard(address="1", name="wt", services=("0000ffe5-0000-1000-8000-00805f9b34fb",)))
