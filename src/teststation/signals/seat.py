"""The seat: when a trunk that sinks is borne by it."""

from __future__ import annotations

import numpy as np

from teststation.model import Placement
from teststation.signals.lobes import Lobe
from teststation.signals.onset import fall
from teststation.signals.prepare import RATE_HZ, Array, low_pass

_SEAT_ON_BRAKED = (Placement.TRUNK, Placement.CHEST)
_IMPACT_HZ = (5.0, 16.0)
_IMPACT_LATE_S = 0.03
"""The impact reaches the pelvis after the seat begins to bear (force plate, `eurobench_sts`: 0.06 and 0.10 s in two
recordings of one person, the clocks of which differ by about 0.05 s)."""
_IMPACT_SHARE = 0.3
_RINGING_S = 0.05
_SEAT_ON_SHARE = 0.8
"""At the chest the spine smears the impact: there the fall has been braked to this share of its speed."""


def seat_on(velocity: Array, shaken: Array, lobe: Lobe, placement: Placement) -> float:
    """Find when the seat begins to bear: the first jolt of the impact after the fastest way down."""
    fastest = lobe.start + int(np.argmin(velocity[lobe.start : lobe.stop]))
    braked = fall(-velocity, fastest, lobe.stop, _SEAT_ON_SHARE)
    if placement in _SEAT_ON_BRAKED:
        return braked
    return _impact(shaken, int(braked), min(lobe.stop + 30, len(velocity)))


def _impact(shaken: Array, start: int, stop: int) -> float:
    """Walk back from the hardest jerk to where its ringing began."""
    first, last = max(start - 1, 0), min(stop + 1, len(shaken))
    if last - first <= 2:
        return float(start)
    jerk = np.abs(np.gradient(shaken[first:last]))[start - first :]
    hardest = int(np.argmax(jerk))
    felt = np.flatnonzero(jerk[: hardest + 1] >= _IMPACT_SHARE * jerk[hardest])
    pauses = np.flatnonzero(np.diff(felt) > _RINGING_S * RATE_HZ)
    begun = int(felt[pauses[-1] + 1]) if len(pauses) else int(felt[0])
    return float(start + begun - _IMPACT_LATE_S * RATE_HZ)


def jolting(acceleration: Array) -> Array:
    """Keep of the vertical acceleration what an impact is made of; (n,) m/s²."""
    return low_pass(acceleration, _IMPACT_HZ[1]) - low_pass(acceleration, _IMPACT_HZ[0])
