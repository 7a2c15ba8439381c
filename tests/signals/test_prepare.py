"""Samples as they came become samples that can be analysed."""

from __future__ import annotations

import tracemalloc

import msgspec
import numpy as np
import pytest

from recordings import rocking
from teststation.model import Recording
from teststation.sensors.synthetic import ADULT, BELT, chair_stands, get_up_and_go
from teststation.signals.orientation import orient
from teststation.signals.prepare import MOST_GAP_S, RATE_HZ, prepare
from teststation.tests import get_up_and_go as gug
from teststation.tests.base import Options

DAY_S = 22 * 3600.0
HOUR_S = 3600.0


@pytest.fixture(scope="module")
def walked_by_a_person() -> Recording:
    return get_up_and_go(ADULT, BELT, seed=3).recording


def joined(first: Recording, second: Recording, pause_s: float) -> Recording:
    """Put a recording behind another, after a pause without samples."""
    return msgspec.structs.replace(
        first,
        time_s=np.concatenate([first.time_s, first.time_s[-1] + pause_s + second.time_s - second.time_s[0]]),
        acceleration=np.vstack([first.acceleration, second.acceleration]),
        angular_velocity=np.vstack([first.angular_velocity, second.angular_velocity]),
    )


def before(recording: Recording, seconds: float) -> Recording:
    """Keep the beginning of a recording."""
    kept = recording.time_s - recording.time_s[0] < seconds
    return msgspec.structs.replace(
        recording,
        time_s=recording.time_s[kept],
        acceleration=recording.acceleration[kept],
        angular_velocity=recording.angular_velocity[kept],
    )


def ranged(recording: Recording, most_m_s2: float = np.inf, most_rad_s: float = np.inf) -> Recording:
    """Measure with a smaller range."""
    return msgspec.structs.replace(
        recording,
        acceleration=np.clip(recording.acceleration, -most_m_s2, most_m_s2),
        angular_velocity=np.clip(recording.angular_velocity, -most_rad_s, most_rad_s),
    )


@pytest.mark.parametrize("pause_s", [1.0, MOST_GAP_S, DAY_S])
def test_a_sample_has_its_own_time_on_either_side_of_a_gap(pause_s: float) -> None:
    one = rocking(5.0)
    samples = prepare(joined(one, one, pause_s))

    assert len(samples) <= (10.0 + MOST_GAP_S) * RATE_HZ
    assert samples.time_s[-1] == pytest.approx(one.time_s[-1] + pause_s + 4.99)
    assert samples.gaps == pytest.approx(np.array([[one.time_s[-1], one.time_s[-1] + pause_s]]))
    assert not np.any(samples.covered[(samples.time_s > 5.0) & (samples.time_s < 4.99 + pause_s)])
    late = samples.time_s >= samples.gaps[0, 1]
    assert samples.angular_velocity[late] == pytest.approx(one.angular_velocity[-late.sum() :], abs=1e-3)


@pytest.mark.parametrize("stirs_first", [True, False])
def test_hours_without_a_signal_change_no_test_beside_them(walked_by_a_person: Recording, stirs_first: bool) -> None:
    other = before(walked_by_a_person, 2.0)
    pair = (other, walked_by_a_person) if stirs_first else (walked_by_a_person, other)
    alone = gug.analyse(walked_by_a_person, Options())
    found = gug.analyse(msgspec.structs.replace(joined(*pair, DAY_S), placement=BELT.placement), Options())
    shift_s = other.time_s[-1] + DAY_S - walked_by_a_person.time_s[0] if stirs_first else 0.0

    assert [event.name for event in found.events] == [event.name for event in alone.events]
    assert [event.time_s - shift_s for event in found.events] == pytest.approx(
        [event.time_s for event in alone.events], abs=0.1
    )
    duration, expected = found.measure("duration"), alone.measure("duration")
    assert duration is not None
    assert expected is not None
    assert duration.value == pytest.approx(expected.value, abs=0.1)


def test_a_moment_and_its_sample_agree_across_a_long_gap() -> None:
    motion = orient(prepare(joined(rocking(5.0), rocking(5.0), DAY_S)))
    for index in (0, 250, len(motion) - 250, len(motion) - 1):
        assert motion.index(motion.seconds(index)) == index
    assert motion.index(-1e9) == 0
    assert motion.index(1e9) == len(motion) - 1


def test_the_channels_at_the_end_of_their_range_are_known_by_sample(walked_by_a_person: Recording) -> None:
    assert not prepare(walked_by_a_person).clipped.any()
    most = 0.7 * np.abs(walked_by_a_person.angular_velocity).max()
    beyond = np.abs(walked_by_a_person.angular_velocity) > most
    samples = prepare(ranged(walked_by_a_person, most_rad_s=most))

    assert not samples.clipped[:, :3].any()
    assert samples.clipped[:, 3:].any(axis=0).tolist() == beyond.any(axis=0).tolist()
    at = np.interp(walked_by_a_person.time_s[beyond.any(axis=1)], samples.time_s, samples.clipped.any(axis=1))
    assert at.mean() > 0.95
    assert orient(samples).clipped.any(axis=0).tolist() == [False, True]


def test_a_coarse_sensor_at_rest_is_not_at_the_end_of_its_range() -> None:
    rng = np.random.default_rng(5)
    still = rocking(60.0)
    digit = 0.04
    waver = digit * np.round(rng.normal(0.0, 0.8, (2, *still.acceleration.shape)))
    resting = msgspec.structs.replace(
        still, acceleration=waver[0] + np.array([0.0, 0.0, 9.8]), angular_velocity=waver[1] / 4.0
    )
    assert not prepare(resting).clipped.any()


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0])
def test_the_end_of_the_range_is_seen_at_any_rate(rate_hz: float) -> None:
    recording = rocking(20.0, rate_hz=rate_hz)
    assert prepare(ranged(recording, most_rad_s=0.2)).clipped[:, 4].any()
    assert not prepare(recording).clipped.any()


def test_an_hour_is_prepared_in_little_memory() -> None:
    stands = chair_stands(ADULT, BELT, seed=2).recording
    times = int(HOUR_S * RATE_HZ / len(stands.time_s)) + 1
    hour = msgspec.structs.replace(
        stands,
        time_s=np.arange(times * len(stands.time_s)) / RATE_HZ,
        acceleration=np.tile(stands.acceleration, (times, 1)),
        angular_velocity=np.tile(stands.angular_velocity, (times, 1)),
    )
    tracemalloc.start()
    orient(prepare(hour))
    most_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    assert most_mb < 90.0
