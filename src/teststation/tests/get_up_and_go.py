"""Get-Up-and-Go: rise from a chair, walk 3 m, turn, walk back, turn, sit down."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from teststation.model import (
    Analysis,
    Event,
    Interval,
    Measure,
    Placement,
    Reason,
    Recording,
    Status,
    TestName,
)
from teststation.signals.decoding import Flip, decode, odds_of_size
from teststation.signals.onset import STIR_HZ, THROWN, edge
from teststation.signals.orientation import Motion, orient, tilt
from teststation.signals.phases import first_attempt, thigh_flips, upright
from teststation.signals.postures import Transition, possible_transitions
from teststation.signals.prepare import RATE_HZ, Array, Samples, low_pass, prepare
from teststation.signals.steps import contacts
from teststation.signals.thigh import LIFTED, MAYBE_LIFTED, lifted, rise_edge, sit_edge
from teststation.signals.turns import Turn, find_two_turns
from teststation.tests.base import Options, Watcher
from teststation.tests.get_up_and_go_watch import GetUpAndGoWatcher
from teststation.tests.quality import gap_touches, gap_within, not_returned, placed, quality

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

_THIGH_OUTER_S, _THIGH_CONTACT_S, _THIGH_UPRIGHT_S = 0.40, 0.15, 0.40
_THIGH_OUTER_SHARE = 0.6
_TRUNK_EDGE_S = 0.15
_TURN_START_S, _TURN_END_S = 0.35, 0.50
_TURN_DEG = 10.0
_ROUND_RAD = np.radians(120.0)
"""A turn this large is one of the test's two, even where nothing else of it is seen."""
_STEPS = 2.0
"""Half a 95 % interval by kind of event and measure, from the references of `tug_pocket`.

Their labels' own scatter is in it, and for turns what a video shows of them against what a sensor does (0.2 s). What a
thigh cannot see of the trunk is less sure the longer the thigh stirs.
"""

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

_RETRY_BENT = 0.5
"""A failed attempt bends a trunk by such a share of the rise's bend."""

_THROW_S = 1.0
"""The trunk bends the fastest no longer after its first eighth, which comes no longer after its begin."""

_EVEN_BEND_RAD, _BEND_SPREAD_RAD = np.radians(12.0), np.radians(4.0)
"""A trunk that bends by so much may lead to or from a seat; by so much surer. Log-odds, as in `decode`."""
_DOUBTED = 6.0
"""What is not believed by itself needs as much more to be part of a test. From 5 to 8 nothing changes: of 31 `hapt`
recordings, in which nobody does the test, 9 to 11 have a rise, turns and a sit; at 3 there are 25."""

_STOOD_M = 0.25
"""Who is said to be still standing has come up so far: most of a seat's height, and more than a failed attempt."""

_GAP_REACH_S = 0.25
"""Samples that lack so near to an event may have moved it."""


@dataclass(frozen=True)
class Moment:
    """An event in seconds on the recording's clock, with half its 95 % interval, and how much earlier it may be still.

    What may have been a weak attempt to rise, or fidgeting, leaves open when the test began.
    """

    time_s: float
    half_width_s: float
    back_s: float = 0.0

    @property
    def interval_s(self) -> Interval:
        """Give the 95 % interval."""
        return (self.time_s - self.half_width_s - self.back_s, self.time_s + self.half_width_s)


Moments = dict[str, Moment]


@dataclass(frozen=True)
class Found:
    """What there is of a Get-Up-and-Go: its events by name, its turns, and whether the first attempt to rise failed."""

    moments: Moments
    turns: tuple[Turn, ...] = ()
    retried: bool = False


