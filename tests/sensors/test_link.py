"""Live sensors over the virtual radio: bleak's own API above, real bytes below.

Here is what is the same for every driver, and seen with ours; test_faults.py and test_makers_links.py ask of each.
"""

from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest
from bleak import BleakClient
from bleak.backends.scanner import AdvertisementDataCallback, BaseBleakScanner
from bleak.exc import BleakBluetoothNotAvailableError, BleakBluetoothNotAvailableReason, BleakError

from listening import Listening, live
from played_time import now_s, on_played_time
from teststation.clock import DeviceClock
from teststation.sensors.base import Connected, Gap, Lost, Notice, Packet, SensorInfo, Silent
from teststation.sensors.calibration import Calibration
from teststation.sensors.link import Choice, LiveSensor
from teststation.sensors.radio import Radio
from teststation.sensors.search import scan
from teststation.sensors.virtual.room import Room
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits
from true_time import marked, true_s

INTERVAL_S = 0.03


def twin(**traits: Any) -> TestStationImuTwin:
    usual: dict[str, Any] = {"name": "TS-IMU-1", "samples": 2, "signal": marked, "now": now_s}
    return TestStationImuTwin(Traits(**(usual | traits)))


def room(*twins: TestStationImuTwin, supervision_s: float = 2.0) -> Room:
    return Room(*twins, interval_s=INTERVAL_S, supervision_s=supervision_s)


@on_played_time
async def test_a_sensor_that_falls_silent_on_a_link_that_stays_up_is_connected_anew() -> None:
    sensor = twin()
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(50)
        sensor.mute = True
        await heard.until_heard(Lost)
        sensor.mute = False
        await heard.until_samples(50)
        heard.assert_true(INTERVAL_S)
        assert heard.codes == ["link_silent"]
        assert len(heard.all(Silent)) == 1


@on_played_time
async def test_of_two_with_the_same_name_the_serial_number_decides() -> None:
    loud = twin(address="F1:F1:F1:F1:F1:01", serial="AAA")
    meant = twin(address="F1:F1:F1:F1:F1:02", serial="BBB")
    async with room(loud, meant) as around, Listening(live(around, Choice(serial="BBB"))) as heard:
        await heard.until_samples(50)
        assert heard.sensor.info.serial == "BBB"
        assert meant.connected
        assert not loud.connected
        assert set(heard.codes) <= {"sensor_other"}


@on_played_time
async def test_of_two_that_may_both_be_meant_one_is_taken_and_said() -> None:
    sensors = [twin(address=f"F1:F1:F1:F1:F1:0{number}", serial=f"{number}") for number in range(2)]
    async with room(*sensors) as around, Listening(live(around)) as heard:
        await heard.until_samples(50)
        assert heard.codes == ["sensor_several"]
        assert sum(sensor.connected for sensor in sensors) == 1


@on_played_time
async def test_a_sensor_that_goes_away_while_it_is_connected_to_is_tried_again() -> None:
    sensor = twin()
    async with room(sensor) as around, Listening(live(around)) as heard:
        sensor.when_connected = sensor.vanish
        await heard.until_heard(Notice)
        assert heard.codes == ["sensor_not_connected"]
        sensor.when_connected = None
        sensor.appear()
        await heard.until_samples(50)
        heard.assert_true(INTERVAL_S)


@pytest.mark.parametrize("when", ["searching", "connecting", "streaming"])
@on_played_time
async def test_a_stream_that_is_closed_leaves_no_link(when: str) -> None:
    sensor = twin()
    connecting = asyncio.Event()
    sensor.when_connected = connecting.set
    async with room(sensor) as around:
        if when == "searching":
            sensor.vanish()
        async with Listening(live(around)) as heard:
            if when == "connecting":
                await connecting.wait()
            elif when == "streaming":
                await heard.until_samples(20)
            else:
                await asyncio.sleep(0)
        await sensor.when_left()
        assert not sensor.connected


@on_played_time
async def test_a_search_that_is_cut_off_while_it_starts_leaves_no_scan_behind() -> None:
    """An adapter that scans on refuses to connect, and to scan anew; when a start is at that point is the backend's."""
    async with room(twin()) as around:
        radios = (around.radio(),)
        await scan(radios, 0.1)
        for steps in range(12):
            searching = asyncio.create_task(scan(radios, 1.0))
            for _ in range(steps):
                await asyncio.sleep(0)
            searching.cancel()
            await asyncio.wait([searching])
            assert len(await scan(radios, 0.1)) == 1
        async with Listening(LiveSensor(radios=lambda: radios, now=now_s)) as heard:
            await heard.until_samples(5)


@on_played_time
async def test_what_was_calibrated_of_it_comes_with_it() -> None:
    def known(info: SensorInfo) -> Calibration:
        return Calibration(driver=info.driver, serial=info.serial, measured_at="", bias_rad_s=(0.01, 0.0, 0.0))

    async with room(twin()) as around:
        radios = (around.radio(),)
        async with Listening(LiveSensor(radios=lambda: radios, now=now_s, known=known)) as heard:
            await heard.until_samples(1)
            info = heard.sensor.info
            assert info.calibration == known(info)
            assert [event.info for event in heard.all(Connected)] == [info]


