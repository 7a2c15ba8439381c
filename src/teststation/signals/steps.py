"""Steps: when a foot touches the ground, and from when to when a person walks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal

from teststation.model import Placement
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, Mask, low_pass

STEP_BAND_HZ = (0.6, 2.75)
"""Where the rhythm of steps lies: from a slow shuffle to a brisk walk, without the second bump of a single step."""

_HEADING_HZ = 0.5
_RHYTHM_RAD_S = 2 * np.pi * 1.9
_SHORTEST_STEP_S = 0.25
_WEAKEST_STEP_M_S2 = 0.25
_WEAKEST_SHARE = 0.3
_NEIGHBOURHOOD_S = 3.0

_EDGE_HZ = 6.0
_EDGE_RAD_S = 30.0
_EDGE_REACH_S = (-0.12, 0.12)
TRUNK_CONTACT_DELAY_S = 0.034
"""The landing edge at the lower back comes this much after the foot's contact.

Fitted on `voisard_10m_uturn` (1133 contacts of 13 people); each person left out in turn it moves by less than 2 ms, and
the mean absolute error of the person left out is 0.016 s.
"""
TRUNK_CONTACT_HALF_WIDTH_S = 0.045
"""95 % of those contacts lie within this of the reference."""

_SWING_RAD = 0.08
_SWING_SHARE = 0.25
_SWING_HZ = 5.0
_SHOCK_HZ = 8.0
_OWN_REACH_S = (-0.05, 0.3)
_OTHER_REACH_S = (-0.15, 0.2)
OWN_CONTACT_DELAY_S = 0.020
OTHER_CONTACT_DELAY_S = 0.070
"""At a thigh the shock comes this much after the contact of its own and of the other foot.

Their difference is fitted on `marpino_5m` (276 landings of 25 walks), whose reference is the foot lying flat; that the
shock of the own foot reaches the thigh within two samples is physics.
"""
THIGH_CONTACT_HALF_WIDTH_S = 0.08

STANDING_STILL_S = 3.5
"""So long without a step, and a walk has ended; anything shorter is a pause in it (issue 3)."""
_FEWEST_STEPS = 3
FIRST_SWING_S = 0.10
FIRST_SWING_SHARE = 0.58
FIRST_SWING_HALF_WIDTH_S = 0.13
"""How long the first foot is in the air, as a line in the median step time.

