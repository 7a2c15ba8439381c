"""WitMotion's Bluetooth sensors with the 0x55 0x61 protocol: WT9011DCL-BT50, WT901BLE, BWT901BLECL5.0.

Sources: the maker's programs (WITMOTION/WitBluetooth_BWT901BLE5_0), its data sheets (WT901BLECL, WT9011DCL-BT5.0), the
protocol text of the WT901SDCL-BT50, and pd-witsensor for the time stamps. Never run against hardware: written from
those and proven against our own twin. [unverified]: the time stamps, register 0x96 = 2, of which one owner says that
they jump (WitBluetooth_BWT901BLE5_0#6); how long a pause a command needs; whether the rate set is the rate that comes:
one owner measured 70 Hz where 100 were set (WitStandardProtocol_JY901#14), so that only a measured rate is believed.

A frame has no checksum and no counter. Where the time stamps of the first second are those of a clock, samples are
timed by them. Otherwise the sensor is asked for its plain frames and the samples are counted: see `counted_time` for
what that can know and what it cannot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from teststation.sensors.driver import Hear, Heard, Malformed, Reading, Timing, read_serial

if TYPE_CHECKING:
    from bleak import BleakClient

SERVICE = "0000ffe5-0000-1000-8000-00805f9a34fb"
"""Not on the base of the Bluetooth SIG, which ends in 9b34fb: the maker's own slip."""
NOTIFY = "0000ffe4-0000-1000-8000-00805f9a34fb"
WRITE = "0000ffe9-0000-1000-8000-00805f9a34fb"
_NAME = "WT"

RATE_HZ = 100.0

UNLOCK = bytes([0xFF, 0xAA, 0x69, 0x88, 0xB5])
RATE, RATE_100_HZ = 0x03, 0x09
BANDWIDTH, WIDE = 0x1F, 0x03
"""98 Hz by one of the maker's texts and 42 Hz by another; both keep what a moving person does."""
CONTENT, ANGLES, STAMPED = 0x96, 0x00, 0x02
VOLTAGE = 0x64
_READ = 0x27

SAMPLE, REGISTERS = b"\x55\x61", b"\x55\x71"
FRAME_BYTES = 20
DATED_BYTES = 28
"""Some models add the date to each frame."""

_M_S2 = 16 * 9.80665 / 32768
_RAD_S = np.radians(2000.0) / 32768

_PAUSE_S = 0.1
"""Between commands, as in the maker's programs."""
_LOOK_S = 1.0
_FEWEST_FRAMES = 5
_MOST_OFF_S = 0.25
"""Between a time by the stamps and by the arrivals, some of which the radio holds up by 0.1 s or so."""
_MOST_OVERTAKEN = 3
_SAME_RATE = 0.1
_ANSWER_S = 1.0

CHARGE = (
    *((396, 100), (393, 90), (387, 75), (382, 60), (379, 50), (377, 40)),
    *((373, 30), (370, 20), (368, 15), (350, 10), (340, 5)),
)
"""Hundredths of a volt from which the battery has so many per cent."""


Look = tuple[bytes, float]
"""A frame with a time stamp, and its arrival."""


def command(register: int, value: int) -> bytes:
    """Write what sets a register."""
    return bytes([0xFF, 0xAA, register]) + value.to_bytes(2, "little")


def question(register: int) -> bytes:
    """Write what asks for eight registers, from one on."""
    return bytes([0xFF, 0xAA, _READ, register, 0x00])


def decode(frame: bytes, *, stamped: bool = False) -> Reading:
    """Read a frame of acceleration and rotation; of the angles behind them nothing, or a time in ms in their stead.

    Parameters
    ----------
    stamped : the sensor sends u32 ms in the place of roll and pitch
    """
    if len(frame) < FRAME_BYTES or not frame.startswith(SAMPLE):
        raise Malformed(f"{len(frame)} bytes that are no frame of a sample")
    raw = np.frombuffer(frame, dtype="<i2", count=6, offset=2).astype(np.float64).reshape(1, 2, 3)
    return Reading(
        ticks=_stamp(frame) if stamped else None,
        acceleration=raw[:, 0] * _M_S2,
        angular_velocity=raw[:, 1] * _RAD_S,
    )


