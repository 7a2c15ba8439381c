"""Every sensor over the virtual radio: each driver against its twin, where little or nothing befalls it."""

from __future__ import annotations

import numpy as np
import pytest

from listening import Listening, live
from played_time import on_played_time
from teststation.sensors import movella_dot, witmotion
from teststation.sensors.base import Battery, Connected, Gap, Lost, Notice, Packet
from teststation.sensors.link import Choice
from teststation.sensors.virtual.twin import Faults
from teststation.sensors.virtual.witmotion import Stamps
from twins import INTERVAL_S, WITHIN_S, Maker, cut_wit, dot, imu, moves, moves_in_parts, room, wit

every_way = pytest.mark.parametrize("make", [imu, dot, wit, cut_wit, moves, moves_in_parts])
one_of_each = pytest.mark.parametrize("make", [imu, dot, wit, moves])


@every_way
@on_played_time
async def test_every_sample_comes_with_its_time_and_the_sensor_is_left_in_good_order(make: Maker) -> None:
    sensor = make()
    async with room(sensor) as around:
        async with Listening(live(around)) as heard:
            await heard.until_samples(200)
        heard.assert_true(INTERVAL_S, within_s=WITHIN_S[make])
        taken_s, _ = heard.times()
        np.testing.assert_allclose(np.diff(taken_s), 1.0 / sensor.traits.rate_hz, atol=2e-4)
        assert heard.sensor.time is not None
        assert heard.sensor.time.rate_hz == pytest.approx(sensor.traits.rate_hz, rel=5e-3)
        assert not heard.codes
        assert not heard.all(Gap)
        assert not sensor.connected
        assert not sensor.streams


@pytest.mark.parametrize(
    ("make", "driver", "serial", "battery"),
    [
        (imu, "teststation_imu", "TWIN-1", 87),
        (dot, "movella_dot", "F1F1F1F1F101", 87),
        (wit, "witmotion", "F1:F1:F1:F1:F1:01", 75),  # by the maker's table of volts
        (moves, "movesense", "TWIN-1", 87),
    ],
)
@on_played_time
async def test_it_says_who_it_is_and_how_its_battery_is(make: Maker, driver: str, serial: str, battery: int) -> None:
    sensor = make()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_heard(Battery)
        info = heard.all(Connected)[0].info
        assert (info.driver, info.serial, info.nominal_rate_hz) == (driver, serial, sensor.traits.rate_hz)
        assert not info.counted_times
        assert heard.all(Battery)[0].percent == battery


@every_way
@on_played_time
async def test_out_of_range_goes_on_as_the_same_stream_over_a_wrap_of_its_clock(make: Maker) -> None:
    sensor = make()
    sensor._first_ticks = 2**32 - round(2.0 / sensor.tick_s)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(50)
        sensor.vanish()
        await heard.until_heard(Lost)
        sensor.appear()
        await heard.until_samples(200)
        heard.assert_true(INTERVAL_S, within_s=WITHIN_S[make])
        taken_s, device_s = heard.times()
        assert np.ptp(device_s - taken_s) < 2e-3, "one clock over both links"
        assert len(heard.all(Gap)) == 1


@one_of_each
@on_played_time
async def test_a_reboot_begins_a_new_clock_and_is_set_up_anew(make: Maker) -> None:
    sensor = make(ticks=3_000_000_000)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(50)
        sensor.vanish()
        await heard.until_heard(Lost)
        sensor.reboot()
        sensor.appear()
        await heard.until_samples(100)
        heard.assert_true(INTERVAL_S, within_s=2e-3)
        assert heard.sensor.time is not None
        assert heard.sensor.time.epochs == 1


@every_way
@on_played_time
async def test_nonsense_among_the_packets_is_passed_over(make: Maker) -> None:
    sensor = make(faults=Faults(garbage=0.2), seed=5)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(200)
        heard.assert_true(INTERVAL_S, within_s=2e-3)


