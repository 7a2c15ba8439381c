"""Playing a recording: the samples, their times, the cue, the speed, the faults – on a host clock made of numbers."""

import asyncio
import threading
from collections.abc import Callable

import msgspec
import numpy as np
import pytest

from teststation.clock import DeviceClock
from teststation.model import Placement, Recording
from teststation.sensors.base import Battery, Connected, Ended, Gap, LinkEvent, Lost, Packet, Silent
from teststation.sensors.replay import _TURNS_KEPT, Fault, PlayClock, Replay
from teststation.sensors.synthetic import ADULT, Imu, get_up_and_go


class Host:
    """A host whose time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def now(self) -> float:
        return self.now_s

    async def sleep(self, seconds: float) -> None:
        self.now_s += seconds


RECORDING = get_up_and_go(ADULT, Imu(start_s=5.0), reaction_s=0.8).recording
CUE_S = RECORDING.cue_s or 0.0
UNCUED = msgspec.structs.replace(RECORDING, cue_s=None)


async def played(
    recording: Recording,
    *,
    speed: float = 1.0,
    faults: tuple[Fault, ...] = (),
    watch: Callable[[Replay, PlayClock, LinkEvent], None] = lambda *_: None,
    most: int = 20_000,
) -> list[LinkEvent]:
    host = Host()
    clock = PlayClock(speed, host.now)
    replay = Replay(recording, clock=clock, faults=faults, sleep=host.sleep)
    events: list[LinkEvent] = []
    async for event in replay.stream():
        events.append(event)
        if isinstance(event, Packet):
            assert clock.now() >= event.arrival_s, "no packet comes before its time"
        watch(replay, clock, event)
        if len(events) > most:
            break
    return events


def packets(events: list[LinkEvent]) -> list[Packet]:
    return [event for event in events if isinstance(event, Packet)]


def device_s(events: list[LinkEvent]) -> np.ndarray:
    return np.concatenate([packet.time_s for packet in packets(events)])


def cue_after(seconds: float) -> Callable[[Replay, PlayClock, LinkEvent], None]:
    started: list[float] = []

    def watch(replay: Replay, clock: PlayClock, event: LinkEvent) -> None:
        if isinstance(event, Connected):
            started.append(clock.now())
        if clock.now() - started[0] >= seconds:
            replay.cue(clock.now())

    return watch


async def test_a_recording_without_a_cue_is_played_sample_for_sample() -> None:
    events = await played(UNCUED)
    assert isinstance(events[0], Connected)
    assert isinstance(events[-1], Ended)
    np.testing.assert_allclose(device_s(events), UNCUED.time_s, atol=1e-9)
    np.testing.assert_array_equal(np.concatenate([p.acceleration for p in packets(events)]), UNCUED.acceleration)
    np.testing.assert_array_equal(
        np.concatenate([p.angular_velocity for p in packets(events)]), UNCUED.angular_velocity
    )


@pytest.mark.parametrize("speed", [1.0, 4.0])
async def test_packets_come_batched_and_late_but_never_early_and_in_order(speed: float) -> None:
    events = packets(await played(UNCUED, speed=speed))
    arrival_s = np.array([event.arrival_s for event in events])
    delay_s = arrival_s - np.array([event.time_s[-1] for event in events]) - (1000.0 - UNCUED.time_s[0])
    assert np.all(np.diff(arrival_s) >= 0.0)
    assert 0.0 < delay_s.min() < 0.02
    assert delay_s.max() < 0.25
    assert {len(event.time_s) for event in events[:-1]} <= {3, 4}


async def test_the_station_finds_the_way_from_device_to_its_clock_at_any_speed() -> None:
    for speed in (1.0, 4.0):
        device = DeviceClock()
        for event in packets(await played(UNCUED, speed=speed)):
            device.observe(float(event.time_s[-1]), event.arrival_s)
        assert device.host_minus_device_s == pytest.approx(1000.0 - UNCUED.time_s[0], abs=0.012)


async def test_at_four_times_the_speed_the_host_waits_a_quarter() -> None:
    async def host_s(speed: float) -> float:
        host = Host()
        async for _ in Replay(UNCUED, clock=PlayClock(speed, host.now), sleep=host.sleep).stream():
            pass
        return host.now_s - 1000.0

    assert await host_s(1.0) == pytest.approx(UNCUED.time_s[-1] - UNCUED.time_s[0], abs=0.2)
    assert await host_s(4.0) == pytest.approx((UNCUED.time_s[-1] - UNCUED.time_s[0]) / 4, abs=0.1)


async def test_a_change_of_speed_is_taken_up_while_playing() -> None:
    def watch(replay: Replay, clock: PlayClock, event: LinkEvent) -> None:
        if clock.now() >= 1006.0 and clock.speed == 1.0:
            clock.speed = 4.0

    events = await played(UNCUED, watch=watch)
    np.testing.assert_allclose(device_s(events), UNCUED.time_s, atol=1e-9)


async def test_the_still_part_is_held_until_the_cue_and_time_goes_on() -> None:
    events = await played(RECORDING, watch=cue_after(25.0))
    time_s = device_s(events)
    assert np.diff(time_s) == pytest.approx(0.01, abs=1e-6)
    rotation = np.concatenate([p.angular_velocity for p in packets(events)])
    cued_device_s = 25.0 + RECORDING.time_s[0]
    held = time_s < cued_device_s
    assert np.abs(rotation[held]).max() < 0.05, "nothing moves before the cue"
    assert np.abs(np.diff(np.concatenate([p.acceleration for p in packets(events)])[held], axis=0)).max() < 0.3


@pytest.mark.parametrize("waited_s", [3.0, 7.777, 40.0])
async def test_after_the_cue_the_recording_goes_on_from_its_own_cue(waited_s: float) -> None:
    cued: list[float] = []

    def watch(replay: Replay, clock: PlayClock, event: LinkEvent) -> None:
        if not cued and clock.now() >= 1000.0 + waited_s:
            cued.append(clock.now())
            replay.cue(clock.now())

    events = await played(RECORDING, watch=watch)
    rest = RECORDING.time_s > CUE_S + 0.011
    acceleration = np.concatenate([p.acceleration for p in packets(events)])[-rest.sum() :]
    np.testing.assert_array_equal(acceleration, RECORDING.acceleration[rest])
    cued_device_s = cued[0] - 1000.0 + RECORDING.time_s[0]
    shift_s = device_s(events)[-rest.sum() :] - RECORDING.time_s[rest]
    assert shift_s == pytest.approx(cued_device_s - CUE_S, abs=0.0051), "to half a sample"


async def test_a_cue_that_is_heard_late_counts_from_when_it_was_given() -> None:
    """Sped up on a busy machine a thread's turn comes late, and the person must not seem to react late for it."""
    given: list[float] = []
    late_s = 0.57

    def watch(replay: Replay, clock: PlayClock, event: LinkEvent) -> None:
        if not given and clock.now() >= 1000.0 + 7.0 + late_s:
            given.append(clock.now() - late_s)
            replay.cue(given[0])

    events = await played(RECORDING, watch=watch)
    rest = RECORDING.time_s > CUE_S + 1.0
    shift_s = device_s(events)[-rest.sum() :] - RECORDING.time_s[rest]
    assert shift_s == pytest.approx(given[0] - 1000.0 + RECORDING.time_s[0] - CUE_S, abs=0.0051)


