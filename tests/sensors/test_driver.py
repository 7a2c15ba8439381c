from __future__ import annotations

from teststation.sensors.catalogue import DRIVERS, driver_named, identify
from teststation.sensors.driver import Heard


def test_each_driver_is_found_by_its_code_and_by_nobody_else_s_advertisement() -> None:
    assert len({driver.name for driver in DRIVERS}) == len(DRIVERS)
    for driver in DRIVERS:
        assert driver_named(driver.name) is driver
        assert identify(Heard(address="1", services=(driver.service,))) in {driver, None}
    assert (
        identify(Heard(address="1", name="Polar H10 1234", services=("0000180d-0000-1000-8000-00805f9b34fb",))) is None
    )
