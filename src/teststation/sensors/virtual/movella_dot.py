"""The twin of a Movella DOT: its settings, its modes and its bytes, as the maker's document has them."""

# ruff: noqa: ARG002 - packets of this maker have no counter

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from bumble.att import ATT_Error, ErrorCode
from bumble.core import AdvertisingData
from bumble.gatt import Characteristic, CharacteristicValue, Service

from teststation.sensors import movella_dot as dot
from teststation.sensors.virtual.signal import Array
from teststation.sensors.virtual.twin import Traits, Twin

_MEDIUM_BYTES = 40
_RATE = slice(24, 26)


class MovellaDotTwin(Twin):
    """One DOT. It streams only the mode that was asked for, at the rate that was set before: its own is another."""

    tick_s = 1e-6

    def __init__(self, traits: Traits) -> None:
        super().__init__(traits)
        self.settings = bytes(24) + (30).to_bytes(2, "little") + bytes(6)
        self.control_word = bytes([1, 0, 0])
        properties, allowed = Characteristic.Properties, Characteristic.READABLE | Characteristic.WRITEABLE
        both = properties.READ | properties.WRITE
        self.medium = Characteristic[bytes](dot.MEDIUM_PAYLOAD, properties.NOTIFY, Characteristic.READABLE, b"")
        self.device_control = Characteristic[bytes](
            dot.DEVICE_CONTROL,
            both,
            allowed,
            CharacteristicValue(read=lambda _: self.settings, write=lambda _, value: self._set(value)),
        )
        self.control = Characteristic[bytes](
            dot.MEASUREMENT_CONTROL,
            both,
            allowed,
            CharacteristicValue(read=lambda _: self.control_word, write=lambda _, value: self._command(value)),
        )

    @property
    def streamed(self) -> Characteristic[bytes]:
        """The medium payload."""
        return self.medium

    def services(self) -> Sequence[Service]:
        """Make the maker's services."""
        read = Characteristic.Properties.READ
        address = int(self.traits.address.replace(":", ""), 16)
        about = Characteristic[bytes](
            dot.DEVICE_INFO, read, Characteristic.READABLE, bytes(20) + address.to_bytes(8, "little") + bytes(6)
        )
        charge = Characteristic[bytes](
            dot.BATTERY,
            read,
            Characteristic.READABLE,
            CharacteristicValue(read=lambda _: bytes([self.traits.battery, 0])),
        )
        return [
            Service(dot.CONFIGURATION, [about, self.device_control]),
            Service(dot.MEASUREMENT, [self.control, self.medium]),
            Service(dot.BATTERY_SERVICE, [charge]),
        ]

    def advertised(self) -> list[tuple[AdvertisingData.Type, bytes]]:
        """Advertise the maker's number and the name."""
        kinds = AdvertisingData.Type
        return [
            (kinds.MANUFACTURER_SPECIFIC_DATA, dot.COMPANY.to_bytes(2, "little")),
            (kinds.COMPLETE_LOCAL_NAME, self.traits.name.encode()),
        ]

    def encode(self, counter: int, ticks: int, acceleration: Array, angular_velocity: Array) -> list[bytes]:
        """Write one sample of rate quantities, with zeros behind it."""
        values = (*acceleration[0], *np.degrees(angular_velocity[0]))
        return [dot.SAMPLE.pack(ticks, *values).ljust(_MEDIUM_BYTES, b"\0")]

    def end(self) -> None:
        """Stream no more; the control says so."""
        super().end()
        self.control_word = bytes([1, 0, self.control_word[2]])

    def _set(self, value: bytes) -> None:
        """Take settings over, as the visit mask allows; none while it measures."""
        if self.control_word[1] or len(value) != len(self.settings):
            raise ATT_Error(ErrorCode.WRITE_NOT_PERMITTED)
        if value[0] & dot.VISIT_RATE:
            self.settings = self.settings[: _RATE.start] + value[_RATE] + self.settings[_RATE.stop :]

    def _command(self, value: bytes) -> None:
        self.control_word = value
        set_hz = int.from_bytes(self.settings[_RATE], "little")
        if value == dot.START and set_hz == round(self.traits.rate_hz):
            self.begin()
        elif not value[1]:
            self.end()

    def _standard(self) -> list[Service]:
        """Have none: the maker has its own."""
        return []
