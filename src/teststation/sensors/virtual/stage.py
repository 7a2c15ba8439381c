"""A movement that waits for its cue, and a room with a sensor of each kind that feels it."""

from __future__ import annotations

import logging
from collections.abc import Callable

import numpy as np

from teststation import clock
from teststation.model import Recording
from teststation.sensors.virtual.movella_dot import MovellaDotTwin
from teststation.sensors.virtual.movesense import MovesenseTwin
from teststation.sensors.virtual.room import Room
from teststation.sensors.virtual.signal import Array, Signal, swaying
from teststation.sensors.virtual.teststation_imu import TestStationImuTwin
from teststation.sensors.virtual.twin import Traits, Twin
from teststation.sensors.virtual.witmotion import WitMotionTwin

_GRAVITY_M_S2 = 9.80665

logging.getLogger("bumble").setLevel(logging.ERROR)
"""It warns of the last packet of a stream that was just unsubscribed from, on the terminal of whoever looks on."""


def lying(time_s: Array) -> tuple[Array, Array]:
    """Lie on a table, face up."""
    nothing = np.zeros((len(time_s), 3))
    return nothing + np.array([0.0, 0.0, _GRAVITY_M_S2]), nothing


class Stage:
    """A recorded person who sits or stands until told to go. Without a recording the sensor lies on a table."""

    def __init__(self) -> None:
        self._play: Signal = lying

    def load(self, recording: Recording) -> None:
        """Let this be done at the next cue; until then the moment of its beginning lasts."""
        self._play = self._played(recording, np.inf)
        self._recording = recording

    def cue(self, at_s: float) -> None:
        """Let the person have heard the cue at this time of the host's clock."""
        recording = self._recording
        begin_s = float(recording.time_s[0]) if recording.cue_s is None else recording.cue_s
        self._play = self._played(recording, at_s - begin_s)

    def signal(self, true_s: Array) -> tuple[Array, Array]:
        """Give what a sensor on this person feels."""
        return self._play(true_s)

    @staticmethod
    def _played(recording: Recording, ahead_s: float) -> Signal:
        channels = np.concatenate([recording.acceleration, recording.angular_velocity], axis=1).T

        def play(true_s: Array) -> tuple[Array, Array]:
            at_s = np.maximum(true_s - ahead_s, recording.time_s[0])
            values = np.stack([np.interp(at_s, recording.time_s, channel) for channel in channels], axis=1)
            return values[:, :3], values[:, 3:]

        return play


def our_own(signal: Signal = swaying, now: Callable[[], float] = clock.now) -> Twin:
    """Make a sensor of our own profile."""
    return TestStationImuTwin(Traits("TS-IMU-1", rate_hz=104.0, samples=3, drift_ppm=20.0, signal=signal, now=now))


def one_of_each(now: Callable[[], float] = clock.now) -> Room:
    """Make a room with a sensor of every kind that there is a driver for.

    Parameters
    ----------
    now : true time
    """
    addresses = (f"F1:F1:F1:F1:F1:0{number}" for number in range(2, 9))
    return Room(
        our_own(now=now),
        MovellaDotTwin(Traits("Movella DOT", next(addresses), rate_hz=60.0, battery=64, now=now)),
        WitMotionTwin(Traits("WT901BLE", next(addresses), serial="", battery=90, now=now)),
        MovesenseTwin(
            Traits("Movesense 174630000192", next(addresses), serial="174630000192", rate_hz=52.0, samples=4, now=now)
        ),
    )
