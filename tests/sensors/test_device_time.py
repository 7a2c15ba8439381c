from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teststation.clock import DeviceClock
from teststation.sensors.base import Gap, Packet
from teststation.sensors.device_time import HOLD_PACKETS, DeviceTime
from teststation.sensors.driver import Reading, Timing

MICROSECONDS = Timing(tick_s=1e-6, tick_bits=32, counter_bits=16)
UNCOUNTED = Timing(tick_s=1e-6, tick_bits=32)
MILLISECONDS = Timing(tick_s=1e-3, tick_bits=32)
RATE_HZ = 104.0
INTERVAL_S = 0.03
AWAY_S = 1000.0
"""Host time is device time and so much more."""


def reading(sample: int, samples: int = 1, *, timing: Timing = MICROSECONDS, first_tick: int = 0) -> Reading:
    """Make the packet that begins with a sample; each value is its sample's number."""
    numbers = np.arange(sample, sample + samples, dtype=np.float64)
    return Reading(
        acceleration=np.repeat(numbers[:, None], 3, axis=1),
        angular_velocity=np.zeros((samples, 3)),
        ticks=(first_tick + round(sample / RATE_HZ / timing.tick_s)) % 2**32,
        counter=(sample // samples) % 2**16 if timing.counter_bits else None,
    )


def arrival_s(last_sample: int) -> float:
    """Tell when a packet comes that is sent at the next connection event."""
    return AWAY_S + (last_sample / RATE_HZ // INTERVAL_S + 1) * INTERVAL_S


def events_of(
    order: Iterable[int], *, samples: int = 1, timing: Timing = MICROSECONDS, first_tick: int = 0
) -> tuple[list[Packet | Gap], DeviceTime]:
    """Give packets by their numbers in the order that they come in."""
    times = DeviceTime(timing, RATE_HZ)
    events: list[Packet | Gap] = []
    now_s = 0.0
    for number in order:
        now_s = max(now_s, arrival_s((number + 1) * samples - 1))
        events += times.take(reading(number * samples, samples, timing=timing, first_tick=first_tick), now_s)
    return [*events, *times.flush()], times


def numbers_and_times(events: Iterable[Packet | Gap]) -> tuple[np.ndarray, np.ndarray]:
    packets = [event for event in events if isinstance(event, Packet)]
    return (
        np.concatenate([packet.acceleration[:, 0] for packet in packets]),
        np.concatenate([packet.time_s for packet in packets]),
    )


@pytest.mark.parametrize("timing", [MICROSECONDS, UNCOUNTED, MILLISECONDS])
@pytest.mark.parametrize("samples", [1, 8])
def test_each_sample_has_its_time_across_a_wrap(timing: Timing, samples: int) -> None:
    first_tick = 2**32 - round(2.0 / timing.tick_s)
    events, times = events_of(range(2000 // samples), samples=samples, timing=timing, first_tick=first_tick)
    numbers, time_s = numbers_and_times(events)
    assert list(numbers) == list(range(len(numbers)))
    assert np.abs(time_s - first_tick * timing.tick_s - numbers / RATE_HZ).max() <= 1.5 * timing.tick_s * samples
    assert times.rate_hz == pytest.approx(RATE_HZ, rel=2e-3 if timing is MILLISECONDS else 1e-5)
    assert not any(isinstance(event, Gap) for event in events)
    assert times.lost_samples == times.discarded_samples == 0


@given(
    lost=st.sets(st.integers(20, 180), max_size=60),
    doubled=st.sets(st.integers(20, 180), max_size=30),
    overtaken=st.sets(st.integers(20, 180), max_size=30),
    counted=st.booleans(),
)
def test_what_is_lost_is_named_and_what_is_muddled_is_mended(
    lost: set[int], doubled: set[int], overtaken: set[int], counted: bool
) -> None:
    order: list[int] = []
    for number in range(200):
        if number not in lost:
            order += [number, number] if number in doubled else [number]
    in_a_row = 0
    for place, number in enumerate(order[:-1]):
        in_a_row = in_a_row + 1 if number in overtaken else 0
        if 0 < in_a_row <= HOLD_PACKETS:
            order[place], order[place + 1] = order[place + 1], order[place]
    events, times = events_of(order, timing=MICROSECONDS if counted else UNCOUNTED)
    numbers, time_s = numbers_and_times(events)
    assert set(numbers) == set(range(200)) - lost
    assert all(before < after for before, after in pairwise(numbers))
    assert np.allclose(time_s, numbers / RATE_HZ, atol=2e-6)
    assert times.lost_samples == len(lost)
    holes = [(before, after) for before, after in pairwise(sorted(set(range(200)) - lost)) if after - before > 1]
    gaps = [event for event in events if isinstance(event, Gap)]
    assert [(round(gap.start_s * RATE_HZ), round(gap.end_s * RATE_HZ)) for gap in gaps] == holes


def test_the_rate_is_measured_where_the_promise_is_wrong_and_packets_are_lost() -> None:
    times = DeviceTime(UNCOUNTED, 100.0)
    kept = np.random.default_rng(1).random(3000) > 0.2
    for number in np.flatnonzero(kept):
        ticks = round(number / 71.3 / 1e-6)
        one = Reading(acceleration=np.zeros((1, 3)), angular_velocity=np.zeros((1, 3)), ticks=ticks)
        times.take(one, AWAY_S + number / 71.3)
    assert times.rate_hz == pytest.approx(71.3, rel=1e-4)


def test_a_reboot_goes_on_where_the_host_says_that_it_is() -> None:
    times = DeviceTime(MICROSECONDS, RATE_HZ)
    events: list[Packet | Gap] = []
    for number in range(500):
        events += times.take(reading(number), arrival_s(number))
    events += times.flush()
    times.connected()
    back_s = AWAY_S + 9.0
    for number in range(10, 100):
        events += times.take(reading(number, first_tick=77), back_s + arrival_s(number) - AWAY_S)
    _, time_s = numbers_and_times(events)
    assert len(time_s) == 590
    assert np.all(np.diff(time_s) > 0.0)
    assert times.epochs == 1
    assert time_s[500] == pytest.approx(9.0 + 10 / RATE_HZ, abs=INTERVAL_S)
    assert [event for event in events if isinstance(event, Gap)] == [Gap(time_s[499], time_s[500])]


def test_a_lost_link_leaves_a_gap_and_no_new_clock_though_the_counter_begins_anew() -> None:
    times = DeviceTime(MICROSECONDS, RATE_HZ)
    events: list[Packet | Gap] = []
    for number in (*range(100), *range(700, 800)):
        if number == 700:
            events += times.flush()
            times.connected()
        one = reading(number)
        counter = number if number < 700 else number - 700
        renumbered = Reading(
            acceleration=one.acceleration, angular_velocity=one.angular_velocity, ticks=one.ticks, counter=counter
        )
        events += times.take(renumbered, arrival_s(number))
    numbers, time_s = numbers_and_times(events)
    assert np.allclose(time_s, numbers / RATE_HZ, atol=2e-6)
    assert times.epochs == 0
    assert times.lost_samples == 600


@pytest.mark.parametrize("first", [0, 2000])
def test_a_busy_host_is_no_other_clock(first: int) -> None:
    """All that comes at first on a link is two seconds late; then some is lost, then all is well."""
    times = DeviceTime(MICROSECONDS, RATE_HZ)
    events: list[Packet | Gap] = []
    for number in (*range(first), *range(first + 500, first + 600), *range(first + 800, first + 1500)):
        if number == first + 500:
            times.connected()
        late_s = 2.0 if first + 500 <= number < first + 600 else 0.0
        events += times.take(reading(number, first_tick=10**9), arrival_s(number) + late_s)
    numbers, time_s = numbers_and_times(events)
    assert len(numbers) == first + 800
    assert np.allclose(time_s, 1e3 + numbers / RATE_HZ, atol=2e-6)


@pytest.mark.parametrize("jump_s", [-600.0, -3.0, -0.4, 0.7, 600.0])
def test_a_clock_that_jumps_moves_no_sample_by_more_than_an_interval(jump_s: float) -> None:
    times = DeviceTime(UNCOUNTED, RATE_HZ)
    events: list[Packet | Gap] = []
    for number in range(4000):
        jumped = round(1e9 + (jump_s / 1e-6 if number >= 2000 else 0.0))
        events += times.take(reading(number, timing=UNCOUNTED, first_tick=jumped), arrival_s(number))
    numbers, time_s = numbers_and_times(events)
    assert len(numbers) >= 3990
    assert np.all(np.diff(time_s) > 0.0)
    error_s = time_s - 1e3 - numbers / RATE_HZ
    assert np.abs(error_s).max() <= INTERVAL_S + 0.01


def test_one_packet_of_nonsense_does_not_move_the_clock() -> None:
    times = DeviceTime(MICROSECONDS, RATE_HZ)
    events: list[Packet | Gap] = []
    for number in range(300):
        events += times.take(reading(number), arrival_s(number))
        if number % 50 == 20:
            events += times.take(reading(9999, first_tick=number**4 % 2**32), arrival_s(number))
    numbers, time_s = numbers_and_times(events)
    assert list(numbers) == list(range(300))
    assert np.allclose(time_s, numbers / RATE_HZ, atol=2e-6)
    assert times.epochs == 0


def test_a_host_that_slept_for_seconds_believes_the_device() -> None:
    times = DeviceTime(MICROSECONDS, RATE_HZ)
    events: list[Packet | Gap] = []
    for number in range(1500):
        late = 300 <= number < 1200
        events += times.take(reading(number), arrival_s(1200) if late else arrival_s(number))
    numbers, time_s = numbers_and_times(events)
    assert np.allclose(time_s, numbers / RATE_HZ, atol=2e-6)
    assert len(numbers) == 1500


@pytest.mark.parametrize("ppm", [-40.0, 100.0])
def test_a_drifting_device_is_followed_within_five_ppm_over_ten_minutes(ppm: float) -> None:
    rng = np.random.default_rng(7)
    seconds = 600.0
    true_s = np.arange(0.0, seconds, 1.0 / RATE_HZ)
    arrivals_s = (np.floor((true_s + 0.004) / INTERVAL_S) + 1.0) * INTERVAL_S + rng.exponential(0.002, len(true_s))
    arrivals_s = np.maximum.accumulate(arrivals_s + 0.09 * (rng.random(len(true_s)) < 0.01))
    times, clock = DeviceTime(MICROSECONDS, RATE_HZ), DeviceClock()
    mapped_s = []
    for number, (at_s, came_s) in enumerate(zip(true_s, arrivals_s, strict=True)):
        one = Reading(
            acceleration=np.zeros((1, 3)),
            angular_velocity=np.zeros((1, 3)),
            ticks=round(at_s * (1.0 + ppm * 1e-6) / 1e-6) % 2**32,
            counter=number % 2**16,
        )
        for event in times.take(one, AWAY_S + came_s):
            assert isinstance(event, Packet)
            clock.observe(float(event.time_s[-1]), event.arrival_s)
            offset_s = clock.host_minus_device_s
            assert offset_s is not None
            mapped_s.append(float(event.time_s[0]) + offset_s - AWAY_S)
    error_s = np.array(mapped_s) - true_s[: len(mapped_s)]
    settled = true_s[: len(mapped_s)] > 70.0
    assert np.abs(np.polyfit(true_s[: len(mapped_s)][settled], error_s[settled], 1)[0]) <= 5e-6
    assert np.abs(error_s[settled]).max() <= INTERVAL_S
    assert times.rate_hz == pytest.approx(RATE_HZ / (1.0 + ppm * 1e-6), rel=1e-5)


def test_what_a_device_says_it_dropped_is_a_gap_though_its_counter_goes_on() -> None:
    """Two samples are less than the unevenness that a counter without a break excuses."""

    def gaps(*, dropped: bool) -> list[float]:
        times, found = DeviceTime(MICROSECONDS, RATE_HZ), []
        for number in range(40):
            late = 2 if number >= 20 else 0
            one = msgspec.structs.replace(reading(number + late), counter=number, dropped=dropped and number == 20)
            events = times.take(one, arrival_s(number + late))
            found += [event.end_s - event.start_s for event in events if isinstance(event, Gap)]
        assert times.lost_samples == 2 * len(found)
        return found

    assert gaps(dropped=True) == [pytest.approx(3.0 / RATE_HZ, abs=1e-3)]
    assert gaps(dropped=False) == []
