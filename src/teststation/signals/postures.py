"""Rises and sits: when the trunk bends, the seat is left or met, and the movement ends.

At the trunk a rise is a lobe of upward velocity that the trunk leads by bending forward; a sit is a lobe downward that
ends with the trunk coming back. At the thigh both are the way between its level and its upright inclination. Axes are
the body's own, found from gravity and the motion itself: no mounting is assumed, and turning round changes nothing.
"""

from __future__ import annotations

import bisect
import functools
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import solveh_banded
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from teststation.model import Placement
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

_LOBE_HZ = 2.0
"""Above the pace of a quick rise, below that of steps."""
_LOBE_M_S = 0.04
_LOBE_MERGE_S = 0.5
_LOBE_M = 0.08
_LEAST_RISE_M = 0.12
_MOST_RISE_M = 0.85
_LEAST_BEND_RAD = np.radians(9.0)
_SEEN_BEND_RAD = np.radians(6.0)
"""A smaller bend has no edges that could be found in it."""
_CALM_M_S2 = 1.6
_STILL_M_S2 = 0.6
_ONWARD_M_S = 0.12
_JOLT_HZ = 4.0
_JOLTS_FOR_BEND = 3.7
"""Feet shake the trunk and bend it little; a seat bends it and shakes it little (1/s for each rad)."""
_DEEP_BEND_RAD = np.radians(25.0)
"""No step bends the trunk so far: beyond it, shaking says less and less."""
_SERIES_S = 4.0
_SERIES_BEND_RAD = np.radians(15.0)
_LEAD_S = 2.5
"""The trunk leads the seat by no more, and comes back on it in no more."""

_RATE_HZ = 4.0
_ENDS = (0.10, 0.40)

THROWN = 1.5
"""The trunk gathers speed until the seat is left, and loses it slowly when it is back."""

_SEAT_OFF_SHARE = 0.9
"""The seat is left just after the trunk has bent fastest, when it still has this share of that rate (force plate,
`eurobench_sts`: 0.06 s after and 0.00 s, pelvis, two recordings of one person; 0.08 s after, chest)."""

_SEAT_ON_BRAKED = (Placement.TRUNK, Placement.CHEST)
_IMPACT_HZ = (5.0, 16.0)
_IMPACT_LATE_S = 0.03
"""The impact reaches the pelvis after the seat begins to bear (force plate, `eurobench_sts`: 0.06 and 0.10 s in two
recordings of one person, the clocks of which differ by about 0.05 s)."""
_IMPACT_SHARE = 0.3
_RINGING_S = 0.05
_SEAT_ON_SHARE = 0.8
"""At the chest the spine smears the impact: there the fall has been braked to this share of its speed."""

_THIGH_LEAST_RAD = np.radians(50.0)
_THIGH_HZ = 3.0
_THIGH_EDGE_HZ = 5.0
_BRAKED_SHARE = 0.5
"""The seat bears where a thigh that comes down has been braked to this share of its fastest turning."""

_BEND_BEFORE_RISE, _BACK_AFTER_RISE = 0.57, 0.08
_BEND_BEFORE_SIT, _BACK_AFTER_SIT = 0.12, 0.5
"""A sensor on the thigh cannot see the trunk: it bends and comes back in these shares of the thigh's own time
(of the kind that Kralj et al. 1990 and Zijlstra et al. 2012 describe)."""


@dataclass(frozen=True)
class Transition:
    """A rise or a sit.

    Parameters
    ----------
    rising : up, or down to the seat
    onset_s : the trunk begins to bend forward
    contact_s : the seat is left, or met
    end_s : upright, or the trunk has stopped moving back on the seat
    half_way_s : half of the way up or down is done
    whole : False where the recording begins or ends in it
    height_m : how far the sensor went up or down, positive
    bend_rad : how far the trunk bent forward to rise, or came back after sitting; at the thigh, how far it turned
    """

    rising: bool
    onset_s: float
    contact_s: float
    end_s: float
    half_way_s: float
    whole: bool
    height_m: float
    bend_rad: float


@dataclass(frozen=True)
class Lobe:
    """A stretch of vertical velocity of one sign.

    Parameters
    ----------
    start, stop : samples
    way_m : how far up, or (negative) down
    seat_m_s2 : restlessness of the vertical acceleration on the side of the seat (before a rise, after a sit), rms
    stand_m_s2 : the same on the other side
    cut : the recording begins or ends in it
    jolts_1_s : faster vertical acceleration (rms above 4 Hz) for each m/s of its speed: high where feet come down
    trust : near 1 where it is smooth, and calm on one side; near 0 in the middle of stepping
    onward_m_s : mean velocity in its own direction beyond its upper end: a stair goes on
    """

    start: int
    stop: int
    way_m: float
    seat_m_s2: float = 0.0
    stand_m_s2: float = 0.0
    cut: bool = False
    jolts_1_s: float = 0.0
    trust: float = 1.0
    onward_m_s: float = 0.0


