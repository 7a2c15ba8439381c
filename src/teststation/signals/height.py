"""Up and down between rests: where a sensor rests, and how fast it rises or sinks without drift."""

from __future__ import annotations

import bisect

import numpy as np
from scipy.linalg import solveh_banded
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, Mask, low_pass

_REST_WINDOW_S = 0.5
_REST_TURNING_RAD_S = 0.10
"""Bending slowly and evenly is not rest, so the rate itself must be small, not only its range."""
_REST_ACCELERATION_M_S2 = 0.6

_SURE_REST_S = 1.0
_REST_NEAR_S = 2.0
_REST_M_S, _REST_DRIFT_M_S2 = 0.05, 0.1
"""Between two rests so near to each other the velocity drifts by no more, once gravity is put right."""
_REST_BENT_RAD = np.radians(12.0)

_BIAS_SPREAD_M_S2 = 1.0
"""One standard deviation of an uncalibrated accelerometer's bias, one axis (ADXL345 data sheet: 0.04–0.25 g)."""
_BIAS_SPAN_S = 8.0

_DRIFT_HZ = 0.08
"""Vertical velocity slower than this is drift, where nothing else is known."""
_DRIFT_STEP = 10
_REST_WEIGHT = 300.0
_GAP_GIVES = 0.001


def resting(motion: Motion) -> Mask:
    """Tell where the sensor neither turns nor accelerates over a centred half second."""
    size = round(_REST_WINDOW_S * RATE_HZ) | 1
    turning = np.abs(low_pass(motion.rate_of_turn, 3.0)).max(axis=1)
    acceleration = low_pass(motion.acceleration, 8.0)
    span = maximum_filter1d(acceleration, size, axis=0) - minimum_filter1d(acceleration, size, axis=0)
    quiet: Mask = (maximum_filter1d(turning, size) < _REST_TURNING_RAD_S) & (span.max(axis=1) < _REST_ACCELERATION_M_S2)
    return quiet


def believed_rests(motion: Motion) -> Mask:
    """Tell where the sensor rests, without the moments in which it only goes up or down evenly.

    A trunk that is bent the furthest on a slow way down to the seat neither turns nor accelerates. So the longest rests
    are believed first, and then each shorter one, unless it is in a posture unlike the rests before and after and the
    velocity since (until) the nearer of them speaks against it.
    """
    quiet = resting(motion)
    edges = np.flatnonzero(np.diff(quiet, prepend=False, append=False))
    spans = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    sure = np.zeros_like(quiet)
    for start, stop in spans:
        sure[start:stop] = stop - start >= _SURE_REST_S * RATE_HZ
    speed = np.cumsum(vertical_acceleration(motion, sure)) / RATE_HZ
    believed: list[tuple[int, int]] = []
    for start, stop in sorted(spans, key=lambda span: span[0] - span[1]):
        k = bisect.bisect(believed, (start, stop))
        # the neighbours: how far away, and the samples at which they and this rest face each other
        near = [(start - a[1], a[1] - 1, start) for a in believed[max(k - 1, 0) : k]]
        near += [(b[0] - stop, b[0], stop - 1) for b in believed[k : k + 1]]
        bent = all(motion.up[there] @ motion.up[here] < np.cos(_REST_BENT_RAD) for _, there, here in near)
        apart, there, here = min(near, default=(len(quiet), 0, 0))
        apart_s = apart / RATE_HZ
        moves = abs(speed[here] - speed[there]) > _REST_M_S + _REST_DRIFT_M_S2 * apart_s
        if bent and moves and apart_s < _REST_NEAR_S:
            quiet[start:stop] = False
        else:
            believed.insert(k, (start, stop))
    return quiet


def vertical_acceleration(motion: Motion, rest: Mask) -> Array:
    """Give the vertical acceleration, freed of the accelerometer's own bias.

    Between two rests the velocity must come back to zero, and at each rest gravity must read 1 g, whatever the posture:
    three numbers explain both. A sensor out of calibration otherwise turns bending forward into a rise.

    Returns
    -------
    (n,) m/s², positive upwards
    """
    raw = motion.vertical_acceleration
    edges = np.flatnonzero(np.diff(np.concatenate([[0], rest.astype(np.int8), [0]])))
    starts, stops = edges[::2], edges[1::2]
    if not len(starts):
        return raw
    up = np.vstack([np.zeros(3), np.cumsum(motion.up, axis=0)]) / RATE_HZ
    speed = np.concatenate([[0.0], np.cumsum(raw)]) / RATE_HZ
    quiet_s = (stops - starts)[:, None] / RATE_HZ
    a, b = stops[:-1], starts[1:]
    short = (b - a) < _BIAS_SPAN_S * RATE_HZ
    a, b = a[short], b[short]
    tolerance = 0.05
    rows = np.vstack(
        [np.eye(3) / _BIAS_SPREAD_M_S2, (up[stops] - up[starts]) / quiet_s / tolerance, (up[b] - up[a]) / tolerance]
    )
    values = np.concatenate(
        [
            np.zeros(3),
            (speed[stops] - speed[starts]) / quiet_s[:, 0] / tolerance,
            (speed[b] - speed[a]) / tolerance,
        ]
    )
    bias = np.linalg.lstsq(rows, values, rcond=None)[0]
    freed: Array = raw - motion.up @ bias
    return freed


def vertical_velocity(acceleration: Array, rest: Mask, covered: Mask | None = None) -> Array:
    """Integrate vertical acceleration without drift.

    The drift is the smoothest curve (least second difference) that meets the integral where the sensor rests and
    follows it loosely elsewhere, one banded system for the whole recording. Across a gap it may jump: what happened
    there is not known.

    Parameters
    ----------
    acceleration : (n,) m/s²
    rest : (n,) where the velocity is zero
    covered : (n,) False inside a gap

    Returns
    -------
    (n,) m/s, positive upwards
    """
    speed = np.cumsum(acceleration) / RATE_HZ
    at = np.arange(0, len(speed), _DRIFT_STEP)
    count = len(at)
    if count < 4:
        return np.asarray(speed - speed.mean())
    stiff = np.full(count - 2, (2.0 * np.pi * _DRIFT_HZ * _DRIFT_STEP / RATE_HZ) ** -4)
    if covered is not None:
        whole = minimum_filter1d(covered, 2 * _DRIFT_STEP + 1)[at[1:-1]]
        stiff = np.where(whole, stiff, _GAP_GIVES * stiff)
    weight = np.where(rest[at], _REST_WEIGHT, 1.0)
    bands = np.zeros((3, count))
    bands[0, 2:] = stiff
    bands[1, 1:-1] -= 2.0 * stiff
    bands[1, 2:] -= 2.0 * stiff
    bands[2] = weight
    bands[2, :-2] += stiff
    bands[2, 1:-1] += 4.0 * stiff
    bands[2, 2:] += stiff
    drift = solveh_banded(bands, weight * speed[at])
    velocity: Array = speed - np.interp(np.arange(len(speed)), at, drift)
    return velocity
