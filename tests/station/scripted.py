"""A clock, a sensor and a finder of sensors that do what a test says, and let it wait until it was heard."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable
from typing import Any

import numpy as np

from teststation.sensors.base import LinkEvent, Packet, SensorInfo
from teststation.station import Found

RATE_HZ = 100.0
INFO = SensorInfo(driver="test", name="Riemsensor", serial="t-1", nominal_rate_hz=RATE_HZ)
PATIENCE_S = 10.0


class HandClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time_s = 50.0

    def now(self) -> float:
        return self.time_s

    def at(self, host_s: float) -> float:
        return host_s


class Script:
    """What is said in one loop and written in another thread."""

    def __init__(self) -> None:
        self.listened = threading.Event()
        self.readings = 0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lines: asyncio.Queue[tuple[Any, threading.Event]] | None = None

    async def read(self) -> AsyncGenerator[Any, None]:
        self._loop, self._lines = asyncio.get_running_loop(), asyncio.Queue()
        self.readings += 1
        self.listened.set()
        try:
            while True:
                line, heard = await self._lines.get()
                yield line
                heard.set()
        finally:
            self.listened.clear()

    def say(self, *lines: Any, awaited: bool = True) -> None:
        """Say one thing after the other, each once the one before was taken in."""
        assert self.listened.wait(PATIENCE_S)
        assert self._loop is not None
        assert self._lines is not None
        for line in lines:
            heard = threading.Event()
            self._loop.call_soon_threadsafe(self._lines.put_nowait, (line, heard))
            assert not awaited or heard.wait(PATIENCE_S)


class ScriptedSensor:
    """A sensor that says what the test hands it; an exception is raised."""

    def __init__(self, info: SensorInfo = INFO) -> None:
        self.info = info
        self.script = Script()
        self.cues: list[float] = []

    async def stream(self) -> AsyncGenerator[LinkEvent, None]:
        async for line in self.script.read():
            if isinstance(line, Exception):
                raise line
            yield line

    def cue(self, at_s: float) -> None:
        self.cues.append(at_s)

    def say(self, *events: LinkEvent) -> None:
        self.script.say(*events)


class ScriptedFinder:
    """Finds what the test says, and gives the sensor that belongs to an address."""

    def __init__(self, *sensors: ScriptedSensor) -> None:
        self.script = Script()
        self.sensors = {sensor.info.serial: sensor for sensor in sensors}
        self.taken: list[str] = []

    async def search(self) -> AsyncGenerator[tuple[Found, ...], None]:
        async for line in self.script.read():
            if isinstance(line, Exception):
                raise line
            yield line

    def sensor(self, found: Found) -> ScriptedSensor:
        self.taken.append(found.address)
        return self.sensors[found.serial]

    def hear(self, *found: Found) -> None:
        """Have these within reach; a search that found what it wanted does not ask for more."""
        self.script.say(tuple(found), awaited=False)


def found(sensor: ScriptedSensor, **changes: Any) -> Found:
    fields: dict[str, Any] = {
        "driver": sensor.info.driver,
        "name": sensor.info.name,
        "serial": sensor.info.serial,
        "rssi_dbm": -60,
    }
    return Found(**({"address": f"AA:{sensor.info.serial}"} | fields | changes))


def packet(arrival_s: float, first_s: float, samples: int = 10, *, turning: float = 0.0) -> Packet:
    """Samples at rest, or turning at so many rad/s, from just after a device time on."""
    time_s = first_s + np.arange(1, samples + 1) / RATE_HZ
    return Packet(arrival_s, time_s, np.full((samples, 3), 9.81 / np.sqrt(3)), np.full((samples, 3), turning))


def until(there: Callable[[], bool]) -> None:
    """Wait for what another thread does."""
    pause = threading.Event()
    for _ in range(2000):
        if there():
            return
        pause.wait(PATIENCE_S / 2000)
    raise AssertionError("it did not come to it")
