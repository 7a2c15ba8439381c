"""Get-Up-and-Go: rise from a chair, walk 3 m, turn, walk back, turn, sit down."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from teststation.model import (
    Analysis,
    Event,
    Interval,
    Measure,
    Placement,
    Quality,
    Reason,
    Recording,
    Status,
    TestName,
)
from teststation.signals.onset import crossing, last_below, stirring
from teststation.signals.orientation import Motion, orient
from teststation.signals.phases import Flip, Outline, outline, placement_of, thigh_flips, upright
from teststation.signals.postures import Transition, transitions
from teststation.signals.prepare import RATE_HZ, Array, Samples, prepare
from teststation.signals.steps import thigh_contacts, trunk_contacts
from teststation.signals.turns import Turn
from teststation.tests.base import Options, Watcher
from teststation.tests.get_up_and_go_watch import GetUpAndGoWatcher

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

DURATIONS = (
    ("duration", "movement_onset", "seated"),
    ("sit_to_stand_duration", "movement_onset", "standing"),
    ("walk_out_duration", "standing", "turn_1_start"),
    ("turn_1_duration", "turn_1_start", "turn_1_end"),
    ("walk_back_duration", "turn_1_end", "turn_2_start"),
    ("turn_2_duration", "turn_2_start", "turn_2_end"),
    ("stand_to_sit_duration", "sit_onset", "seated"),
)
"""Every measured duration is the difference of two events."""

QUIET_RAD_S = 0.1
"""A thigh that turns slower than this tells of no movement but the cloth's."""

_STIR_REACH_S = 1.0
"""The trunk leads and follows the thigh by no more; what stirs before is fidgeting, after it settling."""

_STIR_SHARE = 0.7
"""The trunk begins to bend so far on the way from the thigh's lifting back to its first stirring.

Fitted once on `tug_pocket` (145 trials of 15 people), for both ends of the test; with it neither needs an offset.
"""

_RIGID_RAD_S = 0.03
_RIGID_REACH = 1.2
"""A thigh that even at this rate is not seen to stir before it lifts shows nothing of the trunk at all."""


@dataclass(frozen=True)
class _Pace:
    """What cannot be seen at a thigh, in units of the time from a tenth to half of its way.

    Parameters
    ----------
    contact : the seat bears the weight so long before the first tenth
    outer : where nothing stirs, the trunk moves so long before (after) it
    upright : where nothing stirs, the movement ends (begins) so long after (before) half of the way
    """

    contact: float
    outer: float
    upright: float


_RISE = _Pace(contact=0.98, outer=3.55, upright=2.65)
_SIT = _Pace(contact=0.45, outer=2.70, upright=2.85)
"""From the shares of a rise of Kralj et al. 1990 (doi:10.1016/0021-9290(90)90005-N) and a movement of least jerk."""

_UPRIGHT = 1.6
"""The same as `upright`, where the thigh stirs: people walk off before they are upright (`tug_pocket`)."""

_THIGH_OUTER_S, _THIGH_CONTACT_S, _THIGH_UPRIGHT_S = 0.45, 0.15, 0.30
_TRUNK_EDGE_S = 0.10
"""Half a 95 % interval by kind of event: what a thigh cannot see of the trunk, and the reading of a smooth edge."""


@dataclass(frozen=True)
class Moment:
    """An event in seconds on the recording's clock, with half its 95 % interval."""

    time_s: float
    half_width_s: float


Moments = dict[str, Moment]


def analyse(recording: Recording, options: Options) -> Analysis:
    """Find the first Get-Up-and-Go of a recording and time its phases."""
    samples = prepare(recording)
    motion = orient(samples)
    placement = options.placement or recording.placement or placement_of(motion)
    moments, turns = find_moments(motion, placement)
    events = _events(moments)
    measures = _measures(recording, motion, placement, moments, turns)
    reasons = _reasons(moments)
    return Analysis(
        test=TestName.GUG,
        placement=placement,
        status=_status(moments, reasons),
        reasons=reasons,
        events=events,
        measures=measures,
        quality=_quality(samples),
    )


def watch(options: Options) -> Watcher:
    """Begin to watch a running test."""
    return GetUpAndGoWatcher(options.placement)


