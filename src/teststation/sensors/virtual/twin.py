"""What all twins share: a clock of their own, a stream at their rate, and the faults that they can be told to have."""

from __future__ import annotations

import asyncio
import math
import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from bumble.core import UUID, AdvertisingData
from bumble.device import Connection, Device
from bumble.gatt import (
    GATT_BATTERY_LEVEL_CHARACTERISTIC,
    GATT_BATTERY_SERVICE,
    GATT_DEVICE_INFORMATION_SERVICE,
    GATT_SERIAL_NUMBER_STRING_CHARACTERISTIC,
    Characteristic,
    CharacteristicValue,
    Service,
)
from bumble.hci import Address
from bumble.host import Host
from bumble.transport.common import AsyncPipeSink

from teststation import clock
from teststation.sensors.virtual.air import Air, VirtualController
from teststation.sensors.virtual.signal import Array, Signal, swaying

_ADVERTISING_INTERVAL_MS = 30
_LONGEST_ADVERTISEMENT = 31
_REORDERED_BY = 2


@dataclass
class Faults:
    """How often a packet fares ill, as a share of all; they may be changed while it streams."""

    dropped: float = 0.0
    duplicated: float = 0.0
    reordered: float = 0.0
    garbage: float = 0.0


@dataclass
class Traits:
    """Who a twin is, and how it measures.

    Parameters
    ----------
    rate_hz : of its samples, on its own clock
    samples : in a packet
    drift_ppm : so much faster than true its clock runs
    ticks : of its clock when it is switched on
    missing : UUIDs of characteristics that its firmware lacks
    now : true time
    """

    name: str
    address: str = "F1:F1:F1:F1:F1:01"
    serial: str = "TWIN-1"
    rate_hz: float = 100.0
    samples: int = 1
    battery: int = 87
    drift_ppm: float = 0.0
    ticks: int = 0
    missing: frozenset[str] = frozenset()
    signal: Signal = swaying
    now: Callable[[], float] = clock.now
    seed: int = 0
    faults: Faults = field(default_factory=Faults)


