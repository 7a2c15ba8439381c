"""The station with a practice's store, and a recording for every attempt in the place of a sensor.

    TESTSTATION_HOME=DIR python -m benchmarks.taped_station

For whoever drives the whole program: the store is DIR's, and nobody has to be let into it. The keys of simulation play
a recording faster, or to its end.
"""

from __future__ import annotations

from teststation.formats import read
from teststation.sensors.base import Sensor
from teststation.sensors.replay import PlayClock, Replay
from teststation.settings import Settings, home
from teststation.tui.app import StationApp
from teststation.tui.demo import TABLE_ENDING, ClockPlayer, recordings_folder
from teststation.tui.radio_demo import PLAYED
from teststation.tui.station_bench import StationBench
from teststation.tui.visit import Attempt

OPERATOR = "MB"


class TapedBench(StationBench):
    """The real bench below the screens, but for its sensor."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(home() / "store.db", settings, self._replay)
        self._play_clock = self.clock = PlayClock()
        self.player = ClockPlayer(self._play_clock)

    def open(self) -> None:
        """Open the store past the pages of its door."""
        super().open()
        assert self.door is not None
        self.door.enter(None)
        self.door.sign_in(OPERATOR)

    def _replay(self, attempt: Attempt) -> Sensor:
        recording = read(recordings_folder() / f"{PLAYED[attempt.test]}{TABLE_ENDING}")
        return Replay(recording, clock=self._play_clock)


def taped_station() -> StationApp:
    """Make the app; what is printed is put beside the store."""
    settings = Settings(operator=OPERATOR, papers_folder=str(home() / "papers"))
    return StationApp(TapedBench(settings), settings)


def main() -> None:
    """Be the station until it is left."""
    app = taped_station()
    app.run()
    if app.fault is not None:
        raise app.fault


if __name__ == "__main__":
    main()
