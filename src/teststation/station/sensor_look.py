"""What there is to show of the sensor outside of a run, and who finds it."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Protocol

import msgspec

from teststation.model import Reason
from teststation.sensors.base import Sensor, SensorInfo
from teststation.settings import ChosenSensor
from teststation.station.checking import Check
from teststation.station.states import Link


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A sensor within reach. `name` holds nothing that could harm a screen.

    Parameters
    ----------
    model : maker and model
    serial : where it is known before connecting
    """

    driver: str
    address: str
    name: str
    model: str = ""
    serial: str = ""
    rssi_dbm: int | None = None

    def is_the(self, chosen: ChosenSensor) -> bool:
        """Tell whether this is the sensor that was chosen."""
        same = self.address == chosen.address or (self.serial != "" and self.serial == chosen.serial)
        return same and self.driver == chosen.driver


class Finder(Protocol):
    """Looks for sensors, and connects to one."""

    def search(self) -> AsyncGenerator[tuple[Found, ...], None]:
        """Give what is within reach, about every second, until the generator is closed.

        Raises
        ------
        TeststationError
            There is no radio, or it may not be used; the reason says what to do.
        """
        ...

    def sensor(self, found: Found) -> Sensor:
        """Give a sensor to stream from; its stream goes on through every loss of the link."""
        ...


class SensorLook(msgspec.Struct, frozen=True, kw_only=True):
    """How the sensor is, for the pages outside of a run.

    Parameters
    ----------
    link : connecting means that it is sought
    found : what is within reach, while it is sought
    chosen : which sensor this station uses
    trouble : why it cannot be sought
    """

    link: Link = Link.CONNECTING
    info: SensorInfo | None = None
    found: tuple[Found, ...] = ()
    chosen: ChosenSensor | None = None
    battery: int | None = None
    check: Check = Check()
    trouble: Reason | None = None
