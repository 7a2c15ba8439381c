"""The twin of a WitMotion sensor: its registers, its frames, and a clock that can be told to be none."""

from __future__ import annotations

import enum
from collections.abc import Sequence

import numpy as np
from bumble.core import UUID, AdvertisingData
from bumble.gatt import Characteristic, CharacteristicValue, Service

from teststation.sensors import witmotion
from teststation.sensors.virtual.signal import Array
from teststation.sensors.virtual.twin import Traits, Twin

_M_S2, _RAD_S = 16 * 9.80665 / 32768, np.radians(2000.0) / 32768
_DATE = bytes.fromhex("18 06 0C 0B 1E 2D E7 03")
_SLOW = 10
"""Switched on it sends a tenth of what it can."""


class Stamps(enum.Enum):
    """What a firmware makes of register 0x96 = 2."""

    STEADY = enum.auto()
    JUMPING = enum.auto()
    """Time stamps that go back now and then, as one owner found."""
    UNKNOWN = enum.auto()
    """It goes on to send angles."""


class WitMotionTwin(Twin):
    """One sensor, which streams as soon as somebody listens.

    Parameters
    ----------
    dated : each frame has a date behind it
    longest : bytes of a notification; a frame that does not fit goes on in the next one
    """

    tick_s = 1e-3

    def __init__(
        self, traits: Traits, *, stamps: Stamps = Stamps.STEADY, dated: bool = False, longest: int = 244
    ) -> None:
        super().__init__(traits)
        self.stamps = stamps
        self.dated = dated
        self.longest = longest
        self.registers: dict[int, int] = {}
        self._unlocked = False
        properties = Characteristic.Properties
        self.notifying = Characteristic[bytes](witmotion.NOTIFY, properties.NOTIFY, Characteristic.READABLE, b"")
        self.notifying.on(Characteristic.EVENT_SUBSCRIPTION, lambda _, on, __: self.begin() if on else self.end())
        self.commands = Characteristic[bytes](
            witmotion.WRITE,
            properties.WRITE | properties.WRITE_WITHOUT_RESPONSE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=lambda _, value: self._command(value)),
        )

    @property
    def streamed(self) -> Characteristic[bytes]:
        """The one characteristic that notifies."""
        return self.notifying

    def services(self) -> Sequence[Service]:
        """Make the maker's service."""
        return [Service(witmotion.SERVICE, [self.commands, self.notifying])]

    def advertised(self) -> list[tuple[AdvertisingData.Type, bytes]]:
        """Advertise the service, and as much of the name as fits beside it."""
        kinds = AdvertisingData.Type
        return [
            (kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, bytes(UUID(witmotion.SERVICE))),
            (kinds.COMPLETE_LOCAL_NAME, self.traits.name.encode()[:8]),
        ]

    def reboot(self, ticks: int = 0) -> None:
        """Begin anew: what was set and not saved is forgotten."""
        super().reboot(ticks)
        self.registers.clear()
        self._unlocked = False

    def encode(self, counter: int, ticks: int, acceleration: Array, angular_velocity: Array) -> list[bytes]:
        """Write a frame for each sample."""
        if self.registers.get(witmotion.RATE) != witmotion.RATE_100_HZ and counter % _SLOW:
            return []
        wanted = np.concatenate([acceleration / _M_S2, angular_velocity / _RAD_S], axis=1)
        counts = np.clip(np.rint(wanted), -32768, 32767).astype("<i2")
        step = 1.0 / (self.traits.rate_hz * self.tick_s)
        stream = b"".join(
            witmotion.SAMPLE + row.tobytes() + self._behind(round(ticks + step * number)) + _DATE * self.dated
            for number, row in enumerate(counts)
        )
        return [stream[at : at + self.longest] for at in range(0, len(stream), self.longest)]

    def _behind(self, ticks: int) -> bytes:
        """Write the three angles, or the time and one angle."""
        if self.registers.get(witmotion.CONTENT) != witmotion.STAMPED or self.stamps is Stamps.UNKNOWN:
            return self._random.randbytes(1) + bytes(5)
        if self.stamps is Stamps.JUMPING and self._random.random() < 0.1:  # noqa: PLR2004 - now and then
            ticks -= 300
        return (ticks % 2**32).to_bytes(4, "little") + bytes(2)

    async def _command(self, value: bytes) -> None:
        register, number = value[2], int.from_bytes(value[3:5], "little")
        if value == witmotion.UNLOCK:
            self._unlocked = True
        elif value == witmotion.question(witmotion.VOLTAGE):
            volts = next((volts for volts, percent in witmotion.CHARGE if self.traits.battery >= percent), 0)
            answer = witmotion.REGISTERS + bytes([witmotion.VOLTAGE, 0]) + volts.to_bytes(2, "little") + bytes(14)
            if self._device is not None:
                await self._device.notify_subscribers(self.notifying, answer)
        elif self._unlocked:
            self.registers[register] = number

    def _standard(self) -> list[Service]:
        """Have none, not even a serial number."""
        return []