def transitions(motion: Motion, placement: Placement) -> tuple[Transition, ...]:
    """Find every rise and sit of a recording, in order of time."""
    if placement == Placement.THIGH:
        return tuple(_thigh_transitions(motion))
    return tuple(_trunk_transitions(motion, placement))


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


def bending(motion: Motion, found: list[Lobe], velocity: Array) -> tuple[Array, Array]:
    """Give the trunk's forward bend about the body's own mediolateral axis, seen level.

    The axis is the one about which the sensor turns most while it goes up or down. Forward is the side to which the
    trunk leans while it moves, against where it was before and will be after: so it is in rising and in sitting.

    Parameters
    ----------
    found : what goes up or down; those that stand alone count most
    velocity : (n,) m/s, upwards

    Returns
    -------
    angle, rate : (n,) rad, 0 at no particular posture, and (n,) rad/s; positive forward
    """
    trust = np.zeros(len(velocity))
    for lobe in found:
        trust[lobe.start : lobe.stop] = lobe.trust
    angle, rate = _about_main_axis(motion, low_pass(motion.rate_of_turn, 3.0), trust * velocity**2)
    smooth = low_pass(angle, _RATE_HZ)
    lean = 0.0
    for lobe in found:
        here = slice(lobe.start, lobe.stop)
        long, short = round(1.0 * RATE_HZ), round(0.4 * RATE_HZ)
        before = max(lobe.start - (long if lobe.way_m > 0 else short), 0)
        after = min(lobe.stop + (short if lobe.way_m > 0 else long), len(smooth) - 1)
        middle = np.average(smooth[here], weights=velocity[here] ** 2)
        lean += lobe.trust * abs(lobe.way_m) * (middle - (smooth[before] + smooth[after]) / 2.0)
    return (angle, rate) if lean >= 0.0 else (-angle, -rate)


def _about_main_axis(motion: Motion, turning: Array, weight: Array) -> tuple[Array, Array]:
    up = motion.up
    level = turning - np.sum(turning * up, axis=1, keepdims=True) * up
    axis = np.linalg.eigh((level * weight[:, None]).T @ level)[1][:, -1]
    flat = axis - (up @ axis)[:, None] * up
    flat /= np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-9)
    rate = np.sum(motion.rate_of_turn * flat, axis=1)
    upright = np.median(up, axis=0)
    upright -= (upright @ axis) * axis
    upright /= np.linalg.norm(upright)
    angle = np.unwrap(np.arctan2(up @ np.cross(upright, axis), up @ upright))
    return angle, rate


def lobes(velocity: Array, acceleration: Array) -> list[Lobe]:
    """Find the stretches of upward and of downward velocity that go somewhere; brief halts are bridged."""
    sign = np.where(velocity > _LOBE_M_S, 1, np.where(velocity < -_LOBE_M_S, -1, 0))
    way = np.concatenate([[0.0], np.cumsum(velocity)]) / RATE_HZ
    edges = np.flatnonzero(np.diff(sign, prepend=0, append=0))
    spans: list[tuple[int, int]] = []
    for start, stop in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if sign[start] == 0:
            continue
        if spans and sign[spans[-1][0]] == sign[start] and start - spans[-1][1] < _LOBE_MERGE_S * RATE_HZ:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((start, stop))
    restless = _Restlessness(acceleration)
    shaking = _Restlessness(acceleration - low_pass(acceleration, _JOLT_HZ))
    found = []
    for start, stop in spans:
        went = float(way[stop] - way[start])
        if abs(went) < _LOBE_M:
            continue
        before, after = restless(start - 100, start - 20), restless(stop + 20, stop + 100)
        upper = (stop, min(stop + 120, len(velocity))) if went > 0 else (max(start - 120, 0), start)
        onward = (way[upper[1]] - way[upper[0]]) * np.sign(went) * RATE_HZ / max(upper[1] - upper[0], 1)
        fastest = start + int(np.argmax(np.abs(velocity[start:stop])))
        moving = (start - 30, fastest + int(0.7 * (stop - fastest))) if went > 0 else (start - 60, fastest)
        jolts = shaking(*moving) / float(np.abs(velocity[fastest]))
        found.append(
            Lobe(
                start=start,
                stop=stop,
                way_m=went,
                seat_m_s2=before if went > 0 else after,
                stand_m_s2=after if went > 0 else before,
                cut=stop == len(velocity) or start == 0,
                jolts_1_s=jolts,
                trust=float((0.3 / (0.3 + min(before, after)) / (1.0 + jolts)) ** 2),
                onward_m_s=float(onward),
            )
        )
    return found


