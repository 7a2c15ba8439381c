"""The course of a trial: what a key or a stop makes of where it is. Pure: no thread, no clock, no store, no sensor."""

from __future__ import annotations

import msgspec

from teststation.model import HandTimes, Source
from teststation.station.states import State

DEBOUNCE_S = 0.6
"""A go key so soon after the last is the same press (tui.md, key repeat)."""


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """How far a trial is. Every `at_s` is a time on the station's clock.

    Parameters
    ----------
    to_a_line : the first key of a run is the foot over the line, not the stop
    """

    to_a_line: bool = False
    state: State = State.READY
    hand: HandTimes = HandTimes()
    stop_s: float | None = None
    stopped_by: Source | None = None
    last_key_s: float = float("-inf")

    @property
    def waits_for_line(self) -> bool:
        """Tell whether the line has still to be passed."""
        return self.to_a_line and self.hand.line_s is None

    def armed(self) -> Course:
        """Be ready for the cue."""
        return _but(self, state=State.ARMED) if self.state is State.READY else self

    def pressed(self, at_s: float, *, hand_only: bool) -> Course:
        """Take the one key: the cue when armed, the line and then the stop when running, a hand's stop in the tail."""
        pressed = _but(self, last_key_s=at_s)
        if at_s - self.last_key_s < DEBOUNCE_S:
            return pressed
        match self.state:
            case State.ARMED:
                return _but(pressed, state=State.RUNNING, hand=HandTimes(cue_s=at_s))
            case State.RUNNING if self.waits_for_line:
                at_line = _timed(pressed, line_s=at_s)
                return at_line.stopped(at_s, Source.KEY) if hand_only else at_line
            case State.RUNNING:
                return _timed(pressed, stop_s=at_s).stopped(at_s, Source.KEY)
            case State.STOPPED if self.hand.stop_s is None and not self.waits_for_line:
                return _timed(pressed, stop_s=at_s)
            case _:
                return pressed

    def undone(self, *, hand_only: bool) -> Course:
        """Take the last key back: the stop, the line, or the cue."""
        match self.state:
            case State.STOPPED:
                running = _but(self, state=State.RUNNING, stop_s=None, stopped_by=None)
                return _timed(running, stop_s=None, line_s=None if hand_only else self.hand.line_s)
            case State.RUNNING if self.hand.line_s is not None:
                return _timed(self, line_s=None)
            case State.RUNNING:
                return _but(self, state=State.ARMED, hand=HandTimes())
            case _:
                return self

    def stopped(self, at_s: float, by: Source | None) -> Course:
        """Stop, by the sensor, the key, or for another reason than the protocol's."""
        return _but(self, state=State.STOPPED, stop_s=at_s, stopped_by=by)

    def ended(self, at_s: float) -> Course:
        """Stop otherwise than by the protocol; the hand's time is that of the end."""
        match self.state:
            case State.RUNNING:
                return _timed(self, stop_s=at_s).stopped(at_s, None)
            case State.STOPPED:
                return _timed(self, stop_s=at_s)
            case State.DONE:
                return self
            case _:
                return self.stopped(at_s, None)

    def done(self) -> Course:
        """Be over."""
        return _but(self, state=State.DONE)


def _but(course: Course, **changes: object) -> Course:
    return msgspec.structs.replace(course, **changes)


def _timed(course: Course, **times: float | None) -> Course:
    return _but(course, hand=msgspec.structs.replace(course.hand, **times))