Fitted on `voisard_10m_uturn`: 76 starts of 13 people, mean absolute error 0.043 s.
"""


@dataclass(frozen=True, eq=False)
class Contacts:
    """Initial contacts in order of time.

    Parameters
    ----------
    time_s : (n,) seconds on the recording's clock
    half_width_s : (n,) half the 95 % interval of each
    own : (n,) at a thigh, True where it is the foot of that leg; None where the sensor cannot tell the feet apart
    """

    time_s: Array
    half_width_s: Array
    own: Mask | None = None

    def __len__(self) -> int:
        return len(self.time_s)

    def between(self, start_s: float, end_s: float) -> Contacts:
        """Keep those in a stretch of time, its ends included."""
        kept = (self.time_s >= start_s) & (self.time_s <= end_s)
        return Contacts(self.time_s[kept], self.half_width_s[kept], None if self.own is None else self.own[kept])


@dataclass(frozen=True, eq=False)
class Walk:
    """A stretch of walking, from the first foot's leaving the ground to the last foot's coming down.

    Parameters
    ----------
    start_s, end_s : seconds on the recording's clock
    start_half_width_s, end_half_width_s : half the 95 % interval of each
    contacts : the initial contacts in it; the last one is its end
    """

    start_s: float
    end_s: float
    start_half_width_s: float
    end_half_width_s: float
    contacts: Contacts


def contacts(motion: Motion, placement: Placement) -> Contacts:
    """Find initial contacts in a whole recording."""
    return thigh_contacts(motion) if placement is Placement.THIGH else trunk_contacts(motion)


def walks(found: Contacts) -> list[Walk]:
    """Part contacts into walks: at least three steps, and a new one after standing still for `STANDING_STILL_S`.

    The first foot leaves the ground a swing before its contact; the length of that swing follows the step time
    (`FIRST_SWING_S`, `FIRST_SWING_SHARE`).
    """
    breaks = np.flatnonzero(np.diff(found.time_s) > STANDING_STILL_S) + 1
    walks_found = []
    for part in np.split(np.arange(len(found)), breaks):
        if len(part) < _FEWEST_STEPS:
            continue
        own = None if found.own is None else found.own[part]
        these = Contacts(found.time_s[part], found.half_width_s[part], own)
        swing_s = FIRST_SWING_S + FIRST_SWING_SHARE * float(np.median(np.diff(these.time_s)))
        walks_found.append(
            Walk(
                start_s=float(these.time_s[0]) - swing_s,
                end_s=float(these.time_s[-1]),
                start_half_width_s=FIRST_SWING_HALF_WIDTH_S,
                end_half_width_s=float(these.half_width_s[-1]),
                contacts=these,
            )
        )
    return walks_found


def body_acceleration(motion: Motion) -> Array:
    """Turn the acceleration with the person: level axes that follow the slow part of the heading.

    Returns
    -------
    (n, 3) m/s², z up; x and y are at a fixed but arbitrary angle to the person's forward direction
    """
    heading = low_pass(np.cumsum(motion.yaw_rate) / RATE_HZ, _HEADING_HZ)
    cos, sin = np.cos(heading), np.sin(heading)
    east, north, up = motion.acceleration.T
    return np.column_stack([cos * east + sin * north, cos * north - sin * east, up])


def forward_at_trunk(acceleration: Array) -> Array:
    """Find which way is forward from the rhythm of walking.

    The trunk vaults over the stance leg: it is fastest where it is lowest, so in the rhythm of steps forward
    acceleration goes against vertical velocity. Sideways it moves at half that rhythm and has no part in it.

    Parameters
    ----------
    acceleration : (n, 3) m/s², as from `body_acceleration`

    Returns
    -------
    (2,) unit vector in the level axes of `acceleration`

    Source
    ------
    The inverted pendulum of Zijlstra & Hof 2003, doi:10.1016/S0966-6362(02)00190-X. On `voisard_10m_uturn` it lies
    within 17° of the first second's gain in velocity in 76 of 76 recordings.
    """
    rhythm = _band_pass(acceleration)
    rise = _band_pass(np.cumsum(acceleration[:, 2]) / RATE_HZ)
    found: Array = -rise @ rhythm[:, :2]
    size = float(np.linalg.norm(found))
    return found / size if size > 0 else np.array([1.0, 0.0])


def trunk_contacts(motion: Motion) -> Contacts:
    """Find initial contacts from a sensor at the lower back, waist, trunk or chest.

    At a landing the trunk is pushed up and held back at once: vertical acceleration is high while forward acceleration
    falls steeply. Their sum is a hump a step, in the rhythm of steps to count by and at `_EDGE_HZ` to time by.

    Source
    ------
    Forward acceleration falls at foot contact: Zijlstra & Hof 2003, doi:10.1016/S0966-6362(02)00190-X.
    Deviation: the fall is weighed together with the vertical push, and no zero crossing or wavelet is used.
    """
    acceleration = body_acceleration(motion)
    forward = acceleration[:, :2] @ forward_at_trunk(acceleration)
    rhythm = _band_pass(np.column_stack([acceleration[:, 2], forward]))
    humps = _steps_among(rhythm[:, 0] - np.gradient(rhythm[:, 1]) * RATE_HZ / _RHYTHM_RAD_S)
    smooth = low_pass(np.column_stack([acceleration[:, 2], forward]), _EDGE_HZ)
    edge = smooth[:, 0] - np.gradient(smooth[:, 1]) * RATE_HZ / _EDGE_RAD_S
    found = np.array([_highest_between(edge, hump, _EDGE_REACH_S) for hump in humps])
    time_s = motion.time_s[0] + found / RATE_HZ - TRUNK_CONTACT_DELAY_S
    return Contacts(time_s, np.full(len(found), TRUNK_CONTACT_HALF_WIDTH_S))


def thigh_contacts(motion: Motion) -> Contacts:
    """Find initial contacts of both feet from a sensor at one thigh.

    The own foot lands just after the thigh is furthest forward, the other foot while it is furthest back; the shock
    near each turning point times it.
    """
    angle = flexion(motion)
    jerk = np.linalg.norm(np.gradient(low_pass(motion.acceleration, 20.0), axis=0), axis=1) * RATE_HZ
    shock = low_pass(jerk, _SHOCK_HZ)
    own = _near_turning_points(shock, angle, _OWN_REACH_S) - OWN_CONTACT_DELAY_S
    other = _near_turning_points(shock, -angle, _OTHER_REACH_S) - OTHER_CONTACT_DELAY_S
    order = np.argsort(np.concatenate([own, other]))
    return Contacts(
        motion.time_s[0] + np.concatenate([own, other])[order],
        np.full(len(order), THIGH_CONTACT_HALF_WIDTH_S),
        order < len(own),
    )


def flexion(motion: Motion) -> Array:
    """Give the thigh's angle in the plane of walking, (n,) rad, positive with the knee forward, 0 at its median.

    The axis is the one about which the thigh swings most. Its sense: a leg swings forward faster than it goes back.
    """
    swing = _band_pass(motion.rate_of_turn)
    axis = np.linalg.eigh(swing.T @ swing)[1][:, -1]
    if np.sum((swing @ axis) ** 3) < 0:
        axis = -axis
    usual = np.median(motion.up, axis=0)
    upright = usual - (usual @ axis) * axis
    upright /= np.linalg.norm(upright)
    angle = -np.arctan2(motion.up @ np.cross(axis, upright), motion.up @ upright)
    return low_pass(np.unwrap(angle), _SWING_HZ)


def _near_turning_points(shock: Array, angle: Array, reach_s: tuple[float, float]) -> Array:
    """Give the time in s, from the first sample, of the shock near each highest point of the angle."""
    points, properties = signal.find_peaks(angle, prominence=_SWING_RAD, distance=round(2 * _SHORTEST_STEP_S * RATE_HZ))
    kept = _among_neighbours(points, properties["prominences"], _SWING_SHARE)
    return np.array([_highest_between(shock, point, reach_s) for point in kept]) / RATE_HZ


def _band_pass(values: Array) -> Array:
    sos = signal.butter(2, STEP_BAND_HZ, btype="bandpass", fs=RATE_HZ, output="sos")
    filtered: Array = signal.sosfiltfilt(sos, values, axis=0, padlen=min(len(values) - 1, round(2 * RATE_HZ)))
    return filtered


def _steps_among(rhythm: Array) -> list[int]:
    """Keep the humps that stand out: by themselves, and among those of the seconds around them."""
    humps, properties = signal.find_peaks(
        rhythm, height=0.0, prominence=_WEAKEST_STEP_M_S2, distance=round(_SHORTEST_STEP_S * RATE_HZ)
    )
    return _among_neighbours(humps, properties["prominences"], _WEAKEST_SHARE)


def _among_neighbours(points: NDArray[np.intp], prominence: Array, share: float) -> list[int]:
    """Keep what is not much weaker than the usual one of the seconds around it."""
    first = np.searchsorted(points, points - _NEIGHBOURHOOD_S * RATE_HZ)
    last = np.searchsorted(points, points + _NEIGHBOURHOOD_S * RATE_HZ, side="right")
    usual = np.array([np.median(prominence[a:b]) for a, b in zip(first, last, strict=True)])
    return [int(point) for point in points[prominence >= share * usual]]


def _highest_between(values: Array, near: int, reach_s: tuple[float, float]) -> float:
    """Find the highest value around an index, between the samples by the parabola through three."""
    first = max(0, near + round(reach_s[0] * RATE_HZ))
    index = first + int(np.argmax(values[first : near + round(reach_s[1] * RATE_HZ) + 1]))
    if not 0 < index < len(values) - 1:
        return float(index)
    before, at, after = values[index - 1 : index + 2]
    bend = before - 2 * at + after
    return index + (0.5 * (before - after) / bend if bend < 0 else 0.0)
