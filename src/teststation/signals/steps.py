"""Steps: when a foot touches the ground."""

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

SHORTEST_STEP_S = 0.25

_SLOW_HZ = 1.6
_HARMONICS = 1.45
"""Slower steps than the first number a second shake the trunk twice a step: let no more through than that many times.

The band as it is suits steps at a usual pace: it ends at 1.45 times 1.9 steps a second.
"""
_STEP_TIMES_S = (0.3, 1.45)
_LEAST_ALIKE, _NEARLY_MOST = 0.25, 0.6
_BOUNCE_HZ, _USUAL = 3.0, 2.0
"""After one step the bounce is like itself by 0.75 to 0.95 in an even walk, by 0.3 to 0.5 in a whole Get-Up-and-Go.

With a frame, where a step waits for the next, by some 0.15: there the band is left as it is.
"""

_HEADING_HZ = 0.5
_RHYTHM_RAD_S = 2 * np.pi * 1.9
_WEAKEST_STEP_M_S2 = 0.25
_WEAKEST_SHARE = 0.3
_NEIGHBOURHOOD_S = 3.0

_EDGE_HZ = 6.0
_EDGE_RAD_S = 30.0
_EDGE_REACH_S = (-0.12, 0.12)
TRUNK_CONTACT_DELAY_S = 0.034
"""The landing edge at the lower back comes this much after the foot's contact.

Fitted on `voisard_10m_uturn` (1133 contacts of 13 people); each person left out in turn it moves by less than 3 ms, and
the mean absolute error of the person left out is 0.016 s.
"""
TRUNK_CONTACT_HALF_WIDTH_S = 0.035
"""94 % of those contacts lie within this of the reference (`python -m benchmarks.intervals`)."""

_SWING_RAD = 0.05
_SWING_SHARE = 0.2
_SWING_HZ = 5.0
_JERK_HZ = 20.0
_SHOCK_HZ = 8.0
_LEAST_SHOCK_M_S3 = 12.0
_OWN_REACH_S = (-0.05, 0.3)
_OTHER_REACH_S = (-0.02, 0.2)
_FURTHEST_SHARE = 0.6
OWN_CONTACT_DELAY_S = 0.020
OTHER_CONTACT_DELAY_S = 0.070
"""At a thigh the shock comes this much after the contact of its own and of the other foot.

Their difference is fitted on `marpino_5m` (276 landings of 25 walks), whose reference is the foot lying flat; that the
shock of the own foot reaches the thigh within two samples is physics.
"""
THIGH_CONTACT_HALF_WIDTH_S = 0.08
"""Of 239 landings 91 % lie within this of their common lag behind the reference; some of that is the reference's."""


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
        return self.among((self.time_s >= start_s) & (self.time_s <= end_s))

    def among(self, kept: Mask) -> Contacts:
        """Keep those that are marked."""
        return Contacts(self.time_s[kept], self.half_width_s[kept], None if self.own is None else self.own[kept])

    def followed_by(self, other: Contacts) -> Contacts:
        """Put later ones, of the same kind, behind these."""
        own = None if self.own is None or other.own is None else np.append(self.own, other.own)
        return Contacts(np.append(self.time_s, other.time_s), np.append(self.half_width_s, other.half_width_s), own)


@dataclass(frozen=True, eq=False)
class TrunkGait:
    """What walking does to the trunk.

    Parameters
    ----------
    ahead : (n, 2) the direction of walking, level, in the earth's frame, unit vectors
    rhythm : (n,) m/s², a hump a step in `STEP_BAND_HZ`
    edge : (n,) m/s², the same hump with its details, to time it by
    """

    ahead: Array
    rhythm: Array
    edge: Array


@dataclass(frozen=True, eq=False)
class ThighGait:
    """What walking does to a thigh.

    Parameters
    ----------
    flexion : (n,) rad, positive with the knee forward
    shock : (n,) m/s³, how hard the thigh is shaken
    """

    flexion: Array
    shock: Array


def contacts(motion: Motion, placement: Placement) -> Contacts:
    """Find initial contacts in a whole recording."""
    return thigh_contacts(motion) if placement is Placement.THIGH else trunk_contacts(motion)


def trunk_contacts(motion: Motion, gait: TrunkGait | None = None) -> Contacts:
    """Find initial contacts from a sensor at the lower back, waist, trunk or chest."""
    gait = gait or trunk_gait(motion)
    humps, properties = _humps(gait.rhythm, _WEAKEST_STEP_M_S2)
    kept = humps[_not_weak(humps, properties, _WEAKEST_SHARE)]
    time_s = np.array([trunk_contact_s(motion, gait, int(hump)) for hump in kept])
    return Contacts(time_s, np.full(len(kept), TRUNK_CONTACT_HALF_WIDTH_S))


