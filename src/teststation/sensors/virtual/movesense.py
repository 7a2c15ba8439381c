"""The twin of a Movesense with the GATT SensorData firmware."""

# ruff: noqa: ARG002 - packets of this maker have no counter

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from bumble.core import UUID, AdvertisingData
from bumble.gatt import Characteristic, CharacteristicValue, Service

from teststation.sensors import movesense
from teststation.sensors.virtual.signal import Array
from teststation.sensors.virtual.twin import Traits, Twin

_PART_BYTES = 161 - 3 - 2
"""What the sensor's MTU leaves beside the protocol's three bytes and its own two."""
_OK, _NOT_FOUND = (200).to_bytes(2, "little"), (404).to_bytes(2, "little")


class MovesenseTwin(Twin):
    """One sensor. With more than six samples a packet comes in two parts, as at 104 Hz."""

    tick_s = 1e-3

    def __init__(self, traits: Traits) -> None:
        super().__init__(traits)
        properties = Characteristic.Properties
        self.reference = 0
        self.path = movesense.PATH
        self.notifying = Characteristic[bytes](movesense.NOTIFY, properties.NOTIFY, Characteristic.READABLE, b"")
        self.commands = Characteristic[bytes](
            movesense.WRITE,
            properties.WRITE,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=lambda _, value: self._command(value)),
        )

    @property
    def streamed(self) -> Characteristic[bytes]:
        """The one characteristic that notifies."""
        return self.notifying

    def services(self) -> Sequence[Service]:
        """Make the firmware's service."""
        return [Service(movesense.SERVICE, [self.commands, self.notifying])]

    def advertised(self) -> list[tuple[AdvertisingData.Type, bytes]]:
        """Advertise the name, which holds the serial number, and a short service."""
        kinds = AdvertisingData.Type
        return [
            (kinds.COMPLETE_LIST_OF_16_BIT_SERVICE_CLASS_UUIDS, bytes(UUID(0xFDF3))),
            (kinds.COMPLETE_LOCAL_NAME, self.traits.name.encode()),
        ]

    def encode(self, counter: int, ticks: int, acceleration: Array, angular_velocity: Array) -> list[bytes]:
        """Write one packet: the time, all accelerations, all rotations; in parts where it is long."""
        blocks = np.concatenate([acceleration, np.degrees(angular_velocity)]).astype("<f4").tobytes()
        packet = ticks.to_bytes(4, "little") + blocks
        kinds = [movesense.DATA] + [movesense.CONTINUED] * (len(packet) // _PART_BYTES)
        return [
            bytes([kind, self.reference]) + packet[number * _PART_BYTES : (number + 1) * _PART_BYTES]
            for number, kind in enumerate(kinds)
        ]

    async def _command(self, value: bytes) -> None:
        command, reference, path = value[0], value[1], value[2:]
        known = path == self.path.encode()
        if command == movesense.SUBSCRIBE:
            answer = bytes([movesense.ANSWER, reference]) + (_OK if known else _NOT_FOUND)
            if self._device is not None:
                await self._device.notify_subscribers(self.notifying, answer)
            if known:
                self.reference = reference
                self.begin()
        elif command == movesense.UNSUBSCRIBE and reference == self.reference:
            self.end()
