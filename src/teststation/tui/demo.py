"""Simulation: recordings instead of a sensor, a store of its own that is gone afterwards, a clock that can hurry."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from teststation.model import TestName
from teststation.settings import Settings, calibration_folder
from teststation.tests.base import Options
from teststation.tui.station_bench import StationBench
from teststation.tui.visit import Attempt

if TYPE_CHECKING:
    from teststation.sensors.base import Sensor
    from teststation.sensors.replay import PlayClock

FAST = 4.0
TABLE_ENDING = ".csv.gz"


class Tape(msgspec.Struct, frozen=True, kw_only=True):
    """A recording that can be played: the sidecar's own words, and where it is.

    Parameters
    ----------
    test : which test was done
    title : by language
    options : of the protocol, as the sidecar has them
    lost_at_s : when the sensor is to be lost, on the recording's clock
    """

    test: TestName
    title: dict[str, str]
    options: dict[str, Any] = {}
    lost_at_s: float | None = None
    name: str = ""

    @property
    def protocol(self) -> Options:
        """The options of the protocol that it was made by."""
        return msgspec.convert(self.options, Options)


def tapes(folder: Path | None = None) -> dict[str, Tape]:
    """List the recordings that come with the program, by name; what cannot be read is not offered."""
    found = {}
    for sidecar in sorted((folder or recordings_folder()).glob("*.json")):
        try:
            tape = msgspec.json.decode(sidecar.read_bytes(), type=Tape)
        except msgspec.DecodeError:
            continue
        found[sidecar.stem] = msgspec.structs.replace(tape, name=sidecar.stem)
    return found


def recordings_folder() -> Path:
    """Give the folder of the recordings."""
    return calibration_folder() / "recordings"


class ClockPlayer:
    """The speed of play as the keys set it."""

    def __init__(self, clock: PlayClock) -> None:
        self._clock = clock

    @property
    def speed(self) -> float:
        """Times real speed."""
        return self._clock.speed

    def toggle_speed(self) -> None:
        """Four times as fast, and back."""
        self._clock.speed = 1.0 if self._clock.speed > 1 else FAST

    def to_end(self) -> None:
        """Play the rest at once."""
        self._clock.hurry()


class DemoBench(StationBench):
    """Plays a tape for each attempt; the last of them again where there are more attempts than tapes."""

    simulated = True

    def __init__(self, settings: Settings) -> None:
        from teststation.sensors.replay import PlayClock  # noqa: PLC0415 - only a demo plays

        super().__init__(Path(), settings, self._replay)
        clock = PlayClock()
        self._play_clock = self.clock = clock
        self.player = ClockPlayer(clock)
        self._tapes: Sequence[Tape] = ()

    def load(self, tapes_: Sequence[Tape]) -> None:
        """Play these from now on, the first for the first attempt; their protocol is followed."""
        self._tapes = tapes_
        self.options = tapes_[0].protocol
        self._play_clock.speed = 1.0

    def open(self) -> None:
        """Make a store that is gone afterwards."""
        from teststation.store import temporary_store  # noqa: PLC0415 - loaded after the first page, with SQLAlchemy

        self._use(temporary_store())

    def _replay(self, attempt: Attempt) -> Sensor:
        from teststation.formats import read  # noqa: PLC0415 - loaded after the first page
        from teststation.sensors.replay import Fault, Replay  # noqa: PLC0415 - with it

        tape = self._tapes[min(attempt.number, len(self._tapes)) - 1]
        faults = () if tape.lost_at_s is None else (Fault(tape.lost_at_s),)
        return Replay(read(recordings_folder() / f"{tape.name}{TABLE_ENDING}"), clock=self._play_clock, faults=faults)
