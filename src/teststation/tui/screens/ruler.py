"""A recorded trial as a picture: how great its signals were, and its phases as marks and words under them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from teststation.model import Recording
from teststation.reports.phases import Phase

_DEG = float(np.degrees(1.0))


def magnitudes(recording: Recording) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give the size of acceleration and of turning, (n,) m/s² and (n,) °/s."""
    return (
        np.linalg.norm(recording.acceleration, axis=1),
        np.linalg.norm(recording.angular_velocity, axis=1) * _DEG,
    )


def ruler(found: list[Phase], column: Callable[[float], int], width: int) -> str:
    """Write the phases' names between bars at their columns; a name that does not fit is cut, never moved."""
    cells = [" "] * width
    for phase in found:
        a, b = column(phase.start_s), column(phase.end_s)
        cells[min(a, width - 1)] = cells[min(b, width - 1)] = "│"
        room = b - a - 1
        if room > 0:
            cells[a + 1 : b] = phase.name[:room].center(room)
    return "".join(cells).rstrip()
