"""Which rises of a chair stand are full ones: the same words for the analysis and for the watcher."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from teststation.model import Placement
from teststation.signals.postures import Transition

_FULL_SHARE = 0.75
"""A rise that is lower than this share of the others, and the way back too, has failed (the share is that of Adamowicz
et al. 2020, doi:10.3390/s20226618)."""
_HALF_SHARE = 0.5
"""A rise that no such fall follows must only be more than half-way up (CDC STEADI, 30-second chair stand)."""

_STOOD_M, _AT_ONCE_S = 0.25, 0.3
"""No seat is so low that standing up lifts a trunk by less: who has come so far and falls back at once did not stand.
(In the shared recordings the lowest rise that a sit follows at once is 0.35 m; 3 people.)"""


def size(transition: Transition, placement: Placement) -> float:
    """Give how large a rise or a sit is: the way of a trunk in metres, of a thigh in rad."""
    return transition.bend_rad if placement is Placement.THIGH else transition.height_m


def usual_size(sizes: Sequence[float]) -> float:
    """Give the usual size of ways, of which less than half are attempts that failed."""
    return float(np.median(sorted(sizes)[len(sizes) // 2 :]))


def is_full(rise: Transition, follower: Transition | None, usual: float, placement: Placement) -> bool:
    """Tell a full rise from a failed one by its size, and by that of what follows it."""
    height = size(rise, placement)
    if follower is None or follower.rising:
        return height >= _HALF_SHARE * usual
    at_once = follower.onset_s - rise.end_s < _AT_ONCE_S
    if at_once and placement is not Placement.THIGH and rise.height_m < _STOOD_M:
        return False
    fell_back = size(follower, placement) < _FULL_SHARE * usual
    return height >= (_FULL_SHARE if fell_back else _HALF_SHARE) * usual
