"""What a clinical test is to the station and to the command line: a protocol, an analysis of record, a live watcher."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Protocol

import msgspec

from teststation.model import Analysis, Interval, Placement, Recording
from teststation.settings import Settings

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What a protocol leaves open. Lengths in metres, durations in seconds.

    Parameters
    ----------
    placement : where the sensor is worn; None finds it from the signal
    course_m : the timed length of the gait test
    walked_m : the whole way from standing still to standing still, where it is known
    stands : how many stands a timed chair stand has
    seconds : the length of a chair stand test by time, instead of `stands`
    """

    placement: Placement | None = None
    course_m: float = 4.572
    walked_m: float | None = None
    stands: int = 5
    seconds: float | None = None


def options_of(settings: Settings) -> Options:
    """Give what a practice chose of the protocols."""
    return Options(
        course_m=settings.course_m,
        walked_m=settings.walked_m,
        stands=settings.stands,
        seconds=settings.stand_s or None,
    )


class Sight(enum.StrEnum):
    """What a watcher can see."""

    START = "start"
    PHASE = "phase"
    REPETITION = "repetition"
    STOP = "stop"


class Sighting(msgspec.Struct, frozen=True):
    """A live watcher's proposal. The exact times come from the analysis of the whole recording.

    Parameters
    ----------
    sight : what was seen
    time_s : when, on the device's clock
    phase : the phase that began (`sit_to_stand`, `walk_out`, `turn_1`, `walk_back`, `turn_2`, `stand_to_sit`, `seated`;
        chair stand: `standing`, `seated`; gait: `walking`, `standing`)
    count : repetitions so far; fewer than before where one is taken back
    """

    sight: Sight
    time_s: float
    phase: str = ""
    count: int = 0


class Watcher(Protocol):
    """Causal eyes on a running test. Fed from the acquisition thread, one packet at a time."""

    def feed(
        self, time_s: NDArray[np.float64], acceleration: NDArray[np.float64], angular_velocity: NDArray[np.float64]
    ) -> list[Sighting]:
        """Look at the next samples, (n,) s, (n, 3) m/s² and (n, 3) rad/s; give what became clear with them."""
        ...


class ClinicalTest(Protocol):
    """A module of this room: `analyse` for the record, `watch` for the screen."""

    def analyse(self, recording: Recording, options: Options) -> Analysis:
        """Find the test in a whole recording."""
        ...

    def watch(self, options: Options) -> Watcher:
        """Begin to watch a running test."""
        ...


def around(value: float, half_width: float) -> Interval:
    """Give the interval that reaches as far below a value as above it."""
    return (value - half_width, value + half_width)
