"""The last gate: arrays become a recording, or the file is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from teststation.formats.refused import Refused
from teststation.formats.units import ACCELERATION, ANGULAR_VELOCITY, Units, require_plausible
from teststation.model import Placement, Recording

_SHORTEST_S = 3.0
_LONGEST_S = 24 * 3600.0
"""Beyond this a wrong time stamp is likelier than a recording, and resampling would fill the memory."""
_RATE_RANGE_HZ = (20.0, 1000.0)
_RATE_SLACK = 0.01
"""A clock that runs 1 % slow is not a lower rate."""


def guarded(
    file: Path,
    time_s: NDArray[np.float64],
    acceleration: NDArray[np.float64],
    angular_velocity: NDArray[np.float64],
    *,
    units: Units,
    line_of: Callable[[int], int],
    placement: Placement | None = None,
    cue_s: float | None = None,
    nominal_rate_hz: float | None = None,
    subject: str | None = None,
) -> Recording:
    """Turn finite arrays of a file into a recording.

    Parameters
    ----------
    time_s : (n,) as in the file
    acceleration, angular_velocity : (n, 3) in `units`
    line_of : from a row to its line in the file
    """
    _require_increasing(file, time_s, line_of)
    _require_span(file, time_s)
    acceleration = acceleration * ACCELERATION[units.acceleration]
    angular_velocity = angular_velocity * ANGULAR_VELOCITY[units.angular_velocity]
    require_plausible(file, acceleration, angular_velocity)
    return Recording(
        time_s=time_s,
        acceleration=acceleration,
        angular_velocity=angular_velocity,
        name=str(file),
        placement=placement,
        cue_s=cue_s,
        nominal_rate_hz=nominal_rate_hz,
        subject=subject,
    )


def _require_increasing(file: Path, time_s: NDArray[np.float64], line_of: Callable[[int], int]) -> None:
    wrong = np.flatnonzero(np.diff(time_s) <= 0)
    if wrong.size:
        row = int(wrong[0]) + 1
        before, after = float(time_s[row - 1]), float(time_s[row])
        code = "time_repeated" if after == before else "time_backwards"
        raise Refused(code, file, line=line_of(row), before=before, after=after)


def _require_span(file: Path, time_s: NDArray[np.float64]) -> None:
    if len(time_s) == 1:
        raise Refused("too_short", file, seconds=0.0, least=_SHORTEST_S)
    period_s = float(np.median(np.diff(time_s)))
    # A sample stands for one period: 300 samples at 100 Hz are 3 s.
    span_s = float(time_s[-1] - time_s[0]) + period_s
    lowest, highest = _RATE_RANGE_HZ
    rate_hz = 1 / period_s
    if span_s < _SHORTEST_S * (1 - _RATE_SLACK / 10):
        raise Refused("too_short", file, seconds=round(span_s, 3), least=_SHORTEST_S)
    if not lowest * (1 - _RATE_SLACK) <= rate_hz <= highest * (1 + _RATE_SLACK):
        raise Refused("rate_out_of_range", file, rate=f"{rate_hz:.3g}", lowest=lowest, highest=highest)
    if span_s > _LONGEST_S:
        raise Refused("too_long", file, hours=f"{span_s / 3600:.3g}", most=_LONGEST_S / 3600)
