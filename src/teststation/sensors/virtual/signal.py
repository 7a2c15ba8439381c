"""What a twin measures: a movement as a function of true time, so that loss and reboots cannot shift it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from teststation.model import Recording

Array = NDArray[np.float64]

Signal = Callable[[Array], tuple[Array, Array]]
"""From (n,) true seconds to (n, 3) m/s² and (n, 3) rad/s."""

_GRAVITY_M_S2 = 9.80665


def swaying(time_s: Array) -> tuple[Array, Array]:
    """Stand, with a trunk that sways by two degrees once in three seconds; the case's x is up."""
    lean = np.radians(2.0) * np.sin(2.0 * np.pi * time_s / 3.0)
    rate = np.radians(2.0) * (2.0 * np.pi / 3.0) * np.cos(2.0 * np.pi * time_s / 3.0)
    still = np.zeros_like(lean)
    acceleration = _GRAVITY_M_S2 * np.stack([np.cos(lean), still, np.sin(lean)], axis=1)
    return acceleration, np.stack([still, rate, still], axis=1)


def played(recording: Recording, pause_s: float = 0.0) -> Signal:
    """Play a recording again and again, with its first sample held for a while before each beginning."""
    since_s = recording.time_s - recording.time_s[0]
    length_s = float(since_s[-1]) + pause_s
    channels = np.concatenate([recording.acceleration, recording.angular_velocity], axis=1)

    def signal(time_s: Array) -> tuple[Array, Array]:
        at_s = np.mod(time_s, length_s) - pause_s
        values = np.stack([np.interp(at_s, since_s, channel) for channel in channels.T], axis=1)
        return values[:, :3], values[:, 3:]

    return signal
