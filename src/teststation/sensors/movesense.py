"""Movesense with the GATT SensorData firmware (`gatt_sensordata_app`), subscribed to /Meas/IMU6 at 52 Hz.

Sources: the firmware's GATTSensorDataClient.cpp, its Python client, movesense-py. Never run against hardware: written
from those and proven against our own twin. The stock firmware speaks another protocol, for which the maker's closed
library is needed: such a sensor has not the service and is skipped. [unverified]: that a packet holds 4 samples at 52
Hz (the Python client reads 8 at 104 Hz; any number is taken); the byte order of a refusal; how the charge is asked.

52 Hz, because a packet then fits in one notification (MTU 161). At 104 Hz it comes in two parts without a number: where
the end of one packet and the beginning of the next are lost together, the rest would be joined unseen; and the older
firmware has no second part at all.

A packet has all accelerations first and then all rotations; one driver in the field reads them in turns, which its test
with a single sample cannot tell apart. Time stamps are whole milliseconds of a packet's first sample. The period within
a packet is the one that is measured over many, and the stamps themselves are left as they are: what they are off, 0.3
ms in the mean and 1 ms at the most, is nothing beside a moment of movement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from teststation.boundary import clean_name
from teststation.sensors.driver import Hear, Heard, Malformed, Reading, Timing, read_battery, read_serial
from teststation.sensors.floats import measured

if TYPE_CHECKING:
    from bleak import BleakClient
    from bleak.backends.characteristic import BleakGATTCharacteristic

SERVICE = "34802252-7185-4d5d-b431-630e7050e8f0"
WRITE = "34800001-7185-4d5d-b431-630e7050e8f0"
NOTIFY = "34800002-7185-4d5d-b431-630e7050e8f0"
_NAME = "movesense"

RATE_HZ = 52
SUBSCRIBE, UNSUBSCRIBE = 1, 2
ANSWER, DATA, CONTINUED = 1, 2, 3
REFERENCE = 99
"""Names our subscription in what comes back; any number but 0."""
PATH = f"/Meas/IMU6/{RATE_HZ}"

_TIME_BYTES = 4
_SAMPLE_BYTES = 24
_MOST_BYTES = _TIME_BYTES + 32 * _SAMPLE_BYTES
"""More than a packet has at any rate that could be asked for: it sends 13 a second."""
_REFUSED = 400


def decode(packet: bytes) -> Reading:
    """Read a joined packet: u32 ms of the first sample, then all accelerations in m/s², then all rotations in deg/s."""
    count, rest = divmod(len(packet) - _TIME_BYTES, _SAMPLE_BYTES)
    if count < 1 or rest:
        raise Malformed(f"{len(packet)} bytes are a time and no whole number of samples")
    blocks = np.frombuffer(packet, dtype="<f4", offset=_TIME_BYTES)
    with np.errstate(invalid="ignore"):  # a NaN of the signalling kind is refused below like any other
        acceleration, rotation_deg_s = blocks.astype(np.float64).reshape(2, count, 3)
    measured(acceleration, rotation_deg_s)
    return Reading(
        ticks=int.from_bytes(packet[:_TIME_BYTES], "little"),
        acceleration=acceleration,
        angular_velocity=np.radians(rotation_deg_s),
    )


class Parts:
    """Joins the parts that a packet comes in where it is longer than a notification. Holds less than one packet.

    A packet is whole with a whole number of samples. No part is, at the sensor's MTU of 161 or at any host's usual one.
    """

    def __init__(self) -> None:
        self._begun = b""

    def feed(self, data: bytes) -> list[Reading | Malformed]:
        """Take a notification; tell what it completes and what is wrong with it."""
        kind, reference, content = data[:1], data[1:2], data[2:]
        if reference != bytes([REFERENCE]):
            return [Malformed("a message that was not asked for")]
        if kind == bytes([ANSWER]):
            return [] if accepts(content) else [Malformed(f"the subscription is refused: {content.hex(' ')}")]
        told: list[Reading | Malformed] = []
        if kind == bytes([DATA]):
            if self._begun:
                told.append(Malformed(f"a packet that ends after {len(self._begun)} bytes"))
            joined = content
        elif kind == bytes([CONTINUED]) and self._begun:
            joined = self._begun + content
        else:
            return [Malformed("a part of a packet without its beginning")]
        whole = len(joined) > _TIME_BYTES and (len(joined) - _TIME_BYTES) % _SAMPLE_BYTES == 0
        if whole or len(joined) > _MOST_BYTES:
            self._begun = b""
            told.append(_told(joined))
        else:
            self._begun = joined
        return told


def accepts(answer: bytes) -> bool:
    """Tell whether the u16 status of an answer is one of success.

    Sources differ on its byte order, and as many bytes in the wrong order are no status at all.
    """
    status = min(int.from_bytes(answer[:2], "little"), int.from_bytes(answer[:2], "big"))
    return status < _REFUSED


def _told(packet: bytes) -> Reading | Malformed:
    try:
        return decode(packet)
    except Malformed as error:
        return error


class Movesense:
    """One Movesense. It ends the subscription by itself when the link is lost."""

    name = "movesense"
    model = "Movesense (GATT SensorData)"
    service = SERVICE
    nominal_rate_hz = float(RATE_HZ)
    timing = Timing(tick_s=1e-3, tick_bits=32)

    @staticmethod
    def matches(heard: Heard) -> bool:
        """Tell by the service or the name; a stock firmware has the name only, and is found out once connected."""
        return SERVICE in heard.services or heard.name.casefold().startswith(_NAME)

    async def start(self, client: BleakClient, hear: Hear) -> None:
        """Subscribe. Older firmware does not answer, so that nothing is waited for."""
        parts = Parts()

        def told(_: BleakGATTCharacteristic, data: bytearray) -> None:
            for said in parts.feed(bytes(data)):
                hear(said)

        await client.start_notify(NOTIFY, told)
        await client.write_gatt_char(WRITE, bytes([SUBSCRIBE, REFERENCE]) + PATH.encode(), response=True)

    async def stop(self, client: BleakClient) -> None:
        """End the subscription."""
        await client.write_gatt_char(WRITE, bytes([UNSUBSCRIBE, REFERENCE]), response=True)

    async def battery(self, client: BleakClient) -> int | None:
        """Read the charge where the firmware has the service of the Bluetooth SIG."""
        return await read_battery(client)

    async def serial(self, client: BleakClient) -> str | None:
        """Read the serial number, which is also the end of the name."""
        return await read_serial(client) or clean_name(client.name)[len(_NAME) :].strip() or None
