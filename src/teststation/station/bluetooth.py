"""Sensors by Bluetooth, for the standing link: what is heard around, and a stream from the one that is used."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence

from teststation import clock
from teststation.model import TeststationError
from teststation.sensors import search
from teststation.sensors.link import Choice, LiveSensor
from teststation.sensors.radio import Radio, platform_radios
from teststation.station.sensor_look import Found

LISTEN_S = 1.5
"""So long each look around takes: sensors advertise every 20 ms to 1 s."""
_REMEMBERED_ROUNDS = 4
"""A sensor that was not heard in so many looks around is gone."""


class Bluetooth:
    """Finds sensors by every adapter of this machine.

    Parameters
    ----------
    radios : gives the adapters; asked anew in each look around
    now : the station's clock
    told : called with the time of a cue, for a sensor whose person has to be told: a virtual one's
    """

    def __init__(
        self,
        radios: Callable[[], Sequence[Radio]] = platform_radios,
        now: Callable[[], float] = clock.now,
        told: Callable[[float], None] = lambda _: None,
    ) -> None:
        self._radios = radios
        self._now = now
        self._told = told

    async def search(self) -> AsyncGenerator[tuple[Found, ...], None]:
        """Give what is within reach after each look around, the strongest first.

        Raises
        ------
        TeststationError
            Bluetooth is off, forbidden or missing.
        """
        heard: dict[str, tuple[int, Found]] = {}
        look = 0
        while True:
            look += 1
            try:
                found = await search.scan(self._radios(), LISTEN_S)
            except search.RADIO_ERRORS as error:
                raise TeststationError("bluetooth_unavailable", detail=search.complaint(error)) from error
            heard |= {one.heard.address: (look, _found(one)) for one in found}
            heard = {address: seen for address, seen in heard.items() if look - seen[0] < _REMEMBERED_ROUNDS}
            yield tuple(one for _, one in sorted(heard.values(), key=lambda seen: -(seen[1].rssi_dbm or -128)))

    def sensor(self, found: Found) -> LiveSensor:
        """Give a sensor to stream from."""
        return LiveSensor(
            Choice(driver=found.driver, address=found.address), radios=self._radios, now=self._now, told=self._told
        )


def _found(one: search.Found) -> Found:
    heard = one.heard
    return Found(
        driver=one.driver.name,
        address=heard.address,
        name=heard.name or one.driver.model,
        model=one.driver.model,
        rssi_dbm=heard.rssi_dbm,
    )
