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

_LEAST_TWO_RAD = np.radians(250.0)

_GRID_HZ = 10.0
_LONGEST_GRID = 500
_SHORTEST_S = 0.4
_PRICE = 3.0
"""Squared rad at 10 Hz: worth it for a heading that stays changed by 75° for a second, not for swaying."""

_LEVEL_S = 1.2
"""The heading before and after a turn is the median over so long: two strides at a normal pace."""

_LOW, _HALF, _HIGH = 0.2, 0.5, 0.8
"""Shares of the turn that its edges are read from: beyond the sway of walking, which is some 5° of 180°."""

GRADUAL_S = 0.21
"""The heading begins so long before that ramp, and ends so long after it, to change: some half a step.

Fitted on `voisard_10m_uturn` (76 turns of 13 people): after it the edges are 0.08 s off in the mean. The generated
turns, whose edges are exact, are longer and say 0.28 s. A reach in proportion to the ramp would suit these, but in
people it does not grow with the ramp (0.13 s off).
"""


@dataclass(frozen=True)
class Turn:
    """A change of heading; times in seconds on the recording's clock, the angle positive to the left.

    The edges are where the heading begins and ends to change: a little outside of the straight ramp that best stands
    for the turn. Who labels a video sees a turn later and for a shorter time: in `tug_pocket` the labels are those of
    the ramp (bias under 0.08 s).
    """

    start_s: float
    end_s: float
    angle_rad: float


def heading(motion: Motion) -> Array:
    """Give the heading, (n,) rad, from an arbitrary zero, + to the left, without the shaking of single steps."""
    return low_pass(np.cumsum(motion.yaw_rate) / RATE_HZ, HEADING_HZ)


def find_turns(motion: Motion, first: int, last: int) -> list[Turn]:
    """Find every turn between two samples, in order of time.

    The heading is cut into level stretches and ramps in turn, by least squares with a price on each ramp (an exact
    semi-Markov search); the edges are then read from the heading itself.
    """
    way = heading(motion)
    grid = _grid(way[first : last + 1])
    cuts = [] if grid is None else _cut_freely(*grid[:2])
    return _turns(motion, way, first, last, [cut * grid[2] for cut in cuts] if grid else [])


def find_two_turns(motion: Motion, first: int, last: int) -> list[Turn]:
    """Find the two turns of a test that has two; one, where there is only one; each is at least `LEAST_TURN_RAD`."""
    way = heading(motion)
    grid = _grid(way[first : last + 1])
    for count in (2, 1):
        cuts = None if grid is None else _cut_into(*grid[:2], count)
        turns = _turns(motion, way, first, last, [cut * grid[2] for cut in cuts]) if cuts and grid else []
        if len(turns) == count and not _halves_of_one(turns):
            return turns
    return []


def _halves_of_one(turns: list[Turn]) -> bool:
    """Tell whether two turns the same way round together make no more than one with a halt in it."""
    angles = [turn.angle_rad for turn in turns]
    return len(angles) == 2 and angles[0] * angles[1] > 0 and abs(sum(angles)) < _LEAST_TWO_RAD


def _turns(motion: Motion, way: Array, first: int, last: int, cuts: list[int]) -> list[Turn]:
    edges = [first, *(first + cut for cut in cuts), last]
    found = [_edges(motion, way, edges[k : k + 4]) for k in range(0, len(edges) - 3, 2)]
    return [turn for turn in found if turn is not None]


def _grid(way: Array) -> tuple[Array, Array, int] | None:
    """Give the costs of levels and ramps on a coarse grid, and its step in samples; None where it is too short."""
    step = max(round(RATE_HZ / _GRID_HZ), -(-len(way) // _LONGEST_GRID))
    shortest = max(2, round(_SHORTEST_S * RATE_HZ / step))
    values = way[::step]
    if len(values) < 3 * shortest:
        return None
    return (*_costs(values, shortest), step)


def _cut_into(level: Array, ramp: Array, ramps: int) -> list[int] | None:
    """Cut into level, ramp, level … level at 2 `ramps` grid points; None where they do not fit."""
    best = level[0]
    back = []
    for k in range(2 * ramps):
        whole = best[:, None] + (ramp if k % 2 == 0 else level)
        back.append(np.argmin(whole, axis=0))
        best = np.min(whole, axis=0)
    if not np.isfinite(best[-1]):
        return None
    cuts = [len(best) - 1]
    for previous in reversed(back):
        cuts.append(int(previous[cuts[-1]]))
    return cuts[:0:-1]


def _cut_freely(level: Array, ramp: Array) -> list[int]:
    """Cut into level, ramp, level … level with as many ramps as are worth their price."""
    n = len(level)
    after_level, after_ramp = level[0].copy(), np.full(n, np.inf)
    back_level, back_ramp = np.zeros(n, dtype=int), np.zeros(n, dtype=int)
    for j in range(1, n):
        risen = after_level[:j] + ramp[:j, j] + _PRICE
        back_ramp[j] = np.argmin(risen)
        after_ramp[j] = risen[back_ramp[j]]
        stayed = after_ramp[:j] + level[:j, j]
        k = int(np.argmin(stayed))
        if stayed[k] < after_level[j]:
            after_level[j], back_level[j] = stayed[k], k
    cuts: list[int] = []
    at = n - 1
    while back_level[at] > 0:
        begin = int(back_ramp[back_level[at]])
        cuts[:0] = [begin, int(back_level[at])]
        at = begin
    return cuts


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
    return Turn(
        start_s=max(float(motion.time_s[0]), motion.seconds(start) - GRADUAL_S),
        end_s=min(float(motion.time_s[-1]), motion.seconds(stop) + GRADUAL_S),
        angle_rad=angle,
    )
