"""Units of acceleration and angular velocity: to SI, and the suspicion that a file's are not what it says."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np
from numpy.typing import NDArray

from teststation.formats.refused import Refused

_GRAVITY_M_S2 = 9.80665

ACCELERATION = {"m/s2": 1.0, "m/s^2": 1.0, "m/s²": 1.0, "g": _GRAVITY_M_S2, "mg": _GRAVITY_M_S2 / 1000}
"""Factor to m/s²."""
ANGULAR_VELOCITY = {
    "rad/s": 1.0,
    "deg/s": np.pi / 180,
    "°/s": np.pi / 180,
    "dps": np.pi / 180,
    "mdps": np.pi / 180_000,
}
"""Factor to rad/s."""

_GRAVITY_RANGE_M_S2 = (5.0, 20.0)
"""Where the median magnitude of a worn sensor's acceleration lies, however badly calibrated."""
_MOST_ACCELERATION_M_S2 = 4000.0
"""Twice the largest range of any accelerometer for people (200 g)."""
_USUAL_ANGULAR_VELOCITY_RAD_S = 12.0
"""A person's trunk or thigh turns faster than this (690 deg/s) less than 1 % of the time."""
_MOST_ANGULAR_VELOCITY_RAD_S = 80.0
"""Above the largest range of any gyroscope for people (4000 deg/s, 70 rad/s)."""


class Units(msgspec.Struct, frozen=True):
    """What a file's numbers are in."""

    acceleration: str = "m/s2"
    angular_velocity: str = "rad/s"

    @classmethod
    def parse(cls, text: str) -> Units:
        """Read `g,deg/s`; a ValueError where one of the two is not known."""
        acceleration, _, angular_velocity = (part.strip() for part in text.partition(","))
        if acceleration not in ACCELERATION or angular_velocity not in ANGULAR_VELOCITY:
            raise ValueError(text)
        return cls(acceleration, angular_velocity)


def require_plausible(file: Path, acceleration: NDArray[np.float64], angular_velocity: NDArray[np.float64]) -> None:
    """Refuse values that a worn sensor cannot give, and name the unit that they seem to be in.

    Parameters
    ----------
    acceleration : (n, 3) m/s²
    angular_velocity : (n, 3) rad/s
    """
    largest = float(np.abs(acceleration).max())
    # Beyond any sensor the magnitude may overflow, and the largest component says enough.
    gravity = largest if largest > 1e9 else float(np.median(np.linalg.norm(acceleration, axis=1)))  # noqa: PLR2004
    low, high = _GRAVITY_RANGE_M_S2
    suspects = [
        unit
        for unit in ("g", "mg")
        if low <= gravity * ACCELERATION[unit] <= high and largest * ACCELERATION[unit] <= _MOST_ACCELERATION_M_S2
    ]
    if suspects:
        raise Refused("suspected_acceleration_unit", file, value=_short(gravity), unit=suspects[0])
    if not low <= gravity <= high or largest > _MOST_ACCELERATION_M_S2:
        raise Refused("implausible_acceleration", file, value=_short(gravity), most=_short(largest))

    turning = np.abs(angular_velocity).max(axis=1)
    fastest = float(turning.max())
    if fastest > _MOST_ANGULAR_VELOCITY_RAD_S or np.percentile(turning, 99) > _USUAL_ANGULAR_VELOCITY_RAD_S:
        if fastest * ANGULAR_VELOCITY["deg/s"] <= _MOST_ANGULAR_VELOCITY_RAD_S:
            raise Refused("suspected_angular_velocity_unit", file, value=_short(fastest), unit="deg/s")
        raise Refused("implausible_angular_velocity", file, value=_short(fastest))


def _short(value: float) -> str:
    return f"{value:.3g}"
