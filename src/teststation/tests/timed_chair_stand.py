"""Timed Chair Stand: rise from a chair and sit down again, five or ten times, or as often as 30 s allow."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from teststation.model import Analysis, Event, Measure, Placement, Reason, Recording, Status, TestName
from teststation.signals.orientation import moving
from teststation.signals.postures import Transition, transitions
from teststation.signals.prepare import Sampling
from teststation.signals.thigh import LIFTED, MAYBE_LIFTED, vain_lifts
from teststation.tests.base import Options, Watcher, around
from teststation.tests.chair_events import chair_events
from teststation.tests.full_rises import is_full, size, usual_size
from teststation.tests.headline import OUTSIDE_VALIDATED_RANGE, headline_measures
from teststation.tests.quality import gap_touches, placed, quality
from teststation.tests.timed_chair_stand_watch import TimedChairStandWatcher

_COUNTS = (5, 10)
_SECONDS = 30.0

_PAUSE_S = 5.0
_PAUSE_SHARE = 3.0
"""A rest on the seat that parts two sets: long, and longer than this many of the person's own pauses."""

_WAITS_S = 15.0
"""What a thigh does on the seat longer before a rise is no attempt, but waiting."""

_SLOWEST_RISE_S = 4.0
"""The longest rise, onset to upright, among the recordings that the events were compared with a reference on."""
_WIDER = 1.5


@dataclass(frozen=True)
class Stand:
    """A rise with the sit that follows it, if one does; `number` counts the full rises of a recording from 1."""

    number: int
    rise: Transition
    sit: Transition | None


def analyse(recording: Recording, options: Options) -> Analysis:
    """Find every full rise of a recording, and time the first set of them."""
    samples, motion = moving(recording)
    placement, doubt = placed(recording, options, motion)
    found = transitions(motion, placement)
    stands, failed, first_sit = _stands(found, placement)
    perhaps = 0
    if placement is Placement.THIGH and stands:
        seated_s = list(_seated_s(samples, stands, first_sit))
        failed = max(failed, vain_lifts(motion, seated_s, LIFTED))
        perhaps = max(0, vain_lifts(motion, seated_s, MAYBE_LIFTED) - failed)
    notes = _notes(stands, failed)
    wider = _WIDER if notes else 1.0
    parts = [(0, first_sit), *((stand.number, part) for stand in stands for part in (stand.rise, stand.sit))]
    events = [
        event
        for number, part in parts
        if part is not None
        for event in chair_events(part, placement, repetition=number, wider=wider)
    ]
    measures = _measures(recording, options, stands, (failed, perhaps), events)
    reasons = _reasons(samples, options, stands, events, measures) if stands or failed else (Reason("no_rise"),)
    return Analysis(
        test=TestName.TCS,
        placement=placement,
        status=Status.UNUSABLE if not (stands or failed) else Status.INCOMPLETE if reasons else Status.COMPLETE,
        reasons=reasons,
        events=tuple(events),
        measures=measures if stands or failed else (),
        quality=quality(samples, (*doubt, *notes)),
    )


def watch(options: Options) -> Watcher:
    """Begin to watch a running test."""
    return TimedChairStandWatcher(options)


def _stands(found: Sequence[Transition], placement: Placement) -> tuple[list[Stand], int, Transition | None]:
    """Tell full rises from failed ones, and give each the sit that ends it.

    Returns
    -------
    full rises in order of time, the number of failed ones, and the sit before the first rise
    """
    if not found:
        return [], 0, None
    usual = usual_size([size(transition, placement) for transition in found])
    stands: list[Stand] = []
    failed = 0
    first_sit = None
    for k, transition in enumerate(found):
        follower = found[k + 1] if k + 1 < len(found) else None
        if not transition.rising:
            first_sit = transition if k == 0 else first_sit
        elif is_full(transition, follower, usual, placement):
            sit = follower if follower is not None and not follower.rising else None
            stands.append(Stand(len(stands) + 1, transition, sit))
        else:
            failed += 1
    return stands, failed, first_sit


def _seated_s(
    samples: Sampling, stands: Sequence[Stand], first_sit: Transition | None
) -> Iterator[tuple[float, float]]:
    """Give when the person sits before each full rise; before the first, as long as an attempt may precede it."""
    seated_s = first_sit.end_s if first_sit else float(samples.time_s[0])
    for stand in stands:
        rise_s = stand.rise.contact_s
        yield max(seated_s, rise_s - _WAITS_S), rise_s
        seated_s = stand.sit.end_s if stand.sit else rise_s


def _first_set(stands: Sequence[Stand], cue_s: float | None) -> list[Stand]:
    """Give the stands up to the first long rest on the seat; where a cue is known, those after it."""
    timed = [stand for stand in stands if cue_s is None or stand.rise.end_s > cue_s]
    pauses = [b.rise.onset_s - a.sit.contact_s for a, b in itertools.pairwise(timed) if a.sit is not None]
    long_s = max(_PAUSE_S, _PAUSE_SHARE * float(np.median(pauses))) if pauses else math.inf
    for k, (a, b) in enumerate(itertools.pairwise(timed), start=1):
        if b.rise.onset_s - (a.sit.contact_s if a.sit else a.rise.end_s) > long_s:
            return timed[:k]
    return timed


