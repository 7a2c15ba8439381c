"""What every Bluetooth sensor's file offers: a pure decode of its bytes, and a thin driver that starts and stops it.

A driver knows one maker's protocol and nothing of time on the host, of loss or of a radio that fails: it says what each
notification said, on the device's own counters. `device_time` makes times of that, `link` keeps the link.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from teststation.boundary import clean_name

if TYPE_CHECKING:
    from bleak import BleakClient
    from bleak.backends.characteristic import BleakGATTCharacteristic

BATTERY_LEVEL = "00002a19-0000-1000-8000-00805f9b34fb"
SERIAL_NUMBER = "00002a25-0000-1000-8000-00805f9b34fb"
"""Characteristics that the Bluetooth SIG has assigned: u8 per cent, and text."""


class Malformed(ValueError):  # noqa: N818 - what the bytes are, as a reader says it
    """Bytes that are no packet of the sensor that sent them; the message is a sentence."""


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """An advertisement: who says to be there. `name` holds nothing that could harm a screen.

    Parameters
    ----------
    services : lower-case UUIDs of 128 bits
    manufacturers : what is said under each company's number
    """

    address: str
    name: str = ""
    services: tuple[str, ...] = ()
    manufacturers: dict[int, bytes] = {}
    rssi_dbm: int | None = None


class Timing(msgspec.Struct, frozen=True, kw_only=True):
    """How a device tells the time and counts its packets; 0 bits where it does neither.

    Parameters
    ----------
    tick_s : seconds of one tick of the device's clock
    tick_bits : the clock begins anew after 2 to the power of this many ticks
    counter_bits : the same of the counter, which is one higher in each packet
    """

    tick_s: float = 1.0
    tick_bits: int = 0
    counter_bits: int = 0


class Reading(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """What one notification said, on the device's own counters.

    Parameters
    ----------
    acceleration : (n, 3) m/s², gravity included, n ≥ 1
    angular_velocity : (n, 3) rad/s
    ticks : of the first sample, as sent; None where the device has no clock
    counter : of the packet, as sent; None where the device has none
    period_s : between the samples of the packet where the device says so; otherwise it is measured
    dropped : the device could not send all that came before, whatever its counter says
    """

    acceleration: NDArray[np.float64]
    angular_velocity: NDArray[np.float64]
    ticks: int | None = None
    counter: int | None = None
    period_s: float | None = None
    dropped: bool = False


Hear = Callable[[Reading | Malformed], None]
"""Called in the link's loop with what each notification said; it never waits."""


class Driver(Protocol):
    """One kind of sensor. An object serves one sensor, and may be started again after each loss of the link.

    Parameters
    ----------
    name : code of the driver, as it is kept with a trial and a calibration
    model : maker and model as people know them
    service : UUID that the device must have once connected; without it the device is skipped
    """

    name: str
    model: str
    service: str

    @property
    def nominal_rate_hz(self) -> float:
        """What the sensor promises; to be read after `start`, which may have learnt it from the device."""
        ...

    @property
    def timing(self) -> Timing:
        """How the device tells the time; to be read after `start`."""
        ...

    @staticmethod
    def matches(heard: Heard) -> bool:
        """Tell whether an advertisement claims to be such a sensor, by service, company or name."""
        ...

    async def start(self, client: BleakClient, hear: Hear) -> None:
        """Have a connected sensor stream.

        Raises
        ------
        BleakError
            The link failed, or a characteristic is missing (another firmware).
        Malformed
            The sensor describes itself in a way that is not understood.
        """
        ...

    async def stop(self, client: BleakClient) -> None:
        """Ask a sensor that streams to stop; the link is taken down after it."""
        ...

    async def battery(self, client: BleakClient) -> int | None:
        """Read the charge in per cent; None where the sensor does not say."""
        ...

    async def serial(self, client: BleakClient) -> str | None:
        """Read what tells this sensor from another of its kind; None where it has nothing but its address."""
        ...


def notified(decode: Callable[[bytes], Reading], hear: Hear) -> Callable[[BleakGATTCharacteristic, bytearray], None]:
    """Make a decode what bleak calls with a notification; bytes that are no packet are told, never raised there."""

    def told(_: BleakGATTCharacteristic, data: bytearray) -> None:
        try:
            said: Reading | Malformed = decode(bytes(data))
        except Malformed as error:
            said = error
        hear(said)

    return told


async def read_battery(client: BleakClient) -> int | None:
    """Read the battery service of the Bluetooth SIG, where the sensor has it."""
    if client.services.get_characteristic(BATTERY_LEVEL) is None:
        return None
    level = await client.read_gatt_char(BATTERY_LEVEL)
    return level[0] if len(level) == 1 and level[0] <= 100 else None  # noqa: PLR2004 - per cent


async def read_serial(client: BleakClient) -> str | None:
    """Read the serial number of the Bluetooth SIG's device information, where the sensor has it."""
    if client.services.get_characteristic(SERIAL_NUMBER) is None:
        return None
    return clean_name(bytes(await client.read_gatt_char(SERIAL_NUMBER)).decode("utf-8", "replace")) or None
