"""A live sensor: found, connected, streaming, lost and found again, until its stream is closed.

Whatever befalls the link, the stream goes on: the same sensor is searched for until it is back, and its samples
continue on the same device time, behind a gap. Tried over a virtual radio only: it has met no real one yet.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Sequence

import msgspec

from teststation import clock
from teststation.model import Placement, Reason
from teststation.sensors.base import Connected, LinkEvent, Lost, Notice, SensorInfo
from teststation.sensors.calibration import Calibration
from teststation.sensors.catalogue import driver_named
from teststation.sensors.device_time import DeviceTime
from teststation.sensors.driver import Driver
from teststation.sensors.radio import Radio, platform_radios
from teststation.sensors.search import RADIO_ERRORS, Found, complaint, search
from teststation.sensors.session import InVain, Session

_BACK_OFF_S = (0.0, 0.5, 1.0, 2.0, 5.0)
"""So long is waited before each attempt after one in vain. A sensor that is away costs nothing: it is listened for."""
_CANCEL_AGAIN_S = 2.0


class Choice(msgspec.Struct, frozen=True):
    """Which sensor is meant; what is None does not matter. An address holds on one computer only, a serial on all."""

    driver: str | None = None
    serial: str | None = None
    address: str | None = None


class LiveSensor:
    """A sensor at the other end of a radio.

    Parameters
    ----------
    choice : which sensor is meant; once one streams, this object keeps to that one
    radios : gives the adapters; asked anew in each search
    now : the clock that arrivals are stamped with
    told : takes the time of a cue; a real person hears it by themselves
    known : gives what was calibrated of a sensor
    """

    def __init__(
        self,
        choice: Choice = Choice(),  # noqa: B008 - frozen
        *,
        radios: Callable[[], Sequence[Radio]] = platform_radios,
        placement: Placement = Placement.LOWER_BACK,
        now: Callable[[], float] = clock.now,
        told: Callable[[float], None] = lambda _: None,
        known: Callable[[SensorInfo], Calibration | None] = lambda _: None,
    ) -> None:
        self._choice = choice
        self._radios = radios
        self._now = now
        self._told = told
        self._calibration_of = known
        driver = driver_named(choice.driver or "")
        self._info = SensorInfo(
            driver=choice.driver or "",
            name="" if driver is None else driver.model,
            serial=choice.serial or choice.address or "",
            nominal_rate_hz=0.0,
            placement=placement,
        )
        self._driver: Driver | None = None
        self._time: DeviceTime | None = None
        self._attempts: Counter[str] = Counter()
        self._refused: set[str] = set()
        self._tell: Callable[[LinkEvent], None] = lambda _: None

    @property
    def info(self) -> SensorInfo:
        """Who the sensor is; fully known once it streams."""
        return self._info

    @property
    def time(self) -> DeviceTime | None:
        """What makes times of its samples: the measured rate and what was lost; None before it streams."""
        return self._time

    def cue(self, at_s: float) -> None:
        """Pass it on: the sensor needs it not, as the samples show what the person does."""
        self._told(at_s)

    async def stream(self) -> AsyncGenerator[LinkEvent, None]:
        """Search, connect and give events until the generator is closed, which disconnects in good order."""
        events: asyncio.Queue[LinkEvent | None] = asyncio.Queue()
        self._tell = events.put_nowait
        self._attempts.clear()
        self._refused.clear()
        keeping = asyncio.create_task(self._keep_up())
        keeping.add_done_callback(lambda _: events.put_nowait(None))
        try:
            while (event := await events.get()) is not None:
                yield event
            await keeping
        finally:
            while not keeping.done():  # again, as a system's Bluetooth library may swallow a cancellation
                keeping.cancel()
                await asyncio.wait([keeping], timeout=_CANCEL_AGAIN_S)

    async def _keep_up(self) -> None:
        """Link after link, for as long as it takes."""
        in_vain, said = 0, ""
        while True:
            await asyncio.sleep(_BACK_OFF_S[min(in_vain, len(_BACK_OFF_S) - 1)])
            address = ""
            try:
                found = await self._search()
                address = found.heard.address
                self._attempts[address] += 1
                reason = await self._session(found).run()
            except InVain as error:
                in_vain += 1
                refused = error.attempts is not None and self._attempts[address] >= error.attempts
                if refused:
                    self._refused.add(address)
                if refused or (error.attempts is None and error.reason.code != said):  # once, not at each attempt
                    said = error.reason.code
                    self._tell(Notice(self._now(), error.reason))
            else:
                self._attempts.clear()
                in_vain, said = 0, ""
                self._tell(Lost(self._now(), reason))

    async def _search(self) -> Found:
        """Listen for the sensor that is meant."""
        try:
            found = await search(self._radios, self._may_be_meant, self._is_meant)
        except RADIO_ERRORS as error:
            raise InVain(Reason("bluetooth_unavailable", {"detail": complaint(error)})) from error
        if len(found) > 1 and self._choice.serial is None:
            chosen = found[0].heard
            self._tell(Notice(self._now(), Reason("sensor_several", {"name": chosen.name, "address": chosen.address})))
        return found[0]

    def _session(self, found: Found) -> Session:
        if not isinstance(self._driver, found.driver):
            self._driver = found.driver()
        driver = self._driver
        serial = self._choice.serial
        return Session(
            found,
            driver,
            is_meant=lambda its: self._is_meant(found) or serial in (None, its),
            begin=lambda its: self._begin(found, driver, its),
            tell=self._tell,
            now=self._now,
        )

    def _begin(self, found: Found, driver: Driver, serial: str | None) -> DeviceTime:
        """Keep to a sensor whose samples come; the times of a first link go on over all that follow."""
        address = found.heard.address
        self._choice = Choice(driver.name, address=address)
        if self._time is None:
            self._time = DeviceTime(driver.timing, driver.nominal_rate_hz)
        self._info = msgspec.structs.replace(
            self._info,
            driver=driver.name,
            name=found.heard.name or driver.model,
            serial=serial or address,
            nominal_rate_hz=driver.nominal_rate_hz,
            counted_times=self._time.is_counted,
        )
        self._info = msgspec.structs.replace(self._info, calibration=self._calibration_of(self._info))
        self._time.connected()
        self._tell(Connected(self._now(), self._info))
        return self._time

    def _may_be_meant(self, found: Found) -> bool:
        choice, address = self._choice, found.heard.address
        if address in self._refused or choice.driver not in (None, found.driver.name):
            return False
        # A serial number is seen only once connected; an address without one leaves no doubt.
        return self._is_meant(found) or choice.serial is not None or choice.address is None

    def _is_meant(self, found: Found) -> bool:
        return self._choice.address == found.heard.address
