"""Samples without a clock: their beat, found again from arrivals that are late by chance."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from teststation.sensors.base import Gap, Packet
from teststation.sensors.counted_time import wandering_s
from teststation.sensors.device_time import DeviceTime
from teststation.sensors.driver import Reading, Timing
from teststation.tests.counted import COUNTED_S


def counted() -> DeviceTime:
    return DeviceTime(Timing(), 100.0)


def reading(samples: int = 1, number: float = 0.0) -> Reading:
    """Samples that carry a number, by which a packet's sample is known again."""
    return Reading(acceleration=np.full((samples, 3), number), angular_velocity=np.zeros((samples, 3)))


class Heard:
    """What was made of a stream: true and given times of all samples, and the gaps.

    Each arrival waits for a connection event, at a place in the interval that is new each time, and some are held up.
    """

    def __init__(
        self,
        times: DeviceTime,
        rate_hz: float,
        seconds: float,
        *,
        interval_s: float,
        seed: int = 0,
        lost: tuple[float, float] = (0.0, 0.0),
        stalled: tuple[float, float] = (0.0, 0.0),
        dropped: float = 0.0,
        doubled: float = 0.0,
    ) -> None:
        chance = random.Random(seed)
        true: list[float] = []
        given: list[float] = []
        self.gaps: list[Gap] = []
        self.packets: list[Packet] = []
        arrival_s = 1000.0
        for true_s in np.arange(round(seconds * rate_hz)) / rate_hz:
            if lost[0] < true_s < lost[1]:
                continue
            held_up_s = chance.expovariate(10.0) if chance.random() < 0.002 else 0.0
            wait_s = interval_s * chance.random() + chance.expovariate(300.0) + held_up_s
            if stalled[0] < true_s < stalled[1]:
                wait_s += stalled[1] - true_s
            arrival_s = max(arrival_s, 1000.0 + true_s + wait_s)
            if dropped and chance.random() < dropped:
                continue
            for _ in range(2 if doubled and chance.random() < doubled else 1):
                for event in times.take(reading(number=true_s), arrival_s):
                    if isinstance(event, Packet):
                        self.packets.append(event)
                        true.append(event.acceleration[0, 0])
                        given.append(event.time_s[0])
                    else:
                        self.gaps.append(event)
        self.true_s: NDArray[np.float64] = np.array(true)
        self.given_s: NDArray[np.float64] = np.array(given)

    @property
    def off_s(self) -> NDArray[np.float64]:
        off_s: NDArray[np.float64] = self.given_s - self.true_s
        return off_s - np.median(off_s)

    def duration_errors_s(self, after_s: float, seconds: float = 15.0) -> NDArray[np.float64]:
        starts_s = np.arange(after_s, self.true_s[-1] - seconds)
        start, end = np.searchsorted(self.true_s, starts_s), np.searchsorted(self.true_s, starts_s + seconds)
        errors_s: NDArray[np.float64] = np.abs(self.off_s[end] - self.off_s[start])
        return errors_s


@pytest.mark.parametrize("rate_hz", [71.3, 98.0, 100.4])
@pytest.mark.parametrize("interval_s", [0.015, 0.03, 0.06])
def test_durations_are_right_to_a_part_of_a_connection_interval(rate_hz: float, interval_s: float) -> None:
    """After half a minute, whatever the sensor promised, which was 100 Hz."""
    times = counted()
    heard = Heard(times, rate_hz, 90.0, interval_s=interval_s)
    assert heard.duration_errors_s(after_s=30.0).max() < 0.4 * interval_s
    assert times.rate_hz == pytest.approx(rate_hz, rel=5e-4)
    assert len(heard.true_s) == round(90.0 * rate_hz)
    assert not heard.gaps


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("interval_s", [0.03, 0.06])
def test_in_the_first_seconds_they_are_right_to_an_interval(seed: int, interval_s: float) -> None:
    heard = Heard(counted(), 71.3, 40.0, interval_s=interval_s, seed=seed)
    assert heard.duration_errors_s(after_s=5.0).max() < interval_s


def test_time_never_goes_back_and_never_jumps_unsaid() -> None:
    heard = Heard(counted(), 71.3, 60.0, interval_s=0.06)
    steps_s = np.diff(heard.given_s)
    assert (steps_s > 0.0).all()
    assert steps_s.max() < 1.5 / 71.3


@pytest.mark.parametrize("rate_hz", [70.0, 100.0])
def test_what_was_lost_is_a_gap_where_it_was_lost(rate_hz: float) -> None:
    times = counted()
    heard = Heard(times, rate_hz, 60.0, interval_s=0.03, lost=(20.0, 21.0))
    (gap,) = heard.gaps
    assert gap.end_s - gap.start_s == pytest.approx(1.0, abs=0.05)
    assert times.lost_samples == pytest.approx(rate_hz, abs=4)
    assert np.ptp(heard.off_s[heard.true_s > 5.0]) < 0.06


