"""Whether a sensor stays where it was put: what one that is worn does not do."""

from __future__ import annotations

import numpy as np

from teststation.signals.onset import stirring
from teststation.signals.orientation import Motion, tilt, unit
from teststation.signals.prepare import Mask, low_pass

_BUSY_HZ, _BUSY_SHARE = 0.5, 0.5
_POSTURE_HZ = 1.0
_NEAR_RAD = np.radians(40.0)


def slid(motion: Motion) -> float:
    """Give the angle, rad, between upright in the first and in the last third of a person's moving about.

    Who walks or rises again and again is upright most of that time, and upright alike: a sensor that reads it otherwise
    has moved on the body.
    """
    moving = np.flatnonzero(_moving(motion))
    third = len(moving) // 3
    if third == 0:
        return 0.0
    first, last = (unit(np.median(motion.up[part], axis=0)) for part in (moving[:third], moving[-third:]))
    return float(np.arccos(np.clip(first @ last, -1.0, 1.0)))


def furthest_tilt(motion: Motion) -> float:
    """Give how far, rad, the sensor ever stood away from where it is while the person moves upright."""
    moving = _moving(motion)
    near = moving & (motion.up @ unit(np.median(motion.up[moving], axis=0)) > np.cos(_NEAR_RAD))
    if not near.any():
        return 0.0
    away = tilt(low_pass(motion.up, _POSTURE_HZ), unit(motion.up[near].mean(axis=0)))
    return float(np.max(away[motion.covered], initial=0.0))


def _moving(motion: Motion) -> Mask:
    """Mark where the sensor turns about most."""
    busy = low_pass(stirring(motion.rate_of_turn), _BUSY_HZ)
    moving: Mask = motion.covered & (busy >= _BUSY_SHARE * np.percentile(busy, 90))
    return moving
