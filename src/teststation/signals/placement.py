"""Where the sensor is worn: a thigh told from a trunk by how gravity turns in the sensor's frame."""

from __future__ import annotations

import numpy as np

from teststation.model import Placement
from teststation.signals.onset import STIR_HZ
from teststation.signals.orientation import Motion
from teststation.signals.prepare import RATE_HZ, Array, low_pass
from teststation.signals.turns import heading

_BUSY_HZ = 0.5
_BUSY_SHARE = 0.5
_POSTURE_HZ = 1.0
_SWING_HZ = 0.4
_SHAKEN_HZ = (0.7, 4.0)
_ROUND_RAD = np.radians(120.0)
_RATE_POWER = 0.3
_PENDULUM, _DOUBT = np.radians(2.8), 1.12
"""Between the largest of 95 walking backs (2.5°; `voisard_10m_uturn`, `marpino_5m`, `mobilised_lab`) and the smallest
of 170 walking thighs (3.1°; `tug_pocket`, `marpino_5m`); the power was chosen where the two lie furthest apart."""
_LYING_RAD = np.radians(66.0)
_STRIDING, _STRIDING_SHARE = np.radians(7.0), 0.36
_BENDING_RAD, _WALKING_M_S2 = np.radians(20.0), 0.15
"""Who goes through less, and is shaken less by steps, has sat all the time: then a thigh looks like a back."""
_LONGEST_S = 150.0
"""Of all recordings of people the four that it was sure of and wrong are longer (169 to 349 s), the tests shorter."""
_UNLIKE = 1.4
"""Somebody said where the sensor is: that is not doubted for little. With any figure from 1 to 2 no sensor of the
shared recordings of a test is called unlike (410); with this one most are when a trunk is called a thigh, or a thigh a
trunk."""


def placement_of(motion: Motion) -> tuple[Placement, bool]:
    """Tell a thigh from a trunk by how gravity turns in the sensor's frame, and whether that is sure.

    In walking a thigh is a pendulum: it swings far, and turns fast for how much it is shaken up and down. A trunk that
    rises from a chair swings too, so that this counts in somebody who turns round. In others a thigh is known by going
    from level to upright, or by a swing that is most of what its inclination does. It is never sure of a recording
    that is longer than a test: stairs and lying down have not been looked at.
    """
    likeness, sure = _likeness(motion)
    return Placement.THIGH if likeness > 1.0 else Placement.LOWER_BACK, sure and not _outlasts_a_test(motion)


def is_unlike(motion: Motion, stated: Placement) -> bool:
    """Tell whether a sensor is surely not worn where somebody said it is: at a thigh, or anywhere at a trunk."""
    if _outlasts_a_test(motion):
        return False
    likeness, sure = _likeness(motion)
    return sure and (1.0 / likeness if stated is Placement.THIGH else likeness) > _UNLIKE


def _likeness(motion: Motion) -> tuple[float, bool]:
    """Give how like a thigh the sensor moves, above 1 what is one and below what is none, and whether that is sure."""
    slow = low_pass(motion.up, _POSTURE_HZ)
    main = np.linalg.eigh(np.cov(slow.T))[1][:, -1]
    span = float(np.ptp(np.percentile(np.arcsin(np.clip(slow @ main, -1.0, 1.0)), [5, 95])))
    vertical = motion.vertical_acceleration
    shaken = _size(low_pass(vertical, _SHAKEN_HZ[1]) - low_pass(vertical, _SHAKEN_HZ[0]))
    shaking = shaken >= _BUSY_SHARE * np.percentile(shaken, 90)
    level = motion.rate_of_turn - np.sum(motion.rate_of_turn * motion.up, axis=1, keepdims=True) * motion.up
    swing = float(np.median(_size(low_pass(motion.up, STIR_HZ) - low_pass(motion.up, _SWING_HZ))[shaking]))
    rate = float(np.median(_size(low_pass(level, STIR_HZ))[shaking]))
    pendulum = swing * (rate / max(float(np.median(shaken[shaking])), 1e-6)) ** _RATE_POWER
    if np.ptp(heading(motion)) > _ROUND_RAD:
        likeness = pendulum / _PENDULUM
        sure = max(likeness, 1.0 / max(likeness, 1e-6)) > _DOUBT
    else:
        striding = min(pendulum / _STRIDING, swing / max(_STRIDING_SHARE * span, 1e-6))
        likeness = max(span / _LYING_RAD, striding)
        walking = pendulum < _PENDULUM and float(np.median(shaken[shaking])) > _WALKING_M_S2
        sure = likeness > 1.0 or walking or span > _BENDING_RAD
    return max(likeness, 1e-6), bool(sure)


def _outlasts_a_test(motion: Motion) -> bool:
    return len(motion) > _LONGEST_S * RATE_HZ


def _size(values: Array) -> Array:
    """Give the root mean square of a signal, or of a vector's length, about each sample."""
    square = values**2 if values.ndim == 1 else np.sum(values**2, axis=1)
    return np.sqrt(np.maximum(low_pass(square, _BUSY_HZ), 0.0))
