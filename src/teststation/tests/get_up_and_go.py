"""Get-Up-and-Go: rise from a chair, walk 3 m, turn, walk back, turn, sit down."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

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
from teststation.signals.orientation import Motion, moving
from teststation.signals.prepare import Array, Sampling
from teststation.signals.steps import contacts
from teststation.signals.turns import Turn
from teststation.tests import durations
from teststation.tests.base import Options, Watcher, around
from teststation.tests.get_up_and_go_moments import ROUND_RAD, Found, Moment, Moments, beside_gaps, find
from teststation.tests.get_up_and_go_watch import GetUpAndGoWatcher
from teststation.tests.quality import gap_within, not_returned, placed, quality

EVENTS = (
    "movement_onset",
    "seat_off",
    "standing",
    "turn_1_start",
    "turn_1_end",
    "turn_2_start",
    "turn_2_end",
    "sit_onset",
    "seat_on",
    "seated",
)

_MOVEMENTS = (EVENTS[:3], EVENTS[-3:])
"""What is timed as one movement: the rise, and the sit."""

_TURN_DEG = 10.0
_STEPS = 2.0
"""Half a 95 % interval, as those of the moments."""

LONGEST_VALIDATED_S = 13.5
MOST_VALIDATED_STEPS = 18
"""The slowest and the most steps of `tug_pocket`: beyond, the quality says so, and intervals grow in proportion.

Slow movements begin and end less clearly, by so much as they are longer: the same shape, stretched in time, has its
errors stretched too.
"""
_RETRIES = 2.0
"""Which beginning a test is timed from is a second doubt as large as the first; nobody validated has retried."""

_FEWEST_STEPS = 4
_LAST_STEP_S = 0.2

_GAP_REACH_S = 0.25
"""Samples that lack so near to an event may have moved it."""
_THIGH_REACH_S = 0.8
"""A long gap hides so much of a thigh's rise or sit beside it, and moves what is seen of it: a thigh is read by where
it comes to. (Gaps of 1 and 3 s anywhere in six generated tests a placement: at 0.75 s no duration of a complete one is
wrong, at 0.25 s eight at the thigh are and one at the belt.)"""


def analyse(recording: Recording, options: Options) -> Analysis:
    """Find the first Get-Up-and-Go of a recording and time its phases."""
    samples, motion = moving(recording)
    placement, doubt = placed(recording, options, motion)
    found = find(motion, placement)
    walked = _walked(motion, placement, found.moments)
    if not found.moments or not _goes(found, walked):
        beside = beside_gaps(motion, samples)
        if beside is not None:
            return Analysis(
                test=TestName.GUG,
                placement=placement,
                status=Status.INCOMPLETE,
                reasons=_reasons(beside, samples, placement),
                events=_events(beside),
                quality=quality(samples, doubt),
            )
        reason = Reason("no_walk" if found.moments else "no_rise")
        return Analysis(
            test=TestName.GUG,
            placement=placement,
            status=Status.UNUSABLE,
            reasons=(reason,),
            quality=quality(samples, doubt),
        )
    beyond = _beyond(found, walked)
    moments = _widened(found, beyond, samples)
    reasons = _reasons(moments, samples, placement)
    last_seen_s = _last_seen_s(samples, moments, walked, placement)
    stayed_up = () if "seated" in moments else not_returned(samples, last_seen_s)
    return Analysis(
        test=TestName.GUG,
        placement=placement,
        status=Status.INCOMPLETE if reasons else Status.COMPLETE,
        reasons=reasons,
        events=_events(moments),
        measures=_measures(recording, samples, moments, found.turns, walked, last_seen_s=last_seen_s),
        quality=quality(samples, (*doubt, *_notes(found, beyond), *stayed_up)),
    )


def watch(options: Options) -> Watcher:
    """Begin to watch a running test."""
    return GetUpAndGoWatcher(options.placement)


def _goes(found: Found, walked: Array) -> bool:
    """Tell a test from somebody who only stands up and sits, or lies, down again: who turns round, walks, or stands."""
    turned_round = any(abs(turn.angle_rad) >= ROUND_RAD for turn in found.turns)
    return "seated" not in found.moments or turned_round or len(walked) >= _FEWEST_STEPS


def _walked(motion: Motion, placement: Placement, moments: Mapping[str, Moment]) -> Array:
    """Find the contacts, (n,) s, from standing to the end of the second turn or the sit, or of the recording."""
    if "standing" not in moments:
        return np.array([])
    ends = [moments[name].time_s for name in ("turn_2_end", "sit_onset") if name in moments]
    until_s = max(ends) + _LAST_STEP_S if ends else float(motion.time_s[-1])
    return contacts(motion, placement).between(moments["standing"].time_s, until_s).time_s


def _beyond(found: Found, walked: Array) -> dict[str, float]:
    """Name what was not validated with people, each with the factor by which it makes times less sure."""
    moments = found.moments
    lasted_s = moments["seated"].time_s - moments["movement_onset"].time_s if "seated" in moments else 0.0
    factors = {
        "slow_test": lasted_s / LONGEST_VALIDATED_S,
        "short_steps": len(walked) / MOST_VALIDATED_STEPS,
        "retries": _RETRIES if found.retried else 0.0,
    }
    return {what: factor for what, factor in factors.items() if factor > 1.0}


def _notes(found: Found, beyond: Mapping[str, float]) -> tuple[Reason, ...]:
    notes = [Reason("outside_validated_range", {"what": what}) for what in beyond]
    if found.retried:
        notes.append(Reason("several_attempts"))
    if found.moments["movement_onset"].back_s > 0.0:
        notes.append(Reason("possible_attempt"))
    return tuple(notes)


def _widened(found: Found, beyond: Mapping[str, float], samples: Sampling) -> Moments:
    """Widen the intervals by what was not validated (slow and short steps are one thing), and where samples lack."""
    slowness = max((factor for what, factor in beyond.items() if what != "retries"), default=1.0)
    factor = slowness * beyond.get("retries", 1.0)
    moments = {name: replace(each, half_width_s=each.half_width_s * factor) for name, each in found.moments.items()}
    return {
        name: replace(each, half_width_s=each.half_width_s + _lacks_s(samples, moments, name))
        for name, each in moments.items()
    }


def _lacks_s(samples: Sampling, moments: Moments, name: str) -> float:
    """Give the longest gap that an event, or the rise or the sit that it belongs to, is read across."""
    movement = next((names for names in _MOVEMENTS if name in names), (name,))
    times_s = [moments[each].time_s for each in movement if each in moments]
    reached = (samples.gaps[:, 0] < max(times_s) + _GAP_REACH_S) & (min(times_s) - _GAP_REACH_S < samples.gaps[:, 1])
    return float(np.max(np.diff(samples.gaps[reached]), initial=0.0))


def _touched(samples: Sampling, moments: Moments, name: str, placement: Placement) -> bool:
    """Tell whether an event lies in a gap or near one: of a thigh's rise or sit a longer gap hides more."""
    by_where_it_comes_to = placement == Placement.THIGH and any(name in names for names in _MOVEMENTS)
    longest_s = _THIGH_REACH_S if by_where_it_comes_to else _GAP_REACH_S
    reach_s = np.clip(np.diff(samples.gaps)[:, 0], _GAP_REACH_S, longest_s)
    time_s = moments[name].time_s
    return bool(np.any((samples.gaps[:, 0] - reach_s < time_s) & (time_s < samples.gaps[:, 1] + reach_s)))


