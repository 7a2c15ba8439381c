"""From an advertisement to the driver of the sensor that sent it."""

from __future__ import annotations

from teststation.sensors.driver import Driver, Heard
from teststation.sensors.movella_dot import MovellaDot
from teststation.sensors.movesense import Movesense
from teststation.sensors.teststation_imu import TestStationImu
from teststation.sensors.witmotion import WitMotion

DRIVERS: tuple[type[Driver], ...] = (TestStationImu, MovellaDot, WitMotion, Movesense)


def identify(heard: Heard) -> type[Driver] | None:
    """Find the driver that knows an advertisement as its own; None for all that is no sensor of ours."""
    return next((driver for driver in DRIVERS if driver.matches(heard)), None)


def driver_named(name: str) -> type[Driver] | None:
    """Find a driver by its code, as it is kept with a sensor."""
    return next((driver for driver in DRIVERS if driver.name == name), None)