def trunk_gait(motion: Motion) -> TrunkGait:
    """Bring out the steps in the trunk's motion.

    At a landing the trunk is pushed up and held back at once: vertical acceleration is high while forward acceleration
    falls steeply. Their sum is a hump a step, in the rhythm of steps to count by and at `_EDGE_HZ` to time by.

    Source
    ------
    Forward acceleration falls at foot contact: Zijlstra & Hof 2003, doi:10.1016/S0966-6362(02)00190-X.
    Deviation: the fall is weighed together with the vertical push, and no zero crossing or wavelet is used.
    """
    acceleration = body_acceleration(motion)
    ahead = forward_at_trunk(acceleration)
    vertical, forward = motion.vertical_acceleration, acceleration[:, :2] @ ahead
    del acceleration  # an hour of it, and of each axis below, counts
    highest_hz = _highest_hz(vertical)
    rhythm = _band_pass(vertical, highest_hz)
    rhythm -= np.gradient(_band_pass(forward, highest_hz)) * (RATE_HZ / _RHYTHM_RAD_S)
    edge = low_pass(vertical, _EDGE_HZ)
    edge -= np.gradient(low_pass(forward, _EDGE_HZ)) * (RATE_HZ / _EDGE_RAD_S)
    heading = _slow_heading(motion)
    cos, sin = np.cos(heading), np.sin(heading)
    return TrunkGait(
        ahead=np.column_stack([cos * ahead[0] - sin * ahead[1], sin * ahead[0] + cos * ahead[1]]),
        rhythm=rhythm,
        edge=edge,
    )


def trunk_contact_s(motion: Motion, gait: TrunkGait, hump: int) -> float:
    """Time the contact of a hump, given by its sample."""
    found = _highest_between(gait.edge, hump, _EDGE_REACH_S)
    return motion.seconds(found) - TRUNK_CONTACT_DELAY_S


def body_acceleration(motion: Motion) -> Array:
    """Turn the acceleration with the person: level axes that follow the slow part of the heading.

    Returns
    -------
    (n, 3) m/s², z up; x and y are at a fixed but arbitrary angle to the person's forward direction
    """
    heading = _slow_heading(motion)
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
    rise = _band_pass(np.cumsum(acceleration[:, 2]) / RATE_HZ)
    found = np.array([-rise @ _band_pass(level) for level in acceleration[:, :2].T])
    size = float(np.linalg.norm(found))
    return found / size if size > 0 else np.array([1.0, 0.0])


def thigh_contacts(motion: Motion, gait: ThighGait | None = None) -> Contacts:
    """Find initial contacts of both feet from a sensor at one thigh.

    The own foot lands just after the thigh is furthest forward, the other foot while it is furthest back; the shock
    near each turning point times it.
    """
    gait = gait or thigh_gait(motion)
    front, back = _turning_points(gait.flexion), _turning_points(-gait.flexion)
    own = _shocks(gait.shock, front, back, _OWN_REACH_S) - OWN_CONTACT_DELAY_S
    other = _shocks(gait.shock, back, front, _OTHER_REACH_S) - OTHER_CONTACT_DELAY_S
    order = np.argsort(np.concatenate([own, other]))
    return Contacts(
        np.interp(np.concatenate([own, other])[order] * RATE_HZ, np.arange(len(motion)), motion.time_s),
        np.full(len(order), THIGH_CONTACT_HALF_WIDTH_S),
        order < len(own),
    )


def thigh_gait(motion: Motion) -> ThighGait:
    """Bring out the steps in a thigh's motion."""
    jerk = np.linalg.norm(np.gradient(low_pass(motion.acceleration, _JERK_HZ), axis=0), axis=1) * RATE_HZ
    return ThighGait(flexion=flexion(motion), shock=low_pass(jerk, _SHOCK_HZ))


def strongest_shock_s(motion: Motion, gait: ThighGait, start_s: float, end_s: float, *, own: bool) -> float | None:
    """Time the contact of a foot by the strongest peak of shock between two times; None where there is none."""
    first, last = (motion.index(time_s) for time_s in (start_s, end_s))
    peaks, properties = signal.find_peaks(gait.shock[first : last + 1], height=_LEAST_SHOCK_M_S3)
    if len(peaks) == 0:
        return None
    strongest = first + int(peaks[np.argmax(properties["peak_heights"])])
    return float(motion.time_s[strongest]) - (OWN_CONTACT_DELAY_S if own else OTHER_CONTACT_DELAY_S)


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


