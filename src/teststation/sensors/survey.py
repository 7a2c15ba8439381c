"""Who is there and how they are: each sensor within reach is connected to for a moment, and asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import aclosing, suppress

import msgspec

from teststation.model import Reason, TeststationError
from teststation.sensors.base import Battery, Connected, Notice
from teststation.sensors.driver import Heard
from teststation.sensors.link import Choice, LiveSensor
from teststation.sensors.radio import Radio, platform_radios
from teststation.sensors.search import RADIO_ERRORS, complaint, scan

LISTEN_S = 5.0
_ANSWER_S = 20.0
"""A sensor that could not be asked within this is told of as it was heard."""
_BATTERY_S = 3.0


class Surveyed(msgspec.Struct, frozen=True, kw_only=True):
    """A sensor, as far as it told.

    Parameters
    ----------
    driver, model : code of the driver, and the model that it stands for
    serial, battery : None where it did not say
    trouble : why it could not be asked
    """

    heard: Heard
    driver: str
    model: str
    serial: str | None = None
    battery: int | None = None
    trouble: Reason | None = None


async def survey(
    radios: Callable[[], Sequence[Radio]] = platform_radios, seconds: float = LISTEN_S
) -> tuple[Surveyed, ...]:
    """List the sensors within reach, the strongest first.

    Raises
    ------
    TeststationError
        Bluetooth is off, forbidden or missing.
    """
    try:
        found = await scan(radios(), seconds)
    except RADIO_ERRORS as error:
        raise TeststationError("bluetooth_unavailable", detail=complaint(error)) from error
    return tuple(
        [await _asked(Surveyed(heard=f.heard, driver=f.driver.name, model=f.driver.model), radios) for f in found]
    )


async def _asked(one: Surveyed, radios: Callable[[], Sequence[Radio]]) -> Surveyed:
    """Connect, and leave again once it has told what it has to tell."""
    sensor = LiveSensor(Choice(driver=one.driver, address=one.heard.address), radios=radios)
    heard: Surveyed | None = None
    with suppress(TimeoutError):
        async with asyncio.timeout(_ANSWER_S) as limit, aclosing(sensor.stream()) as stream:
            async for event in stream:
                match event:
                    case Connected(info=info):
                        serial = None if info.serial == one.heard.address else info.serial
                        heard = msgspec.structs.replace(one, serial=serial)
                        limit.reschedule(asyncio.get_running_loop().time() + _BATTERY_S)
                    case Battery(percent=percent) if heard is not None:
                        return msgspec.structs.replace(heard, battery=percent)
                    case Notice(reason=reason):
                        return msgspec.structs.replace(one, trouble=reason)
    silent = Reason("sensor_not_connected", {"name": one.heard.name or one.heard.address})
    return heard or msgspec.structs.replace(one, trouble=silent)
