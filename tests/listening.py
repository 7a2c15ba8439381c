"""A live sensor in a virtual room, listened to until something is heard; nothing here waits for a time to pass."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import aclosing
from types import TracebackType
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from played_time import now_s
from teststation.clock import DeviceClock
from teststation.sensors.base import Connected, LinkEvent, Lost, Notice, Packet
from teststation.sensors.link import Choice, LiveSensor
from teststation.sensors.virtual.room import Room
from true_time import true_s

AT_MOST_S = 1000.0
"""A test fails where it has waited for so long, of played time."""

Event = TypeVar("Event", bound=LinkEvent)
Array = NDArray[np.float64]


class Listening:
    """The events of one sensor's stream, from `async with` on."""

    def __init__(self, sensor: LiveSensor) -> None:
        self.sensor = sensor
        self.events: list[LinkEvent] = []
        self.samples = 0
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End the stream as the acquisition thread does."""
        assert self._task is not None
        self._task.cancel()
        await asyncio.wait([self._task])

    async def _listen(self) -> None:
        async with aclosing(self.sensor.stream()) as stream:
            async for event in stream:
                self.events.append(event)
                self.samples += len(event.time_s) if isinstance(event, Packet) else 0
                self._news.set()

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until the events make something true."""
        async with asyncio.timeout(AT_MOST_S):
            while not condition():
                self._news.clear()
                await self._news.wait()

    async def until_samples(self, count: int) -> None:
        """Wait for so many more samples."""
        before = self.samples
        await self.until(lambda: self.samples >= before + count)

    async def until_heard(self, kind: type[LinkEvent], times: int = 1) -> None:
        """Wait until events of a kind have come so many times in all."""
        await self.until(lambda: len(self.all(kind)) >= times)

    def all(self, kind: type[Event]) -> list[Event]:
        """Give the events of a kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def codes(self) -> list[str]:
        """Give what was said, as codes, in order."""
        return [event.reason.code for event in self.events if isinstance(event, Notice | Lost) and event.reason]

    def links(self) -> Iterator[list[Packet]]:
        """Give the packets of each connection by themselves."""
        packets: list[Packet] = []
        for event in [*self.events, Connected(0.0, self.sensor.info)]:
            if isinstance(event, Packet):
                packets.append(event)
            elif isinstance(event, Connected) and packets:
                yield packets
                packets = []

    def times(self) -> tuple[Array, Array]:
        """Give the true and the device's times of all samples."""
        packets = self.all(Packet)
        return np.concatenate([true_s(one) for one in packets]), np.concatenate([one.time_s for one in packets])

    def assert_true(self, interval_s: float, *, within_s: float = 1e-3) -> None:
        """Check each sample's time against when it was taken.

        Parameters
        ----------
        interval_s : of the connection: so far a link may be off on the host's clock
        within_s : how far the samples of a link may be off from each other
        """
        taken_s, device_s = self.times()
        assert np.all(np.diff(device_s) > 0.0)
        assert np.all(np.diff(taken_s) > 0.0)
        for packets in self.links():
            clock = DeviceClock()
            for packet in packets:
                clock.observe(float(packet.time_s[-1]), packet.arrival_s)
            offset_s = clock.host_minus_device_s
            assert offset_s is not None
            times_s = np.concatenate([packet.time_s for packet in packets])
            off_s = times_s + offset_s - np.concatenate([true_s(packet) for packet in packets])
            off_s = (off_s + 1500.0) % 3000.0 - 1500.0
            assert np.ptp(off_s) <= within_s
            assert -within_s <= off_s.min() <= interval_s + within_s


def live(room: Room, choice: Choice = Choice()) -> LiveSensor:  # noqa: B008 - frozen
    """Make a sensor of a room."""
    radio = room.radio()
    return LiveSensor(choice, radios=lambda: (radio,), now=now_s)
