"""Samples without a clock: their beat, found again from arrivals that are late by chance."""

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from teststation.sensors.base import Gap, Packet
from teststation.sensors.counted_time import CountedTime
from teststation.sensors.driver import Reading


def reading(samples: int = 1) -> Reading:
    return Reading(acceleration=np.zeros((samples, 3)), angular_velocity=np.zeros((samples, 3)))


class Heard:
    """What a clock made of a stream: true and given times of all samples, and the gaps.

    Arrivals wait for a connection event, at a place in the interval that is new each time, and some are held up.
    """

    def __init__(
        self,
        clock: CountedTime,
        rate_hz: float,
        seconds: float,
        *,
        interval_s: float,
        seed: int = 0,
        lost: float = -1.0,
    ) -> None:
        chance = random.Random(seed)
        true, given = [], []
        self.gaps: list[Gap] = []
        arrival_s = 0.0
        for true_s in np.arange(round(seconds * rate_hz)) / rate_hz:
            if lost <= true_s < lost + 1.0:
                continue
            held_up_s = chance.expovariate(10.0) if chance.random() < 0.002 else 0.0
            wait_s = interval_s * chance.random() + chance.expovariate(300.0) + held_up_s
            arrival_s = max(arrival_s, true_s + wait_s)
            for event in clock.take(reading(), arrival_s):
                if isinstance(event, Packet):
                    true.append(true_s)
                    given.append(event.time_s[0])
                elif isinstance(event, Gap):
                    self.gaps.append(event)
        self.true_s: NDArray[np.float64] = np.array(true)
        self.given_s: NDArray[np.float64] = np.array(given)

    def duration_errors_s(self, after_s: float, seconds: float = 15.0) -> NDArray[np.float64]:
        starts_s = np.arange(after_s, self.true_s[-1] - seconds)
        start, end = np.searchsorted(self.true_s, starts_s), np.searchsorted(self.true_s, starts_s + seconds)
        off_s = self.given_s - self.true_s
        return np.abs(off_s[end] - off_s[start])


@pytest.mark.parametrize("rate_hz", [71.3, 98.0, 100.4])
@pytest.mark.parametrize("interval_s", [0.015, 0.03, 0.06])
def test_durations_are_right_to_a_part_of_a_connection_interval(rate_hz: float, interval_s: float) -> None:
    """After half a minute, whatever the sensor promised, which was 100 Hz."""
    clock = CountedTime(100.0)
    heard = Heard(clock, rate_hz, 90.0, interval_s=interval_s)
    assert heard.duration_errors_s(after_s=30.0).max() < 0.4 * interval_s
    assert clock.rate_hz == pytest.approx(rate_hz, rel=5e-4)
    assert not heard.gaps


@pytest.mark.parametrize("seed", range(5))
def test_in_the_first_seconds_they_are_right_to_an_interval(seed: int) -> None:
    """As the driver starts it: with a rate that a second of arrivals showed, wrong by a few per cent at the most."""
    heard = Heard(CountedTime(70.0), 71.3, 40.0, interval_s=0.03, seed=seed)
    assert heard.duration_errors_s(after_s=5.0).max() < 0.04


def test_time_never_goes_back_and_never_jumps_unsaid() -> None:
    heard = Heard(CountedTime(100.0), 71.3, 60.0, interval_s=0.06)
    steps_s = np.diff(heard.given_s)
    assert (steps_s > 0.0).all()
    assert steps_s.max() < 0.03


def test_a_lost_second_is_told_once_it_is_seen() -> None:
    clock = CountedTime(100.0)
    heard = Heard(clock, 100.0, 60.0, interval_s=0.03, lost=30.0)
    (gap,) = heard.gaps
    assert gap.end_s - gap.start_s == pytest.approx(1.0, abs=0.05)
    assert clock.lost_samples == pytest.approx(100, abs=4)
    later = heard.true_s > 35.0
    np.testing.assert_allclose((heard.given_s - heard.true_s)[later], (heard.given_s - heard.true_s)[2000], atol=0.03)


def test_what_passed_without_a_link_is_a_gap() -> None:
    clock = CountedTime(100.0)
    for k in range(1000):
        clock.take(reading(), 0.01 * k)
    clock.connected()
    gap, packet = clock.take(reading(), 20.0)
    assert isinstance(gap, Gap)
    assert isinstance(packet, Packet)
    assert gap.end_s - gap.start_s == pytest.approx(20.0 - 9.99, abs=0.02)
    assert gap.end_s == pytest.approx(packet.time_s[0])
    assert clock.rate_hz == pytest.approx(100.0, rel=1e-3)


def test_several_samples_in_a_packet_lie_evenly_behind_each_other() -> None:
    clock = CountedTime(50.0)
    times = []
    for k in range(500):
        times += [event.time_s for event in clock.take(reading(3), 0.06 * (k + 1)) if isinstance(event, Packet)]
    steps_s = np.diff(np.concatenate(times))
    np.testing.assert_allclose(steps_s, 0.02, atol=1e-9)


@given(
    st.lists(st.tuples(st.floats(0.0, 5.0), st.integers(1, 20), st.booleans()), min_size=1, max_size=200),
    st.floats(20.0, 200.0),
)
def test_whatever_arrives_time_goes_on_and_little_is_held(
    arrivals: list[tuple[float, int, bool]], rate_hz: float
) -> None:
    clock, now_s, end_s = CountedTime(rate_hz), 100.0, -np.inf
    for wait_s, samples, new_link in arrivals:
        now_s += wait_s
        if new_link:
            clock.connected()
        for event in clock.take(reading(samples), now_s):
            if isinstance(event, Packet):
                assert event.time_s[0] > end_s
                assert (np.diff(event.time_s) > 0.0).all()
                end_s = event.time_s[-1]
            else:
                assert isinstance(event, Gap)
                assert event.start_s == end_s
                assert event.end_s > event.start_s
        assert 0.5 < clock.rate_hz / rate_hz < 3.0
        assert len(clock._points) <= 60