class _Restlessness:
    """The standard deviation of a signal over any stretch, by running sums."""

    def __init__(self, values: Array) -> None:
        self._sum = np.concatenate([[0.0], np.cumsum(values)])
        self._squares = np.concatenate([[0.0], np.cumsum(values**2)])

    def __call__(self, start: int, stop: int) -> float:
        start, stop = max(start, 0), min(stop, len(self._sum) - 1)
        if stop - start < 20:
            return 0.0
        mean = (self._sum[stop] - self._sum[start]) / (stop - start)
        square = (self._squares[stop] - self._squares[start]) / (stop - start)
        return float(np.sqrt(max(square - mean**2, 0.0)))


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
    low, high = (_crossing(rate, peak, stop, share * float(rate[peak]), step) for share in _ENDS)
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


def _crossing(values: Array, start: int, stop: int, level: float, step: int) -> float | None:
    part = values[start : stop + 1] if step > 0 else values[stop : start + 1][::-1]
    below = np.flatnonzero(part < level)
    if not len(below):
        return None
    k = int(below[0])
    fraction = (part[k - 1] - level) / (part[k - 1] - part[k]) if k else 0.0
    return float(start + step * (k - 1 + fraction if k else 0.0))


def _trunk_transitions(motion: Motion, placement: Placement) -> Iterator[Transition]:
    rest = believed_rests(motion)
    raw = vertical_acceleration(motion, rest)
    velocity = low_pass(vertical_velocity(raw, rest, motion.covered), _LOBE_HZ)
    found, jolting = lobes(velocity, low_pass(raw, 12.0)), _jolting(raw)
    if not found:
        return
    angle, rate = (low_pass(values, _RATE_HZ) for values in bending(motion, found, velocity))
    start_s = float(motion.time_s[0])
    for lobe, bend in _believed(found, _bends(found, angle)):
        onset, contact, end = _events(lobe, bend, placement, velocity=velocity, rate=rate, jolting=jolting)
        yield Transition(
            rising=lobe.way_m > 0,
            onset_s=start_s + onset / RATE_HZ,
            contact_s=start_s + contact / RATE_HZ,
            end_s=start_s + end / RATE_HZ,
            half_way_s=start_s + _half_way(np.cumsum(velocity[lobe.start : lobe.stop]), lobe.start) / RATE_HZ,
            whole=not lobe.cut,
            height_m=abs(lobe.way_m),
            bend_rad=bend.leading_rad,
        )


def _believed(found: list[Lobe], bends: list[_Bend]) -> Iterator[tuple[Lobe, _Bend]]:
    """Tell rises and sits from steps, stairs and stooping.

    The trunk leads a rise forward and comes back after a sit. On the side of the seat it is calm, or the opposite
    movement of like size adjoins: a series of chair stands is believed when one of its ends is calm.
    """
    likely = [
        (lobe, bend)
        for lobe, bend in zip(found, bends, strict=True)
        if (lobe.cut or abs(lobe.way_m) >= _LEAST_RISE_M)
        and abs(lobe.way_m) <= _MOST_RISE_M
        and bend.leading_rad >= _LEAST_BEND_RAD
        and lobe.onward_m_s < _ONWARD_M_S
        and (lobe.jolts_1_s < _jolts_allowed(bend) or max(lobe.seat_m_s2, lobe.stand_m_s2) < _STILL_M_S2)
    ]
    calm = [lobe.seat_m_s2 < _CALM_M_S2 for lobe, _ in likely]
    for _ in range(2):
        for k in [*range(1, len(likely)), *range(len(likely) - 1, 0, -1)]:
            (a, first), (b, second) = likely[k - 1], likely[k]
            alike = 0.5 < -a.way_m / b.way_m < 2.0 and b.start - a.stop < _SERIES_S * RATE_HZ
            if alike and min(first.leading_rad, second.leading_rad) >= _SERIES_BEND_RAD:
                calm[k - 1] = calm[k] = calm[k - 1] or calm[k]
    return (pair for pair, believed in zip(likely, calm, strict=True) if believed)


def _jolts_allowed(bend: _Bend) -> float:
    return float(_JOLTS_FOR_BEND * bend.leading_rad * max(1.0, bend.leading_rad / _DEEP_BEND_RAD))


