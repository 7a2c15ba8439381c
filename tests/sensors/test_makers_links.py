"""The makers' sensors over the virtual radio: each driver against its twin, through the faults that a link can have."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest

from listening import Listening, live
from teststation.sensors import movella_dot, movesense, session, witmotion
from teststation.sensors.base import Battery, Connected, Gap, Lost, Notice
from teststation.sensors.link import Choice
from teststation.sensors.virtual.movella_dot import MovellaDotTwin
from teststation.sensors.virtual.movesense import MovesenseTwin
from teststation.sensors.virtual.room import Room
from teststation.sensors.virtual.twin import Faults, Traits, Twin
from teststation.sensors.virtual.witmotion import Stamps, WitMotionTwin
from true_time import marked

INTERVAL_S = 0.0075

Maker = Callable[..., Twin]
Case = Maker | str | Stamps | tuple[Any, ...]


def dot(**traits: Any) -> MovellaDotTwin:
    its: dict[str, Any] = {"name": "Movella DOT", "rate_hz": 60.0, "signal": marked}
    return MovellaDotTwin(Traits(**its | traits))


def wit(stamps: Stamps = Stamps.STEADY, *, dated: bool = False, longest: int = 244, **traits: Any) -> WitMotionTwin:
    its: dict[str, Any] = {"name": "WT901BLE", "signal": marked}
    return WitMotionTwin(Traits(**its | traits), stamps=stamps, dated=dated, longest=longest)


def cut_wit(**traits: Any) -> WitMotionTwin:
    """Frames with a date, in notifications that each hold a part of one."""
    return wit(dated=True, longest=20, **traits)


def moves(**traits: Any) -> MovesenseTwin:
    its: dict[str, Any] = {"name": "Movesense 174630000192", "rate_hz": 52.0, "samples": 4, "signal": marked}
    return MovesenseTwin(Traits(**its | traits))


def moves_in_parts(**traits: Any) -> MovesenseTwin:
    """Packets that are longer than a notification, as they are at 104 Hz."""
    return moves(**{"samples": 8} | traits)


def room(*twins: Twin) -> Room:
    return Room(*twins, interval_s=INTERVAL_S, supervision_s=0.8)


WITHIN_S = {"dot": 1e-3, "wit": 2e-3, "cut_wit": 2e-3, "moves": 2e-3, "moves_in_parts": 2e-3}
"""How far samples of a link may be off from each other: a clock of milliseconds is off by one."""


def at_once(*cases: Case) -> Callable[[Callable[..., Awaitable[None]]], Callable[[], Awaitable[None]]]:
    """Make one test of a test and its cases, each in a room of its own: they wait for their radios together."""

    def decorate(test: Callable[..., Awaitable[None]]) -> Callable[[], Awaitable[None]]:
        async def all_cases() -> None:
            async with asyncio.TaskGroup() as group:
                for case in cases:
                    group.create_task(_alone(test, case if isinstance(case, tuple) else (case,)))

        all_cases.__name__, all_cases.__doc__ = test.__name__, test.__doc__
        return all_cases

    return decorate


async def _alone(test: Callable[..., Awaitable[None]], case: tuple[Any, ...]) -> None:
    await test(*case)


every_maker = at_once(dot, wit, cut_wit, moves, moves_in_parts)
one_of_each = at_once(dot, wit, moves)


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "LOST_AFTER_S", 1.2)
    monkeypatch.setattr(session, "CONNECT_S", 3.0)
    monkeypatch.setattr(witmotion, "_PAUSE_S", 0.005)


@every_maker
async def test_every_sample_comes_with_its_time_and_the_sensor_is_left_in_good_order(make: Maker) -> None:
    sensor = make()
    async with room(sensor) as around:
        async with Listening(live(around)) as heard:
            await heard.until_samples(100)
        heard.assert_true(INTERVAL_S, within_s=WITHIN_S[make.__name__])
        taken_s, _ = heard.times()
        np.testing.assert_allclose(np.diff(taken_s), 1.0 / sensor.traits.rate_hz, atol=2e-4)
        assert heard.sensor.time is not None
        assert heard.sensor.time.rate_hz == pytest.approx(sensor.traits.rate_hz, rel=5e-3)
        assert not heard.codes
        assert not heard.all(Gap)
        assert not sensor.connected
        assert not sensor.streams


@at_once(
    (dot, "movella_dot", "F1F1F1F1F101", 87),
    (wit, "witmotion", "F1:F1:F1:F1:F1:01", 75),  # by the maker's table of volts
    (moves, "movesense", "TWIN-1", 87),
)
async def test_it_says_who_it_is_and_how_its_battery_is(make: Maker, driver: str, serial: str, battery: int) -> None:
    sensor = make()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_heard(Battery)
        info = heard.all(Connected)[0].info
        assert (info.driver, info.serial, info.nominal_rate_hz) == (driver, serial, sensor.traits.rate_hz)
        assert heard.all(Battery)[0].percent == battery


@every_maker
async def test_out_of_range_goes_on_as_the_same_stream_over_a_wrap_of_its_clock(make: Maker) -> None:
    sensor = make()
    sensor._first_ticks = 2**32 - round(2.0 / sensor.tick_s)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(20)
        sensor.vanish()
        await heard.until_heard(Lost)
        sensor.appear()
        await heard.until_samples(80)
        heard.assert_true(INTERVAL_S, within_s=WITHIN_S[make.__name__])
        taken_s, device_s = heard.times()
        assert np.ptp(device_s - taken_s) < 2e-3, "one clock over both links"
        assert len(heard.all(Gap)) == 1


@one_of_each
async def test_a_sensor_that_closes_the_link_is_found_again(make: Maker) -> None:
    sensor = make()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(20)
        await sensor.close_link()
        await heard.until_heard(Connected, 2)
        await heard.until_samples(20)
        heard.assert_true(INTERVAL_S, within_s=2e-3)
        assert heard.codes == ["link_closed"]


@one_of_each
async def test_a_reboot_begins_a_new_clock_and_is_set_up_anew(make: Maker) -> None:
    sensor = make(ticks=3_000_000_000)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(20)
        sensor.vanish()
        await heard.until_heard(Lost)
        sensor.reboot()
        sensor.appear()
        await heard.until_samples(60)
        heard.assert_true(INTERVAL_S, within_s=2e-3)
        assert heard.sensor.time is not None
        assert heard.sensor.time.epochs == 1


@at_once((dot, 0.05), (wit, 0.05), (moves, 0.05), (dot, 0.2), (wit, 0.2), (moves, 0.2))
async def test_packets_that_are_lost_doubled_and_overtaken_mistime_none(make: Maker, share: float) -> None:
    """Movesense's packets in two parts are not among them: what is joined wrongly cannot be seen (`movesense`)."""
    sensor = make(faults=Faults(dropped=share, duplicated=share, reordered=share), seed=3)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(100)
        heard.assert_true(INTERVAL_S, within_s=2e-3)
        taken_s, _ = heard.times()
        holes = np.diff(taken_s) > 1.5 / sensor.traits.rate_hz
        assert len(heard.all(Gap)) == np.count_nonzero(holes)


