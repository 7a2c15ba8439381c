"""From samples as they came to samples that can be analysed: even in time, 1 g at rest, gaps and clipping named."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from teststation.model import Recording

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

RATE_HZ = 100.0
"""The rate of all analysis: enough for an initial contact to 5 ms, little enough for hours."""

GRAVITY_M_S2 = 9.80665
GAP_S = 0.1
"""A longer pause between two samples is a gap: interpolated, and reported where an event needs it."""

_STILL_WINDOW_S = 0.5
_STILL_GYRO_RAD_S = 0.05
_GRAVITY_RANGE = (0.85, 1.15)
"""Beyond this the accelerometer is not out of calibration but wrong, and is left alone."""


@dataclass(frozen=True, eq=False)
class Samples:
    """Evenly sampled signals of one sensor.

    Parameters
    ----------
    time_s : (n,) seconds on the recording's clock, `RATE_HZ` apart
    acceleration : (n, 3) m/s², gravity included, scaled to 1 g at rest
    angular_velocity : (n, 3) rad/s
    covered : (n,) False inside a gap
    gaps : (k, 2) start and end of each gap, seconds
    clipped : (n,) True where a channel stayed at its largest value
    source_rate_hz : the measured rate of the recording
    lost_samples : how many samples the recording lacks at its own rate
    """

    time_s: Array
    acceleration: Array
    angular_velocity: Array
    covered: Mask
    gaps: Array
    clipped: Mask
    source_rate_hz: float
    lost_samples: int

    def __len__(self) -> int:
        return len(self.time_s)


def prepare(recording: Recording) -> Samples:
    """Resample a recording evenly to `RATE_HZ`, scale it to 1 g at rest and name its gaps.

    Above `RATE_HZ` the signals are first low-passed at 0.45 of the new rate (zero phase, order 4), so that impacts do
    not alias into the gait band.
    """
    interval_s = np.diff(recording.time_s)
    period_s = float(np.median(interval_s))
    rate_hz = 1.0 / period_s
    signals = np.hstack([recording.acceleration, recording.angular_velocity])
    clipped = _clipped(signals)
    if rate_hz > 1.2 * RATE_HZ:
        sos = signal.butter(4, 0.45 * RATE_HZ, fs=rate_hz, output="sos")
        signals = signal.sosfiltfilt(sos, signals, axis=0)

    count = int(np.floor((recording.time_s[-1] - recording.time_s[0]) * RATE_HZ)) + 1
    time_s = recording.time_s[0] + np.arange(count) / RATE_HZ
    even = np.column_stack([np.interp(time_s, recording.time_s, channel) for channel in signals.T])
    long = interval_s > max(GAP_S, 1.5 * period_s)
    gaps = np.column_stack([recording.time_s[:-1][long], recording.time_s[1:][long]])
    covered = np.ones(count, dtype=bool)
    for start, end in gaps:
        covered[(time_s > start) & (time_s < end)] = False

    acceleration, angular_velocity = even[:, :3], even[:, 3:]
    return Samples(
        time_s=time_s,
        acceleration=acceleration / _gravity_scale(acceleration, angular_velocity),
        angular_velocity=angular_velocity,
        covered=covered,
        gaps=gaps,
        clipped=np.interp(time_s, recording.time_s, clipped) > 0,
        source_rate_hz=rate_hz,
        lost_samples=int(np.sum(np.round(interval_s[interval_s > 1.5 * period_s] / period_s) - 1)),
    )


def still(
    angular_velocity: Array, window_s: float = _STILL_WINDOW_S, threshold_rad_s: float = _STILL_GYRO_RAD_S
) -> Mask:
    """Tell where the sensor does not turn: the range of each axis over a centred window stays below the threshold.

    A range, not a value, so that the gyroscope's bias does not matter.

    Parameters
    ----------
    angular_velocity : (n, 3) rad/s at `RATE_HZ`
    """
    size = max(3, round(window_s * RATE_HZ) | 1)
    width = np.ptp(
        np.lib.stride_tricks.sliding_window_view(_edge_padded(angular_velocity, size), size, axis=0), axis=-1
    )
    quiet: Mask = np.all(width < threshold_rad_s * 2, axis=1)
    return quiet


def low_pass(values: Array, cutoff_hz: float) -> Array:
    """Filter at `RATE_HZ` without delay (Butterworth of second order, forwards and backwards).

    What `scipy.signal.sosfiltfilt` does in a fifth of its time: a watcher filters short stretches many times a second.
    """
    numerator, denominator, settled = _low_pass_coefficients(cutoff_hz)
    settled = settled.reshape(-1, *[1] * (values.ndim - 1))
    pad = min(len(values) - 1, round(3 * RATE_HZ / cutoff_hz))
    before, after = 2 * values[:1] - values[pad:0:-1], 2 * values[-1:] - values[-2 : -pad - 2 : -1]
    there = np.concatenate([before, values, after])
    for _ in range(2):
        there = signal.lfilter(numerator, denominator, there, axis=0, zi=settled * there[:1])[0][::-1]
    filtered: Array = there[pad : len(there) - pad]
    return filtered


@cache
def _low_pass_coefficients(cutoff_hz: float) -> tuple[Array, Array, Array]:
    numerator, denominator = signal.butter(2, cutoff_hz, fs=RATE_HZ)
    return numerator, denominator, signal.lfilter_zi(numerator, denominator)


def _gravity_scale(acceleration: Array, angular_velocity: Array) -> float:
    quiet = still(angular_velocity)
    if quiet.sum() < RATE_HZ / 2:
        return 1.0
    scale = float(np.median(np.linalg.norm(acceleration[quiet], axis=1)) / GRAVITY_M_S2)
    return scale if _GRAVITY_RANGE[0] <= scale <= _GRAVITY_RANGE[1] else 1.0


def _clipped(signals: Array) -> Array:
    """Mark runs of three or more samples at a channel's own extreme: a moving sensor that does not clip has none."""
    extreme = (signals == signals.max(axis=0)) | (signals == signals.min(axis=0))
    run = extreme[2:] & extreme[1:-1] & extreme[:-2]
    marked = np.zeros(len(signals))
    moving = np.ptp(signals, axis=0) > 0
    marked[1:-1] = np.any(run[:, moving], axis=1)
    return marked


def _edge_padded(values: Array, size: int) -> Array:
    half = size // 2
    padded: Array = np.pad(values, ((half, half), (0, 0)), mode="edge")
    return padded
