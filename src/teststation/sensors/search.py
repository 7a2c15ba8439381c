"""Who is there: a scan by each adapter in turn, and what it heard of sensors that there is a driver for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bleak import BleakScanner
from bleak.backends.device import BLEDevice
from bleak.backends.scanner import AdvertisementData
from bleak.exc import BleakBluetoothNotAvailableError, BleakError

from teststation.boundary import clean, clean_name
from teststation.sensors.catalogue import identify
from teststation.sensors.driver import Driver, Heard
from teststation.sensors.radio import Radio

_log = logging.getLogger(__name__)

RADIO_ERRORS = (BleakError, OSError, EOFError)
"""What bleak's backends raise where a radio or a link fails; a timeout is an OSError."""

LISTEN_S = 5.0
"""So long one adapter listens before the next has its turn."""
LISTEN_ALONE_S = 20.0
"""An adapter without others also begins anew: one that was switched off, or pulled out, does not say so."""
SETTLE_S = 0.5
"""So long a search waits for others after the first that may be meant: advertisements come every 20 ms to 1 s."""

_UNKNOWN_RSSI_DBM = -128


@dataclass(frozen=True)
class Found:
    """A sensor that was heard, and all that it takes to connect to it."""

    heard: Heard
    driver: type[Driver]
    device: BLEDevice
    radio: Radio


async def scan(radios: Sequence[Radio], seconds: float) -> list[Found]:
    """List the sensors that each adapter hears within some seconds, the strongest first.

    Raises
    ------
    BleakError, OSError
        Every adapter is off, forbidden or missing.
    """
    found: dict[str, Found] = {}
    failures: list[Exception] = []
    for radio in radios:
        try:
            async with _listening(radio, lambda one: found.update({one.heard.address: one})):
                await asyncio.sleep(seconds)
        except RADIO_ERRORS as error:
            failures.append(error)
    if failures and len(failures) == len(radios):
        raise failures[0]
    return sorted(found.values(), key=_strength, reverse=True)


async def search(
    radios: Callable[[], Sequence[Radio]], wanted: Callable[[Found], bool], surely: Callable[[Found], bool]
) -> list[Found]:
    """Listen until a wanted sensor is heard, however long that takes; give all that may be meant, the strongest first.

    Parameters
    ----------
    radios : asked anew before each round, as an adapter may be plugged in
    wanted : whether a sensor may be the one
    surely : whether it is the one beyond doubt, so that no other needs to be waited for

    Raises
    ------
    BleakError, OSError
        Every adapter is off, forbidden or missing.
    """
    candidates: dict[str, Found] = {}
    one_heard, certain = asyncio.Event(), asyncio.Event()

    def hear(found: Found) -> None:
        if wanted(found):
            candidates[found.heard.address] = found
            one_heard.set()
            if surely(found):
                certain.set()

    while True:
        present = radios()
        failures: list[Exception] = []
        for radio in present:
            try:
                async with _listening(radio, hear):
                    if await _within(one_heard, LISTEN_ALONE_S if len(present) == 1 else LISTEN_S):
                        await _within(certain, SETTLE_S)
            except RADIO_ERRORS as error:
                failures.append(error)
            if candidates:
                sure = [found for found in candidates.values() if surely(found)]
                return sure or sorted(candidates.values(), key=_strength, reverse=True)
        if failures and len(failures) == len(present):
            raise failures[0]


@asynccontextmanager
async def _listening(radio: Radio, hear: Callable[[Found], None]) -> AsyncGenerator[None]:
    """Scan meanwhile. One scanner at a time, and none while a link is made: adapters refuse or stall otherwise."""

    def heard(device: BLEDevice, data: AdvertisementData) -> None:
        said = Heard(
            address=device.address,
            name=clean_name(data.local_name or device.name or ""),
            services=tuple(uuid.lower() for uuid in data.service_uuids),
            manufacturers=dict(data.manufacturer_data),
            rssi_dbm=data.rssi,
        )
        driver = identify(said)
        if driver is not None:
            hear(Found(said, driver, device, radio))

    scanner = BleakScanner(heard, **radio.scanner)
    try:
        await scanner.start()
    except asyncio.CancelledError:
        # The adapter may scan by now, which would keep it from connecting.
        try:
            await scanner.stop()
        except Exception as error:  # noqa: BLE001 - backends differ in what they raise where it does not
            _log.debug("a scan that was cut off: %r", error)
        raise
    try:
        yield
    finally:
        await scanner.stop()


def complaint(error: Exception) -> str:
    """Give what a radio complains of, without the number of a system's error; harmless on a screen."""
    if isinstance(error, BleakBluetoothNotAvailableError):
        return clean(error.reason.name)
    return clean(getattr(error, "strerror", None) or str(error))


async def _within(event: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return False
    return True


def _strength(found: Found) -> float:
    return _UNKNOWN_RSSI_DBM if found.heard.rssi_dbm is None else found.heard.rssi_dbm
