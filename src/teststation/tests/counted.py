"""Samples that a sensor sent without a time, and what that costs in certainty.

How they are counted is the sensors' affair (`sensors/counted_time.py`), and how far their times wandered where some
were lost unseen. What remains: two of their times are as far apart as the radio's connection events let it be seen,
which lie up to 60 ms apart (Windows begins a link so: hbldh/bleak#357; other systems with less).
"""

from __future__ import annotations

import math

import msgspec

from teststation.model import Analysis, Interval, Measure, Reason

COUNTED_S = 0.06
"""± 95 % of the time between two moments where no sample is lost. In 60 made streams with events so far apart, the
worst duration of each that began within 2 s of the first sample was off by 52 ms (95th percentile), after 10 s by
16 ms, behind a loss by 24 ms."""


def less_sure(found: Analysis, off_s: float) -> Analysis:
    """Widen each time of an analysis, and what was divided by one; say so among the notes on quality.

    Angles and counts stay: a rate that is off by a hundredth for a second is nothing to them.

    Parameters
    ----------
    off_s : how far the times wandered, as far as that was seen
    """
    within_s = math.hypot(COUNTED_S, off_s)
    note = Reason("counted_times", {"seconds": round(within_s, 2)})
    return msgspec.structs.replace(
        found,
        quality=msgspec.structs.replace(found.quality, notes=(*found.quality.notes, note)),
        events=tuple(
            msgspec.structs.replace(event, interval_s=_wider(event.time_s, event.interval_s, within_s))
            for event in found.events
        ),
        measures=tuple(_less_sure(measure, found, within_s) for measure in found.measures),
    )


def _less_sure(measure: Measure, found: Analysis, within_s: float) -> Measure:
    if measure.unit == "s":
        by = within_s
    elif (over_s := _divided_by_s(measure, found)) is not None:
        by = measure.value * within_s / over_s
    else:
        return measure
    low, high = _wider(measure.value, measure.interval, by)
    return msgspec.structs.replace(measure, interval=(max(0.0, low), high))


def _divided_by_s(measure: Measure, found: Analysis) -> float | None:
    """Tell over what time a speed or a cadence was taken."""
    crossing, steps = found.measure("crossing_time"), found.measure("steps")
    if measure.unit == "m/s" and crossing is not None:
        return crossing.value
    if measure.unit == "1/min" and steps is not None and measure.value > 0.0:
        return 60.0 * steps.value / measure.value or None
    return None


def _wider(value: float, interval: Interval, by: float) -> Interval:
    return value - math.hypot(value - interval[0], by), value + math.hypot(interval[1] - value, by)
