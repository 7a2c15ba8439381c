"""How far a walk has come: the known length of a whole way, shared out among its steps."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from teststation.model import Interval
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, low_pass
from teststation.signals.steps import Contacts

SWING_SHARE = 0.8
"""A foot is in the air for this share of a step's time, two fifths of a stride."""

_BOUNCE_HZ = 0.5
_TRUSTED = 0.5
_FURTHEST_FROM_USUAL = 1.7

_SAME_PLACE_M = 1e-9
_SHORTER = (0.15, 0.075)
"""By such shares the first step and the next, and the last and the one before, are shorter: our own estimate."""
FIRST_STEP_ERROR = 0.15
STEP_ERROR = 0.06
"""What is not known of a step's length, as a share of it: of the first and last, and of each other one.

The second is the mean deviation from equal steps on `mobilised_lab` (two walks of one person); the first is a guess:
from no shorter than the others to shorter by twice of what we take.
"""


@dataclass(frozen=True)
class Crossing:
    """When the first foot passed a line, with the 95 % interval; seconds on the recording's clock.

    The interval is lopsided where a foot came down near the line: a little further, and the other foot passes it first.
    """

    time_s: float
    interval_s: Interval


def step_lengths(contacts: Contacts, walked_m: float, bounce_m: Array | None = None) -> Array:
    """Share the known length of a way out among its steps.

    The last contact is the foot that is set beside the other: it adds nothing. All others are alike, but for shorter
    ones at both ends, and for what the bounce of the trunk tells of them, which is trusted half.

    Parameters
    ----------
    contacts : of the whole way, n of them
    walked_m : from where the feet stood to where they stand
    bounce_m : (n,) how far the trunk went up and down in the step that each contact ends; None where it is not seen

    Returns
    -------
    (n,) m, how far each foot lands ahead of the other

    Source
    ------
    Zijlstra & Hof 2003, doi:10.1016/S0966-6362(02)00190-X: in an inverted pendulum the step goes with the root of the
    bounce. Deviation: only the ratio to the usual step is used; size and leg length follow from the known length.
    """
    shares = _usual_shares(len(contacts))
    if bounce_m is not None:
        usual_m = float(np.median(bounce_m[1:-1]))
        seen = np.sqrt(np.maximum(bounce_m, 0.0) / usual_m) if usual_m > 0 else shares
        seen = np.clip(seen, 1 / _FURTHEST_FROM_USUAL, _FURTHEST_FROM_USUAL)
        seen[0] = shares[0]
        shares = shares ** (1 - _TRUSTED) * seen**_TRUSTED
    shares[-1] = 0.0
    lengths: Array = walked_m * shares / shares.sum()
    return lengths


def _usual_shares(count: int) -> Array:
    shares = np.ones(count)
    for k, shorter in enumerate(_SHORTER):
        if 2 * len(_SHORTER) < count:
            shares[[k, -2 - k]] -= shorter
    return shares


def bounce(motion: Motion, contacts: Contacts) -> Array:
    """Give how far the trunk goes up and down between each contact and the one before, (n,) m; the first is 0."""
    height = _integrated(_integrated(motion.vertical_acceleration))
    at = [motion.index(float(time_s)) for time_s in contacts.time_s]
    return np.array([0.0, *(np.ptp(height[a : b + 1]) for a, b in pairwise(at))])


def crossing(
    start_s: float, contacts: Contacts, lengths_m: Array, course_m: float, miscounted: int = 0
) -> Crossing | None:
    """Find when the first foot passed a line.

    A foot swings from beside its last place to its next one with the least jerk, in `SWING_SHARE` of the step's time.

    Parameters
    ----------
    start_s : the first foot leaves the ground
    contacts : of the whole way, n of them
    lengths_m : (n,) m, as from `step_lengths`
    course_m : from the feet at the start to the line
    miscounted : by how many steps the count may be wrong; it widens the interval

    Returns
    -------
    None where the line lies beyond the last foot

    Source
    ------
    Flash & Hogan 1985, doi:10.1523/JNEUROSCI.05-07-01688.1985 (least jerk).
    """
    if lengths_m.sum() < course_m - _SAME_PLACE_M:
        return None
    time_s, k = _passing(start_s, contacts, lengths_m, course_m)
    error_m = _error_m(lengths_m, course_m, miscounted)
    soonest_s, latest_s = (_passing(start_s, contacts, lengths_m, course_m + side * error_m)[0] for side in (-1, 1))
    contact_s = float(contacts.half_width_s[k])
    interval_s = (time_s - np.hypot(time_s - soonest_s, contact_s), time_s + np.hypot(latest_s - time_s, contact_s))
    return Crossing(time_s, interval_s)


def _passing(start_s: float, contacts: Contacts, lengths_m: Array, place_m: float) -> tuple[float, int]:
    """Give when the first foot passed a place (the nearest one on the way), and which contact ends that swing."""
    landed_m = np.concatenate([[0.0, 0.0], np.cumsum(lengths_m)])
    place_m = float(np.clip(place_m, 0.0, landed_m[-1]))
    k = int(np.flatnonzero(landed_m[2:] >= place_m - _SAME_PLACE_M)[0])
    contact_s = float(contacts.time_s[k])
    swing_s = contact_s - start_s if k == 0 else SWING_SHARE * (contact_s - float(contacts.time_s[k - 1]))
    share = np.linspace(0.0, 1.0, 101)
    way_m = landed_m[k] + (landed_m[k + 2] - landed_m[k]) * (share**3 * (10 - 15 * share + 6 * share**2))
    return contact_s - swing_s * (1 - float(np.interp(place_m, way_m, share))), k


def _error_m(lengths_m: Array, course_m: float, miscounted: int) -> float:
    """Give half the 95 % interval of where the feet are when they should be at the line."""
    usual_m = float(np.median(lengths_m[:-1]))
    share = min(1.0, course_m / float(lengths_m.sum()))
    steps_m = STEP_ERROR * usual_m * np.sqrt((len(lengths_m) - 1) * share * (1 - share))
    ends_m = FIRST_STEP_ERROR * usual_m / 2
    return float(1.96 * np.hypot(steps_m, ends_m) + miscounted * share * usual_m)


def _integrated(values: Array) -> Array:
    whole = np.cumsum(values - values.mean()) / RATE_HZ
    return whole - low_pass(whole, _BOUNCE_HZ)
