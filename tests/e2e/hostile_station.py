"""Run the station, in the terminal of whoever calls, among sensors whose names mean harm; for test_hostile_names.py."""

from __future__ import annotations

from pathlib import Path

from teststation import clock
from teststation.sensors.virtual.room import Room, RoomThread
from teststation.sensors.virtual.stage import lying
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits
from teststation.settings import Settings
from teststation.station.bluetooth import Bluetooth
from teststation.store import temporary_store
from teststation.tui.app import StationApp
from teststation.tui.station_bench import StationBench

NAMES = {
    "[/]": "[/]",
    "[b]x[/b]": "[b]x[/b]",
    "\x1b[31mRO": "[31mRO",
    "\x1b]0;TI\x07": "]0;TI",
    "\u202etxt": "txt",
    "{n}\r\nX": "{n} X",
}
"""What each calls itself, in the eight bytes of an advertisement, and what of it may stand on a screen."""


class _Bench(StationBench):
    def open(self) -> None:
        self._seek()
        self._use(temporary_store())


def main() -> None:
    """Show the station until it is left."""
    twins = [
        TestStationImuTwin(Traits(name, f"F1:F1:F1:F1:F1:0{number}", signal=lying, now=clock.now))
        for number, name in enumerate(NAMES, 1)
    ]
    with RoomThread(Room(*twins)) as room:
        radio = room.radio()
        bench = _Bench(Path(), Settings(), finder=lambda: Bluetooth(lambda: (radio,)))
        StationApp(bench, Settings()).run()


if __name__ == "__main__":
    main()