def _measures(
    recording: Recording, options: Options, stands: Sequence[Stand], failed: tuple[int, int], events: Sequence[Event]
) -> tuple[Measure, ...]:
    timed = _first_set(stands, recording.cue_s)
    measures = [_count("repetitions", len(stands), len(stands)), _count("failed_attempts", failed[0], sum(failed))]
    if not timed:
        return tuple(measures)
    onset = _event(events, "stand_onset", timed[0].number)
    assert onset is not None
    cue = None if recording.cue_s is None else Event("cue", recording.cue_s, (recording.cue_s, recording.cue_s))
    for count in sorted({*_COUNTS, options.stands}):
        number = timed[0].number + count - 1
        reached = number <= timed[-1].number
        for name, last in (("duration_{}", "seat_on"), ("duration_{}_standing", "standing")):
            end = _event(events, last, number) if reached else None
            for start, suffix in ((onset, ""), (cue, "_from_cue")):
                if start is not None and end is not None:
                    measures.append(_between(name.format(count) + suffix, start, end))
    if f"duration_{options.stands}" not in {m.name for m in measures} and options.seconds is None:
        measures.append(_lower_bound(f"duration_{options.stands}", onset, events))
    measures += _within(recording, options, timed, cue or onset)
    rises = [stand.rise.end_s - stand.rise.onset_s for stand in timed if stand.rise.whole]
    return (*measures, *_statistics(rises, events))


def _within(recording: Recording, options: Options, timed: Sequence[Stand], start: Event) -> Iterator[Measure]:
    """Count the rises of a test by time; of a set that ended before, only where the test was by time."""
    seconds = options.seconds or _SECONDS
    until_s = start.time_s + seconds
    last_s = max(stand.rise.end_s if stand.sit is None else stand.sit.end_s for stand in timed)
    if float(recording.time_s[-1]) < until_s or (options.seconds is None and last_s < until_s):
        return
    counts = [
        sum(stand.rise.half_way_s <= until_s + margin_s for stand in timed)
        for margin_s in (start.interval_s[0] - start.time_s, 0.0, start.interval_s[1] - start.time_s)
    ]
    yield Measure(f"repetitions_{seconds:.0f}_s", float(counts[1]), "1", (float(counts[0]), float(counts[2])))


def _statistics(rises_s: Sequence[float], events: Sequence[Event]) -> Iterator[Measure]:
    if not rises_s:
        return
    onset, standing = (
        next((e.interval_s[1] - e.time_s for e in events if e.name == name), 0.0)
        for name in ("stand_onset", "standing")
    )
    one_s = math.hypot(onset, standing)
    mean_s = float(np.mean(rises_s))
    yield Measure("sit_to_stand_duration", mean_s, "s", around(mean_s, one_s / math.sqrt(len(rises_s))))
    if len(rises_s) >= 3:
        cv = 100.0 * float(np.std(rises_s, ddof=1)) / mean_s
        error = 100.0 * one_s / 1.96 / mean_s
        least = math.sqrt(max(cv**2 - error**2, 0.0))
        yield Measure("sit_to_stand_duration_cv", cv, "%", (least, math.hypot(cv, error)))


def _reasons(
    samples: Sampling, options: Options, stands: Sequence[Stand], events: Sequence[Event], measures: Sequence[Measure]
) -> tuple[Reason, ...]:
    whole = {measure.name for measure in measures if not measure.at_least}
    reasons = []
    if whole.isdisjoint(headline_measures(TestName.TCS, options)):
        if options.seconds is not None:
            reasons.append(Reason("too_short_for_count", {"seconds": options.seconds}))
        elif len(stands) < options.stands:
            reasons.append(Reason("fewer_stands", {"found": len(stands), "expected": options.stands}))
        else:
            reasons.append(Reason("missing_event", {"event": "seat_on"}))
    touched = dict.fromkeys(event.name for event in events if gap_touches(samples, event.time_s))
    return (*reasons, *(Reason("gap_at_event", {"event": name}) for name in touched))


def _notes(stands: Sequence[Stand], failed: int) -> list[Reason]:
    notes = []
    if failed:
        notes.append(Reason(OUTSIDE_VALIDATED_RANGE, {"what": "retries"}))
    if any(stand.rise.end_s - stand.rise.onset_s > _SLOWEST_RISE_S for stand in stands):
        notes.append(Reason(OUTSIDE_VALIDATED_RANGE, {"what": "slow_test"}))
    return notes


def _event(events: Sequence[Event], name: str, number: int) -> Event | None:
    return next((event for event in events if event.name == name and event.repetition == number), None)


def _between(name: str, start: Event, end: Event) -> Measure:
    """Take the difference of two events; their errors are independent."""
    value = end.time_s - start.time_s
    return Measure(name, value, "s", around(value, math.hypot(_half_width_s(start), _half_width_s(end))))


def _lower_bound(name: str, start: Event, events: Sequence[Event]) -> Measure:
    """Say how long it took until the last that was seen: the whole would have taken longer."""
    last = max(events, key=lambda event: event.time_s)
    between = _between(name, start, last)
    return Measure(name, between.value, "s", between.interval, at_least=True)


def _count(name: str, value: int, most: int) -> Measure:
    return Measure(name, float(value), "1", (float(value), float(most)))


def _half_width_s(event: Event) -> float:
    return (event.interval_s[1] - event.interval_s[0]) / 2.0
