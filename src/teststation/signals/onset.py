"""When a movement begins and ends: level crossings, quiet, and the way back to a smooth movement's first instant."""

from __future__ import annotations

import functools

import numpy as np

from teststation.signals.prepare import RATE_HZ, Array, low_pass

STIR_HZ = 3.0
"""Below this a body segment moves; above it cloth and phone rattle."""

_EARLY_SHARES = (0.04, 0.30)
"""The part of a movement that its begin is read from: above sway, before the next movement can mix in."""

_ENDS = (0.10, 0.40)

THROWN = 1.5
"""The trunk gathers speed until the seat is left, and loses it slowly when it is back."""


def stirring(rate_of_turn: Array) -> Array:
    """Give how fast the sensor turns about whatever axis, (n,) rad/s, smoothed; `rate_of_turn` is (n, 3) rad/s."""
    return low_pass(np.linalg.norm(rate_of_turn, axis=1), STIR_HZ)


def last_below(values: Array, before: int, level: float, hold_s: float = 0.05) -> int:
    """Walk back from an index to the end of the last stretch of at least `hold_s` below a level; else to 0."""
    hold = max(1, round(hold_s * RATE_HZ))
    low = np.concatenate([[0], np.cumsum(values[: before + 1] < level)])
    ends = np.flatnonzero(low[hold:] - low[:-hold] == hold)
    return int(ends[-1] + hold - 1) if len(ends) else 0


def first_below(values: Array, after: int, level: float, hold_s: float = 0.05) -> int:
    """Walk on from an index to the first stretch of at least `hold_s` below a level; else to the last sample."""
    return len(values) - 1 - last_below(values[::-1], len(values) - 1 - after, level, hold_s)


def crossing(values: Array, level: float, middle: int, *, back: bool) -> float | None:
    """Find where rising values pass a level, between the samples: the nearest such place back or on from `middle`.

    Returns
    -------
    index, or None where the values stay on one side
    """
    if back:
        below = np.flatnonzero(values[: middle + 1] < level)
        if len(below) == 0 or below[-1] == middle:
            return None
        k = int(below[-1])
    else:
        above = np.flatnonzero(values[middle:] >= level)
        if len(above) == 0 or above[0] == 0:
            return None
        k = middle + int(above[0]) - 1
    return k + (level - float(values[k])) / (float(values[k + 1]) - float(values[k]))


def first_instant(share: Array, shares: tuple[float, float] = _EARLY_SHARES) -> float | None:
    """Extrapolate a smooth movement back to its begin.

    A movement of least jerk begins with the third power of time, 10 s³ - 15 s⁴ + 6 s⁵, so its time is read from the
    share of the way by the inverse of that curve, and a straight line through these times leads back to the begin.

    Parameters
    ----------
    share : (n,) share of the way done, about 0 at first; its last stretch between the two `shares` is used

    Returns
    -------
    index, or None where there is no such stretch

    Source
    ------
    Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985 (least jerk). The extrapolation is ours.
    """
    over = np.flatnonzero(share >= shares[1])
    if len(over) == 0:
        return None
    last = int(over[0])
    first = last_below(share, last, shares[0], 0.0) + 1
    if last - first < 3 or share[first - 1] >= shares[0]:
        return None
    index = np.arange(first, last)
    slope, offset = np.polyfit(_time_of_share(share[first:last]), index, 1)
    return float(offset) if slope > 0 else None


def _time_of_share(share: Array) -> Array:
    s = np.linspace(0.0, 1.0, 201)
    time: Array = np.interp(share, s**3 * (10 - 15 * s + 6 * s**2), s)
    return time


def edge(rate: Array, peak: int, stop: int, skew: float = 1.0) -> float:
    """Find where a movement begins (`stop` before `peak`) or ends (`stop` after it), as a sample with fraction.

    A least-jerk movement is laid through the places where its rate has 10 % and 40 % of its peak; its own end lies a
    known way beyond, where the signal itself is lost in noise.

    Parameters
    ----------
    rate : (n,) positive at the peak
    skew : 1 for an even movement; more for one that gathers speed slowly from this end (its time to this power)

    Source
    ------
    Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985 (least jerk). The extrapolation is ours.
    """
    step = 1 if stop > peak else -1
    low, high = (_falls_below(rate, peak, stop, share * float(rate[peak]), step) for share in _ENDS)
    if low is None or high is None:
        return float(stop)
    at_low, at_high = _times_of_rate(skew)
    reach = low + (low - high) * at_low / (at_high - at_low)
    return float(max(reach, stop) if step < 0 else min(reach, stop))


@functools.cache
def _times_of_rate(skew: float) -> tuple[float, float]:
    """Give when a least-jerk movement of such a skew first has the rates of `_ENDS`, in shares of its duration."""
    time = np.linspace(0.0, 1.0, 2001)
    way = time**skew
    rate = time ** (skew - 1.0) * (way * (1.0 - way)) ** 2
    early = rate[: int(np.argmax(rate)) + 1] / rate.max()
    low, high = np.interp(_ENDS, early, time[: len(early)])
    return float(low), float(high)


def fall(rate: Array, peak: int, stop: int, share: float) -> float:
    """Find where a rate has fallen to a share of its peak, going on to `stop`, as a sample; else the peak itself."""
    level = _falls_below(rate, peak, stop, share * rate[peak], 1)
    return float(peak) if level is None else level


def _falls_below(values: Array, start: int, stop: int, level: float, step: int) -> float | None:
    part = values[start : stop + 1] if step > 0 else values[stop : start + 1][::-1]
    below = np.flatnonzero(part < level)
    if not len(below):
        return None
    k = int(below[0])
    fraction = (part[k - 1] - level) / (part[k - 1] - part[k]) if k else 0.0
    return float(start + step * (k - 1 + fraction if k else 0.0))
