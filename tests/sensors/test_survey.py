"""Who is there: every driver's twin is found over the virtual radio, asked, and left again."""

from __future__ import annotations

import numpy as np
import pytest

from played_time import now_s, on_played_time
from recordings import rocking
from teststation.model import TeststationError
from teststation.sensors import survey as surveying
from teststation.sensors.survey import survey
from teststation.sensors.virtual.room import Room
from teststation.sensors.virtual.stage import Stage, one_of_each
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits


@on_played_time
async def test_a_sensor_of_each_kind_tells_its_battery_and_serial_and_is_left() -> None:
    async with one_of_each(now_s) as room:
        radio = room.radio()
        found = await survey(lambda: (radio,), 2.0)
        assert {one.driver: one.battery for one in found} == {
            "teststation_imu": 87,
            "movella_dot": 64,
            "witmotion": 90,
            "movesense": 87,
        }
        serials = {one.driver: one.serial for one in found}
        assert serials["movesense"] == "174630000192"
        assert serials["witmotion"] is None
        assert [one.trouble for one in found] == [None] * 4
        assert not any(twin.connected for twin in room._twins)


@on_played_time
async def test_one_that_is_none_is_told_of_with_why_and_with_a_harmless_name() -> None:
    twin = TestStationImuTwin(Traits("\x1b[31mX", now=now_s))
    twin.serves = False
    async with Room(twin) as room:
        radio = room.radio()
        (one,) = await survey(lambda: (radio,), 2.0)
    assert one.trouble is not None
    assert one.trouble.code == "sensor_without_service"
    assert one.heard.name == "[31mX"


async def test_without_a_radio_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    async def scan(radios: object, seconds: float) -> list[object]:
        raise OSError(2, "No such file or directory")

    monkeypatch.setattr(surveying, "scan", scan)
    with pytest.raises(TeststationError) as raised:
        await survey(seconds=0.1)
    assert raised.value.reason.code == "bluetooth_unavailable"


def test_a_person_on_stage_waits_for_the_cue_and_then_moves_as_recorded() -> None:
    recording = rocking()
    stage = Stage()
    acceleration, turning = stage.signal(np.array([1.0, 2.0]))
    assert np.linalg.norm(acceleration, axis=1) == pytest.approx(9.80665)
    assert not turning.any()
    stage.load(recording)
    at_s = np.arange(100.0, 101.0, 0.1)
    waiting, _ = stage.signal(at_s)
    assert waiting == pytest.approx(np.tile(recording.acceleration[0], (10, 1)))
    stage.cue(100.0)
    begin_s = recording.time_s[0] if recording.cue_s is None else recording.cue_s
    moved, _ = stage.signal(100.0 + recording.time_s - begin_s)
    assert moved == pytest.approx(recording.acceleration)
