"""What is to be known of a sensor before its times are trusted: how it was calibrated, and what is wrong with it now.

A recording keeps its samples as they came. What is measured here is put right just before samples are watched and
analysed (`Calibration.corrected`), and the routine check looks at the corrected ones too: a check must see what the
analysis sees.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np
from numpy.typing import NDArray

from teststation.model import Reason
from teststation.sensors.key_check import KeyDelay
from teststation.sensors.profiles import Profile
from teststation.sensors.stillness import LYING, quietest

GRAVITY_M_S2 = 9.81
"""Of the Netherlands to 0.3 %; wherever people live it is within 0.4 %."""
GRAVITY_SHARE = 0.03
"""Gravity may be off by so much (issue 4)."""
BIAS_RAD_S = math.radians(2.0)
"""A gyroscope that turns faster than this at rest is not corrected: VQF estimates no larger bias (its `biasClip`)."""
RATE_SHARE = 0.05
"""So far from what the sensor promises, samples are lost, or it was set otherwise."""
_BEYOND = 1.01
"""A range is a round figure: counts at their limit may mean a little more than it."""

Array = NDArray[np.float64]
Vector = tuple[float, float, float]


class Calibration(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was measured of one sensor, by its serial number; None is not measured.

    Parameters
    ----------
    measured_at : when the newest of it was measured, UTC, ISO 8601
    bias_rad_s : what the gyroscope says at rest
    offset_m_s2, scale : true acceleration = scale · (raw − offset), for each axis of the sensor
    key : the keyboard of this computer against this sensor
    """

    driver: str
    serial: str
    measured_at: str
    bias_rad_s: Vector | None = None
    offset_m_s2: Vector | None = None
    scale: Vector | None = None
    key: KeyDelay | None = None

    def corrected(self, acceleration: Array, angular_velocity: Array) -> tuple[Array, Array]:
        """Put samples right.

        Parameters
        ----------
        acceleration : (n, 3) m/s², as it came
        angular_velocity : (n, 3) rad/s, as it came
        """
        if self.offset_m_s2 is not None and self.scale is not None:
            acceleration = (acceleration - np.array(self.offset_m_s2)) * np.array(self.scale)
        if self.bias_rad_s is not None:
            angular_velocity = angular_velocity - np.array(self.bias_rad_s)
        return acceleration, angular_velocity


class AtRest(msgspec.Struct, frozen=True, kw_only=True):
    """What a sensor says while it lies still.

    Parameters
    ----------
    gravity_m_s2 : length of the mean acceleration
    noise_m_s2, noise_rad_s : standard deviation of the noisiest axis
    """

    gravity_m_s2: float
    bias_rad_s: Vector
    noise_m_s2: float
    noise_rad_s: float
    rate_hz: float


def at_rest(time_s: Array, acceleration: Array, angular_velocity: Array, still: slice) -> AtRest:
    """Measure a sensor over a stretch in which it was still."""
    span_s = float(time_s[still][-1] - time_s[still][0])
    x, y, z = angular_velocity[still].mean(axis=0).tolist()
    return AtRest(
        gravity_m_s2=float(np.linalg.norm(acceleration[still].mean(axis=0))),
        bias_rad_s=(x, y, z),
        noise_m_s2=float(acceleration[still].std(axis=0).max()),
        noise_rad_s=float(angular_velocity[still].std(axis=0).max()),
        rate_hz=(still.stop - still.start - 1) / span_s,
    )


def routine_check(
    time_s: Array,
    acceleration: Array,
    angular_velocity: Array,
    nominal_rate_hz: float,
    profile: Profile | None = None,
) -> tuple[Reason, ...] | None:
    """Check a sensor by the quietest stretch of its last seconds.

    Parameters
    ----------
    time_s : (n,) device time, s
    acceleration : (n, 3) m/s²
    angular_velocity : (n, 3) rad/s
    nominal_rate_hz : what the sensor promises
    profile : what its model can measure, where that is known

    Returns
    -------
    What is wrong and what to do, each with its figure; None where nothing was at rest for long enough
    """
    beyond = out_of_range(acceleration, angular_velocity, profile)
    if beyond:
        return beyond
    still = quietest(time_s, acceleration, angular_velocity)
    if still is None:
        return None
    return wrong_at_rest(at_rest(time_s, acceleration, angular_velocity, still), nominal_rate_hz)


def wrong_at_rest(rest: AtRest, nominal_rate_hz: float) -> tuple[Reason, ...]:
    """Say what is wrong with a sensor at rest, wherever it is."""
    found = []
    if not abs(rest.gravity_m_s2 / GRAVITY_M_S2 - 1.0) <= GRAVITY_SHARE:
        found.append(Reason("sensor_gravity", {"gravity": round(rest.gravity_m_s2, 2), "expected": GRAVITY_M_S2}))
    bias = max(abs(axis) for axis in rest.bias_rad_s)
    if not bias <= BIAS_RAD_S:
        found.append(Reason("sensor_bias", {"bias": round(math.degrees(bias), 1)}))
    if not abs(rest.rate_hz / nominal_rate_hz - 1.0) <= RATE_SHARE:
        found.append(Reason("sensor_rate", {"rate": round(rest.rate_hz, 1), "expected": nominal_rate_hz}))
    return tuple(found)


def too_noisy(rest: AtRest, profile: Profile) -> tuple[Reason, ...]:
    """Say where a sensor that lies on a table is noisier than its model should be."""
    found = []
    if not rest.noise_m_s2 <= profile.accelerometer.noise_m_s2:
        mg = rest.noise_m_s2 / GRAVITY_M_S2 * 1e3
        found.append(
            Reason("sensor_shakes", {"noise": round(mg, 1), "unit": "mg", "most": profile.accelerometer.noise_mg})
        )
    if not rest.noise_rad_s <= profile.gyroscope.noise_rad_s:
        turning = round(math.degrees(rest.noise_rad_s), 2)
        found.append(Reason("sensor_shakes", {"noise": turning, "unit": "°/s", "most": profile.gyroscope.noise_deg_s}))
    return tuple(found)


def out_of_range(acceleration: Array, angular_velocity: Array, profile: Profile | None) -> tuple[Reason, ...]:
    """Say where values lie beyond what the model can measure, or are none: such a sensor is set or read wrongly."""
    if profile is None:
        return ()
    found = []
    for values, limit, unit in (
        (acceleration, profile.accelerometer.range_m_s2, "m/s²"),
        (np.degrees(angular_velocity), profile.gyroscope.range_deg_s, "°/s"),
    ):
        largest = float(np.abs(values).max(initial=0.0))
        if not largest <= limit * _BEYOND:
            found.append(Reason("sensor_range", {"value": f"{largest:.0f} {unit}", "limit": f"{limit:.0f} {unit}"}))
    return tuple(found)


def lies_still(time_s: Array, acceleration: Array, angular_velocity: Array) -> AtRest | None:
    """Measure a sensor on a table; None where it did not lie still for long enough."""
    still = quietest(time_s, acceleration, angular_velocity, LYING)
    return None if still is None else at_rest(time_s, acceleration, angular_velocity, still)
