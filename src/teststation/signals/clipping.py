"""What a sensor would have read beyond its range."""

from __future__ import annotations

import numpy as np

from teststation.signals.prepare import RATE_HZ, Array, Mask

_LONGEST_S = 1.0
"""A longer run is no peak of a movement, not even of a turn: nobody can say what was in it."""

_SLOPE_SAMPLES = 3
_MOST = 1.5
"""A peak is led no further beyond the range than that, cut at two thirds of its height: of a blow nobody knows more."""


def peaks_restored(values: Array, clipped: Mask) -> Array:
    """Lead each channel over its clipped peaks, by the cubic that leaves and meets it with its own slope.

    A half-sine that was cut at 0.7 of its height comes back to 0.98 of it.

    Parameters
    ----------
    values : (n, k) at `RATE_HZ`
    clipped : (n, k) True where a channel stayed at its range
    """
    if not clipped.any():
        return values
    restored = values.copy()
    for channel, marks in zip(restored.T, clipped.T, strict=True):
        edges = np.flatnonzero(np.diff(np.concatenate([[0], marks.astype(int), [0]])))
        for first, after in edges.reshape(-1, 2):
            _lead_over(channel, int(first) - 1, int(after))
    return restored


def _lead_over(channel: Array, last_before: int, first_after: int) -> None:
    """Fill what lies between two samples of a channel, in place; never towards 0 from the range."""
    span = first_after - last_before
    start, end = last_before - _SLOPE_SAMPLES, first_after + _SLOPE_SAMPLES
    if start < 0 or end >= len(channel) or span > _LONGEST_S * RATE_HZ:
        return
    rising = (channel[last_before] - channel[start]) / _SLOPE_SAMPLES
    falling = (channel[end] - channel[first_after]) / _SLOPE_SAMPLES
    u = np.arange(1, span) / span
    between = slice(last_before + 1, first_after)
    cubic = (
        channel[last_before] * (1 + 2 * u) * (1 - u) ** 2
        + channel[first_after] * u**2 * (3 - 2 * u)
        + span * (rising * u * (1 - u) ** 2 - falling * u**2 * (1 - u))
    )
    sign = np.sign(channel[between])
    held = sign * channel[between]
    channel[between] = sign * np.clip(sign * cubic, held, _MOST * held)
