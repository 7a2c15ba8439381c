"""Turns: where a walk changes its heading, from when to when, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teststation.signals.onset import crossing
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, low_pass

HEADING_HZ = 1.5
LEAST_TURN_RAD = np.radians(75.0)
"""Less is a bend in the way, not the turn of a test."""

_GRID_HZ = 10.0
_LONGEST_GRID = 500
_LEVEL_S = 1.2
"""The heading before and after a turn is the median over so long: two strides at a normal pace."""

_LOW, _HALF, _HIGH = 0.2, 0.5, 0.8
"""Shares of the turn that its edges are read from: beyond the sway of walking, which is some 5° of 180°."""


@dataclass(frozen=True)
class Turn:
    """A change of heading; times in seconds on the recording's clock, the angle positive to the left.

    `spread_s` is how far each edge would move with another reading of the same signal.
    """

    start_s: float
    end_s: float
    angle_rad: float
    spread_s: tuple[float, float]


def heading(motion: Motion) -> Array:
    """Give the heading, (n,) rad, from an arbitrary zero, + to the left, without the shaking of single steps."""
    return low_pass(np.cumsum(motion.yaw_rate) / RATE_HZ, HEADING_HZ)


def find_turns(motion: Motion, first: int, last: int, most: int = 2) -> list[Turn]:
    """Find up to `most` turns between two samples: of 2, then 1, the most that are all large enough.

    The heading is cut into level stretches and ramps in turn by least squares (an exact semi-Markov search); the edges
    are then read from the heading itself.
    """
    way = heading(motion)
    for count in range(most, 0, -1):
        cuts = _level_and_ramp(way[first : last + 1], count)
        if cuts is None:
            continue
        turns = [
            _edges(motion, way, [first, *(first + cut for cut in cuts), last][2 * ramp : 2 * ramp + 4])
            for ramp in range(count)
        ]
        found = [turn for turn in turns if turn is not None]
        if len(found) == count:
            return found
    return []


def _level_and_ramp(way: Array, ramps: int) -> list[int] | None:
    """Cut a heading into level, ramp, level … level: 2 `ramps` cuts, as sample indices; None where it is too short."""
    step = max(round(RATE_HZ / _GRID_HZ), -(-len(way) // _LONGEST_GRID))
    values = way[::step]
    n = len(values)
    shortest = max(2, round(0.4 * RATE_HZ / step))
    if n < (ramps + 1) * shortest * 2:
        return None
    level, ramp = _costs(values, shortest)
    pieces = [level if k % 2 == 0 else ramp for k in range(2 * ramps + 1)]
    # best[i]: the least cost of the pieces so far, the last of which ends before grid point i
    best = pieces[0][0]
    back = []
    for piece in pieces[1:]:
        whole = best[:, None] + piece
        back.append(np.argmin(whole, axis=0))
        best = np.min(whole, axis=0)
    if not np.isfinite(best[n]):
        return None
    cuts, at = [], n
    for previous in reversed(back):
        at = int(previous[at])
        cuts.append(at)
    return [cut * step for cut in reversed(cuts)]


def _costs(values: Array, shortest: int) -> tuple[Array, Array]:
    """Give the squared error of a level and of a ramp over [i, j), (n + 1, n + 1) each; infinite where not allowed."""
    n = len(values)
    x = np.arange(n, dtype=float)
    sums = [np.concatenate([[0.0], np.cumsum(v)]) for v in (np.ones(n), x, x * x, values, values * values, x * values)]
    count, sx, sxx, sy, syy, sxy = (s[None, :] - s[:, None] for s in sums)
    inner = count >= shortest
    size = np.maximum(count, 1.0)
    total = syy - sy * sy / size
    spread = np.maximum(sxx - sx * sx / size, 1e-9)
    shared = sxy - sx * sy / size
    slope = shared / spread
    turned = inner & (np.abs(slope) * (count - 1) >= 0.6 * LEAST_TURN_RAD)
    level = np.where(inner, total, np.inf)
    ramp = np.where(turned, total - slope * shared, np.inf)
    return level, ramp


def _edges(motion: Motion, way: Array, cuts: list[int]) -> Turn | None:
    """Read a turn's edges; `cuts` are the samples where level, ramp and level begin, and where the last ends."""
    first, begin, end, last = cuts
    size = round(_LEVEL_S * RATE_HZ)
    before = float(np.median(way[max(first, begin - size) : begin]))
    after = float(np.median(way[end : min(end + size, last) + 1]))
    angle = after - before
    if abs(angle) < LEAST_TURN_RAD:
        return None
    share = (way - before) / angle
    half = crossing(share[begin:end], _HALF, end - begin - 1, back=True)
    if half is None:
        return None
    middle = begin + int(np.ceil(half))
    low = crossing(share, _LOW, middle, back=True)
    high = crossing(share, _HIGH, middle, back=False)
    if low is None or high is None:
        return None
    half += begin
    # the straight line through the turn's lower (upper) part, led to the level before (after)
    start = low - (half - low) * _LOW / (_HALF - _LOW)
    stop = high + (high - half) * _LOW / (_HALF - _LOW)
    at = motion.time_s[0]
    return Turn(at + start / RATE_HZ, at + stop / RATE_HZ, angle, (0.1, 0.1))
