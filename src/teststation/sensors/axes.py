"""Whether a sensor's gyroscope and accelerometer mean the same axes: sit, stand up, stand. Pure.

Turned by what the gyroscope says, gravity as it was on the seat must be gravity as it is in standing, however the
sensor is mounted. Axes that are swapped, a sign that is wrong or a scale of its own do not come out.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from teststation.sensors.stillness import WORN, is_still

Array = NDArray[np.float64]

LEAST_RAD = math.radians(10.0)
"""Who turns the sensor by less from sitting to standing shows nothing: a wrong sign would be 20° off."""
_SHARE = 0.25
_ALLOWED_RAD = math.radians(6.0)
"""So far off is right: sway within the two rests and the rise's drift. A wrong sign is off by twice the angle, axes
that are swapped by once or more, a scale of deg/s for rad/s by more than all."""
THIGH_RAD = math.radians(50.0)
"""A thigh turns by more from sitting to standing, a trunk by less."""


class AxesCheck(msgspec.Struct, frozen=True):
    """What sitting and standing showed.

    Parameters
    ----------
    turned_rad : between gravity as it was on the seat and as it is in standing, in the sensor's frame
    off_rad : between gravity in standing, and where the gyroscope says that it should be
    """

    turned_rad: float
    off_rad: float

    @property
    def tells(self) -> bool:
        """Whether the sensor was turned far enough to see anything."""
        return self.turned_rad >= LEAST_RAD

    @property
    def agrees(self) -> bool:
        """Whether the two mean the same axes."""
        return self.off_rad <= _ALLOWED_RAD + _SHARE * self.turned_rad

    @property
    def at_thigh(self) -> bool:
        """Whether the sensor turned as a thigh does."""
        return self.turned_rad >= THIGH_RAD


def check_axes(time_s: Array, acceleration: Array, angular_velocity: Array) -> AxesCheck | None:
    """Compare the rest at the beginning with the rest at the end.

    Parameters
    ----------
    time_s : (n,) device time, s
    acceleration : (n, 3) m/s², sensor frame
    angular_velocity : (n, 3) rad/s, sensor frame

    Returns
    -------
    None where there is no rest at both ends
    """
    if len(time_s) == 0:
        return None
    seated = slice(0, int(np.searchsorted(time_s, time_s[0] + WORN.seconds)))
    standing = slice(int(np.searchsorted(time_s, time_s[-1] - WORN.seconds)), len(time_s))
    if seated.stop >= standing.start:
        return None
    if not all(is_still(acceleration[rest], angular_velocity[rest], WORN) for rest in (seated, standing)):
        return None
    before, after = (_direction(acceleration[rest]) for rest in (seated, standing))
    middle = slice((seated.start + seated.stop) // 2, (standing.start + standing.stop) // 2)
    bias = angular_velocity[seated].mean(axis=0)
    expected = _carried(before, time_s[middle], angular_velocity[middle] - bias)
    return AxesCheck(_between(before, after), _between(expected, after))


def _carried(direction: Array, time_s: Array, angular_velocity: Array) -> Array:
    """Say where a direction that is fixed in the room has gone in the sensor's frame."""
    for step_s, rate in zip(np.diff(time_s), 0.5 * (angular_velocity[1:] + angular_velocity[:-1]), strict=True):
        angle = float(np.linalg.norm(rate)) * step_s
        if angle > 0.0:
            axis = rate / np.linalg.norm(rate)
            direction = (
                direction * math.cos(angle)
                - np.cross(axis, direction) * math.sin(angle)
                + axis * float(axis @ direction) * (1.0 - math.cos(angle))
            )
    return direction


def _direction(acceleration: Array) -> Array:
    mean: Array = acceleration.mean(axis=0)
    length = float(np.linalg.norm(mean))
    return mean / length if length > 0.0 else mean


def _between(one: Array, other: Array) -> float:
    return math.atan2(float(np.linalg.norm(np.cross(one, other))), float(one @ other))