def _stamp(frame: bytes) -> int:
    return int.from_bytes(frame[14:18], "little")


def registers(frame: bytes) -> tuple[int, tuple[int, ...]]:
    """Read an answer: the first register's number, and the values of eight."""
    if len(frame) < FRAME_BYTES or not frame.startswith(REGISTERS):
        raise Malformed(f"{len(frame)} bytes that are no answer of registers")
    first, *values = np.frombuffer(frame, dtype="<i2", count=9, offset=2).tolist()
    return first, tuple(values)


def charge(voltage: int) -> int:
    """Give the battery's per cent by its voltage in hundredths of a volt, as the maker's table does."""
    return next((percent for volts, percent in CHARGE if voltage >= volts), 0)


def tells_time(looks: Sequence[Look]) -> bool:
    """Tell whether the stamps of some frames are those of a clock: as fast as the host's, and no two samples at a time.

    What the radio may do to frames, to bring one twice or a little out of order, speaks against no clock. Angles in the
    place of the stamps, as of a firmware that does not know the setting, are none.
    """
    first, first_s = looks[0]
    since_ms = [(_stamp(frame) - _stamp(first) + 2**31) % 2**32 - 2**31 for frame, _ in looks]
    if any(
        abs(ms / 1e3 - (arrival_s - first_s)) > _MOST_OFF_S for ms, (_, arrival_s) in zip(since_ms, looks, strict=True)
    ):
        return False
    of_stamp: dict[int, bytes] = {}
    if any(of_stamp.setdefault(ms, frame) != frame for ms, (frame, _) in zip(since_ms, looks, strict=True)):
        return False
    place = {ms: number for number, ms in enumerate(sorted(of_stamp))}
    return all(abs(place[ms] - number) <= _MOST_OVERTAKEN for number, ms in enumerate(of_stamp))


def rate_of(arrivals_s: Sequence[float]) -> float:
    """Give the rate that was set, unless the arrivals of a second show that another one came instead."""
    rate_hz = (len(arrivals_s) - 1) / max(arrivals_s[-1] - arrivals_s[0], 0.5 * _LOOK_S)
    return RATE_HZ if abs(rate_hz / RATE_HZ - 1.0) < _SAME_RATE else round(rate_hz, 1)


class Frames:
    """Finds the frames in what notifications bring, however they are cut. Holds less than one frame.

    A header's two bytes also turn up inside of frames. So a header counts where a frame's length behind it there is the
    next one, or the end of what came; a notification that holds whole frames is taken at once.
    """

    def __init__(self) -> None:
        self._rest = b""
        self._after_frame = True

    def feed(self, data: bytes) -> list[bytes | Malformed]:
        """Take a notification; give the frames that it completes, and say of bytes that belong to none."""
        data, self._rest = self._rest + data, b""
        told: list[bytes | Malformed] = []
        at = passed = 0
        while at < len(data):
            if not _headed(data[at : at + 2]):
                at += 1
                continue
            length = _frame_length(data[at:])
            if length is None:
                break
            if length == 0:
                at += 1
                continue
            told += self._stray(at - passed)
            told.append(data[at : at + FRAME_BYTES])
            at += length
            passed = at
            self._after_frame = True
        told += self._stray(at - passed)
        self._rest = data[at:]
        return told

    def _stray(self, count: int) -> list[bytes | Malformed]:
        """Pass over bytes without a header; the date behind a frame is one of a model's ways."""
        date = self._after_frame and count == DATED_BYTES - FRAME_BYTES
        if count:
            self._after_frame = False
        return [] if date or not count else [Malformed(f"{count} bytes that belong to no frame")]


