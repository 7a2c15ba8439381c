"""One link to a sensor, from its making to its end.

The link's own word that it is up is worth little: where a sensor goes out of range the system says so seconds later, if
at all. So silence is measured here, by what arrives.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable

from bleak import BleakClient
from bleak.exc import BleakCharacteristicNotFoundError

from teststation.model import Reason
from teststation.sensors.base import Battery, LinkEvent, Silent
from teststation.sensors.device_time import DeviceTime
from teststation.sensors.driver import Driver, Malformed, Reading
from teststation.sensors.search import RADIO_ERRORS, Found

_log = logging.getLogger(__name__)

SILENT_AFTER_S = 0.5
LOST_AFTER_S = 3.0
"""After so long a silence the link is taken down and made anew: some systems never say that it is dead."""
BATTERY_EVERY_S = 60.0
CONNECT_S = 15.0
"""An attempt to connect may take so long, and twice as long until samples come: Windows is slow on a bad day."""
DISCONNECT_S = 2.0
"""Stopping and disconnecting may take so long each, which is within what the acquisition thread waits at its end."""
PROOF = 3
"""So many packets in a row that can be read prove a stream: single ones turn up in any nonsense."""
NONSENSE = 20
"""So many in a row that cannot be: this is another device, or other firmware."""
TWICE = 2
"""A service or characteristic is missing when it was missed so often: systems forget some on a bad link."""

_TICK_S = 0.01


class InVain(Exception):  # noqa: N818 - said of an attempt
    """No stream came of an attempt.

    Parameters
    ----------
    attempts : after so many there is no hope in another; None where there always is
    """

    def __init__(self, reason: Reason, attempts: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.attempts = attempts


class Session:
    """One link, from its making to its end.

    Parameters
    ----------
    found : the sensor
    driver : speaks its protocol
    is_meant : tells by its serial number, or the lack of one, whether it is the one that is meant
    begin : called with the serial number once samples come; gives what makes times of them
    tell : takes what befalls the link
    now : the clock that arrivals are stamped with
    """

    def __init__(
        self,
        found: Found,
        driver: Driver,
        *,
        is_meant: Callable[[str | None], bool],
        begin: Callable[[str | None], DeviceTime],
        tell: Callable[[LinkEvent], None],
        now: Callable[[], float],
    ) -> None:
        self._found = found
        self._driver = driver
        self._is_meant = is_meant
        self._begin = begin
        self._tell = tell
        self._now = now
        self._over = asyncio.Event()
        self._streams = asyncio.Event()
        self._serial: str | None = None
        self._early: list[tuple[Reading | Malformed, float]] | None = []
        self._proof: list[tuple[Reading, float]] = []
        self._time: DeviceTime | None = None
        self._nonsense = 0
        self._heard_s = 0.0
        self._silent = False

    async def run(self) -> Reason:
        """Connect, stream and watch; say why the link ended. Leaves in good order, also where it is cancelled.

        Raises
        ------
        InVain
            No sample ever came.
        """
        device, radio = self._found.device, self._found.radio
        client = BleakClient(device, lambda _: self._over.set(), timeout=CONNECT_S, **radio.client)
        battery: asyncio.Task[None] | None = None
        try:
            async with asyncio.timeout(2.0 * CONNECT_S):
                await self._start(client)
            battery = asyncio.create_task(self._report_battery(client))
            return await self._watch()
        except RADIO_ERRORS as error:
            _log.info("no link to %s: %r", device.address, error)
            if sum(isinstance(said, Malformed) for said, _ in self._early or ()) >= NONSENSE:
                raise self._in_vain("sensor_nonsense", 1) from error
            raise self._in_vain("sensor_not_connected") from error
        finally:
            if battery is not None:
                battery.cancel()
            await self._leave(client)

    async def _start(self, client: BleakClient) -> None:
        """Have it stream, once it is known to be the one that is meant, and to be what it says."""
        await client.connect()
        if client.services.get_service(self._driver.service) is None:
            raise self._in_vain("sensor_without_service", TWICE)
        self._serial = await self._driver.serial(client)
        if not self._is_meant(self._serial):
            raise self._in_vain("sensor_other", 1)
        try:
            await self._driver.start(client, self._hear)
        except (Malformed, BleakCharacteristicNotFoundError) as error:
            _log.warning("%s is not understood: %s", self._found.device.address, error)
            raise self._in_vain("sensor_firmware", TWICE) from error
        self._heard_s = _loop_s()
        early, self._early = self._early or [], None
        for said, arrival_s in early:
            self._take(said, arrival_s)

    async def _watch(self) -> Reason:
        """Wait for the end of the link, or for a silence that is as good as its end."""
        while not self._over.is_set() and (silence_s := _loop_s() - self._heard_s) < LOST_AFTER_S:
            if silence_s >= SILENT_AFTER_S and not self._silent:
                self._fall_silent()
            until_s = LOST_AFTER_S if self._silent else SILENT_AFTER_S
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._over.wait(), until_s - silence_s + _TICK_S)
        if self._time is None:
            if self._nonsense >= NONSENSE:
                raise self._in_vain("sensor_nonsense", 1)
            raise self._in_vain("sensor_mute")
        self._give_held()
        code = "link_closed" if self._over.is_set() else "link_silent"
        return Reason(code, {"seconds": round(_loop_s() - self._heard_s, 1)})

    async def _leave(self, client: BleakClient) -> None:
        """Stop the stream and disconnect: a sensor that is left connected cannot be found again, by anyone."""
        with contextlib.suppress(*RADIO_ERRORS):
            async with asyncio.timeout(DISCONNECT_S):
                if client.is_connected and not self._silent:  # one that is silent would not answer
                    await self._driver.stop(client)
        with contextlib.suppress(*RADIO_ERRORS):
            async with asyncio.timeout(DISCONNECT_S):
                await client.disconnect()

    async def _report_battery(self, client: BleakClient) -> None:
        await self._streams.wait()
        while True:
            with contextlib.suppress(*RADIO_ERRORS):
                percent = await self._driver.battery(client)
                if percent is not None:
                    self._tell(Battery(self._now(), percent))
            await asyncio.sleep(BATTERY_EVERY_S)

    # What arrives

    def _hear(self, said: Reading | Malformed) -> None:
        arrival_s = self._now()
        if self._early is None:
            self._take(said, arrival_s)
        else:  # until the driver has begun, it is not known how the sensor tells the time
            self._early.append((said, arrival_s))

    def _take(self, said: Reading | Malformed, arrival_s: float) -> None:
        if isinstance(said, Malformed):
            _log.debug("nonsense from %s: %s", self._found.device.address, said)
            self._nonsense += 1
            self._proof.clear()
            if self._nonsense >= NONSENSE:
                self._over.set()
            return
        self._nonsense = 0
        self._heard_s = _loop_s()
        self._silent = False
        if self._time is not None:
            self._give(said, arrival_s)
            return
        self._proof.append((said, arrival_s))
        if len(self._proof) >= PROOF:
            self._time = self._begin(self._serial)
            self._streams.set()
            for reading, its_arrival_s in self._proof:
                self._give(reading, its_arrival_s)

    def _give(self, reading: Reading, arrival_s: float) -> None:
        assert self._time is not None
        for event in self._time.take(reading, arrival_s):
            self._tell(event)

    def _give_held(self) -> None:
        for event in self._time.flush() if self._time is not None else ():
            self._tell(event)

    def _fall_silent(self) -> None:
        self._silent = True
        if self._time is not None:
            self._give_held()
            self._tell(Silent(self._now()))

    def _in_vain(self, code: str, attempts: int | None = None) -> InVain:
        heard = self._found.heard
        params = {"name": heard.name or heard.address, "address": heard.address, "model": self._driver.model}
        return InVain(Reason(code, params), attempts)


def _loop_s() -> float:
    return asyncio.get_running_loop().time()