async def test_a_cue_before_the_still_part_is_over_skips_the_rest_of_it() -> None:
    events = await played(RECORDING, watch=cue_after(0.5))
    time_s = device_s(events)
    assert np.diff(time_s) == pytest.approx(0.01, abs=1e-6)
    assert time_s[-1] - time_s[0] == pytest.approx(RECORDING.time_s[-1] - CUE_S + 0.5, abs=0.06)


async def test_what_moved_earlier_than_just_before_the_cue_is_not_held() -> None:
    fidgety = get_up_and_go(ADULT, still_s=1.0, fidgets=True).recording
    events = await played(fidgety, watch=cue_after(30.0))
    rotation = np.concatenate([p.angular_velocity for p in packets(events)])
    time_s = device_s(events)
    assert np.abs(rotation[(time_s > 2.6) & (time_s < 29.9)]).max() < 0.05


async def test_the_cue_may_come_from_another_thread() -> None:
    def watch(replay: Replay, clock: PlayClock, event: LinkEvent) -> None:
        if clock.now() > 1010.0:
            thread = threading.Thread(target=replay.cue, args=(clock.now(),))
            thread.start()
            thread.join()

    assert isinstance((await played(RECORDING, watch=watch))[-1], Ended)


async def test_to_the_end_waits_for_nothing_and_keeps_every_sample() -> None:
    host = Host()
    clock = PlayClock(1.0, host.now)
    replay = Replay(UNCUED, clock=clock, sleep=host.sleep)
    events: list[LinkEvent] = []
    async for event in replay.stream():
        events.append(event)
        if clock.now() > 1002.0 and not clock.hurried:
            clock.hurry()
        if isinstance(event, Packet):
            assert clock.now() >= event.arrival_s
    np.testing.assert_allclose(device_s(events), UNCUED.time_s, atol=1e-9)
    assert host.now_s - 1000.0 < 2.2
    assert clock.now() - 1000.0 == pytest.approx(UNCUED.time_s[-1] - UNCUED.time_s[0], abs=0.2)


async def test_the_hurry_is_over_with_the_recording_and_does_not_run_a_held_part_away() -> None:
    host = Host()
    clock = PlayClock(1.0, host.now)
    replay = Replay(RECORDING, clock=clock, sleep=host.sleep)
    count = 0
    async for _ in replay.stream():
        count += 1
        clock.hurry()
        if count > 200:
            break
    assert clock.now() == pytest.approx(host.now_s, abs=1e-6)


