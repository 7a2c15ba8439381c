"""What the therapist puts right in an analysis: events moved; the times that hang on them follow, and it is said."""

from __future__ import annotations

import math
from collections.abc import Mapping

import msgspec

from teststation.model import Analysis, Event, Interval, Measure, Reason, TeststationError
from teststation.tests.base import around
from teststation.tests.durations import Ends, Key, ends, key

PLACED_S = 0.2
"""± 95 % of an event that was placed by eye: two columns of a signal of half a minute (own estimate)."""


def with_moved(found: Analysis, moved_to_s: Mapping[Key, float]) -> Analysis:
    """Put events of an analysis elsewhere, on the recording's clock; a note of each says where the analysis had it.

    Means over repetitions, counts, steps and angles stay the analysis's own.

    Raises
    ------
    TeststationError
        A part would last no time, or less.
    """
    by_s = {
        key(event): moved_to_s[key(event)] - event.time_s
        for event in found.events
        if moved_to_s.get(key(event), event.time_s) != event.time_s
    }
    runs = ends(found)
    measures = [_followed(measure, runs.get(measure.name, (None, None)), by_s) for measure in found.measures]
    if any(measure.value <= 0.0 for measure in measures if measure.name in runs):
        raise TeststationError("moved_too_far")
    notes = [_note(event, by_s[key(event)]) for event in found.events if key(event) in by_s]
    return msgspec.structs.replace(
        found,
        events=tuple(_placed(event, by_s[key(event)]) if key(event) in by_s else event for event in found.events),
        measures=tuple(_with_its_speed(measures, found)),
        quality=msgspec.structs.replace(found.quality, notes=(*found.quality.notes, *notes)),
    )


def _placed(event: Event, by_s: float) -> Event:
    time_s = event.time_s + by_s
    return msgspec.structs.replace(event, time_s=time_s, interval_s=around(time_s, PLACED_S))


def _followed(measure: Measure, run: Ends, by_s: Mapping[Key, float]) -> Measure:
    start_s, end_s = (None if end is None else by_s.get(end) for end in run)
    moved = (start_s is not None) + (end_s is not None)
    if not moved:
        return measure
    value = measure.value + (end_s or 0.0) - (start_s or 0.0)
    return msgspec.structs.replace(measure, value=value, interval=_wider(measure, value, PLACED_S * math.sqrt(moved)))


def _wider(measure: Measure, value: float, by_s: float) -> Interval:
    below, above = measure.value - measure.interval[0], measure.interval[1] - measure.value
    return max(0.0, value - math.hypot(below, by_s)), value + math.hypot(above, by_s)


def _with_its_speed(measures: list[Measure], found: Analysis) -> list[Measure]:
    """Let the speed of a walk follow its time."""
    before, now = found.measure("crossing_time"), next((m for m in measures if m.name == "crossing_time"), None)
    if before is None or now is None or now == before:
        return measures
    return [_speed(measure, before, now) if measure.name == "speed" else measure for measure in measures]


def _speed(speed: Measure, before: Measure, now: Measure) -> Measure:
    course_m = speed.value * before.value
    slowest, fastest = course_m / now.interval[1], course_m / max(now.interval[0], now.value / 2)
    return msgspec.structs.replace(speed, value=course_m / now.value, interval=(slowest, fastest))


def _note(event: Event, by_s: float) -> Reason:
    named: str | Reason = event.name
    if event.repetition is not None:
        named = Reason("event_nth", {"event": event.name, "repetition": event.repetition})
    direction = "moved_later" if by_s > 0 else "moved_earlier"
    seconds = round(abs(by_s), 2)
    return Reason("event_moved", {"event": named, "seconds": seconds, "direction": direction, "from_s": event.time_s})
