"""Samples that a sensor sends as floating-point numbers: most bytes are numbers, few are what a sensor measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from teststation.sensors.driver import Malformed

_MOST_M_S2 = 320.0
_MOST_DEG_S = 4500.0
"""Twice the largest range of the sensors that send floats (16 g, 2000 deg/s), and a little: none measures more."""


def measured(acceleration_m_s2: NDArray[np.float64], rotation_deg_s: NDArray[np.float64]) -> None:
    """Refuse what no sensor measures: bytes of another firmware, or of another device under the same name.

    Parameters
    ----------
    acceleration_m_s2 : (n, 3) as sent
    rotation_deg_s : (n, 3) as sent

    Raises
    ------
    Malformed
        A value is no number, or is far beyond the range of any such sensor.
    """
    # written so that NaN, which is not below anything, is refused too
    if not (np.abs(acceleration_m_s2) <= _MOST_M_S2).all():
        raise Malformed(f"an acceleration beyond {_MOST_M_S2:.0f} m/s², or no number")
    if not (np.abs(rotation_deg_s) <= _MOST_DEG_S).all():
        raise Malformed(f"a rotation beyond {_MOST_DEG_S:.0f} deg/s, or no number")
