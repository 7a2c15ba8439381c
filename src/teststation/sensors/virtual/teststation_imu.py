"""The twin of a sensor of our own profile."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from bumble.core import UUID, AdvertisingData
from bumble.gatt import Characteristic, CharacteristicValue, Service

from teststation.sensors import teststation_imu as profile
from teststation.sensors.virtual.signal import Array
from teststation.sensors.virtual.twin import Traits, Twin

_LONGEST_NAME = 8


class TestStationImuTwin(Twin):
    """Any board that speaks the profile."""

    __test__ = False  # not pytest's

    tick_s = 1e-6

    def __init__(self, traits: Traits) -> None:
        super().__init__(traits)
        self.scales = profile.Scales(rate_hz=traits.rate_hz, samples=traits.samples)
        properties = Characteristic.Properties
        self.data = Characteristic[bytes](profile.DATA, properties.NOTIFY, Characteristic.READABLE, b"")
        self.control = Characteristic[bytes](
            profile.CONTROL,
            properties.WRITE | properties.NOTIFY,
            Characteristic.WRITEABLE,
            CharacteristicValue(write=lambda _, value: self._command(value)),
        )
        self.info = Characteristic[bytes](profile.INFO, properties.READ, Characteristic.READABLE, self._description())

    @property
    def streamed(self) -> Characteristic[bytes]:
        """The data characteristic."""
        return self.data

    def services(self) -> Sequence[Service]:
        """Make the profile's one service."""
        return [Service(profile.SERVICE, [self.data, self.control, self.info])]

    def advertised(self) -> list[tuple[AdvertisingData.Type, bytes]]:
        """Advertise the service, and as much of the name as fits beside it."""
        kinds = AdvertisingData.Type
        return [
            (kinds.COMPLETE_LIST_OF_128_BIT_SERVICE_CLASS_UUIDS, bytes(UUID(profile.SERVICE))),
            (kinds.COMPLETE_LOCAL_NAME, self.traits.name.encode()[:_LONGEST_NAME]),
        ]

    def encode(self, counter: int, ticks: int, acceleration: Array, angular_velocity: Array) -> list[bytes]:
        """Write one packet of counts."""
        wanted = np.concatenate([acceleration / self.scales.m_s2, angular_velocity / self.scales.rad_s], axis=1)
        counts = np.clip(np.rint(wanted), -32768, 32767)
        clipped = bool(np.any(np.abs(wanted) > 32767))  # noqa: PLR2004 - of 16 bits
        header = profile.HEADER.pack(counter % 2**16, len(counts), clipped * profile.CLIPPED, ticks)
        return [header + counts.astype("<i2").tobytes()]

    def _description(self) -> bytes:
        scales = self.scales
        return profile.DESCRIPTION.pack(
            profile.VERSION,
            profile.HAS_GYROSCOPE,
            round(10 * scales.rate_hz),
            scales.counts_per_g,
            scales.counts_per_10_deg_s,
            scales.samples,
        )

    def _command(self, value: bytes) -> None:
        if value == profile.START:
            self.begin()
        elif value == profile.STOP:
            self.end()
