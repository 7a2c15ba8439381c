"""Samples that carry the true time at which they were taken, through any sensor's bytes, to be read back at the end."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from teststation.sensors.base import Packet

Array = NDArray[np.float64]

_M_S2_PER_S = 100.0
"""One count of a range of 16 g is 50 µs."""
_WINDOW_S = 30.0


def marked(time_s: Array) -> tuple[Array, Array]:
    """Write true times into values that every sensor's ranges hold."""
    acceleration = np.zeros((len(time_s), 3))
    angular_velocity = np.zeros((len(time_s), 3))
    acceleration[:, 0] = _M_S2_PER_S * (time_s % 1.0)
    acceleration[:, 1] = (time_s // _WINDOW_S) % 100.0
    angular_velocity[:, 0] = (time_s % _WINDOW_S) // 1.0
    return acceleration, angular_velocity


def true_s(packet: Packet) -> Array:
    """Read the true times back, modulo 3000 s."""
    windows = np.rint(packet.acceleration[:, 1])
    return windows * _WINDOW_S + np.rint(packet.angular_velocity[:, 0]) + packet.acceleration[:, 0] / _M_S2_PER_S
