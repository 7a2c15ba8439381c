"""TestStation IMU: our own open profile, for any board with an inertial sensor (`docs/sensor-profile.md`).

Never run against hardware: written with its virtual twin, which speaks the same bytes.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING

import msgspec
import numpy as np

from teststation.sensors.driver import Hear, Heard, Malformed, Reading, Timing, notified, read_battery, read_serial

if TYPE_CHECKING:
    from bleak import BleakClient

SERVICE = "7e570000-1b1e-4d5c-9c0f-3a6b5d2e8f10"
DATA = "7e570001-1b1e-4d5c-9c0f-3a6b5d2e8f10"
CONTROL = "7e570002-1b1e-4d5c-9c0f-3a6b5d2e8f10"
INFO = "7e570003-1b1e-4d5c-9c0f-3a6b5d2e8f10"

HEADER = struct.Struct("<HBBI")
"""Packet counter, number of samples, flags, time of the first sample in µs."""
CLIPPED, DROPPED = 0x01, 0x02
"""Flags. Only the second is read, as what is clipped shows in the samples; nothing is made of the button's."""
SAMPLE_BYTES = 12
MOST_SAMPLES = 19
"""What the longest packet on the air holds (MTU 247)."""
DESCRIPTION = struct.Struct("<BBHHHB")
"""Version, features, rate in 0.1 Hz, counts per g, counts per 10 deg/s, samples a packet."""
VERSION = 1
HAS_GYROSCOPE = 0x01
STOP, START = b"\x00", b"\x01"

_GRAVITY_M_S2 = 9.80665
_COUNTERS = np.dtype("<i2")
_RATES_HZ = (20.0, 1000.0)
"""What an analysis can use (CONTRACTS)."""


class Scales(msgspec.Struct, frozen=True):
    """What the device says of itself: its rate, and what a count is worth."""

    rate_hz: float = 100.0
    counts_per_g: int = 2048
    counts_per_10_deg_s: int = 160
    samples: int = 1

    @property
    def m_s2(self) -> float:
        """Metres per second squared in one count."""
        return _GRAVITY_M_S2 / self.counts_per_g

    @property
    def rad_s(self) -> float:
        """Radians per second in one count."""
        return math.radians(10.0) / self.counts_per_10_deg_s


def decode_info(data: bytes) -> Scales:
    """Read what the device says of itself; bytes after the known ones belong to a later version and are ignored."""
    if len(data) < DESCRIPTION.size:
        raise Malformed(f"{len(data)} bytes where the description has {DESCRIPTION.size}")
    version, features, rate, counts_per_g, counts_per_10_deg_s, samples = DESCRIPTION.unpack_from(data)
    if version != VERSION:
        raise Malformed(f"version {version} of the profile is not known")
    if not features & HAS_GYROSCOPE:
        raise Malformed("a sensor without a gyroscope cannot time a test")
    scales = Scales(rate / 10.0, counts_per_g, counts_per_10_deg_s, samples)
    if not (_RATES_HZ[0] <= scales.rate_hz <= _RATES_HZ[1] and counts_per_g and counts_per_10_deg_s):
        raise Malformed(f"a rate of {scales.rate_hz} Hz or scales of {counts_per_g} and {counts_per_10_deg_s} counts")
    return scales


def decode(data: bytes, scales: Scales = Scales()) -> Reading:  # noqa: B008 - frozen
    """Read one notification of the data characteristic."""
    if len(data) < HEADER.size:
        raise Malformed(f"{len(data)} bytes are shorter than a header")
    counter, samples, flags, ticks = HEADER.unpack_from(data)
    if not 1 <= samples <= MOST_SAMPLES or len(data) != HEADER.size + SAMPLE_BYTES * samples:
        raise Malformed(f"{len(data)} bytes for {samples} samples")
    counts = np.frombuffer(data, _COUNTERS, offset=HEADER.size).reshape(samples, 6).astype(np.float64)
    return Reading(
        acceleration=counts[:, :3] * scales.m_s2,
        angular_velocity=counts[:, 3:] * scales.rad_s,
        ticks=ticks,
        counter=counter,
        dropped=bool(flags & DROPPED),
    )


class TestStationImu:
    """One sensor of the profile; its scales are read anew at each start."""

    __test__ = False  # not pytest's

    name = "teststation_imu"
    model = "TestStation IMU"
    service = SERVICE
    timing = Timing(tick_s=1e-6, tick_bits=32, counter_bits=16)

    def __init__(self) -> None:
        self.nominal_rate_hz = Scales().rate_hz

    @staticmethod
    def matches(heard: Heard) -> bool:
        """Tell a sensor of the profile by its service, or by the beginning of its name."""
        return SERVICE in heard.services or heard.name.startswith("TS-")

    async def start(self, client: BleakClient, hear: Hear) -> None:
        """Read the scales, listen, and have it stream."""
        scales = decode_info(bytes(await client.read_gatt_char(INFO)))
        self.nominal_rate_hz = scales.rate_hz
        await client.start_notify(DATA, notified(lambda data: decode(data, scales), hear))
        await client.write_gatt_char(CONTROL, START, response=True)

    async def stop(self, client: BleakClient) -> None:
        """Have it rest, to spare its battery."""
        await client.write_gatt_char(CONTROL, STOP, response=True)

    async def battery(self, client: BleakClient) -> int | None:
        """Read the standard battery service."""
        return await read_battery(client)

    async def serial(self, client: BleakClient) -> str | None:
        """Read the standard device information."""
        return await read_serial(client)
