"""How a key's time lies to the sensor's: the space bar is pressed with the sensor itself, three times. Pure.

The sensor that is pushed against a key stops with it, at the bottom of its way: that jolt is in the acceleration. What
lies between the jolt on the sensor's clock, mapped to the host's, and the time that the key event bears is the delay of
keyboard, system and terminal, less that of the radio which the mapping could not see.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PRESSES = 3
BEFORE_S, AFTER_S = 0.25, 0.15
"""The jolt is sought so long before a key's time and after it: a Bluetooth keyboard and a terminal over a slow line
take up to a fifth of a second, and the mapping of a sensor's clock is off by one connection interval at most."""
_STANDS_OUT = 6.0
"""The jolt's change from sample to sample is so many times what a hand that waits does (its 90th percentile)."""
_LEAST_M_S2 = 1.0
"""A push that changes the acceleration by less from sample to sample is none."""
_ROUND_S = 0.03
LARGEST_SPREAD_S = 0.05
"""Presses that differ by a larger standard deviation were not done with the sensor at the key."""
_T_95 = {2: 12.706, 3: 4.303, 4: 3.182, 5: 2.776, 6: 2.571}
"""Student's t for 95 %, both sides, by the number of presses."""


class KeyDelay(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key's time minus the sensor's, both on the host's clock.

    Parameters
    ----------
    offset_s : mean over the presses
    spread_s : standard deviation over the presses
    """

    offset_s: float
    spread_s: float
    presses: int

    @property
    def alone_s(self) -> float:
        """± 95 % of the next key among keys: the offset is the same in all, and falls out."""
        t = _T_95[min(self.presses, max(_T_95))]
        return t * self.spread_s

    @property
    def against_sensor_s(self) -> float:
        """± 95 % of the next key against the sensor's time.

        The offset is counted in full and not taken off: part of it is how this link's clock was mapped, which another
        link does otherwise, and three presses do not tell the parts.
        """
        return abs(self.offset_s) + self.alone_s * math.sqrt(1.0 + 1.0 / self.presses)


def jolt_s(time_s: Array, acceleration: Array, about_s: float) -> float | None:
    """Find when a sensor was stopped by a key.

    Parameters
    ----------
    time_s : (n,) s, on any clock
    acceleration : (n, 3) m/s²
    about_s : the key's time on that clock

    Returns
    -------
    The middle of the jolt; None where nothing stands out
    """
    wide = slice(*np.searchsorted(time_s, (about_s - 2 * BEFORE_S, about_s + AFTER_S)).tolist())
    times, change = time_s[wide], np.linalg.norm(np.diff(acceleration[wide], axis=0), axis=1)
    if len(change) < 8:  # noqa: PLR2004 - a gap
        return None
    between = 0.5 * (times[1:] + times[:-1])
    near = between >= about_s - BEFORE_S
    if not near.any():
        return None
    quiet = float(np.percentile(change[~near], 90)) if (~near).any() else 0.0
    top = int(np.argmax(np.where(near, change, -1.0)))
    if change[top] < max(_LEAST_M_S2, _STANDS_OUT * quiet):
        return None
    around = np.abs(between - between[top]) <= _ROUND_S
    weight = change[around] ** 2
    return float(np.average(between[around], weights=weight))


def key_delay(keys_s: Sequence[float], jolts_s: Sequence[float]) -> KeyDelay | None:
    """Compare the keys with the jolts that belong to them, both on the host's clock; None where they do not agree."""
    late = np.array(keys_s) - np.array(jolts_s)
    spread_s = float(late.std(ddof=1))
    if not spread_s <= LARGEST_SPREAD_S:
        return None
    return KeyDelay(offset_s=float(late.mean()), spread_s=spread_s, presses=len(late))