@pytest.mark.parametrize("missing", [movella_dot.DEVICE_INFO, movella_dot.BATTERY])
@on_played_time
async def test_a_dot_streams_without_what_is_not_needed_for_it(missing: str) -> None:
    sensor = dot(missing=frozenset({missing}))
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(50)
        heard.assert_true(INTERVAL_S)


@one_of_each
@on_played_time
async def test_a_name_without_the_service_is_skipped_and_said(make: Maker) -> None:
    namesake = make()
    namesake.serves = False
    async with room(namesake) as around, Listening(live(around)) as heard:
        await heard.until_heard(Notice)
        assert heard.codes == ["sensor_without_service"]


@on_played_time
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


@on_played_time
async def test_a_dot_is_set_to_its_rate_and_stopped_before_that_where_it_still_measures() -> None:
    sensor = dot()
    sensor.control_word = bytes([1, 1, 0x07])  # left so by another program
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(50)
        assert sensor.settings[24:26] == (60).to_bytes(2, "little")
        assert sensor.control_word == movella_dot.START


@pytest.mark.parametrize("stamps", [Stamps.JUMPING, Stamps.UNKNOWN])
@on_played_time
async def test_where_stamps_are_no_clock_samples_are_counted(stamps: Stamps) -> None:
    sensor = wit(stamps, rate_hz=70.0, seed=1)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(350)
        assert sensor.registers[witmotion.CONTENT] == witmotion.ANGLES
        assert heard.all(Connected)[0].info.counted_times
        heard.assert_true(INTERVAL_S, within_s=0.05)
        assert heard.sensor.time is not None
        assert heard.sensor.time.rate_hz == pytest.approx(70.0, rel=0.02)


@on_played_time
async def test_what_was_seen_of_the_stamps_holds_over_a_loss_of_the_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second in mid-test is too dear for it."""
    sensor = wit()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(50)
        monkeypatch.setattr(witmotion, "_LOOK_S", 1e9)
        sensor.reboot()
        await sensor.close_link()
        await heard.until_heard(Connected, 2)
        await heard.until_samples(50)
        assert sensor.registers[witmotion.CONTENT] == witmotion.STAMPED


@on_played_time
async def test_a_movesense_that_refuses_the_subscription_is_said_to_be_mute() -> None:
    sensor = moves()
    sensor.path = "/Meas/IMU6/26"
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_heard(Notice)
        assert heard.codes == ["sensor_mute"]


@pytest.mark.parametrize("make", [imu, *(pytest.param(make, marks=pytest.mark.soak) for make in (dot, wit, moves))])
@on_played_time
async def test_a_minute_at_its_rate_loses_nothing(make: Maker) -> None:
    sensor = make()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(round(60 * sensor.traits.rate_hz))
        heard.assert_true(INTERVAL_S, within_s=WITHIN_S[make])
        assert [type(event) for event in heard.events if not isinstance(event, Packet)] == [Connected, Battery]


@pytest.mark.soak
@one_of_each
@on_played_time
async def test_in_ten_minutes_its_clock_is_followed_to_five_millionths(make: Maker) -> None:
    sensor = make(drift_ppm=40.0, ticks=2**32 - 200_000)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(round(600 * sensor.traits.rate_hz))
        taken_s, device_s = heard.times()
        assert not heard.all(Gap)
        drift = np.polyfit(taken_s, device_s, 1)[0] - 1.0
        assert drift == pytest.approx(40e-6, abs=1e-6)
        assert heard.sensor.time is not None
        assert heard.sensor.time.rate_hz == pytest.approx(sensor.traits.rate_hz, rel=1e-3)


@pytest.mark.soak
@on_played_time
async def test_in_ten_minutes_what_is_counted_keeps_to_true_time() -> None:
    sensor = wit(Stamps.UNKNOWN, rate_hz=70.0)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(600 * 70)
        taken_s, device_s = heard.times()
        settled = taken_s > taken_s[0] + 30.0
        assert np.ptp((device_s - taken_s)[settled]) < INTERVAL_S
        assert not heard.all(Gap)