def _headed(data: bytes) -> bool:
    """Tell whether data begins with a header, or with as much of one as there is."""
    return data[:2] in {SAMPLE, REGISTERS, SAMPLE[:1]}


def _frame_length(data: bytes) -> int | None:
    """Tell how long the frame at the beginning is: 0 for none, None where only the next notification will show it."""
    for length in (FRAME_BYTES, DATED_BYTES):
        if len(data) < length:
            return None
        if len(data) == length or _headed(data[length : length + 2]):
            return length
    return 0


class WitMotion:
    """One sensor. What its first second showed of the time stamps holds when the link comes back.

    Nothing is saved on the sensor: switched off and on, it is as its owner left it.
    """

    name = "witmotion"
    model = "WitMotion (0x55 0x61)"
    service = SERVICE

    def __init__(self) -> None:
        self.nominal_rate_hz = RATE_HZ
        self._stamped: bool | None = None
        self._looks: list[Look] | None = None
        self._frames = Frames()
        self._answers: dict[int, asyncio.Future[tuple[int, ...]]] = {}

    @property
    def timing(self) -> Timing:
        """Milliseconds where the sensor stamps its frames; nothing where it does not."""
        return Timing(tick_s=1e-3, tick_bits=32) if self._stamped else Timing()

    @staticmethod
    def matches(heard: Heard) -> bool:
        """Tell by the service or the name."""
        return SERVICE in heard.services or heard.name.startswith(_NAME)

    async def start(self, client: BleakClient, hear: Hear) -> None:
        """Set rate, bandwidth and content; see from the first second of all whether the time stamps can be believed."""
        self._frames = Frames()
        stamped = self._stamped is not False
        await self._set(client, UNLOCK)
        await self._set(client, command(RATE, RATE_100_HZ))
        await self._set(client, command(BANDWIDTH, WIDE))
        await self._set(client, command(CONTENT, STAMPED if stamped else ANGLES))
        looks = self._looks = [] if self._stamped is None else None
        await client.start_notify(NOTIFY, lambda _, data: self._notified(bytes(data), hear))
        if looks is None:
            return
        await asyncio.sleep(_LOOK_S)
        self._looks = None
        if len(looks) < _FEWEST_FRAMES:
            raise TimeoutError(f"{len(looks)} frames within a second")
        self.nominal_rate_hz = rate_of([arrival_s for _, arrival_s in looks])
        self._stamped = tells_time(looks)
        if not self._stamped:
            await self._set(client, UNLOCK)
            await self._set(client, command(CONTENT, ANGLES))

    async def stop(self, client: BleakClient) -> None:
        """Stop listening: there is no command to stop sending."""
        await client.stop_notify(NOTIFY)

    async def battery(self, client: BleakClient) -> int | None:
        """Ask for the voltage, and give the charge of the maker's table; None where no answer comes."""
        answer = self._answers[VOLTAGE] = asyncio.get_running_loop().create_future()
        await client.write_gatt_char(WRITE, question(VOLTAGE))
        try:
            return charge((await asyncio.wait_for(answer, _ANSWER_S))[0])
        except TimeoutError:
            return None
        finally:
            self._answers.pop(VOLTAGE, None)

    async def serial(self, client: BleakClient) -> str | None:
        """Read the serial number where a model has one; most have only their address."""
        return await read_serial(client)

    async def _set(self, client: BleakClient, words: bytes) -> None:
        await client.write_gatt_char(WRITE, words)
        await asyncio.sleep(_PAUSE_S)

    def _notified(self, data: bytes, hear: Hear) -> None:
        for said in self._frames.feed(data):
            if isinstance(said, Malformed):
                hear(said)
            elif said.startswith(REGISTERS):
                first, values = registers(said)
                if (answer := self._answers.get(first)) is not None and not answer.done():
                    answer.set_result(values)
            else:
                reading = decode(said, stamped=self._stamped is not False)
                if self._looks is not None:
                    self._looks.append((said, asyncio.get_running_loop().time()))
                hear(reading)
