"""Gait speed: from standing still, walk at a usual pace past a line, and stand still again (or turn and come back)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teststation.model import (
    Analysis,
    Event,
    Measure,
    Placement,
    Reason,
    Recording,
    Status,
    TestName,
)
from teststation.signals.distance import Crossing, bounce, crossing, step_lengths
from teststation.signals.orientation import Motion, moving
from teststation.signals.prepare import Sampling
from teststation.signals.steps import Contacts
from teststation.signals.turns import Turn, find_turns
from teststation.signals.walks import Walk, walks
from teststation.tests.base import Options, Watcher, around
from teststation.tests.gait_speed_watch import GaitSpeedWatcher
from teststation.tests.line import speed_fault
from teststation.tests.quality import gap_touches, placed, quality

LEAST_TURN_ROUND_RAD = math.radians(120.0)
"""A walk that turns by more goes back; less is a bend in its way."""

_AROUND_TURN_S = 1.5
_TURN_DEG = 10.0
_TURN_EDGE_S = 0.16
"""Half 95 % intervals, from `voisard_10m_uturn` (76 turns of 13 people)."""

_STEPS_HALF_WIDTH = 1.0
_CONTACT_SD_S = 0.02

_SLOWEST_STEP_S = 0.85
"""The slowest walk that the contacts were compared with a reference in had steps of this time."""
_MOST_UNEVEN = 0.25
_WIDER = 2.0
_SHORTEST_STEP_M = 0.45
"""The shortest steps of `voisard_10m_uturn` are 0.53 m, of `marpino_5m` 0.45 m, in the mean over the way."""
_SLOWEST_COUNTED_STEP_S = 1.05
_MISCOUNTED = 1
"""Generated walks with a frame, two steps and a wait, are miscounted by one in half of the cases; those with a rollator
or shuffling in two of five; and so are some with steps slower than that (6 of 22; with faster ones, 1 of 68)."""

_STOOD_STEPS = 0.5
"""The recording must go on for so many step times before a start to show that it is one."""


@dataclass(frozen=True)
class WayOut:
    """A walk until it stops or turns round; `ended` tells whether the recording shows either."""

    walk: Walk
    turn: Turn | None
    begun: bool
    ended: bool

    @property
    def contacts(self) -> Contacts:
        """The contacts until the walk stopped or turned round."""
        return self.walk.contacts.between(-math.inf, self.end_s)

    @property
    def end_s(self) -> float:
        """When it stopped or turned round."""
        return self.walk.end_s if self.turn is None else self.turn.start_s

    @property
    def lasted_s(self) -> float:
        """How long it took."""
        return self.end_s - self.walk.start_s

    @property
    def end_half_width_s(self) -> float:
        """Half the 95 % interval of its end."""
        return self.walk.end_half_width_s if self.turn is None else _TURN_EDGE_S


def analyse(recording: Recording, options: Options) -> Analysis:
    """Find the first complete walk of a recording and time it."""
    samples, motion = moving(recording)
    placement, doubt = placed(recording, options, motion)
    way = _first_whole(motion, walks(motion, placement))
    if way is None:
        return _analysis(samples, placement, Status.UNUSABLE, reasons=(Reason("no_walk"),), notes=doubt)
    outside = _outside_validated_range(way, options)
    crossed = None if options.walked_m is None else _crossed(motion, placement, way, options, outside)
    reasons = _reasons(samples, way, options, crossed)
    return _analysis(
        samples,
        placement,
        Status.INCOMPLETE if reasons else Status.COMPLETE,
        reasons=reasons,
        events=_events(way, _WIDER if outside else 1.0),
        measures=_measures(way, options, crossed, _WIDER if outside else 1.0),
        notes=(*doubt, *outside),
    )


def watch(options: Options) -> Watcher:
    """Begin to watch a running walk."""
    return GaitSpeedWatcher(options.placement)


def _first_whole(motion: Motion, found: Sequence[Walk]) -> WayOut | None:
    """Choose the first walk whose begin and end are both seen; else the first."""
    first = None
    for walk in found:
        way = _way_out(motion, walk)
        if way.begun and way.ended:
            return way
        first = first or way
    return first


def _way_out(motion: Motion, walk: Walk) -> WayOut:
    """See whether a walk turns round, and whether the recording shows its begin and end."""
    turn = _turning_round(motion, walk)
    stood_s = walk.start_s - float(motion.time_s[0])
    return WayOut(
        walk=walk,
        turn=turn,
        begun=stood_s > _STOOD_STEPS * walk.step_s,
        ended=turn is not None or walk.stands_after,
    )


def _turning_round(motion: Motion, walk: Walk) -> Turn | None:
    """Find the turn by which a walk goes back: the first of half a turn or nearly so."""
    first, last = motion.index(walk.start_s), motion.index(walk.end_s + _AROUND_TURN_S)
    for turn in find_turns(motion, first, last):
        if abs(turn.angle_rad) >= LEAST_TURN_ROUND_RAD and turn.start_s < walk.end_s - walk.step_s:
            return turn
    return None


def _crossed(
    motion: Motion, placement: Placement, way: WayOut, options: Options, outside: Sequence[Reason]
) -> Crossing | None:
    """Find when the line was crossed, from the known length of the whole way."""
    assert options.walked_m is not None
    found = way.contacts
    if way.turn is not None or not (way.begun and way.ended) or options.walked_m < options.course_m:
        return None
    if speed_fault(options.walked_m, way.lasted_s):
        return None
    seen = None if placement is Placement.THIGH else bounce(motion, found)
    lengths_m = step_lengths(found, options.walked_m, seen)
    not_even = any(note.params["what"] in ("uneven_steps", "short_steps") for note in outside)
    miscounted = _MISCOUNTED if not_even or way.walk.step_s > _SLOWEST_COUNTED_STEP_S else 0
    return crossing(way.walk.start_s, found, lengths_m, options.course_m, miscounted)


def _events(way: WayOut, wider: float) -> tuple[Event, ...]:
    """Give all events in order of time; the contacts of a way back too."""
    walk = way.walk
    events = [
        Event("initial_contact", float(time_s), around(float(time_s), float(width) * wider))
        for time_s, width in zip(walk.contacts.time_s, walk.contacts.half_width_s, strict=True)
    ]
    if way.begun:
        events.append(Event("gait_start", walk.start_s, around(walk.start_s, walk.start_half_width_s * wider)))
    if way.turn is not None:
        turn = way.turn
        events.append(Event("turn_start", turn.start_s, around(turn.start_s, _TURN_EDGE_S)))
        events.append(Event("turn_end", turn.end_s, around(turn.end_s, _TURN_EDGE_S)))
    if way.ended:
        events.append(Event("gait_end", way.end_s, around(way.end_s, way.end_half_width_s * wider)))
    return tuple(sorted(events, key=lambda event: event.time_s))


def _measures(way: WayOut, options: Options, crossed: Crossing | None, wider: float) -> tuple[Measure, ...]:
    walk, found = way.walk, way.contacts
    measures = []
    if way.begun and way.ended:
        width_s = wider * math.hypot(walk.start_half_width_s, way.end_half_width_s)
        measures.append(Measure("duration", way.lasted_s, "s", around(way.lasted_s, width_s)))
    if crossed is not None:
        measures += _course(walk, options.course_m, crossed, wider)
    steps = float(len(found))
    measures.append(Measure("steps", steps, "1", around(steps, _STEPS_HALF_WIDTH * wider), at_least=not way.ended))
    measures += _rhythm(found)
    if way.turn is not None:
        degrees = math.degrees(way.turn.angle_rad)
        measures.append(Measure("turn_angle", degrees, "deg", around(degrees, _TURN_DEG)))
    return tuple(measures)


def _course(walk: Walk, course_m: float, crossed: Crossing, wider: float) -> list[Measure]:
    value_s = crossed.time_s - walk.start_s
    soonest_s, latest_s = (
        value_s + side * wider * math.hypot(crossed.time_s - end_s, walk.start_half_width_s)
        for side, end_s in zip((-1, 1), crossed.interval_s, strict=True)
    )
    return [
        Measure("crossing_time", value_s, "s", (soonest_s, latest_s)),
        Measure("speed", course_m / value_s, "m/s", (course_m / latest_s, course_m / max(soonest_s, value_s / 2))),
    ]


def _rhythm(found: Contacts) -> list[Measure]:
    """Give the cadence, and how much the steps differ in time: without the first and the last, which start and stop."""
    step_s = np.diff(found.time_s)[1:-1]
    if len(step_s) < 2:
        return []
    mean_s, spread_s = float(step_s.mean()), float(step_s.std(ddof=1))
    error_s = math.sqrt(2) * _CONTACT_SD_S
    cadence = 60.0 / mean_s
    width = 1.96 * cadence * error_s / (len(step_s) * mean_s)
    true_spread_s = math.sqrt(max(0.0, spread_s**2 - error_s**2))
    uneven, least, most = (100.0 * s / mean_s for s in (spread_s, true_spread_s, math.hypot(spread_s, error_s)))
    return [
        Measure("cadence", cadence, "1/min", around(cadence, width)),
        Measure("step_time_cv", uneven, "%", (least, most)),
    ]


def _reasons(samples: Sampling, way: WayOut, options: Options, crossed: Crossing | None) -> tuple[Reason, ...]:
    """Say what is missing or not to be trusted."""
    reasons = []
    for name, found, time_s in (
        ("gait_start", way.begun, way.walk.start_s),
        ("gait_end", way.ended, way.end_s),
    ):
        if not found:
            reasons.append(Reason("missing_event", {"event": name}))
        elif gap_touches(samples, time_s):
            reasons.append(Reason("gap_at_event", {"event": name}))
    if options.walked_m is None or reasons:
        return tuple(reasons)
    if options.walked_m < options.course_m:
        reasons.append(Reason("walked_less_than_course", {"walked_m": options.walked_m, "course_m": options.course_m}))
    elif way.turn is not None:
        reasons.append(Reason("turned_on_course"))
    elif crossed is None:
        speed_m_s = options.walked_m / way.lasted_s
        reasons.append(Reason("walked_implausible", {"walked_m": options.walked_m, "speed": round(speed_m_s, 2)}))
    elif gap_touches(samples, crossed.time_s):
        reasons.append(Reason("gap_at_event", {"event": "crossing_time"}))
    return tuple(reasons)


def _outside_validated_range(way: WayOut, options: Options) -> tuple[Reason, ...]:
    """Name what sets a walk apart from those that the contacts were compared with a reference in."""
    notes = []
    if way.walk.step_s > _SLOWEST_STEP_S:
        notes.append("slow_test")
    interval_s = np.diff(way.contacts.time_s)[1:-1]
    if len(interval_s) > 2 and float(interval_s.std() / interval_s.mean()) > _MOST_UNEVEN:
        notes.append("uneven_steps")
    if (
        options.walked_m is not None
        and way.turn is None
        and options.walked_m / (len(way.contacts) - 1) < _SHORTEST_STEP_M
    ):
        notes.append("short_steps")
    return tuple(Reason("outside_validated_range", {"what": what}) for what in notes)


def _analysis(
    samples: Sampling,
    placement: Placement,
    status: Status,
    *,
    reasons: Sequence[Reason] = (),
    events: Sequence[Event] = (),
    measures: Sequence[Measure] = (),
    notes: Sequence[Reason] = (),
) -> Analysis:
    return Analysis(
        test=TestName.GAIT,
        placement=placement,
        status=status,
        reasons=tuple(reasons),
        events=tuple(events),
        measures=tuple(measures),
        quality=quality(samples, notes),
    )