def find_moments(motion: Motion, placement: Placement) -> tuple[Moments, tuple[Turn, ...]]:
    """Find what there is of the test's events, and its turns."""
    if placement == Placement.THIGH:
        up = upright(motion)
        plan = outline(motion, thigh_flips(motion, up))
        moments = _thigh_moments(motion, up, plan) if plan else {}
    else:
        found = transitions(motion, placement)
        plan = outline(motion, [Flip(_index(motion, t.contact_s), rises=t.rising) for t in found])
        moments = _trunk_moments(motion, found, plan) if plan else {}
    turns = plan.turns if plan else ()
    for number, turn in enumerate(turns, start=1):
        moments[f"turn_{number}_start"] = Moment(turn.start_s, turn.spread_s[0])
        moments[f"turn_{number}_end"] = Moment(turn.end_s, turn.spread_s[1])
    return moments, turns


def _index(motion: Motion, time_s: float) -> int:
    return min(len(motion) - 1, max(0, round((time_s - float(motion.time_s[0])) * RATE_HZ)))


def _thigh_moments(motion: Motion, up: Array, plan: Outline) -> Moments:
    """Time rising and sitting by the thigh's inclination, and the trunk's part of both by what stirs the thigh."""
    moving = stirring(motion.rate_of_turn)
    moments = {}
    start_s = float(motion.time_s[0])
    rise = _thigh_edge(_lifted(motion, plan.rise, up), moving, plan.rise.at, _RISE)
    for name, (index, width) in zip(("movement_onset", "seat_off", "standing"), rise, strict=True):
        moments[name] = Moment(start_s + index / RATE_HZ, width)
    if plan.sit is not None:
        last = len(motion) - 1
        # sitting down is rising seen backwards in time
        sit = _thigh_edge(_lifted(motion, plan.sit, up)[::-1], moving[::-1], last - plan.sit.at, _SIT)
        for name, (index, width) in zip(("seated", "seat_on", "sit_onset"), sit, strict=True):
            moments[name] = Moment(start_s + (last - index) / RATE_HZ, width)
    return moments


def _lifted(motion: Motion, flip: Flip, up: Array) -> Array:
    """Give the share of the way from the seated to the upright inclination, (n,), in the plane of both."""
    assert flip.seat is not None
    level = flip.seat - (flip.seat @ up) * up
    level /= np.linalg.norm(level)
    flexed = np.arctan2(motion.up @ level, motion.up @ up)
    share: Array = 1.0 - flexed / np.arctan2(flip.seat @ level, flip.seat @ up)
    return share


def _thigh_edge(share: Array, moving: Array, middle: int, pace: _Pace) -> tuple[tuple[float, float], ...]:
    """Give (index, half width in s) of the trunk's begin, the seat's unloading and the end of a rise at the thigh.

    Parameters
    ----------
    share : (n,) of the way up, 0 seated
    moving : (n,) rad/s, how fast the thigh turns
    middle : index somewhere near half-way
    """
    half = crossing(share, 0.5, int(np.argmax(share[middle : middle + 50] >= 0.5)) + middle, back=True) or float(middle)
    low = crossing(share, 0.1, int(half), back=True) or max(0.0, half - 0.3 * RATE_HZ)
    tenth_to_half = half - low
    before = max(0, int(low) - 1)
    stir = low - last_below(moving, before, QUIET_RAD_S)
    rigid = low - last_below(moving, before, _RIGID_RAD_S) < _RIGID_REACH * tenth_to_half
    lead = pace.outer * tenth_to_half if rigid else _STIR_SHARE * min(stir, _STIR_REACH_S * RATE_HZ)
    return (
        (max(0.0, low - lead), _THIGH_OUTER_S),
        (low - pace.contact * tenth_to_half, _THIGH_CONTACT_S),
        (half + (pace.upright if rigid else _UPRIGHT) * tenth_to_half, _THIGH_UPRIGHT_S),
    )