def analyse(recording: Recording, options: Options) -> Analysis:
    """Find the first Get-Up-and-Go of a recording and time its phases."""
    samples = prepare(recording)
    motion = orient(samples)
    placement, doubt = placed(recording, options, motion)
    found = find(motion, placement)
    walked = _walked(motion, placement, found.moments)
    if not found.moments or not _goes(found, walked):
        beside = _beside_gaps(motion, samples)
        if beside is not None:
            return Analysis(
                test=TestName.GUG,
                placement=placement,
                status=Status.INCOMPLETE,
                reasons=_reasons(beside, samples),
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
    reasons = _reasons(moments, samples)
    stayed_up = () if "seated" in moments else not_returned(samples, _last_seen_s(samples, moments, walked))
    return Analysis(
        test=TestName.GUG,
        placement=placement,
        status=Status.INCOMPLETE if reasons else Status.COMPLETE,
        reasons=reasons,
        events=_events(moments),
        measures=_measures(recording, samples, moments, found.turns, walked),
        quality=quality(samples, (*doubt, *_notes(found, beyond), *stayed_up)),
    )


def watch(options: Options) -> Watcher:
    """Begin to watch a running test."""
    return GetUpAndGoWatcher(options.placement)


def find(motion: Motion, placement: Placement) -> Found:
    """Find what there is of the test, wherever in the recording it lies."""
    found = _find_at_thigh(motion) if placement == Placement.THIGH else _find_at_trunk(motion, placement)
    found.moments.update(_turn_moments(found.turns))
    return found


def _find_at_thigh(motion: Motion) -> Found:
    """Time rising and sitting by the thigh's inclination, and the trunk's part of both by what stirs the thigh."""
    up = upright(motion)
    plan = None if up is None else decode(motion, thigh_flips(motion, up))
    if up is None or plan is None:
        return Found({})

    def outer(stir_s: float) -> float:
        return max(_THIGH_OUTER_S, _THIGH_OUTER_SHARE * stir_s)

    rise = rise_edge(motion, plan.rise, up)
    lead = rise.low - rise.outer
    share = lifted(motion, plan.rise, up)
    first, perhaps = (first_attempt(share, int(rise.outer), least, round(lead)) for least in (LIFTED, MAYBE_LIFTED))
    onset = rise.outer if first is None else max(0.0, first - lead)
    back_s = 0.0 if perhaps is None else max(0.0, onset - perhaps + lead) / RATE_HZ
    moments = {
        "movement_onset": replace(_moment(motion, onset, outer(rise.stir_s)), back_s=back_s),
        "seat_off": _moment(motion, rise.contact, _THIGH_CONTACT_S),
        "standing": _moment(motion, rise.upright, _THIGH_UPRIGHT_S),
    }
    if plan.sit is not None:
        sit = sit_edge(motion, plan.sit, up)
        moments |= {
            "sit_onset": _moment(motion, sit.upright, _THIGH_UPRIGHT_S),
            "seat_on": _moment(motion, sit.contact, _THIGH_CONTACT_S),
            "seated": _moment(motion, sit.outer, outer(sit.stir_s)),
        }
    return Found(moments, plan.turns, retried=first is not None)


def _find_at_trunk(motion: Motion, placement: Placement) -> Found:
    """Take the events of rising and sitting from the trunk's own transitions."""
    seen = {_index(motion, t.contact_s): (t, believed) for t, believed in possible_transitions(motion, placement)}
    flips = [_flip(at, seen[at][0], sure=seen[at][1] and bool(motion.covered[at])) for at in sorted(seen)]
    plan = decode(motion, flips)
    if plan is None or not plan.convincing:
        plan = decode(motion, [flip for flip in flips if seen[flip.at][1]])
    if plan is None or (plan.sit is None and seen[plan.rise.at][0].height_m < _STOOD_M):
        return Found({})
    rise, _ = seen[plan.rise.at]
    retry_s = _bent_before(motion, rise)
    moments = {
        "movement_onset": Moment(rise.onset_s if retry_s is None else retry_s, _TRUNK_EDGE_S),
        "seat_off": Moment(rise.contact_s, _TRUNK_EDGE_S),
        "standing": Moment(rise.end_s, _TRUNK_EDGE_S),
    }
    if plan.sit is not None:
        sit, _ = seen[plan.sit.at]
        moments |= {
            "sit_onset": Moment(sit.onset_s, _TRUNK_EDGE_S),
            "seat_on": Moment(sit.contact_s, _TRUNK_EDGE_S),
            "seated": Moment(sit.end_s, _TRUNK_EDGE_S),
        }
    return Found(moments, plan.turns, retried=retry_s is not None)


def _flip(at: int, transition: Transition, *, sure: bool) -> Flip:
    odds = odds_of_size(transition.bend_rad, _EVEN_BEND_RAD, _BEND_SPREAD_RAD) - (0.0 if sure else _DOUBTED)
    return Flip(at, rises=transition.rising, size=transition.bend_rad, odds=odds)


def _bent_before(motion: Motion, rise: Transition) -> float | None:
    """Find when the trunk first bent in vain before a rise, s; None where it rose at once."""
    onset, contact = _index(motion, rise.onset_s), _index(motion, rise.contact_s)
    seat = motion.up[max(0, onset - round(0.3 * RATE_HZ)) : onset + 1].mean(axis=0)
    bent = tilt(motion.up, seat / np.linalg.norm(seat))
    first = first_attempt(bent / float(np.max(bent[onset : contact + 1])), onset, _RETRY_BENT)
    if first is None:
        return None
    rate = np.gradient(low_pass(bent, STIR_HZ))
    fastest = first + int(np.argmax(rate[first : first + round(_THROW_S * RATE_HZ)]))
    return motion.seconds(edge(rate, fastest, max(0, first - round(_THROW_S * RATE_HZ)), THROWN))


def _index(motion: Motion, time_s: float) -> int:
    return motion.index(time_s)


def _moment(motion: Motion, index: float, half_width_s: float) -> Moment:
    return Moment(motion.seconds(index), half_width_s)


def _beside_gaps(motion: Motion, samples: Samples) -> Moments | None:
    """Give the turns of a test whose rise or sit is lost in or near a gap; None where no gap can be why.

    One turn alone shows that there was a test, not which of its two turns it is.
    """
    turns = find_two_turns(motion, 0, len(motion) - 1) if len(samples.gaps) else []
    round_about = [turn for turn in turns if abs(turn.angle_rad) >= _ROUND_RAD]
    if not round_about:
        return None
    return _turn_moments(round_about) if len(round_about) == 2 else {}


def _turn_moments(turns: Sequence[Turn]) -> Moments:
    moments = {}
    for number, turn in enumerate(turns, start=1):
        moments[f"turn_{number}_start"] = Moment(turn.start_s, _TURN_START_S)
        moments[f"turn_{number}_end"] = Moment(turn.end_s, _TURN_END_S)
    return moments


def _goes(found: Found, walked: Array) -> bool:
    """Tell a test from somebody who only stands up and sits, or lies, down again: who walks, or is still standing."""
    return "seated" not in found.moments or len(walked) >= _FEWEST_STEPS


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


def _widened(found: Found, beyond: Mapping[str, float], samples: Samples) -> Moments:
    """Widen the intervals by what was not validated (slow and short steps are one thing), and where samples lack."""
    slowness = max((factor for what, factor in beyond.items() if what != "retries"), default=1.0)
    factor = slowness * beyond.get("retries", 1.0)
    moments = {name: replace(each, half_width_s=each.half_width_s * factor) for name, each in found.moments.items()}
    return {
        name: replace(each, half_width_s=each.half_width_s + _lacks_s(samples, moments, name))
        for name, each in moments.items()
    }


def _lacks_s(samples: Samples, moments: Moments, name: str) -> float:
    """Give the longest gap that an event, or the rise or the sit that it belongs to, is read across."""
    movement = next((names for names in _MOVEMENTS if name in names), (name,))
    times_s = [moments[each].time_s for each in movement if each in moments]
    reached = (samples.gaps[:, 0] < max(times_s) + _GAP_REACH_S) & (min(times_s) - _GAP_REACH_S < samples.gaps[:, 1])
    return float(np.max(np.diff(samples.gaps[reached]), initial=0.0))


def _touched(samples: Samples, moment: Moment) -> bool:
    return gap_touches(samples, moment.time_s, _GAP_REACH_S)


def _reasons(moments: Moments, samples: Samples) -> tuple[Reason, ...]:
    missing = [Reason("missing_event", {"event": name}) for name in EVENTS if name not in moments]
    touched = [name for name in EVENTS if name in moments and _touched(samples, moments[name])]
    return (*missing, *(Reason("gap_at_event", {"event": name}) for name in touched))


def _events(moments: Moments) -> tuple[Event, ...]:
    return tuple(Event(name, moments[name].time_s, moments[name].interval_s) for name in EVENTS if name in moments)


def _around(value: float, half_width: float) -> Interval:
    return (value - half_width, value + half_width)


def _measures(
    recording: Recording, samples: Samples, moments: Moments, turns: Sequence[Turn], walked: Array
) -> tuple[Measure, ...]:
    measures = [
        _between(name, moments[start], moments[end])
        for name, start, end in DURATIONS
        if start in moments and end in moments
    ]
    if "seated" not in moments:
        onset = moments["movement_onset"]
        lasted_s = _last_seen_s(samples, moments, walked) - onset.time_s
        least, most = _around(lasted_s, onset.half_width_s)
        measures.insert(0, Measure("duration", lasted_s, "s", (least, most + onset.back_s), at_least=True))
    elif recording.cue_s is not None:
        measures.insert(1, _between("duration_from_cue", Moment(recording.cue_s, 0.0), moments["seated"]))
    for number, turn in enumerate(turns, start=1):
        if gap_within(samples, turn.start_s - _GAP_REACH_S, turn.end_s + _GAP_REACH_S):
            continue
        angle = math.degrees(turn.angle_rad)
        measures.append(Measure(f"turn_{number}_angle", angle, "deg", _around(angle, _TURN_DEG)))
    if len(turns) == 2:
        measures += _stepping(walked, moments)
    return tuple(measures)


def _last_seen_s(samples: Samples, moments: Moments, walked: Array) -> float:
    """Tell until when the test was surely not over: the last step or event seen.

    Not the end of the recording: the sit may be missing because it was not recognised, and a bound that goes on over
    the quiet after it would meet a rule that the person does not.
    """
    certain = [moment.time_s for moment in moments.values() if not _touched(samples, moment)]
    return max(moments["movement_onset"].time_s, *certain, *(float(step_s) for step_s in walked[-1:]))


def _between(name: str, start: Moment, end: Moment) -> Measure:
    """Take the difference of two events; their errors are independent."""
    value = end.time_s - start.time_s
    least, most = _around(value, math.hypot(start.half_width_s, end.half_width_s))
    return Measure(name, value, "s", (least, most + start.back_s))


def _stepping(walked: Array, moments: Moments) -> list[Measure]:
    """Count the steps; the cadence is that of the two straight ways."""
    measures = [Measure("steps", float(len(walked)), "1", _around(float(len(walked)), _STEPS))]
    ways = (("standing", "turn_1_start"), ("turn_1_end", "turn_2_start"))
    steps_s = np.concatenate(
        [np.diff(walked[(walked >= moments[start].time_s) & (walked <= moments[end].time_s)]) for start, end in ways]
    )
    if len(steps_s) >= _FEWEST_STEPS:
        mean_s = float(np.mean(steps_s))
        error_s = 1.96 * float(np.std(steps_s)) / math.sqrt(len(steps_s))
        cadence = 60.0 / mean_s
        measures.append(Measure("cadence", cadence, "1/min", _around(cadence, cadence * error_s / mean_s)))
    return measures
