"""From samples as they came to samples that can be analysed: even in time, 1 g at rest, gaps and clipping named."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage, signal

from teststation.model import Recording

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

RATE_HZ = 100.0
"""The rate of all analysis: enough for an initial contact to 5 ms, little enough for hours."""

GRAVITY_M_S2 = 9.80665
GAP_S = 0.1
"""A longer pause between two samples is a gap: interpolated, and reported where an event needs it."""
MOST_GAP_S = 10.0
"""So much of a gap is filled with samples, and no more: hours without a signal are no hours of signal.

No test goes on through it, and every filter of the analysis has come to rest within it.
"""

_LONG = 2**16
"""Samples (eleven minutes) from which on memory matters more than the last bit of speed."""

_STILL_WINDOW_S = 0.5
_STILL_GYRO_RAD_S = 0.05
_GRAVITY_RANGE = (0.85, 1.15)
"""Beyond this the accelerometer is not out of calibration but wrong, and is left alone."""


_FLAT = 1e-4
"""Of a range: what a 16-bit sensor cannot tell apart, and what rounding leaves of a cut-off peak."""
_FLAT_SAMPLES = 3
_EDGE = 5.0
"""A round top that stays within `_FLAT` for three samples falls by at most three times as much with the next."""
_LEAST_EDGE_DIGITS = 4.0
_ROUNDED = 0.1
"""A sensor at rest wavers by its own digits, and may stay at the largest of them for some samples."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Sampling:
    """When a sensor was sampled, evenly, and how well.

    Parameters
    ----------
    time_s : (n,) seconds on the recording's clock, `RATE_HZ` apart but in gaps longer than `MOST_GAP_S`
    covered : (n,) False inside a gap
    gaps : (k, 2) start and end of each gap, seconds
    clipped : (n, 6) True where a channel was at the end of its range; those of the accelerometer come first
    still : (n,) True where the sensor does not turn
    source_rate_hz : the measured rate of the recording
    lost_samples : how many samples the recording lacks at its own rate
    """

    time_s: Array
    covered: Mask
    gaps: Array
    clipped: Mask
    still: Mask
    source_rate_hz: float
    lost_samples: int

    def __len__(self) -> int:
        return len(self.time_s)


@dataclass(frozen=True, eq=False, kw_only=True)
class Samples(Sampling):
    """Evenly sampled signals of one sensor.

    Parameters
    ----------
    acceleration : (n, 3) m/s², gravity included, scaled to 1 g at rest
    angular_velocity : (n, 3) rad/s
    """

    acceleration: Array
    angular_velocity: Array

    def sampling(self) -> Sampling:
        """Give what is left to be known of them once the motion has been found: their signals fill the memory."""
        return Sampling(**{field.name: getattr(self, field.name) for field in fields(Sampling)})


def prepare(recording: Recording) -> Samples:
    """Resample a recording evenly to `RATE_HZ`, scale it to 1 g at rest and name its gaps.

    Above `RATE_HZ` the signals are first low-passed at 0.45 of the new rate (zero phase, order 4), so that impacts do
    not alias into the gait band.
    """
    interval_s = np.diff(recording.time_s)
    period_s = float(np.median(interval_s))
    rate_hz = 1.0 / period_s
    source_s = recording.time_s.copy()  # without what is too much of a gap
    source_s[1:] -= np.cumsum(np.maximum(interval_s - MOST_GAP_S, 0.0))
    count = int(np.floor((source_s[-1] - source_s[0]) * RATE_HZ)) + 1
    even_s = source_s[0] + np.arange(count) / RATE_HZ
    time_s = even_s if source_s[-1] == recording.time_s[-1] else np.interp(even_s, source_s, recording.time_s)

    long = interval_s > max(GAP_S, 1.5 * period_s)
    gaps = np.column_stack([recording.time_s[:-1][long], recording.time_s[1:][long]])
    covered = np.ones(count, dtype=bool)
    for first, last in np.column_stack(
        [np.searchsorted(time_s, gaps[:, 0], "right"), np.searchsorted(time_s, gaps[:, 1])]
    ):
        covered[first:last] = False

    sections = signal.butter(4, 0.45 * RATE_HZ, fs=rate_hz, output="sos") if rate_hz > 1.2 * RATE_HZ else None
    acceleration = _resampled(recording.acceleration, source_s, even_s, sections)
    angular_velocity = _resampled(recording.angular_velocity, source_s, even_s, sections)
    quiet = still(angular_velocity)
    acceleration /= _gravity_scale(acceleration[quiet])
    marks = np.hstack([_clipped(recording.acceleration), _clipped(recording.angular_velocity)])
    return Samples(
        time_s=time_s,
        acceleration=acceleration,
        angular_velocity=angular_velocity,
        covered=covered,
        gaps=gaps,
        clipped=_resampled_marks(marks, source_s, even_s),
        still=quiet,
        source_rate_hz=rate_hz,
        lost_samples=int(np.sum(np.round(interval_s[interval_s > 1.5 * period_s] / period_s) - 1)),
    )