def test_what_was_only_held_up_is_none() -> None:
    times = counted()
    heard = Heard(times, 100.0, 60.0, interval_s=0.03, stalled=(30.0, 32.0))
    assert not heard.gaps
    assert times.lost_samples == 0
    assert np.ptp(heard.off_s[heard.true_s > 5.0]) < 0.03


def test_of_two_pauses_each_is_looked_at_by_itself() -> None:
    """Samples that were held up do not speak for those that come after others that were lost."""
    heard = Heard(counted(), 100.0, 60.0, interval_s=0.03, stalled=(29.6, 30.0), lost=(30.0, 31.5))
    (gap,) = heard.gaps
    assert gap.end_s - gap.start_s == pytest.approx(1.5, abs=0.05)
    assert np.ptp(heard.off_s[heard.true_s > 5.0]) < 0.06


def test_a_short_loss_without_a_pause_is_seen_late_but_seen() -> None:
    times = counted()
    heard = Heard(times, 100.0, 60.0, interval_s=0.03, lost=(30.0, 30.2))
    (gap,) = heard.gaps
    assert gap.end_s - gap.start_s == pytest.approx(0.2, abs=0.05)
    later = heard.true_s > 35.0
    earlier = (heard.true_s > 10.0) & (heard.true_s < 30.0)
    assert np.abs(heard.off_s[later].mean() - heard.off_s[earlier].mean()) < 0.03


def test_what_passed_without_a_link_is_a_gap() -> None:
    times = counted()
    for k in range(1000):
        times.take(reading(), 0.01 * k)
    times.connected()
    events = [event for k in range(100) for event in times.take(reading(), 20.0 + 0.01 * k)]
    gap, first = events[:2]
    assert isinstance(gap, Gap)
    assert isinstance(first, Packet)
    assert gap.end_s - gap.start_s == pytest.approx(20.0 - 9.99, abs=0.02)
    assert gap.end_s == pytest.approx(first.time_s[0])
    assert times.rate_hz == pytest.approx(100.0, rel=1e-3)


def test_several_samples_in_a_packet_lie_evenly_behind_each_other() -> None:
    times, given = counted(), []
    for k in range(500):
        given += [event.time_s for event in times.take(reading(3), 0.06 * (k + 1)) if isinstance(event, Packet)]
    np.testing.assert_allclose(np.diff(np.concatenate(given)), 0.02, atol=1e-9)


@pytest.mark.parametrize("interval_s", [0.03, 0.06])
@pytest.mark.parametrize(("dropped", "doubled"), [(0.01, 0.0), (0.05, 0.0), (0.0, 0.05), (0.2, 0.0)])
def test_what_is_lost_or_doubled_unseen_is_told_by_how_far_times_wander(
    dropped: float, doubled: float, interval_s: float
) -> None:
    """Where a trial is timed over 12 s, it is off by no more than that, with 95 % certainty."""
    errors_s, within_s = [], []
    for seed in range(10):
        heard = Heard(counted(), 98.3, 60.0, interval_s=interval_s, seed=seed, dropped=dropped, doubled=doubled)
        for begin_s in (5.0, 20.0, 35.0):
            first, start, end, last = np.searchsorted(heard.true_s, begin_s + np.array([0.0, 3.0, 15.0, 18.0]))
            errors_s.append(abs(heard.off_s[end] - heard.off_s[start]))
            within_s.append(math.hypot(COUNTED_S, wandering_s(heard.packets[first:last])))
    assert np.mean(np.array(errors_s) <= np.array(within_s)) >= 0.95
    assert np.mean(within_s) < 3.0 * np.percentile(errors_s, 95), "and not by far less"


@pytest.mark.parametrize("interval_s", [0.03, 0.06])
def test_where_nothing_is_lost_times_do_not_wander(interval_s: float) -> None:
    heard = Heard(counted(), 71.3, 40.0, interval_s=interval_s, stalled=(20.0, 21.0))
    assert wandering_s(heard.packets[700:]) < 0.5 * interval_s
    assert wandering_s([]) == wandering_s(heard.packets[:1]) == 0.0


@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.integers(1, 20), st.booleans()), min_size=1, max_size=200))
def test_whatever_arrives_time_goes_on_and_little_is_held(arrivals: list[tuple[float, int, bool]]) -> None:
    times, now_s, end_s = counted(), 100.0, -np.inf
    for wait_s, samples, new_link in arrivals:
        now_s += wait_s
        if new_link:
            times.connected()
        for event in times.take(reading(samples), now_s):
            if isinstance(event, Packet):
                assert event.time_s[0] > end_s
                assert (np.diff(event.time_s) > 0.0).all()
                end_s = event.time_s[-1]
            else:
                assert isinstance(event, Gap)
                assert event.start_s == end_s
                assert event.end_s > event.start_s
        assert times.rate_hz > 0.0
        assert times._counted is not None
        assert len(times._counted._points) <= 60