def _reasons(moments: Moments, samples: Sampling, placement: Placement) -> tuple[Reason, ...]:
    missing = [Reason("missing_event", {"event": name}) for name in EVENTS if name not in moments]
    touched = [name for name in EVENTS if name in moments and _touched(samples, moments, name, placement)]
    return (*missing, *(Reason("gap_at_event", {"event": name}) for name in touched))


def _events(moments: Moments) -> tuple[Event, ...]:
    return tuple(Event(name, moments[name].time_s, moments[name].interval_s) for name in EVENTS if name in moments)


def _measures(
    recording: Recording,
    samples: Sampling,
    moments: Moments,
    turns: Sequence[Turn],
    walked: Array,
    *,
    last_seen_s: float,
) -> tuple[Measure, ...]:
    measures = [
        _between(name, moments[start], moments[end])
        for name, start, end in durations.GUG
        if start in moments and end in moments
    ]
    if "seated" not in moments:
        onset = moments["movement_onset"]
        lasted_s = last_seen_s - onset.time_s
        least, most = around(lasted_s, onset.half_width_s)
        measures.insert(0, Measure("duration", lasted_s, "s", (least, most + onset.back_s), at_least=True))
    elif recording.cue_s is not None:
        measures.insert(1, _between("duration_from_cue", Moment(recording.cue_s, 0.0), moments["seated"]))
    for number, turn in enumerate(turns, start=1):
        if gap_within(samples, turn.start_s - _GAP_REACH_S, turn.end_s + _GAP_REACH_S):
            continue
        angle = math.degrees(turn.angle_rad)
        measures.append(Measure(f"turn_{number}_angle", angle, "deg", around(angle, _TURN_DEG)))
    if len(turns) == 2:
        measures += _stepping(walked, moments)
    return tuple(measures)


def _last_seen_s(samples: Sampling, moments: Moments, walked: Array, placement: Placement) -> float:
    """Tell until when the test was surely not over: the last step or event seen.

    Not the end of the recording: the sit may be missing because it was not recognised, and a bound that goes on over
    the quiet after it would meet a rule that the person does not.
    """
    certain = [moment.time_s for name, moment in moments.items() if not _touched(samples, moments, name, placement)]
    return max(moments["movement_onset"].time_s, *certain, *(float(step_s) for step_s in walked[-1:]))


def _between(name: str, start: Moment, end: Moment) -> Measure:
    """Take the difference of two events; their errors are independent, what is due to a definition is not."""
    value = end.time_s - start.time_s
    least, most = around(value, math.hypot(start.half_width_s, end.half_width_s))
    return Measure(name, value, "s", (least - start.ahead_s - end.back_s, most + start.back_s + end.ahead_s))


def _stepping(walked: Array, moments: Moments) -> list[Measure]:
    """Count the steps; the cadence is that of the two straight ways."""
    measures = [Measure("steps", float(len(walked)), "1", around(float(len(walked)), _STEPS))]
    ways = (("standing", "turn_1_start"), ("turn_1_end", "turn_2_start"))
    steps_s = np.concatenate(
        [np.diff(walked[(walked >= moments[start].time_s) & (walked <= moments[end].time_s)]) for start, end in ways]
    )
    if len(steps_s) >= _FEWEST_STEPS:
        mean_s = float(np.mean(steps_s))
        error_s = 1.96 * float(np.std(steps_s)) / math.sqrt(len(steps_s))
        cadence = 60.0 / mean_s
        measures.append(Measure("cadence", cadence, "1/min", around(cadence, cadence * error_s / mean_s)))
    return measures
