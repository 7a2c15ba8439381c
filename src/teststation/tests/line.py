"""Whether a key at the line, or a known way, can be true of the walk that it times."""

from __future__ import annotations

from teststation.model import Event, Reason

FASTEST_M_S, SLOWEST_M_S = 3.0, 0.05
"""Nobody walks a gait test faster or slower: 3 m/s is running, 0.05 m/s a step of 0.1 m every two seconds."""

LATE_S = 0.5
"""A key so long after the last step was not for a foot over the line; that is what a hand may be late."""


def speed_fault(way_m: float, time_s: float) -> bool:
    """Tell whether nobody walks such a way in such a time."""
    return time_s <= 0.0 or not SLOWEST_M_S <= way_m / time_s <= FASTEST_M_S


def line_fault(line_s: float, course_m: float, started: Event | None, ended: Event | None) -> Reason | None:
    """Say why a key at the line cannot have been for a foot over it; None where it can.

    Parameters
    ----------
    line_s : the key, on the clock of the events
    course_m : from the first foot to the line
    started, ended : `gait_start` and `gait_end`, as far as they were seen
    """
    if ended is not None and line_s > ended.time_s + LATE_S:
        return Reason("line_after_walk")
    return None if started is None else from_start_fault(line_s - started.time_s, course_m)


def from_start_fault(time_s: float, course_m: float) -> Reason | None:
    """Say why a line cannot have been reached so long after the start, by cue or first foot; None where it can."""
    if time_s <= 0.0:
        return Reason("line_before_start")
    if speed_fault(course_m, time_s):
        code = "line_too_soon" if course_m / time_s > FASTEST_M_S else "line_too_late"
        return Reason(code, {"speed": round(course_m / time_s, 2)})
    return None