class NoRadio(BaseBleakScanner):
    """The scanner of an adapter that is switched off."""

    error: Exception = BleakBluetoothNotAvailableError("off", BleakBluetoothNotAvailableReason.POWERED_OFF)

    def __init__(self, callback: AdvertisementDataCallback | None, uuids: list[str] | None, *_: Any, **__: Any) -> None:
        super().__init__(callback, uuids)

    async def start(self) -> None:
        raise self.error

    async def stop(self) -> None:
        pass


class NoBus(NoRadio):
    """The scanner of a machine without a system bus."""

    error = FileNotFoundError(2, "No such file or directory")


OFF = Radio({"backend": NoRadio})
NONE = Radio({"backend": NoBus})


@pytest.mark.parametrize(("radio", "detail"), [(OFF, "POWERED_OFF"), (NONE, "No such file or directory")])
@on_played_time
async def test_what_is_wrong_with_bluetooth_is_said_in_words(radio: Radio, detail: str) -> None:
    async with Listening(LiveSensor(radios=lambda: (radio,), now=now_s)) as heard:
        await heard.until_heard(Notice)
        assert heard.all(Notice)[0].reason.params == {"detail": detail}


@on_played_time
async def test_bluetooth_that_is_off_is_said_once_and_waited_for() -> None:
    async with room(twin()) as around:
        radios = [OFF]
        async with Listening(LiveSensor(radios=lambda: radios, now=now_s)) as heard:
            await heard.until_heard(Notice)
            await asyncio.sleep(60.0)
            radios[0] = around.radio()
            await heard.until_samples(50)
            assert heard.codes == ["bluetooth_unavailable"]


@on_played_time
async def test_each_adapter_listens_in_turn_and_one_that_is_off_stops_none() -> None:
    async with room() as deaf, room(twin()) as around:
        radios = (OFF, deaf.radio(), around.radio())
        async with Listening(LiveSensor(radios=lambda: radios, now=now_s)) as heard:
            await heard.until_samples(50)
            heard.assert_true(INTERVAL_S)
            assert not heard.codes
        assert [found.heard.name for found in await scan(radios, 1.0)] == ["TS-IMU-1"]
        with pytest.raises(BleakBluetoothNotAvailableError):
            await scan((OFF,), 1.0)


@on_played_time
async def test_a_virtual_sensor_is_not_paired_with() -> None:
    async with room(twin()) as around:
        radio = around.radio()
        (found,) = await scan((radio,), 0.1)
        client = BleakClient(found.device, **radio.client)
        for ask in (client.pair, client.unpair):
            with pytest.raises(BleakError, match="pair"):
                await ask()


@on_played_time
async def test_a_name_that_would_harm_a_screen_does_not_reach_it() -> None:
    async with room(twin(name="TS-\x1b[7m")) as around, Listening(live(around)) as heard:
        await heard.until_samples(10)
        assert heard.sensor.info.name == "TS-[7m"


@pytest.mark.soak
@on_played_time
async def test_ten_minutes_that_drift_wrap_and_reboot_mistime_nothing() -> None:
    sensor = twin(rate_hz=416.0, samples=8, drift_ppm=40.0, ticks=2**32 - 200_000_000)
    async with room(sensor) as around, Listening(live(around)) as heard:
        await heard.until_samples(300 * 416)
        sensor.vanish()
        await heard.until_heard(Lost)
        sensor.reboot(ticks=5_000)
        sensor.appear()
        await heard.until_samples(300 * 416)
        first, second = heard.links()
        for packets in (first, second):
            assert_follows(packets, ppm=40.0)
        assert heard.sensor.time is not None
        assert heard.sensor.time.epochs == 1
        assert len(heard.all(Gap)) == 1


def assert_follows(packets: list[Packet], ppm: float) -> None:
    """Check that host times keep to true ones, as the offset is found anew with each packet: within 5 ppm."""
    clock = DeviceClock()
    off_s, taken_s = [], []
    for packet in packets:
        clock.observe(float(packet.time_s[-1]), packet.arrival_s)
        offset_s = clock.host_minus_device_s
        assert offset_s is not None
        taken_s.append(float(true_s(packet)[0]))
        off_s.append(float(packet.time_s[0]) + offset_s - taken_s[-1])
    since_s = np.array(taken_s) - taken_s[0]
    settled = since_s > 70.0
    slope = np.polyfit(since_s[settled], np.array(off_s)[settled], 1)[0]
    assert abs(slope) <= 5e-6
    assert np.abs(np.array(off_s)).max() <= INTERVAL_S + 60.0 * ppm * 1e-6 + 1e-3
    spans_s = packets[-1].time_s[-1] - packets[0].time_s[0], true_s(packets[-1])[-1] - true_s(packets[0])[0]
    assert spans_s[0] / spans_s[1] - 1.0 == pytest.approx(ppm * 1e-6, abs=1e-6)