def _events(
    lobe: Lobe, bend: _Bend, placement: Placement, *, velocity: Array, rate: Array, jolting: Array
) -> tuple[float, float, float]:
    """Give onset, contact and end of a rise or a sit, as samples with fractions."""
    upward = velocity if lobe.way_m > 0 else -velocity
    fastest = lobe.start + int(np.argmax(upward[lobe.start : lobe.stop]))
    begun = edge(upward, fastest, max(lobe.start - 20, 0))
    ended = edge(upward, fastest, min(lobe.stop + 20, len(upward) - 1))
    forward = bend.low + int(np.argmax(rate[bend.low : bend.peak + 1]))
    back = bend.peak + int(np.argmin(rate[bend.peak : bend.high + 1]))
    if bend.forward_rad >= _SEEN_BEND_RAD:
        begun = edge(rate, forward, bend.low, THROWN if lobe.way_m > 0 else 1.0)
    if bend.back_rad >= _SEEN_BEND_RAD:
        came_back = edge(-rate, back, bend.high, 1.0 if lobe.way_m > 0 else THROWN)
        ended = max(ended, came_back) if lobe.way_m > 0 else came_back
    if lobe.way_m < 0:
        return begun, max(begun, _seat_on(velocity, jolting, lobe, placement)), ended
    contact = _fall(rate, forward, bend.peak, _SEAT_OFF_SHARE)
    return begun, contact, max(ended, contact)


@dataclass(frozen=True)
class _Bend:
    """The trunk's way forward and back that belongs to a lobe: three samples, both ways, and the one that must be."""

    low: int
    peak: int
    high: int
    forward_rad: float
    back_rad: float
    leading_rad: float


def _bends(found: list[Lobe], angle: Array) -> list[_Bend]:
    """Find each lobe's bend: its way forward lies after the last lobe of like size, its way back ahead of the next.

    A lobe without a bend of its own is drift, or the trunk's own dip, and parts nothing: hence the second round.
    """
    real = found
    for alike in (0.7, 0.5):
        bends = [_bend(lobe, angle, *_room(lobe, real, alike, len(angle) - 1)) for lobe in found]
        real = [lobe for lobe, bend in zip(found, bends, strict=True) if bend.leading_rad >= _SEEN_BEND_RAD]
    return bends


def _room(lobe: Lobe, others: list[Lobe], alike: float, last: int) -> tuple[int, int]:
    """Give the end of the lobe of like size before, and the start of the one after."""
    k = bisect.bisect_left(others, lobe.start, key=lambda other: other.start)
    least_m = alike * abs(lobe.way_m)
    before = next((other.stop for other in reversed(others[:k]) if abs(other.way_m) >= least_m), 0)
    after = next((o.start for o in others[k:] if o.start > lobe.start and abs(o.way_m) >= least_m), last)
    return min(before, lobe.start), min(max(after, lobe.stop), last)