def _resampled(values: Array, source_s: Array, even_s: Array, sections: Array | None) -> Array:
    """Resample (n, 3) channels, one after another: a whole day must fit into the memory of a small machine."""
    even = np.empty((len(even_s), values.shape[1]))
    for k, channel in enumerate(values.T):
        kept = channel if sections is None else signal.sosfiltfilt(sections, channel)
        even[:, k] = np.interp(even_s, source_s, kept)
    return even


def _resampled_marks(marks: Mask, source_s: Array, even_s: Array) -> Mask:
    """Mark what lies between two samples of which one is marked."""
    even = np.zeros((len(even_s), marks.shape[1]), dtype=bool)
    for k in np.flatnonzero(marks.any(axis=0)):
        even[:, k] = np.interp(even_s, source_s, marks[:, k]) > 0
    return even


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
    quiet = np.ones(len(angular_velocity), dtype=bool)
    for axis in angular_velocity.T:
        highest, lowest = (
            find(axis, size, mode="nearest") for find in (ndimage.maximum_filter1d, ndimage.minimum_filter1d)
        )
        quiet &= highest - lowest < threshold_rad_s * 2
    return quiet


def low_pass(values: Array, cutoff_hz: float) -> Array:
    """Filter at `RATE_HZ` without delay (Butterworth of second order, forwards and backwards).

    What `scipy.signal.sosfiltfilt` does in a fifth of its time: a watcher filters short stretches many times a second.
    """
    if values.ndim > 1 and len(values) > _LONG:  # the channels one by one, in the memory of one
        columns = np.empty_like(values)
        for k in range(values.shape[1]):
            columns[:, k] = low_pass(values[:, k], cutoff_hz)
        return columns
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


def _gravity_scale(at_rest: Array) -> float:
    if len(at_rest) < RATE_HZ / 2:
        return 1.0
    scale = float(np.median(np.linalg.norm(at_rest, axis=1)) / GRAVITY_M_S2)
    return scale if _GRAVITY_RANGE[0] <= scale <= _GRAVITY_RANGE[1] else 1.0


def _clipped(values: Array) -> Mask:
    """Mark where the channels of a sensor are at the end of its range, as far as the signal itself shows it.

    A cut-off peak is flat for some samples, and its edge is steeper than that of a round one. Where one is found, all
    that comes as far on any channel is cut off too, for these have the same range.

    Parameters
    ----------
    values : (n, 3) as they came from the sensor
    """
    ends = [end for channel in values.T for sided in (channel, -channel) if (end := _cut_off(sided)) is not None]
    marked = np.zeros(values.shape, dtype=bool)
    if ends:
        least = (1.0 - _FLAT) * min(ends)
        for k, channel in enumerate(values.T):
            marked[:, k] = np.abs(channel) >= least
    return marked


def _cut_off(channel: Array) -> float | None:
    """Give the value that the peaks of a channel are cut off at; None where they are not."""
    end = float(channel.max())
    at_end = channel >= end - _FLAT * abs(end)
    edges = np.flatnonzero(np.diff(at_end, prepend=False, append=False))
    starts, stops = edges[::2], edges[1::2]
    flat = stops - starts >= _FLAT_SAMPLES
    if end <= 0.0 or not flat.any():
        return None
    steps = np.abs(np.diff(channel, prepend=channel[0], append=channel[-1]))
    edge = float(np.max(np.maximum(steps[starts], steps[stops])[flat]))
    if edge <= _EDGE * _FLAT * end:
        return None
    return end if edge > _LEAST_EDGE_DIGITS * _digit(channel) else None


def _digit(channel: Array) -> float:
    """Give the step that all steps between a channel's values are multiples of; 0 where there is none."""
    between = np.diff(np.unique(channel))
    least = float(between.min())
    multiples = between / least
    return least if np.all(np.abs(multiples - np.round(multiples)) < _ROUNDED) else 0.0