class Twin(ABC):
    """A sensor that is not there. A maker's twin adds its services, its advertisement and its bytes.

    A stream begins with `begin` and ends with `end` or with the link; samples are taken on the twin's own clock, which
    runs on while nobody listens, and none is skipped where the host is slow. `mute` lets it fall silent on a link that
    stays up, without `serves` it has only the name; `when_connected` is called at each new link.
    """

    tick_s: float
    tick_bits = 32

    def __init__(self, traits: Traits) -> None:
        self.traits = traits
        self.faults = traits.faults
        self.mute = False
        self.serves = True
        self.when_connected: Callable[[], object] | None = None
        self.sent = 0
        self._switched_on_s = traits.now()
        self._first_ticks = traits.ticks
        self._random = random.Random(traits.seed)  # noqa: S311 - faults, not secrets
        self._late: list[tuple[int, bytes]] = []
        self._task: asyncio.Task[None] | None = None
        self._left: asyncio.Event | None = None
        self._device: Device | None = None
        self._air: Air | None = None
        self._controller: VirtualController | None = None

    # What a maker's twin adds

    @abstractmethod
    def services(self) -> Sequence[Service]:
        """Make the services of the maker."""

    @abstractmethod
    def advertised(self) -> list[tuple[AdvertisingData.Type, bytes]]:
        """Say what is advertised besides the flags; with them it fits 31 bytes, as Bumble sends no scan response."""

    @abstractmethod
    def encode(self, counter: int, ticks: int, acceleration: Array, angular_velocity: Array) -> list[bytes]:
        """Write samples as the maker's notifications."""

    @property
    @abstractmethod
    def streamed(self) -> Characteristic[bytes]:
        """The characteristic that notifies of samples."""

    # Where it is

    async def enter(self, air: Air) -> None:
        """Be switched on within reach of an air, and advertise."""
        traits = self.traits
        self._air = air
        self._controller = VirtualController(traits.name, air)
        host = Host(self._controller, AsyncPipeSink(self._controller))
        device = self._device = Device(name=traits.name, address=Address(traits.address), host=host)
        services = [*self.services()] if self.serves else []
        device.add_services([self._without_missing(service) for service in (*services, *self._standard())])
        flags = (AdvertisingData.Type.FLAGS, bytes([0x06]))
        advertisement = bytes(AdvertisingData([flags, *self.advertised()]))
        if len(advertisement) > _LONGEST_ADVERTISEMENT:
            raise ValueError(f"an advertisement of {len(advertisement)} bytes")
        device.advertising_data = advertisement
        device.on(Device.EVENT_CONNECTION, self._linked)
        await device.power_on()
        device.advertising_interval_min = device.advertising_interval_max = _ADVERTISING_INTERVAL_MS
        await device.start_advertising(auto_restart=True)

    async def leave(self) -> None:
        """Be switched off for good."""
        self.end()
        if self._device is not None:
            await self._device.power_off()

    @property
    def connected(self) -> bool:
        """Whether it is at one end of a link."""
        return self._left is not None and not self._left.is_set()

    @property
    def streams(self) -> bool:
        """Whether it sends samples."""
        return self._task is not None

    async def when_left(self) -> None:
        """Wait for the end of its link, where it has one."""
        if self._left is not None:
            await self._left.wait()

    def _linked(self, connection: Connection) -> None:
        self._left = left = asyncio.Event()

        def leave(_reason: int) -> None:
            left.set()
            self.end()

        connection.on(connection.EVENT_DISCONNECTION, leave)
        if self.when_connected is not None:
            self.when_connected()

    # Its clock

    def true_s(self, sample: int) -> float:
        """Tell when it takes a sample, counted from when it was switched on."""
        return self._switched_on_s + sample / (self.traits.rate_hz * (1.0 + 1e-6 * self.traits.drift_ppm))

    def ticks(self, sample: int) -> int:
        """Tell what its clock shows at a sample."""
        since = round(sample / (self.traits.rate_hz * self.tick_s))
        return (self._first_ticks + since) % (1 << self.tick_bits)

    # What can befall it

    def vanish(self) -> None:
        """Go out of reach."""
        air, controller = self._on_air()
        air.lose(controller)

    def appear(self) -> None:
        """Come back within reach."""
        air, controller = self._on_air()
        air.find(controller)

    def reboot(self, ticks: int = 0) -> None:
        """Begin anew: the clock too."""
        self.end()
        self._switched_on_s = self.traits.now()
        self._first_ticks = ticks

    async def close_link(self) -> None:
        """Disconnect from its side."""
        assert self._device is not None
        for connection in list(self._device.connections.values()):
            await connection.disconnect()

    # Its stream

    def begin(self) -> None:
        """Stream from now on; the packets are counted anew."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._stream())

    def end(self) -> None:
        """Stream no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
        self._late.clear()

    async def _stream(self) -> None:
        traits = self.traits
        behind_s = traits.now() - self.true_s(0)
        sample = math.ceil(behind_s * traits.rate_hz * (1.0 + 1e-6 * traits.drift_ppm))
        counter = 0
        while True:
            last_s = self.true_s(sample + traits.samples - 1)
            await asyncio.sleep(max(0.0, last_s - traits.now()))
            taken_s = np.array([self.true_s(sample + k) for k in range(traits.samples)])
            for data in self.encode(counter, self.ticks(sample), *traits.signal(taken_s)):
                for value in self._befall(data):
                    await self.notify(value)
            sample += traits.samples
            counter += 1

    async def notify(self, value: bytes) -> None:
        """Send a notification of samples to whom it may concern."""
        if self._device is not None:
            await self._device.notify_subscribers(self.streamed, value)
            self.sent += 1

    def _befall(self, data: bytes) -> list[bytes]:
        """Let a packet fare ill: what of it, and of those before it, is sent now."""
        faults, chance = self.faults, self._random.random
        now = [late for wait, late in self._late if wait <= 1]
        self._late = [(wait - 1, late) for wait, late in self._late if wait > 1]
        if self.mute:
            return []
        if chance() < faults.garbage:
            now.insert(0, self._random.randbytes(len(data)))
        if chance() < faults.dropped:
            return now
        if chance() < faults.reordered:
            self._late.append((_REORDERED_BY, data))
            return now
        return [data] * (2 if chance() < faults.duplicated else 1) + now

    # What most sensors have

    def _standard(self) -> list[Service]:
        level = CharacteristicValue(read=lambda _: bytes([self.traits.battery]))
        readable, read = Characteristic.READABLE, Characteristic.Properties.READ
        return [
            Service(GATT_BATTERY_SERVICE, [Characteristic(GATT_BATTERY_LEVEL_CHARACTERISTIC, read, readable, level)]),
            Service(
                GATT_DEVICE_INFORMATION_SERVICE,
                [Characteristic(GATT_SERIAL_NUMBER_STRING_CHARACTERISTIC, read, readable, self.traits.serial.encode())],
            ),
        ]

    def _without_missing(self, service: Service) -> Service:
        missing = {UUID(uuid) for uuid in self.traits.missing}
        return Service(service.uuid, [one for one in service.characteristics if one.uuid not in missing])

    def _on_air(self) -> tuple[Air, VirtualController]:
        assert self._air is not None
        assert self._controller is not None
        return self._air, self._controller
