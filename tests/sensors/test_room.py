"""A virtual room with a life of its own, as the station meets it: threads, and real time."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from teststation import clock
from teststation.sensors.acquisition import Acquisition
from teststation.sensors.base import LinkEvent, Packet
from teststation.sensors.link import LiveSensor
from teststation.sensors.radio import Radio, platform_radios
from teststation.sensors.virtual.room import Room, RoomThread
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits
from true_time import marked, true_s

AT_MOST_S = 60.0


class Ear:
    """Hears in the acquisition thread, and lets a test wait for so many packets."""

    def __init__(self) -> None:
        self.packets: list[Packet] = []
        self._wanted = 0
        self._enough = threading.Event()

    def hear(self, event: LinkEvent) -> None:
        if isinstance(event, Packet):
            self.packets.append(event)
            if len(self.packets) >= self._wanted:
                self._enough.set()

    def wait_for(self, count: int) -> None:
        self._enough.clear()
        self._wanted = len(self.packets) + count
        assert self._enough.wait(AT_MOST_S)


def test_a_busy_screen_delays_no_sample_and_each_trial_connects_anew() -> None:
    twin = TestStationImuTwin(Traits("TS-IMU-1", samples=2, signal=marked))
    with RoomThread(Room(twin, interval_s=0.0075)) as room:
        radio = room.radio()
        sensor = LiveSensor(radios=lambda: (radio,))
        for _ in range(2):  # an acquisition has a loop of its own, so the second one needs the radio in another loop
            ear = Ear()
            acquisition = Acquisition(sensor, ear.hear, clock.now)
            acquisition.start()
            ear.wait_for(20)
            busy_until_s = time.monotonic() + 0.8
            while time.monotonic() < busy_until_s:
                sum(range(1000))
            ear.wait_for(20)
            acquisition.close()
            taken_s = np.concatenate([true_s(packet) for packet in ear.packets])
            assert np.allclose(np.diff(taken_s), 0.01, atol=2e-4)
            asyncio.run_coroutine_threadsafe(twin.when_left(), room.loop).result(AT_MOST_S)


def test_without_bumble_one_sentence_says_what_to_install() -> None:
    program = """
import sys
sys.modules["bumble"] = None
try:
    import teststation.sensors.virtual.room
except ModuleNotFoundError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "teststation[simulate]" in said
    assert len(said.splitlines()) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a program choose its adapter")
def test_every_adapter_listens_where_there_are_several(tmp_path: Path) -> None:
    for name in ("hci1", "hci0", "hci0:11"):
        (tmp_path / name).mkdir()
    assert [radio.name for radio in platform_radios(tmp_path)] == ["hci0", "hci1"]
    assert platform_radios(tmp_path)[1].scanner == {"bluez": {"adapter": "hci1"}}
    assert platform_radios(tmp_path / "none") == (Radio(),)
