"""Rising and sitting as a sensor on the thigh shows them: the thigh's own way, and what it tells of the trunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.signal import find_peaks

from teststation.signals.decoding import Flip
from teststation.signals.onset import STIR_HZ, crossing, last_below, stirring
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, low_pass
from teststation.signals.swings import swings

QUIET_RAD_S = 0.07
"""A thigh that turns slower than this tells of no movement but the cloth's (from 0.06 to 0.08 nothing changes)."""

_STIR_REACH_S = 1.0
"""The trunk leads and follows the thigh by no more; what stirs before is fidgeting, after it settling."""

_STIR_SHARE = 0.65
"""The trunk begins to bend so far on the way from the thigh's lifting back to its first stirring.

Fitted once on `tug_pocket` (145 trials of 15 people), for both ends of the test; with it neither needs an offset.
Fitted to 14 people at a time it is no worse on the one left out (mean absolute error 0.17 and 0.19 s, as on all).
"""

_RIGID_RAD = np.radians(0.5)
_RIGID_S = 1.0
_LIFTING = 1.5
_LIFT_STIR = 0.6
"""A thigh is stiff where nothing tells of the trunk.

It turns no sooner than a smooth lift does (for such a share of the time from a tenth to half of the way, and a time of
its own), and its inclination changes by less in the second before it lifts (which begins so many times that time
before the tenth).
"""

_WITH_RAD = np.radians(50.0)
"""What goes through less than most of a thigh's way lies loose on it, and shows nothing stiff."""

_LOW, _HALF = 0.1, 0.5

_LEAST_SEATED_S = 0.3

LIFTED, MAYBE_LIFTED = 0.09, 0.065
"""A failed attempt to rise lifts the thigh by such a share of its way, and lets it fall back.

Less, but more than the second share, may have been one: the largest stir before the rises of `tug_pocket`, where nobody
retried, is 0.063 (145 trials), and generated attempts that lift a tenth of the height lift a thigh by 0.07 to 0.08.
"""


@dataclass(frozen=True)
class Pace:
    """What cannot be seen at a thigh, in units of the time from a tenth to half of its way.

    Parameters
    ----------
    contact : the seat bears the weight so long before the first tenth
    outer : where nothing stirs, the trunk moves so long before it
    upright : where nothing stirs, the movement ends (begins) so long after half of the way
    shakes_s : a stiff thigh shakes so long besides; the seat's impact rings
    """

    contact: float
    outer: float
    upright: float
    shakes_s: float


RISE = Pace(contact=0.98, outer=3.41, upright=2.31, shakes_s=0.20)
SIT = Pace(contact=0.36, outer=2.09, upright=2.70, shakes_s=0.25)
"""Fitted on generated signals (24 people), whose shares of a rise are of the kind Kralj et al. 1990 report
(doi:10.1016/0021-9290(90)90005-N): assumed, not measured on people. In `tug_pocket` they decide 1 of 290 edges.

A sit is told as a rise backwards in time.
"""

_UPRIGHT = 1.6
"""The same as `upright`, where the thigh stirs: people walk off before they are upright (`tug_pocket`)."""


@dataclass(frozen=True)
class Edge:
    """A rise, or a sit seen backwards in time; indices between samples.

    Parameters
    ----------
    outer : the trunk begins to bend (a sit: has stopped moving back)
    contact : the seat is left (met)
    upright : the rise has ended (the sit begins)
    low : the thigh has done a tenth of its way
    stir_s : how long it stirs before that
    """

    outer: float
    contact: float
    upright: float
    low: float
    stir_s: float


def lifted(motion: Motion, flip: Flip, up: Array) -> Array:
    """Give the share of the way from the seated to the upright inclination, (n,), in the plane of both.

    Parameters
    ----------
    up : (3,) the vertical in the sensor's frame while upright
    """
    assert flip.seat is not None
    level = flip.seat - (flip.seat @ up) * up
    level /= np.linalg.norm(level)
    flexed = np.arctan2(motion.up @ level, motion.up @ up)
    share: Array = 1.0 - flexed / np.arctan2(flip.seat @ level, flip.seat @ up)
    return share


def vain_lifts(motion: Motion, seated_s: Sequence[tuple[float, float]], least: float) -> int:
    """Count how often the thigh leaves the seat by a share of its way, and falls back.

    Parameters
    ----------
    seated_s : when the person sits, from and to, in seconds on the recording's clock
    """
    angle, found = swings(motion)
    if not found:
        return 0
    way = float(np.median([abs(angle[int(swing.finish)] - angle[int(swing.begin)]) for swing in found]))
    count = 0
    for start_s, stop_s in seated_s:
        first, last = (round((at_s - float(motion.time_s[0])) * RATE_HZ) for at_s in (start_s, stop_s))
        part = angle[max(0, first) : last]
        if len(part) > _LEAST_SEATED_S * RATE_HZ:
            off = np.abs(part - np.median(part)) / way
            count += len(find_peaks(off, prominence=least)[0])
    return count


def rise_edge(motion: Motion, flip: Flip, up: Array) -> Edge:
    """Time a rise."""
    moving, inclined = stirring(motion.rate_of_turn), low_pass(motion.up, STIR_HZ)
    return _edge(lifted(motion, flip, up), moving, inclined, flip.at, RISE, moves_along=flip.size > _WITH_RAD)


def sit_edge(motion: Motion, flip: Flip, up: Array) -> Edge:
    """Time a sit."""
    moving, inclined, share = stirring(motion.rate_of_turn), low_pass(motion.up, STIR_HZ), lifted(motion, flip, up)
    last = len(motion) - 1
    moves_along = flip.size > _WITH_RAD
    edge = _edge(share[::-1], moving[::-1], inclined[::-1], last - flip.at, SIT, moves_along=moves_along)
    return Edge(last - edge.outer, last - edge.contact, last - edge.upright, last - edge.low, edge.stir_s)


def _edge(share: Array, moving: Array, inclined: Array, middle: int, pace: Pace, *, moves_along: bool) -> Edge:
    """Time a rise.

    Parameters
    ----------
    share : (n,) of the way up, 0 seated
    moving : (n,) rad/s, how fast the thigh turns
    inclined : (n, 3) the vertical in the sensor's frame, smoothed
    middle : index somewhere near half-way
    moves_along : the sensor goes with the thigh
    """
    over = np.flatnonzero(share[middle:] >= _HALF)
    half = crossing(share, _HALF, middle + (int(over[0]) if len(over) else 0), back=True) or float(middle)
    low = crossing(share, _LOW, int(half), back=True) or max(0.0, half - 0.3 * RATE_HZ)
    tenth_to_half = half - low
    stir = min(low - last_below(moving, max(0, int(low) - 1), QUIET_RAD_S), _STIR_REACH_S * RATE_HZ)
    lifting = max(1, int(low - _LIFTING * tenth_to_half))
    earlier = inclined[max(0, lifting - round(_RIGID_S * RATE_HZ)) : lifting]
    rigid = (
        moves_along
        and stir < _LIFT_STIR * tenth_to_half + pace.shakes_s * RATE_HZ
        and float(np.linalg.norm(np.ptp(earlier, axis=0))) < _RIGID_RAD
    )
    return Edge(
        outer=max(0.0, low - (pace.outer * tenth_to_half if rigid else _STIR_SHARE * stir)),
        contact=low - pace.contact * tenth_to_half,
        upright=half + (pace.upright if rigid else _UPRIGHT) * tenth_to_half,
        low=low,
        stir_s=stir / RATE_HZ,
    )
