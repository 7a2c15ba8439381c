"""The trunk's bend: forward to rise and to sit, back when it is done."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

import numpy as np

from teststation.signals.lobes import Lobe
from teststation.signals.orientation import AT_ONCE, Motion, unit
from teststation.signals.prepare import RATE_HZ, Array, low_pass

BEND_HZ = 4.0
SEEN_BEND_RAD = np.radians(6.0)
"""A smaller bend has no edges that could be found in it."""

_LEAD_S = 2.5
"""The trunk leads the seat by no more, and comes back on it in no more."""

_SWAY_SHARE = 0.02
"""Who sits or stands still sways by so much of a bend: where within that it is lowest says nothing of when it begins
(0.01 to 0.05 do equally well; a bend that follows another at once turns round in less time than matters)."""


@dataclass(frozen=True)
class Bend:
    """The trunk's way forward and back that belongs to a lobe: three samples, both ways, and the one that must be.

    That is the way forward of a rise, and the way back of a sit; where the recording begins or ends in it, what shows.
    """

    low: int
    peak: int
    high: int
    forward_rad: float
    back_rad: float
    leading_rad: float


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
    angle, rate = about_main_axis(motion, 3.0, trust * velocity**2)
    smooth = low_pass(angle, BEND_HZ)
    lean = 0.0
    for lobe in found:
        here = slice(lobe.start, lobe.stop)
        long, short = round(1.0 * RATE_HZ), round(0.4 * RATE_HZ)
        before = max(lobe.start - (long if lobe.way_m > 0 else short), 0)
        after = min(lobe.stop + (short if lobe.way_m > 0 else long), len(smooth) - 1)
        middle = np.average(smooth[here], weights=velocity[here] ** 2)
        lean += lobe.trust * abs(lobe.way_m) * (middle - (smooth[before] + smooth[after]) / 2.0)
    return (angle, rate) if lean >= 0.0 else (-angle, -rate)


def about_main_axis(motion: Motion, turning_hz: float, weight: Array) -> tuple[Array, Array]:
    """Give angle and rate, (n,) rad and rad/s, about the level axis of the sensor that it turns about most.

    Parameters
    ----------
    turning_hz : what is faster does not count
    weight : (n,) what counts
    """
    up = motion.up
    axis = _main_axis(low_pass(motion.rate_of_turn, turning_hz), up, weight)
    upwards = up @ axis
    rate = motion.rate_of_turn @ axis
    rate -= upwards * motion.yaw_rate
    rate /= np.sqrt(np.maximum(1.0 - upwards**2, 1e-18))
    upright = np.median(up, axis=0)
    upright -= (upright @ axis) * axis
    upright = unit(upright)
    angle = np.unwrap(np.arctan2(up @ np.cross(upright, axis), up @ upright))
    return angle, rate


def _main_axis(turning: Array, up: Array, weight: Array) -> Array:
    moments = np.zeros((3, 3))
    for start in range(0, len(up), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        level = turning[part] - np.einsum("ij,ij->i", turning[part], up[part])[:, None] * up[part]
        moments += np.einsum("ij,ik,i->jk", level, level, weight[part])
    axis: Array = np.linalg.eigh(moments)[1][:, -1]
    return axis


def bends(found: list[Lobe], angle: Array) -> list[Bend]:
    """Find each lobe's bend: its way forward lies after the last lobe of like size, its way back ahead of the next.

    A lobe without a bend of its own is drift, or the trunk's own dip, and parts nothing: hence the second round.
    """
    real = found
    for alike in (0.7, 0.5):
        seen = [_bend(lobe, angle, *_neighbours(lobe, real, alike)) for lobe in found]
        real = [lobe for lobe, bend in zip(found, seen, strict=True) if bend.leading_rad >= SEEN_BEND_RAD]
    return seen


def _neighbours(lobe: Lobe, others: list[Lobe], alike: float) -> tuple[Lobe | None, Lobe | None]:
    """Give the lobes of like size before and after."""
    k = bisect.bisect_left(others, lobe.start, key=lambda other: other.start)
    least_m = alike * abs(lobe.way_m)
    before = next((other for other in reversed(others[:k]) if abs(other.way_m) >= least_m), None)
    after = next((o for o in others[k:] if o.start > lobe.start and abs(o.way_m) >= least_m), None)
    return before, after


def _bend(lobe: Lobe, angle: Array, before: Lobe | None, after: Lobe | None) -> Bend:
    """Measure a bend in the room that the neighbours leave, and seek its begin from where the one before is fastest.

    Who stands a little bent sways on between a rise and the next sit, so that their lobes meet: the trunk has come back
    and begun to bend again before the first of them is over.
    """
    reach = round(_LEAD_S * RATE_HZ)
    last = len(angle) - 1
    earliest = min(before.stop, lobe.start) if before else 0
    latest = min(max(after.start, lobe.stop), last) if after else last
    rises = lobe.way_m > 0
    first = max(earliest, lobe.start - reach // 8)
    final = lobe.start + int(0.8 * (lobe.stop - lobe.start)) if rises else min(lobe.stop + reach // 8, latest)
    peak = first + int(np.argmax(angle[first : final + 1]))
    start = max(earliest, peak - reach)
    limit = max(min(latest, lobe.stop + (reach // 2 if rises else reach)), peak)
    forward = float(angle[peak] - angle[start : peak + 1].min())
    back = float(angle[peak] - angle[peak : limit + 1].min())
    leads = lobe.start > 0 if lobe.cut else rises
    if before and start == before.stop and before.way_m * lobe.way_m < 0:
        start = max(before.fastest, peak - reach)
    swayed = _SWAY_SHARE * max(forward, back)
    return Bend(
        low=peak - _lowest(angle[start : peak + 1][::-1], swayed),
        peak=peak,
        high=peak + _lowest(angle[peak : limit + 1], swayed),
        forward_rad=forward,
        back_rad=back,
        leading_rad=forward if leads else back,
    )


def _lowest(angle: Array, swayed: float) -> int:
    """Find where an angle is at its lowest, and how far on it only sways there: the last such index."""
    low = int(np.argmin(angle))
    beyond = np.flatnonzero(angle[low:] > angle[low] + swayed)
    return low + int(beyond[0]) - 1 if len(beyond) else len(angle) - 1
