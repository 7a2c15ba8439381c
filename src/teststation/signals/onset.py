"""When a movement begins and ends: level crossings, quiet, and the way back to a smooth movement's first instant."""

from __future__ import annotations

import functools

import numpy as np

from teststation.signals.prepare import RATE_HZ, Array, low_pass

STIR_HZ = 3.0
"""Below this a body segment moves; above it cloth and phone rattle."""

_EARLY_SHARES = (0.04, 0.30)
"""The part of a movement that its begin is read from: above sway, before the next movement can mix in."""

_GATHERING = (0.08, 0.15, 0.25, 0.35, 0.5, 0.65, 0.8, 0.9)
_LOSING = (0.95, 0.85, 0.7)
"""Shares of a movement's fastest rate that it is laid through, before its peak and after; then the next may begin."""
_SKEWS = np.linspace(1.0, 2.0, 11)
_SKEW_SPREAD = 0.3
_MISFIT = 0.003
"""So much of its duration a movement's shape leaves open (0.001 to 0.005 do equally well on generated movements)."""
_SMALLEST = 1e-9
_AFTER_PEAK_S = 2.0

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

    A least-jerk movement is laid through the places where its rate has certain shares of its peak; its own end lies a
    known way beyond, where the signal itself is lost in noise.

    Parameters
    ----------
    rate : (n,) positive at the peak
    skew : 1 for an even movement; more for one that gathers speed slowly from this end (its time to this power). An
        uneven one has the skew that suits it best, not far from this.

    Source
    ------
    Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985 (least jerk). Skew and extrapolation are ours.
    """
    step = 1 if stop > peak else -1
    behind = min(max(peak - step * round(_AFTER_PEAK_S * RATE_HZ), 0), len(rate) - 1)
    top = float(rate[peak])
    found = [_falls_below(rate, peak, stop, share * top, step) for share in _GATHERING]
    found += [_falls_below(rate, peak, behind, share * top, -step) for share in _LOSING]
    known = np.array([at is not None for at in found])
    if found[1] is None or known.sum() < len(known) // 2:
        return float(stop)
    at = -step * np.array([at for at in found if at is not None])
    skews = _SKEWS if skew > 1.0 else _SKEWS[:1]
    shares = _times_of_rate()[: len(skews), known]
    mean = shares.mean(axis=1, keepdims=True)
    lasts = (shares - mean) @ (at - at.mean()) / np.sum((shares - mean) ** 2, axis=1)
    misfit = (
        np.mean((at - at.mean() - lasts[:, None] * (shares - mean)) ** 2, axis=1)
        / (_MISFIT * np.maximum(np.abs(lasts), _SMALLEST)) ** 2
    )
    best = int(np.argmin(misfit + ((skews - skew) / _SKEW_SPREAD) ** 2))
    reach = -step * float(at.mean() - lasts[best] * mean[best, 0])
    return max(reach, float(stop)) if step < 0 else min(reach, float(stop))


@functools.cache
def _times_of_rate() -> Array:
    """Give when a least-jerk movement of each skew has those rates, in shares of its duration: (skews, shares)."""
    time = np.linspace(0.0, 1.0, 2001)
    times = []
    for skew in _SKEWS:
        way = time**skew
        rate = time ** (skew - 1.0) * (way * (1.0 - way)) ** 2
        peak = int(np.argmax(rate))
        rate /= rate[peak]
        times.append(
            [
                *np.interp(_GATHERING, rate[: peak + 1], time[: peak + 1]),
                *np.interp(np.negative(_LOSING), -rate[peak:], time[peak:]),
            ]
        )
    return np.array(times)


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
