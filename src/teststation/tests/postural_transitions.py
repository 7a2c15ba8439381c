"""Rises and sits of a long recording: an afternoon, a day; no protocol, no measures."""

from __future__ import annotations

from teststation.model import Analysis, Reason, Recording, Status, TestName
from teststation.signals.orientation import moving
from teststation.signals.postures import transitions
from teststation.tests.base import Options, Watcher
from teststation.tests.chair_events import chair_events
from teststation.tests.quality import gap_touches, placed, quality
from teststation.tests.timed_chair_stand_watch import TimedChairStandWatcher

_EVENTS = ("stand_onset", "standing", "sit_onset", "seat_on")


def analyse(recording: Recording, options: Options) -> Analysis:
    """Find every rise and every sit."""
    samples, motion = moving(recording)
    placement, doubt = placed(recording, options, motion)
    found = transitions(motion, placement)
    events = tuple(
        event for transition in found for event in chair_events(transition, placement) if event.name in _EVENTS
    )
    touched = dict.fromkeys(event.name for event in events if gap_touches(samples, event.time_s))
    reasons = tuple(Reason("gap_at_event", {"event": name}) for name in touched)
    return Analysis(
        test=TestName.POSTURES,
        placement=placement,
        status=Status.UNUSABLE if not found else Status.INCOMPLETE if reasons else Status.COMPLETE,
        reasons=reasons if found else (Reason("no_transition"),),
        events=events,
        quality=quality(samples, doubt),
    )


def watch(options: Options) -> Watcher:
    """Watch as a chair stand is watched, without an end."""
    return TimedChairStandWatcher(options, ends=False)
