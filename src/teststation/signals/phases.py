"""Postures at the thigh: where it is upright, where seated, and when it goes from one to the other."""

from __future__ import annotations

import numpy as np
from scipy.signal import find_peaks

from teststation.signals.decoding import Flip, odds_of_size
from teststation.signals.onset import STIR_HZ, first_below, last_below, stirring
from teststation.signals.orientation import Motion, tilt, unit
from teststation.signals.prepare import RATE_HZ, Array, Mask, low_pass

_BUSY_HZ = 0.5
_BUSY_SHARE = 0.5
_NEAR_RAD = np.radians(40.0)

_STEADY_RAD, _STEADY_SHARE = np.radians(25.0), 0.6
"""Who walks keeps the thigh about its mean; who only rises and sits is seldom near it."""
_STOOD_RAD = np.radians(50.0)
_STILL_RAD_S = 0.1

_POSTURE_HZ = 1.0
_LEAST_SEATED_RAD = np.radians(18.0)
_QUIET_SHARE = 0.3
_FINAL_SHARE = 0.6
_LEAST_SEATED_S = 0.2
_EVEN_RAD, _SPREAD_RAD = np.radians(35.0), np.radians(10.0)
"""A thigh that goes through so much may have left a seat, or be a leg held bent beside a frame; by so much surer."""

RETRY_S = 3.0
"""A failed attempt to rise is followed by the next within this; a longer rest belongs to waiting."""
_WEAK_SHARE = 0.5


def upright(motion: Motion) -> Array | None:
    """Find the vertical in the sensor's frame while the person is upright: (3,) unit vector; None who never is.

    Walking is where the sensor turns about most. What happens to the sensor in another posture (a phone taken out of
    the pocket) is left out by a second look at what is near the first answer. Where nobody walks, upright is the other
    posture than the first in which the sensor is still.
    """
    moving = stirring(motion.rate_of_turn)
    busy = low_pass(moving, _BUSY_HZ)
    walking = busy >= _BUSY_SHARE * np.percentile(busy, 90)
    mean = unit(np.median(motion.up[walking], axis=0))
    near = walking & (motion.up @ mean > np.cos(_NEAR_RAD))
    up = unit(motion.up[near].mean(axis=0)) if near.any() else mean
    if np.mean(tilt(low_pass(motion.up[walking], _POSTURE_HZ), up) < _STEADY_RAD) >= _STEADY_SHARE:
        return up
    still = motion.up[moving < _STILL_RAD_S]
    other = still[tilt(still, still[0]) > _STOOD_RAD] if len(still) else still
    return unit(other.mean(axis=0)) if len(other) else None


def first_attempt(share: Array, onset: int, least: float, lead: int = 0) -> int | None:
    """Find where the first of some failed attempts to rise begins, each followed by the next within `RETRY_S`.

    An attempt goes up and comes back. A weaker stir may part it from the next, but alone it is none.

    Parameters
    ----------
    share : (n,) of the way up, or of the bend, about 0 seated and still
    onset : index where the rise itself begins
    least : an attempt goes so far up and back
    lead : so many samples before the share changes an attempt has begun
    """
    way = low_pass(share, STIR_HZ)[: onset + 1]
    tops, seen = find_peaks(way, prominence=_WEAK_SHARE * least)
    first, at = None, onset
    for top, height in zip(tops[::-1].tolist(), seen["prominences"][::-1].tolist(), strict=True):
        foot = float(way[top]) - height
        if at - first_below(way[: at + 1], min(top, at), foot + height / 2.0) > RETRY_S * RATE_HZ:
            break
        begin = last_below(way, top, foot + least / 4.0)
        if height > least:
            first = begin
        at = max(0, begin - lead)
    return first


def thigh_flips(motion: Motion, up: Array) -> list[Flip]:
    """Find where the thigh goes from level to upright and back.

    Seated is where the sensor is quiet and inclined (or inclined at the very end). Each sitting is compared with its
    own inclination, since a phone loose in a pocket slides on the way; a leg that swings is never quiet.
    """
    slow = low_pass(motion.up, _POSTURE_HZ)
    angle = tilt(slow, up)
    busy = low_pass(stirring(motion.rate_of_turn), _POSTURE_HZ)
    quiet = busy < _QUIET_SHARE * np.percentile(busy, 90)
    seats = _runs(quiet & (angle > _LEAST_SEATED_RAD), round(_LEAST_SEATED_S * RATE_HZ))
    final = len(angle) - round(_LEAST_SEATED_S * RATE_HZ)
    if seats and seats[-1][1] < final and angle[final:].min() > np.median(angle[slice(*seats[0])]) * _FINAL_SHARE:
        seats.append((final, len(angle)))
    flips: list[Flip] = []
    for k, (start, stop) in enumerate(seats):
        seat = unit(motion.up[start:stop].mean(axis=0))
        size = float(tilt(up[None, :], seat)[0])
        odds = odds_of_size(size, _EVEN_RAD, _SPREAD_RAD)
        away = tilt(slow, seat) > 0.5 * size
        after = seats[k + 1][0] if k + 1 < len(seats) else len(angle)
        before = seats[k - 1][1] if k else 0
        left, reached = np.flatnonzero(away[stop:after]), np.flatnonzero(away[before:start])
        if len(reached):
            flips.append(Flip(before + int(reached[-1]) + 1, rises=False, size=size, odds=odds, seat=seat))
        if len(left):
            flips.append(Flip(stop + int(left[0]), rises=True, size=size, odds=odds, seat=seat))
    return flips


def _runs(mask: Mask, least: int) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= least]