def _bend(lobe: Lobe, angle: Array, before: int, after: int) -> _Bend:
    length = lobe.stop - lobe.start
    reach = round(_LEAD_S * RATE_HZ)
    if lobe.way_m > 0:
        first, final = max(before, lobe.start - reach // 8), lobe.start + int(0.8 * length)
        limit = min(after, lobe.stop + reach // 2)
    else:
        first, final = max(before, lobe.start - reach // 8), min(lobe.stop + reach // 8, after)
        limit = min(after, lobe.stop + reach)
    peak = first + int(np.argmax(angle[first : final + 1]))
    start = max(before, peak - reach)
    low = start + int(np.argmin(angle[start : peak + 1]))
    high = peak + int(np.argmin(angle[peak : max(limit, peak) + 1]))
    forward, back = float(angle[peak] - angle[low]), float(angle[peak] - angle[high])
    return _Bend(low, peak, high, forward, back, forward if lobe.way_m > 0 else back)


def _fall(rate: Array, peak: int, stop: int, share: float) -> float:
    crossing = _crossing(rate, peak, stop, share * rate[peak], 1)
    return float(peak) if crossing is None else crossing


def _seat_on(velocity: Array, jolting: Array, lobe: Lobe, placement: Placement) -> float:
    """Find when the seat begins to bear: the first jolt of the impact after the fastest way down."""
    fastest = lobe.start + int(np.argmin(velocity[lobe.start : lobe.stop]))
    braked = _fall(-velocity, fastest, lobe.stop, _SEAT_ON_SHARE)
    if placement in _SEAT_ON_BRAKED:
        return braked
    return _impact(jolting, int(braked), min(lobe.stop + 30, len(velocity)))


def _impact(jolting: Array, start: int, stop: int) -> float:
    """Walk back from the hardest jerk to where its ringing began."""
    first, last = max(start - 1, 0), min(stop + 1, len(jolting))
    if last - first <= 2:
        return float(start)
    jerk = np.abs(np.gradient(jolting[first:last]))[start - first :]
    hardest = int(np.argmax(jerk))
    felt = np.flatnonzero(jerk[: hardest + 1] >= _IMPACT_SHARE * jerk[hardest])
    pauses = np.flatnonzero(np.diff(felt) > _RINGING_S * RATE_HZ)
    begun = int(felt[pauses[-1] + 1]) if len(pauses) else int(felt[0])
    return float(start + begun - _IMPACT_LATE_S * RATE_HZ)


def _jolting(acceleration: Array) -> Array:
    return low_pass(acceleration, _IMPACT_HZ[1]) - low_pass(acceleration, _IMPACT_HZ[0])


def _thigh_transitions(motion: Motion) -> Iterator[Transition]:
    turning = low_pass(motion.rate_of_turn, _THIGH_HZ)
    angle, rate = _about_main_axis(motion, turning, np.ones(len(motion)))
    angle, rate = low_pass(angle, _THIGH_HZ), low_pass(rate, _THIGH_EDGE_HZ)
    slow = np.abs(rate) < 0.3
    if slow.sum() < RATE_HZ / 2:
        return
    ends = np.percentile(angle[slow], [2, 98])
    if np.ptp(ends) < _THIGH_LEAST_RAD:
        return
    is_high = _hysteresis((angle - ends[0]) / np.ptp(ends), 0.35, 0.65)
    changes = np.flatnonzero(np.diff(is_high)).tolist()
    raw = vertical_acceleration(motion, resting(motion))
    swings = [_swing(k, changes, bool(is_high[at + 1]), rate) for k, at in enumerate(changes)]
    climb = sum((1 if swing.high else -1) * _climb(raw, swing.begin, swing.finish) for swing in swings)
    start_s = float(motion.time_s[0])
    for swing in swings:
        rising = swing.high == (climb > 0)
        if rising:
            contact, length = swing.begin, swing.finish - swing.begin
            onset, end = swing.begin - _BEND_BEFORE_RISE * length, swing.finish + _BACK_AFTER_RISE * length
        else:
            contact = _fall(swing.rate, swing.peak, int(swing.finish), _BRAKED_SHARE)
            length = contact - swing.begin
            onset, end = swing.begin - _BEND_BEFORE_SIT * length, contact + _BACK_AFTER_SIT * length
        yield Transition(
            rising=rising,
            onset_s=start_s + max(onset, swing.after) / RATE_HZ,
            contact_s=start_s + contact / RATE_HZ,
            end_s=start_s + min(end, swing.before) / RATE_HZ,
            half_way_s=start_s + _half_way(angle[int(swing.begin) : int(swing.finish) + 1], int(swing.begin)) / RATE_HZ,
            whole=swing.begin > 0.0 and swing.finish < len(motion) - 1,
            height_m=abs(_climb(raw, swing.begin, swing.finish)),
            bend_rad=float(abs(angle[int(swing.finish)] - angle[int(swing.begin)])),
        )


@dataclass(frozen=True, eq=False)
class _Swing:
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


def _swing(k: int, changes: list[int], high: bool, rate: Array) -> _Swing:
    at = changes[k]
    signed = rate if high else -rate
    after = changes[k - 1] if k else 0
    before = changes[k + 1] if k + 1 < len(changes) else len(rate) - 1
    first, last = max(after, at - 300), min(before, at + 300)
    near = max(first, at - 60)
    peak = near + int(np.argmax(signed[near : min(last, at + 60) + 1]))
    return _Swing(high, edge(signed, peak, first), peak, edge(signed, peak, last), signed, after, before)


def _half_way(way: Array, start: int) -> float:
    return float(start + int(np.argmax(np.abs(way - way[0]) >= abs(way[-1] - way[0]) / 2.0)))


def _climb(acceleration: Array, begin: float, finish: float) -> float:
    """Integrate twice between two rests: the way up, in metres."""
    part = acceleration[int(begin) : int(finish) + 1]
    return float(np.sum(np.cumsum(part - part.mean()))) / RATE_HZ**2


def _hysteresis(values: Array, low: float, high: float) -> Mask:
    state = np.where(values > high, 1, np.where(values < low, 0, -1))
    known = np.flatnonzero(state >= 0)
    if not len(known):
        return np.zeros(len(values), dtype=bool)
    last = np.maximum.accumulate(np.where(state >= 0, np.arange(len(values)), known[0]))
    held: Mask = state[last] == 1
    return held
