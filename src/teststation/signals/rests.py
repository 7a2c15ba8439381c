"""Rests, and acceleration near one: carried by the gyroscope from where it is known, it can be integrated for seconds.

The orientation of a whole recording follows the accelerometer over some seconds, and so leans by a degree or two while
somebody brakes: 0.3 m/s², as much as a walk has lost in three seconds. At rest the tilt is known.
"""

from __future__ import annotations

import numpy as np

from teststation.signals.orientation import Motion, conjugate, product, rotation
from teststation.signals.prepare import GRAVITY_M_S2, RATE_HZ, Array

_WINDOW_S = 0.4
_RESTING_RAD_S = 0.5


def rest_between(motion: Motion, first: int, last: int) -> int | None:
    """Find the middle of the quietest moment between two samples; None where nobody rests there."""
    size = round(_WINDOW_S * RATE_HZ)
    if last - first < size:
        return None
    windows = np.lib.stride_tricks.sliding_window_view(motion.rate_of_turn[first:last], size, axis=0)
    turning = np.linalg.norm(np.ptp(windows, axis=-1), axis=1)
    quietest = int(np.argmin(turning))
    return first + quietest + size // 2 if turning[quietest] < _RESTING_RAD_S else None


def acceleration_from_rest(motion: Motion, first: int, last: int, rest: int) -> Array:
    """Give the level acceleration (east, north) from one sample up to another, the tilt as it was known at a rest.

    Parameters
    ----------
    rest : a sample in the middle of a rest, at or between the two

    Returns
    -------
    (last - first, 2) m/s², 0 in the mean of the rest
    """
    half = round(_WINDOW_S * RATE_HZ) // 2
    leaning = _leaning(motion, first, last)
    leaning -= leaning[min(rest, last - 1) - first]
    felt = motion.acceleration[first:last, :2] - GRAVITY_M_S2 * np.column_stack([leaning[:, 1], -leaning[:, 0]])
    still: Array = motion.acceleration[max(0, rest - half) : rest + half, :2].mean(axis=0)
    return felt - still


def _leaning(motion: Motion, first: int, last: int) -> Array:
    """Give how far the orientation has turned beyond what the gyroscope felt, (n, 3) rad about the earth's axes."""
    turned = motion.rate_of_turn[first + 1 : last] / RATE_HZ
    carried = product(motion.orientation[first : last - 1], rotation(turned))
    beyond = product(motion.orientation[first + 1 : last], conjugate(carried))
    small = 2.0 * np.sign(beyond[:, :1]) * beyond[:, 1:]
    return np.vstack([np.zeros(3), np.cumsum(small, axis=0)])