def _trunk_moments(motion: Motion, found: Sequence[Transition], plan: Outline) -> Moments:
    """Take the events of rising and sitting from the trunk's own transitions."""
    moments = {}
    for transition in found:
        at = _index(motion, transition.contact_s)
        if at == plan.rise.at and transition.rising:
            names = ("movement_onset", "seat_off", "standing")
        elif plan.sit is not None and at == plan.sit.at and not transition.rising:
            names = ("sit_onset", "seat_on", "seated")
        else:
            continue
        for name, time_s in zip(names, (transition.onset_s, transition.contact_s, transition.end_s), strict=True):
            moments[name] = Moment(time_s, _TRUNK_EDGE_S)
    return moments


def _events(moments: Moments) -> tuple[Event, ...]:
    return tuple(
        Event(name, moments[name].time_s, _around(moments[name].time_s, moments[name].half_width_s))
        for name in EVENTS
        if name in moments
    )


def _around(value: float, half_width: float) -> Interval:
    return (value - half_width, value + half_width)


def _measures(
    recording: Recording, motion: Motion, placement: Placement, moments: Moments, turns: Sequence[Turn]
) -> tuple[Measure, ...]:
    measures = [
        _between(name, moments[start], moments[end])
        for name, start, end in DURATIONS
        if start in moments and end in moments
    ]
    if "movement_onset" in moments and "seated" not in moments:
        lasted_s = float(motion.time_s[-1]) - moments["movement_onset"].time_s
        width = moments["movement_onset"].half_width_s
        measures.insert(0, Measure("duration", lasted_s, "s", _around(lasted_s, width), at_least=True))
    if recording.cue_s is not None and "seated" in moments:
        measures.insert(1, _between("duration_from_cue", Moment(recording.cue_s, 0.0), moments["seated"]))
    for number, turn in enumerate(turns, start=1):
        angle = math.degrees(turn.angle_rad)
        measures.append(Measure(f"turn_{number}_angle", angle, "deg", _around(angle, _TURN_DEG)))
    return (*measures, *_walking(motion, placement, moments))


_TURN_DEG = 15.0


def _between(name: str, start: Moment, end: Moment) -> Measure:
    """Take the difference of two events; their errors are independent."""
    value = end.time_s - start.time_s
    return Measure(name, value, "s", _around(value, math.hypot(start.half_width_s, end.half_width_s)))


def _walking(motion: Motion, placement: Placement, moments: Moments) -> tuple[Measure, ...]:
    """Count the steps from standing to the end of the second turn; the cadence is that of the straight ways."""
    if not {"standing", "turn_1_start", "turn_1_end", "turn_2_start", "turn_2_end"} <= moments.keys():
        return ()
    at = {name: moment.time_s for name, moment in moments.items()}
    contacts = (thigh_contacts if placement == Placement.THIGH else trunk_contacts)(motion)
    steps = len(contacts.between(at["standing"], at["turn_2_end"]))
    measures = [Measure("steps", float(steps), "1", _around(float(steps), 2.0))]
    gaps = np.concatenate(
        [
            np.diff(contacts.between(at[start], at[end]).time_s)
            for start, end in (("standing", "turn_1_start"), ("turn_1_end", "turn_2_start"))
        ]
    )
    if len(gaps) >= 3:
        cadence = 60.0 / float(np.mean(gaps))
        width = 1.96 * cadence * float(np.std(gaps)) / float(np.mean(gaps)) / math.sqrt(len(gaps))
        measures.append(Measure("cadence", cadence, "1/min", _around(cadence, width)))
    return tuple(measures)


def _reasons(moments: Moments) -> tuple[Reason, ...]:
    if "movement_onset" not in moments:
        return (Reason("no_rise"),)
    return tuple(Reason("missing_event", {"event": name}) for name in EVENTS if name not in moments)


def _status(moments: Moments, reasons: Sequence[Reason]) -> Status:
    if "movement_onset" not in moments:
        return Status.UNUSABLE
    return Status.INCOMPLETE if reasons else Status.COMPLETE


def _quality(samples: Samples) -> Quality:
    return Quality(
        sampling_rate_hz=samples.source_rate_hz,
        lost_samples=samples.lost_samples,
        largest_gap_s=float(np.max(np.diff(samples.gaps), initial=1.0 / samples.source_rate_hz)),
    )
