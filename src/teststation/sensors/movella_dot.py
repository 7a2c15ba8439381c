"""Movella (Xsens) DOT, streamed as rate quantities at 60 Hz.

Source: Xsens DOT BLE Services Specifications, XD0506P revision F (2021). Never run against hardware: written from that
document and proven against our own twin. [unverified]: firmware 3.x; that the µs clock starts with the sensor and wraps
after 71.6 min; which way the axes point on a belt (not assumed: `signals.orientation` finds out).

The DOT integrates at 800 Hz and sends means over the interval before each time stamp (user manual XD0502P, 3.1), so
that a sample's moment is half an interval, 8 ms, before its stamp, alike for all samples: durations do not feel it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import numpy as np

from teststation.boundary import clean_name
from teststation.sensors.driver import Hear, Heard, Malformed, Reading, Timing, notified
from teststation.sensors.floats import measured

if TYPE_CHECKING:
    from bleak import BleakClient

_BASE = "1517{:04x}-4947-11e9-8646-d663bd873d93"
CONFIGURATION = _BASE.format(0x1000)
DEVICE_INFO = _BASE.format(0x1001)
DEVICE_CONTROL = _BASE.format(0x1002)
MEASUREMENT = _BASE.format(0x2000)
MEASUREMENT_CONTROL = _BASE.format(0x2001)
MEDIUM_PAYLOAD = _BASE.format(0x2003)
BATTERY_SERVICE = _BASE.format(0x3000)
BATTERY = _BASE.format(0x3001)

COMPANY = 0x0886
_NAMES = ("xsens dot", "movella dot")

RATE_QUANTITIES = 0x15
START = bytes([1, 1, RATE_QUANTITIES])
STOP = bytes([1, 0, RATE_QUANTITIES])

RATE_HZ = 60
"""The highest that the DOT streams; 120 Hz is for recording on the sensor only."""
VISIT_RATE = 0x10
_RATE_AT = 24
_CONTROL_BYTES = 32

_SERIAL = slice(20, 28)

SAMPLE = struct.Struct("<I6f")
"""µs, acceleration in m/s², rotation in deg/s (tables 15 and 17)."""


def decode(data: bytes) -> Reading:
    """Read a notification of the medium payload: one sample, then zeros up to a length that is not laid down."""
    if len(data) < SAMPLE.size:
        raise Malformed(f"{len(data)} bytes where rate quantities have {SAMPLE.size}")
    ticks, *values = SAMPLE.unpack_from(data)
    acceleration = np.array([values[:3]])
    rotation_deg_s = np.array([values[3:]])
    measured(acceleration, rotation_deg_s)
    return Reading(
        ticks=ticks,
        acceleration=acceleration,
        angular_velocity=np.radians(rotation_deg_s),
    )


def with_rate(control: bytes) -> bytes:
    """Write what sets the output rate and leaves the rest of the device's settings as they are."""
    if len(control) != _CONTROL_BYTES:
        raise Malformed(f"{len(control)} bytes of settings where a DOT has {_CONTROL_BYTES}")
    changed = bytearray(control)
    changed[0] = VISIT_RATE
    changed[_RATE_AT : _RATE_AT + 2] = RATE_HZ.to_bytes(2, "little")
    return bytes(changed)


class MovellaDot:
    """One DOT."""

    name = "movella_dot"
    model = "Movella DOT"
    service = MEASUREMENT
    nominal_rate_hz = float(RATE_HZ)
    timing = Timing(tick_s=1e-6, tick_bits=32)

    @staticmethod
    def matches(heard: Heard) -> bool:
        """Tell by the maker's number or the name; the service is not advertised."""
        return COMPANY in heard.manufacturers or heard.name.casefold().startswith(_NAMES)

    async def start(self, client: BleakClient, hear: Hear) -> None:
        """Set the rate, which a measuring DOT would refuse, and begin."""
        if (await client.read_gatt_char(MEASUREMENT_CONTROL))[1:2] == b"\x01":
            await client.write_gatt_char(MEASUREMENT_CONTROL, STOP, response=True)
        settings = bytes(await client.read_gatt_char(DEVICE_CONTROL))
        await client.write_gatt_char(DEVICE_CONTROL, with_rate(settings), response=True)
        await client.start_notify(MEDIUM_PAYLOAD, notified(decode, hear))
        await client.write_gatt_char(MEASUREMENT_CONTROL, START, response=True)

    async def stop(self, client: BleakClient) -> None:
        """End the measurement; the DOT stays on, and goes to sleep by itself."""
        await client.write_gatt_char(MEASUREMENT_CONTROL, STOP, response=True)

    async def battery(self, client: BleakClient) -> int | None:
        """Read the charge from the DOT's own service."""
        if client.services.get_characteristic(BATTERY) is None:
            return None
        level = await client.read_gatt_char(BATTERY)
        return level[0] if level and level[0] <= 100 else None  # noqa: PLR2004 - per cent

    async def serial(self, client: BleakClient) -> str | None:
        """Read the serial number, u64, which the case shows in hexadecimal digits [unverified]."""
        if client.services.get_characteristic(DEVICE_INFO) is None:
            return None
        number = bytes(await client.read_gatt_char(DEVICE_INFO))[_SERIAL]
        return clean_name(f"{int.from_bytes(number, 'little'):X}") if any(number) else None