def weak_humps(gait: TrunkGait, first: int, last: int) -> NDArray[np.intp]:
    """Give every hump between two samples, however weak: where a step must have been, it may be among them."""
    first = max(first, 0)
    return _humps(gait.rhythm[first:last], 0.0)[0] + first


def _turning_points(angle: Array) -> NDArray[np.intp]:
    points, properties = signal.find_peaks(angle, prominence=_SWING_RAD, distance=round(2 * SHORTEST_STEP_S * RATE_HZ))
    kept: NDArray[np.intp] = points[_not_weak(points, properties["prominences"], _SWING_SHARE)]
    return kept


def _shocks(shock: Array, points: NDArray[np.intp], opposite: NDArray[np.intp], reach_s: tuple[float, float]) -> Array:
    """Give the time in s, from the first sample, of the shock near each turning point.

    A slow leg lands later after its turning point: look as far as a share of the way to the opposite one.
    """
    following = np.append(opposite, len(shock))[np.searchsorted(opposite, points)]
    furthest_s = np.clip(_FURTHEST_SHARE * (following - points) / RATE_HZ, reach_s[1], 3 * reach_s[1])
    return np.array(
        [
            _highest_between(shock, int(point), (reach_s[0], float(until_s))) / RATE_HZ
            for point, until_s in zip(points, furthest_s, strict=True)
        ]
    )


def _slow_heading(motion: Motion) -> Array:
    return low_pass(np.cumsum(motion.yaw_rate) / RATE_HZ, _HEADING_HZ)


def _highest_hz(vertical: Array) -> float:
    """Find how high the band of steps goes, from their rhythm: the first time after which the bounce is most alike."""
    bounce = _band_pass(vertical, _BOUNCE_HZ)
    usual = _USUAL * float(np.median(np.abs(bounce)))
    bounce = np.clip(bounce, -usual, usual)  # rising and sitting are larger, and no steps
    shortest, longest = (round(time_s * RATE_HZ) for time_s in _STEP_TIMES_S)
    alike = np.array([bounce[: len(bounce) - lag] @ bounce[lag:] for lag in range(min(longest, len(bounce)))])
    peaks = signal.find_peaks(alike)[0]
    peaks = peaks[peaks >= shortest]
    most = float(alike[peaks].max(initial=0.0))
    if most < _LEAST_ALIKE * alike[0]:
        return STEP_BAND_HZ[1]
    step_hz = RATE_HZ / float(peaks[alike[peaks] >= _NEARLY_MOST * most][0])
    return _HARMONICS * step_hz if step_hz < _SLOW_HZ else STEP_BAND_HZ[1]


def _band_pass(values: Array, highest_hz: float = STEP_BAND_HZ[1]) -> Array:
    sos = signal.butter(2, (STEP_BAND_HZ[0], highest_hz), btype="bandpass", fs=RATE_HZ, output="sos")
    filtered: Array = signal.sosfiltfilt(sos, values, axis=0, padlen=min(len(values) - 1, round(2 * RATE_HZ)))
    return filtered


def _humps(rhythm: Array, prominence: float) -> tuple[NDArray[np.intp], Array]:
    humps, properties = signal.find_peaks(
        rhythm, height=0.0, prominence=prominence, distance=round(SHORTEST_STEP_S * RATE_HZ)
    )
    return humps, properties["prominences"]


def _not_weak(points: NDArray[np.intp], prominence: Array, share: float) -> Mask:
    """Tell what is not much weaker than the usual one of the seconds around it."""
    first = np.searchsorted(points, points - _NEIGHBOURHOOD_S * RATE_HZ)
    last = np.searchsorted(points, points + _NEIGHBOURHOOD_S * RATE_HZ, side="right")
    usual = np.array([np.median(prominence[a:b]) for a, b in zip(first, last, strict=True)])
    strong: Mask = prominence >= share * usual
    return strong


def _highest_between(values: Array, near: int, reach_s: tuple[float, float]) -> float:
    """Find the highest value around an index, between the samples by the parabola through three."""
    first = max(0, near + round(reach_s[0] * RATE_HZ))
    index = first + int(np.argmax(values[first : near + round(reach_s[1] * RATE_HZ) + 1]))
    if not 0 < index < len(values) - 1:
        return float(index)
    before, at, after = values[index - 1 : index + 2]
    bend = before - 2 * at + after
    peaks = before <= at >= after and bend < 0  # else the highest value lies at the end of the reach
    return index + (0.5 * (before - after) / bend if peaks else 0.0)
