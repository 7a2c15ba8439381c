"""Simulation below the radio: a virtual sensor, found and streamed from through the real Bluetooth library.

The station runs as in a practice, in real time: it scans, connects, checks, and loses samples if it must. Only the
sensor and the air are not there. For developers, and for who wants to see how a sensor is found: it needs Bumble.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from teststation.model import Conditions, TestName, TeststationError, Visit
from teststation.settings import ChosenSensor, Settings
from teststation.tests.base import Options, options_of
from teststation.tui.demo import TABLE_ENDING, recordings_folder
from teststation.tui.station_bench import StationBench
from teststation.tui.visit import Attempt

if TYPE_CHECKING:
    from teststation.sensors.virtual.room import Room
    from teststation.sensors.virtual.stage import Stage
    from teststation.station import Finder, TrialRun

PLAYED = {TestName.GUG: "gug_belt", TestName.TCS: "tcs_5", TestName.GAIT: "gait_quick"}


class RadioDemoBench(StationBench):
    """The real station's bench, with a sensor of our own profile on a recorded person, and a store that is gone after.

    Raises
    ------
    TeststationError
        There is no Bumble.
    """

    simulated = True

    def __init__(self, settings: Settings) -> None:
        try:
            from teststation.sensors.virtual import stage  # noqa: PLC0415 - an extra
            from teststation.sensors.virtual.room import Room, RoomThread  # noqa: PLC0415 - with it
        except ModuleNotFoundError as error:
            raise TeststationError("no_virtual_sensors") from error
        super().__init__(Path(), settings, finder=self._find)
        self.options = options_of(Settings())  # by which the recordings were made, whatever is chosen here
        self._known_sensor = None
        self._stage: Stage = stage.Stage()
        self._room: Room = Room(stage.our_own(self._stage.signal))
        self._room_thread: AbstractContextManager[Room] = RoomThread(self._room)

    def open(self) -> None:
        """Switch the sensor on, look for it, and make a store that is gone afterwards."""
        from teststation.store import temporary_store  # noqa: PLC0415 - loaded after the first page, with SQLAlchemy

        self._folder = Path(self._opened.enter_context(TemporaryDirectory(prefix="teststation-")))
        self._opened.enter_context(self._room_thread)
        self._seek()
        self._use(temporary_store())

    def sensors_folder(self) -> Path:
        """Give a folder that is gone afterwards."""
        return self._folder

    def begin_trial(self, visit: Visit, attempt: Attempt, conditions: Conditions, options: Options) -> TrialRun:
        """Make the run of an attempt, and have the person of its recording sit or stand ready."""
        from teststation.formats import read  # noqa: PLC0415 - loaded after the first page

        self._stage.load(read(recordings_folder() / f"{PLAYED[attempt.test]}{TABLE_ENDING}"))
        return super().begin_trial(visit, attempt, conditions, options)

    def _find(self) -> Finder:
        from teststation.station.bluetooth import Bluetooth  # noqa: PLC0415 - loaded after the first page, with bleak

        radio = self._room.radio()
        return Bluetooth(lambda: (radio,), told=self._stage.cue)

    def _keep_sensor(self, chosen: ChosenSensor) -> None:
        """Keep nothing: this sensor is not there the next time."""
