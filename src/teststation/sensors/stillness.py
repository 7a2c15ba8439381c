"""When a sensor lies still: the stretches that it can be checked and calibrated by. Pure."""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_HOP_S = 0.25


class Stillness(msgspec.Struct, frozen=True):
    """How still is still: the largest standard deviation of any axis over `seconds`.

    Parameters
    ----------
    turning_rad_s, shaking_m_s2 : of the angular velocity, of the acceleration
    """

    seconds: float
    turning_rad_s: float
    shaking_m_s2: float


WORN = Stillness(2.0, 0.06, 0.3)
"""A person who sits and breathes; talking with one's hands is more."""
LYING = Stillness(2.0, 0.02, 0.2)
"""A sensor on a table: four times the noise of the noisiest gyroscope of the profiles, above the 15 mg of the noisiest
accelerometer. A hand that holds a sensor trembles by more."""


def is_still(acceleration: Array, angular_velocity: Array, still: Stillness) -> bool:
    """Tell whether all of a stretch is still, however long it is."""
    turning, shaking = angular_velocity.std(axis=0).max(), acceleration.std(axis=0).max()
    return bool(turning < still.turning_rad_s and shaking < still.shaking_m_s2)


def quietest(time_s: Array, acceleration: Array, angular_velocity: Array, still: Stillness = WORN) -> slice | None:
    """Find the stretch with the least turning, of those that are still.

    Parameters
    ----------
    time_s : (n,) device time, s
    acceleration : (n, 3) m/s²
    angular_velocity : (n, 3) rad/s
    """
    best, least = None, still.turning_rad_s
    starts = np.arange(time_s[0], time_s[-1] - still.seconds, _HOP_S) if len(time_s) else ()
    for start_s in starts:
        window = slice(*np.searchsorted(time_s, (start_s, start_s + still.seconds)).tolist())
        if window.stop - window.start < 3:  # noqa: PLR2004 - a gap
            continue
        turning = float(angular_velocity[window].std(axis=0).max())
        if turning < least and is_still(acceleration[window], angular_velocity[window], still):
            best, least = window, turning
    return best
