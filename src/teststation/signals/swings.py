"""The thigh's swings: its way between level and upright, which is a rise or a sit."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teststation.signals.bends import about_main_axis
from teststation.signals.onset import edge
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, Mask, low_pass

_THIGH_LEAST_RAD = np.radians(50.0)
_THIGH_HZ = 3.0
_THIGH_EDGE_HZ = 5.0


@dataclass(frozen=True, eq=False)
class Swing:
    """The thigh's way between level and upright: to the `high` angle or from it, and the samples of its edges.

    `rate` is positive on its way; `after` and `before` are where the neighbouring swings end and begin.
    """

    high: bool
    begin: float
    peak: int
    finish: float
    rate: Array
    after: int
    before: int


def swings(motion: Motion) -> tuple[Array, list[Swing]]:
    """Find the thigh's swings in order of time, and its inclination, (n,) rad, with an arbitrary sign and zero."""
    angle, rate = about_main_axis(motion, _THIGH_HZ, np.ones(len(motion)))
    angle, rate = low_pass(angle, _THIGH_HZ), low_pass(rate, _THIGH_EDGE_HZ)
    slow = np.abs(rate) < 0.3
    if slow.sum() < RATE_HZ / 2:
        return angle, []
    ends = np.percentile(angle[slow], [2, 98])
    if np.ptp(ends) < _THIGH_LEAST_RAD:
        return angle, []
    is_high = _hysteresis((angle - ends[0]) / np.ptp(ends), 0.35, 0.65)
    changes = np.flatnonzero(np.diff(is_high)).tolist()
    ways = {True: rate, False: -rate}  # once each: an hour has a thousand swings
    return angle, [_swing(k, changes, bool(is_high[at + 1]), ways) for k, at in enumerate(changes)]


def _swing(k: int, changes: list[int], high: bool, ways: dict[bool, Array]) -> Swing:
    at = changes[k]
    signed = ways[high]
    after = changes[k - 1] if k else 0
    before = changes[k + 1] if k + 1 < len(changes) else len(signed) - 1
    first, last = max(after, at - 300), min(before, at + 300)
    near = max(first, at - 60)
    peak = near + int(np.argmax(signed[near : min(last, at + 60) + 1]))
    return Swing(high, edge(signed, peak, first), peak, edge(signed, peak, last), signed, after, before)


def _hysteresis(values: Array, low: float, high: float) -> Mask:
    state = np.where(values > high, 1, np.where(values < low, 0, -1))
    known = np.flatnonzero(state >= 0)
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    last = np.maximum.accumulate(np.where(state >= 0, np.arange(len(values)), known[0]))
    held: Mask = state[last] == 1
    return held