async def test_missing_samples_are_told_as_gaps() -> None:
    lossy = get_up_and_go(ADULT, Imu(lost_share=0.05), reaction_s=None, seed=3).recording
    events = await played(lossy)
    np.testing.assert_allclose(device_s(events), lossy.time_s, atol=1e-9)
    steps = np.diff(lossy.time_s)
    told = [(event.start_s, event.end_s) for event in events if isinstance(event, Gap)]
    holes = np.flatnonzero(steps > 0.015)
    assert len(holes) > 5
    assert told == pytest.approx([(lossy.time_s[k], lossy.time_s[k + 1]) for k in holes])


async def test_a_link_that_is_lost_for_good_falls_silent_is_lost_and_ends() -> None:
    events = await played(UNCUED, faults=(Fault(9.0),))
    assert device_s(events)[-1] == pytest.approx(9.0, abs=0.011)
    assert [type(event) for event in events[-2:]] == [Silent, Lost]
    assert not any(isinstance(event, Ended) for event in events)
    lost = events[-1]
    assert isinstance(lost, Lost)
    assert lost.at_s - packets(events)[-1].arrival_s == pytest.approx(2.0, abs=0.2)


async def test_a_link_that_comes_back_tells_what_was_missed() -> None:
    events = await played(UNCUED, faults=(Fault(9.0, 4.0),))
    kinds = [type(event) for event in events if not isinstance(event, Packet | Battery)]
    assert kinds == [Connected, Silent, Lost, Connected, Gap, Ended]
    gap = next(event for event in events if isinstance(event, Gap))
    assert (gap.start_s, gap.end_s) == pytest.approx((8.99, 13.0), abs=0.011)


async def test_a_fault_is_on_the_recordings_time_whenever_the_cue_comes() -> None:
    events = await played(RECORDING, faults=(Fault(CUE_S + 4.0),), watch=cue_after(20.0))
    assert device_s(events)[-1] == pytest.approx(RECORDING.time_s[0] + 20.0 + 4.0, abs=0.06)


async def test_the_same_seed_plays_the_same_packets() -> None:
    first, second = packets(await played(UNCUED)), packets(await played(UNCUED))
    assert [(p.arrival_s, len(p.time_s)) for p in first] == [(p.arrival_s, len(p.time_s)) for p in second]


async def test_the_battery_is_told() -> None:
    events = await played(RECORDING, watch=cue_after(70.0))
    assert [event.percent for event in events if isinstance(event, Battery)] == [82, 82]


async def test_a_cue_at_the_very_beginning_or_end_can_be_held() -> None:
    for cue_s in (RECORDING.time_s[0], RECORDING.time_s[-1]):
        edge = msgspec.structs.replace(RECORDING, cue_s=float(cue_s))
        events = await played(edge, watch=cue_after(30.0))
        assert isinstance(events[-1], Ended)
        assert np.all(np.diff(device_s(events)) > 0.0)


async def test_it_says_who_it_is() -> None:
    thigh = get_up_and_go(ADULT, Imu(placement=Placement.THIGH, rate_hz=50.0), name="k017").recording
    info = Replay(thigh, clock=PlayClock()).info
    assert (info.driver, info.name, info.placement, info.nominal_rate_hz) == ("replay", "k017", Placement.THIGH, 50.0)


async def test_closing_the_stream_ends_it() -> None:
    stream = Replay(RECORDING, clock=PlayClock()).stream()
    await anext(stream)
    await stream.aclose()
    with pytest.raises(StopAsyncIteration):
        await anext(stream)


async def test_a_stream_that_waits_can_be_cancelled() -> None:
    async def listen() -> None:
        async for _ in Replay(RECORDING, clock=PlayClock()).stream():
            pass

    task = asyncio.create_task(listen())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_the_play_clock_is_the_hosts_until_it_is_sped_up() -> None:
    host = Host()
    clock = PlayClock(host=host.now)
    host.now_s = 1001.5
    assert clock.now() == 1001.5
    clock.speed = 4.0
    host.now_s = 1002.5
    assert clock.now() == pytest.approx(1005.5)
    assert clock.at(1001.0) == pytest.approx(1001.0), "a key pressed before the change"
    assert clock.at(1002.0) == pytest.approx(1003.5)
    clock.speed = 1.0
    host.now_s = 1003.5
    assert clock.now() == pytest.approx(1006.5)
    clock.skip_to(1005.0)
    assert clock.now() == pytest.approx(1006.5), "never back"
    clock.skip_to(1010.0)
    assert clock.now() == pytest.approx(1010.0)


def test_a_clock_that_is_pushed_along_all_day_takes_no_more_memory() -> None:
    host = Host()
    clock = PlayClock(host=host.now)
    for _ in range(2 * _TURNS_KEPT):
        clock.skip_to(clock.now() + 1.0)
    assert clock.now() == 1000.0 + 2 * _TURNS_KEPT
    assert len(clock._turns) == _TURNS_KEPT


@pytest.mark.parametrize("speed", [0.0, -1.0, float("inf"), float("nan")])
def test_no_speed_that_would_stop_the_clock(speed: float) -> None:
    with pytest.raises(ValueError, match=str(speed)):
        PlayClock(speed)