@every_maker
async def test_nonsense_among_the_packets_is_passed_over(make: Maker) -> None:
    sensor = make(faults=Faults(garbage=0.2), seed=5)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(100)
        heard.assert_true(INTERVAL_S, within_s=2e-3)


@at_once(
    (dot, movella_dot.MEASUREMENT_CONTROL),
    (dot, movella_dot.DEVICE_CONTROL),
    (dot, movella_dot.MEDIUM_PAYLOAD),
    (wit, witmotion.WRITE),
    (wit, witmotion.NOTIFY),
    (moves, movesense.WRITE),
    (moves, movesense.NOTIFY),
)
async def test_other_firmware_is_said_and_left_alone(make: Maker, missing: str) -> None:
    sensor = make(missing=frozenset({missing}))
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_heard(Notice)
        assert heard.codes == ["sensor_firmware"]
        await sensor.when_left()


@at_once(movella_dot.DEVICE_INFO, movella_dot.DEVICE_REPORT, movella_dot.BATTERY)
async def test_a_dot_streams_without_what_is_not_needed_for_it(missing: str) -> None:
    sensor = dot(missing=frozenset({missing}))
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(20)
        heard.assert_true(INTERVAL_S)


@one_of_each
async def test_a_name_without_the_service_is_skipped_and_said(make: Maker) -> None:
    namesake = make()
    namesake.serves = False
    async with room(namesake) as around, Listening(live(around)) as heard:
        await heard.until_heard(Notice)
        assert heard.codes == ["sensor_without_service"]


async def test_sensors_of_all_makers_in_a_room_are_told_apart() -> None:
    makers: tuple[Maker, ...] = (dot, wit, moves)
    sensors = [make(address=f"F1:F1:F1:F1:F1:0{number}") for number, make in enumerate(makers)]
    async with room(*sensors) as around:
        for driver, sensor in zip(("movella_dot", "witmotion", "movesense"), sensors, strict=True):
            async with Listening(live(around, Choice(driver=driver))) as heard:
                await heard.until_samples(5)
                assert sensor.connected
                assert sum(one.connected for one in sensors) == 1
            await sensor.when_left()


async def test_a_dot_is_set_to_its_rate_and_stopped_before_that_where_it_still_measures() -> None:
    sensor = dot()
    sensor.control_word = bytes([1, 1, 0x07])  # left so by another program
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(20)
        assert sensor.settings[24:26] == (60).to_bytes(2, "little")
        assert sensor.control_word == movella_dot.START


@at_once(Stamps.JUMPING, Stamps.UNKNOWN)
async def test_where_stamps_are_no_clock_samples_are_counted(stamps: Stamps) -> None:
    sensor = wit(stamps, rate_hz=70.0, seed=1)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(350)
        assert sensor.registers[witmotion.CONTENT] == witmotion.ANGLES
        heard.assert_true(INTERVAL_S, within_s=0.05)
        assert heard.sensor.time is not None
        assert heard.sensor.time.rate_hz == pytest.approx(70.0, rel=0.02)


async def test_what_was_seen_of_the_stamps_holds_over_a_loss_of_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second in mid-test is too dear for it."""
    sensor = wit()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(20)
        monkeypatch.setattr(witmotion, "_LOOK_S", 1e9)
        sensor.reboot()
        await sensor.close_link()
        await heard.until_heard(Connected, 2)
        await heard.until_samples(20)
        assert sensor.registers[witmotion.CONTENT] == witmotion.STAMPED


async def test_a_movesense_that_refuses_the_subscription_is_said_to_be_mute() -> None:
    sensor = moves()
    sensor.path = "/Meas/IMU6/26"
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_heard(Notice)
        assert heard.codes == ["sensor_mute"]
