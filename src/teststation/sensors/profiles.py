"""What a model of sensor is by its maker's word: what it sends is held against this, never the other way round.

Where the axes point on a case is not among it: `signals.orientation` finds out from gravity and the motion itself.
"""

from __future__ import annotations

import functools
import math
from pathlib import Path
from typing import Annotated

import msgspec

from teststation.model import TeststationError

Positive = Annotated[float, msgspec.Meta(gt=0.0)]

_GRAVITY_M_S2 = 9.80665


class Accelerometer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of each axis.

    Parameters
    ----------
    range_g : the largest value, either way
    resolution_mg : one count
    noise_mg : the standard deviation at rest is not above this
    """

    range_g: Positive
    resolution_mg: Positive
    noise_mg: Positive

    @property
    def range_m_s2(self) -> float:
        """The largest value in m/s²."""
        return self.range_g * _GRAVITY_M_S2

    @property
    def noise_m_s2(self) -> float:
        """The largest standard deviation at rest in m/s²."""
        return self.noise_mg / 1e3 * _GRAVITY_M_S2


class Gyroscope(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Of each axis.

    Parameters
    ----------
    range_deg_s : the largest value, either way
    resolution_deg_s : one count
    noise_deg_s : the standard deviation at rest is not above this
    """

    range_deg_s: Positive
    resolution_deg_s: Positive
    noise_deg_s: Positive

    @property
    def range_rad_s(self) -> float:
        """The largest value in rad/s."""
        return math.radians(self.range_deg_s)

    @property
    def noise_rad_s(self) -> float:
        """The largest standard deviation at rest in rad/s."""
        return math.radians(self.noise_deg_s)


class Profile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A model of sensor.

    Parameters
    ----------
    driver : the code of the driver that speaks its protocol
    rate_hz : of the samples, as it is asked for
    tick_s : of the device's clock; None where samples may have to be counted
    delay_s : so long before its time stamp a sample's moment is, in the middle, as the sensor filters or averages
    sources : where the figures come from
    unverified : what no source says, or what nobody has tried on hardware
    """

    driver: str
    model: str
    rate_hz: Positive
    tick_s: Positive | None = None
    delay_s: Annotated[float, msgspec.Meta(ge=0.0)] = 0.0
    accelerometer: Accelerometer
    gyroscope: Gyroscope
    sources: tuple[str, ...]
    unverified: tuple[str, ...] = ()


def read_profile(file: Path) -> Profile:
    """Read a profile.

    Raises
    ------
    TeststationError
        The file cannot be read, or says what no profile says.
    """
    try:
        return msgspec.toml.decode(file.read_bytes(), type=Profile)
    except (OSError, ValueError) as error:  # msgspec's own errors are ValueErrors
        raise TeststationError("unreadable", file=file.name, detail=str(error)) from error


@functools.cache
def profiles(folder: Path) -> dict[str, Profile]:
    """Read all profiles of a folder, by the code of their driver.

    Raises
    ------
    TeststationError
        One of them cannot be read.
    """
    read = [read_profile(file) for file in sorted(folder.glob("*.toml"))]
    return {profile.driver: profile for profile in read}
