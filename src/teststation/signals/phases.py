"""The order of a Get-Up-and-Go: which rise, which two turns and which sit belong together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from teststation.model import Placement
from teststation.signals.onset import STIR_HZ, last_below, stirring
from teststation.signals.orientation import Motion, tilt
from teststation.signals.prepare import RATE_HZ, Array, Mask, low_pass
from teststation.signals.turns import Turn, find_two_turns, heading

_BUSY_HZ = 0.5
_BUSY_SHARE = 0.5
_NEAR_RAD = np.radians(40.0)

_POSTURE_HZ = 1.0
_LEAST_SEATED_RAD = np.radians(18.0)
_QUIET_SHARE = 0.3
_FINAL_SHARE = 0.6
_LEAST_SEATED_S = 0.2

_SWING_HZ = 0.7
_LYING_RAD = np.radians(65.0)
_ROUND_RAD = np.radians(120.0)
_SWINGING_RAD, _STRIDING_RAD = np.radians([2.1, 2.8])
_STRIDING_SHARE = 0.36
_AFTER_SIT_S = 1.0

RETRY_S = 3.0
"""A failed attempt to rise is followed by the next within this; a longer rest belongs to waiting."""


@dataclass(frozen=True)
class Flip:
    """A change of posture, about the sample `at`; `seat` is the vertical in the sensor's frame while seated there."""

    at: int
    rises: bool
    seat: Array | None = None


@dataclass(frozen=True)
class Outline:
    """The rise, the sit and the turns between that make one test; what was not found is absent."""

    rise: Flip
    sit: Flip | None
    turns: tuple[Turn, ...]

    @property
    def whole(self) -> bool:
        """Tell whether all of a Get-Up-and-Go is there."""
        return self.sit is not None and len(self.turns) == 2


def upright(motion: Motion) -> Array:
    """Find the vertical in the sensor's frame while the person walks: (3,) unit vector.

    Walking is where the sensor turns about most. What happens to the sensor in another posture (a phone taken out of
    the pocket) is left out by a second look at what is near the first answer.
    """
    busy = low_pass(stirring(motion.rate_of_turn), _BUSY_HZ)
    walking = busy > _BUSY_SHARE * np.percentile(busy, 90)
    mean = _unit(np.median(motion.up[walking], axis=0))
    near = walking & (motion.up @ mean > np.cos(_NEAR_RAD))
    return _unit(motion.up[near].mean(axis=0)) if near.any() else mean


def outline(motion: Motion, flips: list[Flip]) -> Outline | None:
    """Choose the first rise that leads over two turns to a sit; else the fullest there is. `flips` in order of time."""
    found: list[Outline] = []
    for k, rise in enumerate(flips):
        if not rise.rises:
            continue
        sit = next((flip for flip in flips[k + 1 :] if not flip.rises), None)
        last = len(motion) - 1 if sit is None else min(len(motion) - 1, sit.at + round(_AFTER_SIT_S * RATE_HZ))
        whole = Outline(rise, sit, tuple(find_two_turns(motion, rise.at, last)))
        if whole.whole:
            return whole
        found.append(whole)
    return max(found, key=lambda o: (len(o.turns), o.sit is not None), default=None)


def first_attempt(share: Array, onset: int, least: float) -> int | None:
    """Find where the first of some failed attempts to rise begins, each followed by the next within `RETRY_S`.

    Parameters
    ----------
    share : (n,) of the way up, or of the bend, about 0 seated and still
    onset : index where the rise itself begins
    least : an attempt reaches this share
    """
    first = None
    at = onset
    while True:
        earliest = max(0, at - round(RETRY_S * RATE_HZ))
        over = np.flatnonzero(share[earliest:at] > least)
        begin = last_below(share, earliest + int(over[-1]), least / 4) if len(over) else 0
        if begin == 0:
            return first
        first = at = begin


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
        seat = _unit(motion.up[start:stop].mean(axis=0))
        away = tilt(slow, seat) > 0.5 * float(tilt(up[None, :], seat)[0])
        after = seats[k + 1][0] if k + 1 < len(seats) else len(angle)
        before = seats[k - 1][1] if k else 0
        left, reached = np.flatnonzero(away[stop:after]), np.flatnonzero(away[before:start])
        if len(reached):
            flips.append(Flip(before + int(reached[-1]) + 1, rises=False, seat=seat))
        if len(left):
            flips.append(Flip(stop + int(left[0]), rises=True, seat=seat))
    return flips


def _runs(mask: Mask, least: int) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a >= least]


def _unit(vector: Array) -> Array:
    unit: Array = vector / np.linalg.norm(vector)
    return unit


def placement_of(motion: Motion) -> Placement:
    """Tell a thigh from a trunk by how gravity turns in the sensor's frame.

    A walking thigh swings as no trunk does, and a seated one lies. A trunk that rises from a chair swings too, so that
    a swing counts only in somebody who turns round, or where it is most of what the sensor's inclination does.
    """
    slow = low_pass(motion.up, _POSTURE_HZ)
    main = np.linalg.svd(slow - slow.mean(axis=0), full_matrices=False)[2][0]
    span = float(np.ptp(np.percentile(np.arcsin(np.clip(slow @ main, -1.0, 1.0)), [5, 95])))
    busy = low_pass(stirring(motion.rate_of_turn), _POSTURE_HZ)
    swing = np.linalg.norm(low_pass(motion.up, STIR_HZ) - low_pass(motion.up, _SWING_HZ), axis=1)
    usual, large = np.percentile(swing[busy >= _BUSY_SHARE * np.percentile(busy, 90)], [50, 80])
    if np.ptp(heading(motion)) > _ROUND_RAD:
        thigh = usual > _SWINGING_RAD
    else:
        thigh = span > _LYING_RAD or (usual > _STRIDING_RAD and large > _STRIDING_SHARE * span)
    return Placement.THIGH if thigh else Placement.LOWER_BACK
