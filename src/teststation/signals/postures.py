"""Rises and sits: when the trunk bends, the seat is left or met, and the movement ends.

At the trunk a rise is a lobe of upward velocity that the trunk leads by bending forward; a sit is a lobe downward that
ends with the trunk coming back. At the thigh both are the way between its level and its upright inclination. Axes are
the body's own, found from gravity and the motion itself: no mounting is assumed, and turning round changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from teststation.model import Placement
from teststation.signals.bends import BEND_HZ, SEEN_BEND_RAD, Bend, bending, bends
from teststation.signals.height import believed_rests, resting, vertical_acceleration, vertical_velocity
from teststation.signals.lobes import Lobe, lobes
from teststation.signals.onset import THROWN, edge, fall
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, low_pass
from teststation.signals.seat import jolting, seat_on
from teststation.signals.swings import swings

_LOBE_HZ = 2.0
"""Above the pace of a quick rise, below that of steps."""
_LEAST_RISE_M = 0.12
_MOST_RISE_M = 0.85
_LEAST_BEND_RAD = np.radians(9.0)
_CALM_M_S2 = 1.6
_STILL_M_S2 = 0.6
_ONWARD_M_S = 0.12
_JOLTS_FOR_BEND = 3.7
"""Feet shake the trunk and bend it little; a seat bends it and shakes it little (1/s for each rad)."""
_DEEP_BEND_RAD = np.radians(25.0)
"""No step bends the trunk so far: beyond it, shaking says less and less."""
_SERIES_S = 4.0
_SERIES_BEND_RAD = np.radians(15.0)

_SEAT_OFF_SHARE = 0.9
"""The seat is left just after the trunk has bent fastest, when it still has this share of that rate (force plate,
`eurobench_sts`: 0.06 s after and 0.00 s, pelvis, two recordings of one person; 0.08 s after, chest)."""

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


def transitions(motion: Motion, placement: Placement) -> tuple[Transition, ...]:
    """Find every rise and sit of a recording, in order of time."""
    if placement == Placement.THIGH:
        return tuple(_thigh_transitions(motion))
    return tuple(transition for transition, believed in possible_transitions(motion, placement) if believed)


def possible_transitions(
    motion: Motion, placement: Placement, since_s: float = -np.inf
) -> Iterator[tuple[Transition, bool]]:
    """Give everything at a trunk that goes up or down with a bend, and whether that alone makes it a rise or a sit.

    What has gone its way before `since_s` is passed over: who looks again and again knows it.
    """
    rest = believed_rests(motion)
    raw = vertical_acceleration(motion, rest)
    velocity = low_pass(vertical_velocity(raw, rest, motion.covered), _LOBE_HZ)
    found, shaken = lobes(velocity, low_pass(raw, 12.0)), jolting(raw)
    if not found:
        return
    angle, rate = (low_pass(values, BEND_HZ) for values in bending(motion, found, velocity))
    bent = bends(found, angle)
    for lobe, bend, believed in zip(found, bent, _believed(found, bent), strict=True):
        if bend.leading_rad < SEEN_BEND_RAD or motion.time_s[lobe.stop - 1] < since_s:
            continue
        onset, contact, end = _events(lobe, bend, placement, velocity=velocity, rate=rate, shaken=shaken)
        transition = Transition(
            rising=lobe.way_m > 0,
            onset_s=motion.seconds(onset),
            contact_s=motion.seconds(contact),
            end_s=motion.seconds(end),
            half_way_s=motion.seconds(_half_way(np.cumsum(velocity[lobe.start : lobe.stop]), lobe.start)),
            whole=not lobe.cut,
            height_m=abs(lobe.way_m),
            bend_rad=bend.leading_rad,
        )
        yield transition, believed


def _believed(found: list[Lobe], bends: list[Bend]) -> list[bool]:
    """Tell rises and sits from steps, stairs and stooping.

    The trunk leads a rise forward and comes back after a sit. On the side of the seat it is calm, or the opposite
    movement of like size adjoins: a series of chair stands is believed when one of its ends is calm.
    """
    where = [
        k
        for k, (lobe, bend) in enumerate(zip(found, bends, strict=True))
        if (lobe.cut or abs(lobe.way_m) >= _LEAST_RISE_M)
        and abs(lobe.way_m) <= _MOST_RISE_M
        and bend.leading_rad >= _LEAST_BEND_RAD
        and lobe.onward_m_s < _ONWARD_M_S
        and (lobe.jolts_1_s < _jolts_allowed(bend) or max(lobe.seat_m_s2, lobe.stand_m_s2) < _STILL_M_S2)
    ]
    likely = [(found[k], bends[k]) for k in where]
    calm = [lobe.seat_m_s2 < _CALM_M_S2 for lobe, _ in likely]
    for _ in range(2):
        for k in [*range(1, len(likely)), *range(len(likely) - 1, 0, -1)]:
            (a, first), (b, second) = likely[k - 1], likely[k]
            alike = 0.5 < -a.way_m / b.way_m < 2.0 and b.start - a.stop < _SERIES_S * RATE_HZ
            if alike and min(first.leading_rad, second.leading_rad) >= _SERIES_BEND_RAD:
                calm[k - 1] = calm[k] = calm[k - 1] or calm[k]
    believed = {k for k, is_calm in zip(where, calm, strict=True) if is_calm}
    return [k in believed for k in range(len(found))]


def _jolts_allowed(bend: Bend) -> float:
    return float(_JOLTS_FOR_BEND * bend.leading_rad * max(1.0, bend.leading_rad / _DEEP_BEND_RAD))


def _events(
    lobe: Lobe, bend: Bend, placement: Placement, *, velocity: Array, rate: Array, shaken: Array
) -> tuple[float, float, float]:
    """Give onset, contact and end of a rise or a sit, as samples with fractions."""
    upward = velocity if lobe.way_m > 0 else -velocity
    fastest = lobe.start + int(np.argmax(upward[lobe.start : lobe.stop]))
    begun = edge(upward, fastest, max(lobe.start - 20, 0))
    ended = edge(upward, fastest, min(lobe.stop + 20, len(upward) - 1))
    forward = bend.low + int(np.argmax(rate[bend.low : bend.peak + 1]))
    back = bend.peak + int(np.argmin(rate[bend.peak : bend.high + 1]))
    if bend.forward_rad >= SEEN_BEND_RAD:
        begun = edge(rate, forward, bend.low, THROWN if lobe.way_m > 0 else 1.0)
    if bend.back_rad >= SEEN_BEND_RAD:
        came_back = edge(-rate, back, bend.high, 1.0 if lobe.way_m > 0 else THROWN)
        ended = max(ended, came_back) if lobe.way_m > 0 else came_back
    if lobe.way_m > 0:
        contact = fall(rate, forward, bend.peak, _SEAT_OFF_SHARE)
    else:
        contact = max(begun, seat_on(velocity, shaken, lobe, placement))
    return begun, contact, max(ended, contact)


def _thigh_transitions(motion: Motion) -> Iterator[Transition]:
    angle, found = swings(motion)
    if not found:
        return
    raw = vertical_acceleration(motion, resting(motion))
    climb = sum((1 if swing.high else -1) * _climb(raw, swing.begin, swing.finish) for swing in found)
    for swing in found:
        rising = swing.high == (climb > 0)
        if rising:
            contact, length = swing.begin, swing.finish - swing.begin
            onset, end = swing.begin - _BEND_BEFORE_RISE * length, swing.finish + _BACK_AFTER_RISE * length
        else:
            contact = fall(swing.rate, swing.peak, int(swing.finish), _BRAKED_SHARE)
            length = contact - swing.begin
            onset, end = swing.begin - _BEND_BEFORE_SIT * length, contact + _BACK_AFTER_SIT * length
        yield Transition(
            rising=rising,
            onset_s=motion.seconds(max(onset, swing.after)),
            contact_s=motion.seconds(contact),
            end_s=motion.seconds(min(end, swing.before)),
            half_way_s=motion.seconds(_half_way(angle[int(swing.begin) : int(swing.finish) + 1], int(swing.begin))),
            whole=swing.begin > 0.0 and swing.finish < len(motion) - 1,
            height_m=abs(_climb(raw, swing.begin, swing.finish)),
            bend_rad=float(abs(angle[int(swing.finish)] - angle[int(swing.begin)])),
        )


def _half_way(way: Array, start: int) -> float:
    return float(start + int(np.argmax(np.abs(way - way[0]) >= abs(way[-1] - way[0]) / 2.0)))


def _climb(acceleration: Array, begin: float, finish: float) -> float:
    """Integrate twice between two rests: the way up, in metres."""
    part = acceleration[int(begin) : int(finish) + 1]
    return float(np.sum(np.cumsum(part - part.mean()))) / RATE_HZ**2
