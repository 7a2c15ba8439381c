"""A room with sensors in it, and the adapter of the computer that listens: in one loop, or in a thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from types import TracebackType
from typing import Self

from bumble.device import Device
from bumble.hci import Address
from bumble.host import Host
from bumble.transport.common import TransportSink

from teststation.sensors.radio import Radio
from teststation.sensors.virtual.air import CONNECTION_INTERVAL_S, SUPERVISION_S, Air, VirtualController
from teststation.sensors.virtual.backend import MTU, bumble_radio
from teststation.sensors.virtual.twin import Twin


class Room:
    """Twins on one air; `async with` switches them on in the loop that runs.

    Parameters
    ----------
    twins : who is in the room from the beginning; `enter` lets one in later
    """

    def __init__(
        self, *twins: Twin, interval_s: float = CONNECTION_INTERVAL_S, supervision_s: float = SUPERVISION_S
    ) -> None:
        self._twins = list(twins)
        self._interval_s = interval_s
        self._supervision_s = supervision_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._air: Air | None = None
        self._host: _HostEnd | None = None

    async def __aenter__(self) -> Self:
        self._loop = asyncio.get_running_loop()
        self._air = Air(self._interval_s, self._supervision_s)
        for twin in self._twins:
            await twin.enter(self._air)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for twin in self._twins:
            await twin.leave()
        self._loop = None

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Where the twins live; what is done to them is done there."""
        if self._loop is None:
            raise RuntimeError("nobody is in the room")
        return self._loop

    async def enter(self, twin: Twin) -> None:
        """Switch one more sensor on."""
        assert self._air is not None
        self._twins.append(twin)
        await twin.enter(self._air)

    def radio(self, mtu: int = MTU) -> Radio:
        """Give the computer's adapter; it may be used from any loop, by one at a time."""
        return bumble_radio(self._device, mtu)

    async def _device(self) -> Device:
        """Give the adapter's host, in the loop that asks; another loop than before gets another."""
        mine = asyncio.get_running_loop()
        if self._host is None or self._host.loop is not mine:
            assert self._air is not None
            host = _HostEnd(mine, self.loop, self._air)
            await host.device.power_on()
            self._host = host
        return self._host.device


class RoomThread:
    """A room in a thread and loop of its own, as a real one has a life of its own."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._entered = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over: asyncio.Event | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._live()), name="virtual-room", daemon=True)

    def __enter__(self) -> Room:
        self._thread.start()
        self._entered.wait()
        return self.room

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._loop is not None and self._over is not None:
            self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _live(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        try:
            async with self.room:
                self._entered.set()
                await self._over.wait()
        finally:
            self._entered.set()


class _HostEnd:
    """The computer's host stack in one loop, and its controller in the room's."""

    def __init__(self, mine: asyncio.AbstractEventLoop, room: asyncio.AbstractEventLoop, air: Air) -> None:
        self.loop = mine
        to_room, to_host = _Pipe(room), _Pipe(mine)
        room.call_soon_threadsafe(self._plug_in, air, to_room, to_host)
        host = Host(to_host, to_room)  # type: ignore[arg-type]
        self.device = Device(name="computer", address=Address("F0:F0:F0:F0:F0:F0"), host=host)

    @staticmethod
    def _plug_in(air: Air, from_host: _Pipe, to_host: _Pipe) -> None:
        for before in [one for one in air.controllers if one.name == "adapter"]:
            air.remove(before)
        VirtualController("adapter", air, host_source=from_host, host_sink=to_host)


class _Pipe:
    """Brings packets into a loop, from whichever thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._sink: TransportSink | None = None

    def set_packet_sink(self, sink: TransportSink) -> None:
        """Say who takes the packets."""
        self._sink = sink

    def on_packet(self, packet: bytes) -> None:
        """Take a packet."""
        with contextlib.suppress(RuntimeError):  # its loop is over
            self._loop.call_soon_threadsafe(self._give, packet)

    def _give(self, packet: bytes) -> None:
        if self._sink is not None:
            self._sink.on_packet(packet)
