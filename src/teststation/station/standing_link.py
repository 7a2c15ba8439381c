"""The station's one sensor: sought from the start, kept connected through the day, and lent to each trial.

A trial takes it for any other sensor. What it gets first is what came in the last seconds, so that its recording can
begin before the arming; when the trial lets go, the link stays up. It lives in a thread and loop of its own.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager, suppress

import msgspec

from teststation import clock
from teststation.model import Reason, TeststationError
from teststation.sensors.base import (
    Battery,
    Connected,
    Gap,
    LinkEvent,
    Lost,
    Notice,
    Packet,
    Sensor,
    SensorInfo,
    Silent,
)
from teststation.sensors.calibration import Calibration
from teststation.sensors.profiles import Profile
from teststation.settings import ChosenSensor
from teststation.station.capture import PRE_BUFFER_S
from teststation.station.checking import Checking
from teststation.station.reception import Reception
from teststation.station.sensor_look import Finder, Found, SensorLook
from teststation.station.states import Link

_log = logging.getLogger(__name__)

ALONE_S = 3.0
"""A sensor is taken without asking where no other has been heard for so long."""
RETRY_S = 5.0
_CLOSE_WITHIN_S = 7.0
"""A sensor is asked to stop and then left, and may take three seconds for each (session.py)."""


class StandingLink:
    """A sensor that is kept connected, whoever listens.

    Parameters
    ----------
    finder : finds sensors and connects to one
    chosen : the sensor that was used last, or None
    keep : called with a sensor once it is connected, so that it is known the next time
    now : the station's clock
    known : gives what was calibrated of a sensor
    models : what each model of sensor can measure, by the code of its driver
    """

    def __init__(
        self,
        finder: Finder,
        chosen: ChosenSensor | None = None,
        keep: Callable[[ChosenSensor], None] = lambda _: None,
        now: Callable[[], float] = clock.now,
        *,
        known: Callable[[SensorInfo], Calibration | None] = lambda _: None,
        models: Mapping[str, Profile] | None = None,
    ) -> None:
        self._finder = finder
        self._keep = keep
        self._known = chosen
        self._now = now
        self._calibration_of = known
        self._models = models or {}
        self._lock = threading.Lock()
        self._look = SensorLook(chosen=chosen)
        self._reception = Reception(link=Link.CONNECTING)
        self._recent: deque[Packet | Gap] = deque()
        self._listeners: list[Callable[[LinkEvent], None]] = []
        self._sensor: Sensor | None = None
        self._asking = False
        self._alone_since: tuple[str, float] | None = None
        self._in_vain: set[str] = set()
        self._checking = Checking()
        self._closing = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn: asyncio.Task[None] | None = None
        self._searching = False
        self._thread = threading.Thread(target=lambda: asyncio.run(self._attend()), name="sensor", daemon=True)

    # What the screens ask for

    def open(self) -> None:
        """Begin to look for the sensor."""
        self._thread.start()

    def close(self) -> None:
        """Disconnect in good order."""
        self._closing.set()
        self._turn_over()
        if self._thread.ident is not None:
            self._thread.join(_CLOSE_WITHIN_S)

    def look(self) -> SensorLook:
        """Give how the sensor is."""
        with self._lock:
            reception = self._reception
            return msgspec.structs.replace(
                self._look,
                link=reception.link,
                info=reception.info,
                battery=reception.battery,
                check=self._checking.check,
            )

    def ask(self) -> None:
        """Look for all sensors within reach, and take none until `choose` or `settle`."""
        with self._lock:
            self._asking = True
            self._in_vain.clear()
        self._turn_over()

    def settle(self) -> None:
        """Go on with the sensor that was chosen before."""
        with self._lock:
            self._asking = False

    def choose(self, found: Found) -> None:
        """Use this sensor from now on."""
        chosen = ChosenSensor(driver=found.driver, serial=found.serial, address=found.address, name=found.name)
        with self._lock:
            self._asking = False
            self._look = msgspec.structs.replace(self._look, chosen=chosen)
        self._turn_over()

    def check_again(self) -> None:
        """Do the routine check anew, for the next visit."""
        with self._lock:
            self._checking = Checking(self._now(), self._now())

    def calibrated(self, calibration: Calibration) -> None:
        """Take note of what was just measured of the sensor, and check it anew by that."""
        with self._lock:
            info = self._reception.info
            if info is not None and (info.driver, info.serial) == (calibration.driver, calibration.serial):
                info = msgspec.structs.replace(info, calibration=calibration)
                self._reception = msgspec.structs.replace(self._reception, info=info)
        self.check_again()

    # As a sensor, to a trial

    @property
    def info(self) -> SensorInfo:
        """Who the sensor is, or was; one that was never connected has only the name that it was chosen by."""
        look = self.look()
        chosen = look.chosen or ChosenSensor(driver="", serial="", address="", name="")
        return look.info or SensorInfo(
            driver=chosen.driver, name=chosen.name, serial=chosen.serial, nominal_rate_hz=float("nan")
        )

    async def stream(self) -> AsyncGenerator[LinkEvent, None]:
        """Give the last seconds, and then what comes; closing it leaves the link as it is."""
        with self._listening() as events:
            while True:
                yield await events.get()

    def cue(self, at_s: float) -> None:
        """Pass on when the person was told to go."""
        if self._sensor is not None:
            self._sensor.cue(at_s)

    @contextmanager
    def _listening(self) -> Iterator[asyncio.Queue[LinkEvent]]:
        events: asyncio.Queue[LinkEvent] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def tell(event: LinkEvent) -> None:
            with suppress(RuntimeError):  # the listener's loop has ended
                loop.call_soon_threadsafe(events.put_nowait, event)

        with self._lock:
            for event in self._until_now():
                events.put_nowait(event)
            self._listeners.append(tell)
        try:
            yield events
        finally:
            with self._lock:
                self._listeners.remove(tell)

    def _until_now(self) -> Iterator[LinkEvent]:
        reception, now_s = self._reception, self._now()
        if reception.info is None:
            return
        yield Connected(now_s, reception.info)
        yield from self._recent
        if reception.battery is not None:
            yield Battery(now_s, reception.battery)
        if reception.link is Link.SILENT:
            yield Silent(now_s)
        elif reception.link is not Link.STREAMING:
            yield Lost(now_s)

    # The thread of the sensor

    async def _attend(self) -> None:
        self._loop = asyncio.get_running_loop()
        while not self._closing.is_set():
            self._turn = self._loop.create_task(self._take_turn())
            if self._closing.is_set():  # meanwhile, when there was nothing to cancel yet
                return
            await asyncio.wait({self._turn})

    def _turn_over(self) -> None:
        """Leave the sensor, and begin with the search again."""
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(self._leave)

    def _leave(self) -> None:
        """Break the turn off; but not a search, which sees by itself what was chosen: a scanner is best not cut off."""
        if self._turn is not None and (self._closing.is_set() or not self._searching):
            self._turn.cancel()

    async def _take_turn(self) -> None:
        try:
            await self._listen(await self._search())
        except TeststationError as error:
            self._see(trouble=error.reason)
        except Exception:  # noqa: BLE001 - a fault of a driver or a radio must not cost the station its sensor for good
            _log.exception("the sensor's link failed")
            self._see(trouble=Reason("sensor_link_failed"))
        finally:
            if self._reception.times:
                self._hear(Lost(self._now()))
        await asyncio.sleep(RETRY_S)

    async def _search(self) -> Found:
        self._alone_since = None
        self._searching = True
        try:
            async with aclosing(self._finder.search()) as rounds:
                async for found in rounds:
                    self._see(found=found)
                    one = self._one_of(found)
                    if one is not None:
                        return one
        finally:
            self._searching = False
        raise RuntimeError("a search does not end by itself")

    def _one_of(self, found: tuple[Found, ...]) -> Found | None:
        """Tell which of these to use, if any: the one that was chosen; without a choice the only one, after a while."""
        if self._asking:
            return None
        chosen = self._look.chosen
        if chosen is not None:
            return next((one for one in found if one.is_the(chosen)), None)
        hopeful = [one for one in found if one.address not in self._in_vain]
        if len(hopeful) != 1:
            self._alone_since = None
            return None
        (one,) = hopeful
        if self._alone_since is None or self._alone_since[0] != one.address:
            self._alone_since = (one.address, self._now())
        return one if self._now() - self._alone_since[1] >= ALONE_S else None

    async def _listen(self, found: Found) -> None:
        self._sensor = self._finder.sensor(found)
        with self._lock:
            self._recent.clear()  # a stream has a time of its own
        connected = False
        try:
            async with aclosing(self._sensor.stream()) as stream:
                async for heard in stream:
                    event = self._with_calibration(heard) if isinstance(heard, Connected) else heard
                    match event:
                        case Connected(info=info) if not connected:
                            connected = True
                            self._is_connected(found, info)
                        case Notice(reason=reason):
                            self._see(trouble=reason)
                            if not connected:  # another one may be meant, or switched on later
                                self._in_vain.add(found.address)
                                return
                    self._hear(event)
        finally:
            self._sensor = None

    def _with_calibration(self, event: Connected) -> Connected:
        return Connected(event.at_s, msgspec.structs.replace(event.info, calibration=self._calibration_of(event.info)))

    def _is_connected(self, found: Found, info: SensorInfo) -> None:
        chosen = ChosenSensor(driver=info.driver, serial=info.serial, address=found.address, name=found.name)
        with self._lock:
            self._look = msgspec.structs.replace(self._look, chosen=chosen, found=(), trouble=None)
            self._checking = Checking(self._now(), self._now())
        if chosen != self._known:
            self._known = chosen
            self._keep(chosen)

    def _hear(self, event: LinkEvent) -> None:
        with self._lock:
            self._reception = self._reception.after(event)
            if isinstance(event, Packet | Gap):
                self._recent.append(event)
            if isinstance(event, Packet):
                self._let_go(event.time_s[-1] - PRE_BUFFER_S)
            for tell in self._listeners:
                tell(event)
        if isinstance(event, Packet) and self._checking.is_due(event.arrival_s):
            self._check()

    def _check(self) -> None:
        before, info = self._checking, self._reception.info
        if info is not None:
            packets = [event for event in self._recent if isinstance(event, Packet)]
            checking = before.after(packets, info, self._models.get(info.driver))
            with self._lock:
                if self._checking is before:  # otherwise it was begun anew meanwhile
                    self._checking = checking

    def _let_go(self, oldest_s: float) -> None:
        while _end_s(self._recent[0]) < oldest_s:
            self._recent.popleft()

    def _see(self, **changes: object) -> None:
        with self._lock:
            self._look = msgspec.structs.replace(self._look, **changes)


def _end_s(event: Packet | Gap) -> float:
    return float(event.time_s[-1]) if isinstance(event, Packet) else event.end_s
