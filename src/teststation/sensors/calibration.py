"""What is to be known of a sensor before its times are trusted: the routine check, while the client sits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from teststation.model import Reason

REST_S = 2.0
"""So long at rest is enough to check by."""
GRAVITY_M_S2 = 9.81
GRAVITY_SHARE = 0.03
"""Gravity may be off by so much (issue 4)."""
BIAS_RAD_S = math.radians(2.0)
"""A gyroscope that turns faster than this at rest is not corrected: VQF estimates no larger bias (its `biasClip`)."""
RATE_SHARE = 0.05
"""So far from what the sensor promises, samples are lost, or it was set otherwise."""
_STILL_RAD_S, _STILL_M_S2 = 0.06, 0.3
"""Standard deviation of a person who sits and breathes; talking with one's hands is more."""
_HOP_S = 0.25

Array = NDArray[np.float64]


def routine_check(
    time_s: Array, acceleration: Array, angular_velocity: Array, nominal_rate_hz: float
) -> tuple[Reason, ...] | None:
    """Check a sensor by the quietest stretch of its last seconds.

    Parameters
    ----------
    time_s : (n,) device time, s
    acceleration : (n, 3) m/s²
    angular_velocity : (n, 3) rad/s
    nominal_rate_hz : what the sensor promises

    Returns
    -------
    What is wrong and what to do, each with its figure; None where nothing was at rest for `REST_S`
    """
    rest = _quietest(time_s, acceleration, angular_velocity)
    if rest is None:
        return None
    found = []
    gravity = float(np.linalg.norm(acceleration[rest].mean(axis=0)))
    if not abs(gravity / GRAVITY_M_S2 - 1.0) <= GRAVITY_SHARE:
        found.append(Reason("sensor_gravity", {"gravity": round(gravity, 2), "expected": GRAVITY_M_S2}))
    bias = float(np.abs(angular_velocity[rest].mean(axis=0)).max())
    if not bias <= BIAS_RAD_S:
        found.append(Reason("sensor_bias", {"bias": round(math.degrees(bias), 1)}))
    rate_hz = (rest.stop - rest.start - 1) / (time_s[rest][-1] - time_s[rest][0])
    if not abs(rate_hz / nominal_rate_hz - 1.0) <= RATE_SHARE:
        found.append(Reason("sensor_rate", {"rate": round(float(rate_hz), 1), "expected": nominal_rate_hz}))
    return tuple(found)


def _quietest(time_s: Array, acceleration: Array, angular_velocity: Array) -> slice | None:
    best, least = None, _STILL_RAD_S
    starts = np.arange(time_s[0], time_s[-1] - REST_S, _HOP_S) if len(time_s) else ()
    for start_s in starts:
        window = slice(*np.searchsorted(time_s, (start_s, start_s + REST_S)).tolist())
        if window.stop - window.start < 3:  # noqa: PLR2004 - a gap
            continue
        turning = float(angular_velocity[window].std(axis=0).max())
        if turning < least and float(acceleration[window].std(axis=0).max()) < _STILL_M_S2:
            best, least = window, turning
    return best
