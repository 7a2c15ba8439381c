"""Up and down between rests: where a sensor rests, and how fast it rises or sinks without drift."""

from __future__ import annotations

import bisect
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solveh_banded
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, Mask, low_pass

_REST_WINDOW_S = 0.5
_REST_TURNING_RAD_S = 0.10
"""Bending slowly and evenly is not rest, so the rate itself must be small, not only its range."""
_REST_ACCELERATION_M_S2 = 0.6

_SURE_REST_S = 1.0
_REST_NEAR_S = 4.0
_REST_M_S, _REST_DRIFT_M_S2 = 0.03, 0.02
"""Between two rests so near to each other the velocity drifts by no more, once gravity is put right. (Composed tests,
slowed: 3 s and more, 0.02–0.05 m/s and 0.01–0.02 m/s² do equally well.)"""
_REST_BENT_RAD = np.radians(12.0)

_BIAS_SPREAD_M_S2 = 1.0
"""One standard deviation of an uncalibrated accelerometer's bias, one axis (ADXL345 data sheet: 0.04–0.25 g)."""
_BIAS_SPAN_S = 8.0
_BIAS_TOLERANCE = 0.05
"""What is left of the velocity between two rests (m/s), and of gravity in one that is long (m/s²)."""
_BIAS_REST_S = 1.5
"""A shorter one tells less, since a slow movement accelerates a little (1 to 2 s do equally well on all chairs)."""

_DRIFT_HZ = 0.08
"""Vertical velocity slower than this is drift, where nothing else is known."""
_DRIFT_STEP = 10
_REST_WEIGHT = 300.0
_GAP_GIVES = 0.001


def resting(motion: Motion) -> Mask:
    """Tell where the sensor neither turns nor accelerates over a centred half second."""
    size = round(_REST_WINDOW_S * RATE_HZ) | 1
    quiet = np.ones(len(motion), dtype=bool)
    for axis in motion.rate_of_turn.T:
        quiet &= maximum_filter1d(np.abs(low_pass(axis, 3.0)), size) < _REST_TURNING_RAD_S
    for axis in motion.acceleration.T:
        smooth = low_pass(axis, 8.0)
        quiet &= maximum_filter1d(smooth, size) - minimum_filter1d(smooth, size) < _REST_ACCELERATION_M_S2
    return quiet


def believed_rests(motion: Motion) -> Mask:
    """Tell where the sensor rests, without the moments in which it only goes up or down evenly.

    A trunk that is bent the furthest on a slow way to or from the seat neither turns nor accelerates. So the longest
    rests are believed first, and then each shorter one, unless it is in a posture unlike the rests before and after and
    the velocity, seen from these, speaks against it.
    """
    quiet = resting(motion) & motion.covered
    spans = _spans(quiet)
    sure = [span for span in spans if span[1] - span[0] >= _SURE_REST_S * RATE_HZ]
    speed = np.cumsum(_freed(motion, spans, sure)) / RATE_HZ
    believed: list[tuple[int, int]] = []
    for start, stop in sorted(spans, key=lambda span: span[0] - span[1]):
        k = bisect.bisect(believed, (start, stop))
        # the neighbours' ends that face this rest
        facing = [before[1] - 1 for before in believed[max(k - 1, 0) : k]] + [after[0] for after in believed[k : k + 1]]
        middle = (start + stop) // 2
        bent = all(motion.up[there] @ motion.up[middle] < np.cos(_REST_BENT_RAD) for there in facing)
        apart_s = min((abs(middle - there) for there in facing), default=len(quiet)) / RATE_HZ
        moves = abs(speed[middle] - np.interp(middle, facing, speed[facing])) if facing else 0.0
        if bent and apart_s < _REST_NEAR_S and moves > _REST_M_S + _REST_DRIFT_M_S2 * apart_s:
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
    return _freed(motion, _spans(rest), _spans(rest))


def _freed(motion: Motion, quiet: list[tuple[int, int]], rests: list[tuple[int, int]]) -> Array:
    """Free the vertical acceleration of what gravity in the quiet, and velocity between rests, speak against."""
    raw = motion.vertical_acceleration
    if not quiet:
        return raw
    starts, stops = np.array(quiet).T
    quiet_s = (stops - starts) / RATE_HZ
    known = _BIAS_TOLERANCE * quiet_s * np.maximum(1.0, _BIAS_REST_S / (quiet_s + _REST_WINDOW_S))
    near = [(a[1], b[0]) for a, b in pairwise(rests) if b[0] - a[1] < _BIAS_SPAN_S * RATE_HZ]
    left, met = np.array(near, dtype=int).reshape(-1, 2).T
    rows = np.vstack(
        [
            np.eye(3) / _BIAS_SPREAD_M_S2,
            np.column_stack([_sum_between(axis, starts, stops) for axis in motion.up.T]) / known[:, None],
            np.column_stack([_sum_between(axis, left, met) for axis in motion.up.T]) / _BIAS_TOLERANCE,
        ]
    )
    values = np.concatenate(
        [np.zeros(3), _sum_between(raw, starts, stops) / known, _sum_between(raw, left, met) / _BIAS_TOLERANCE]
    )
    bias = np.linalg.lstsq(rows, values, rcond=None)[0]
    freed: Array = raw - motion.up @ bias
    return freed


def _sum_between(values: Array, starts: NDArray[np.intp], stops: NDArray[np.intp]) -> Array:
    """Integrate a signal over stretches, (k,)."""
    summed = np.concatenate([[0.0], np.cumsum(values)])
    between: Array = (summed[stops] - summed[starts]) / RATE_HZ
    return between


def _spans(mask: Mask) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


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
