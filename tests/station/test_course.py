"""What a key makes of where a trial is, without threads."""

from __future__ import annotations

import pytest

from teststation.model import Source
from teststation.station.course import DEBOUNCE_S, Course
from teststation.station.states import State

ARMED = Course().armed()
TO_A_LINE = Course(to_a_line=True).armed()


def pressed(course: Course, *times_s: float, hand_only: bool = False) -> Course:
    for at_s in times_s:
        course = course.pressed(at_s, hand_only=hand_only)
    return course


def test_a_key_before_the_arming_means_nothing() -> None:
    assert pressed(Course(), 1.0).state is State.READY


def test_cue_and_stop() -> None:
    course = pressed(ARMED, 1.0, 13.0)
    assert (course.state, course.hand.duration_s, course.stopped_by) == (State.STOPPED, 12.0, Source.KEY)


def test_a_key_that_is_held_down_is_one_press_however_long() -> None:
    course = pressed(ARMED, *(1.0 + 0.9 * k * DEBOUNCE_S for k in range(20)))
    assert (course.state, course.hand.cue_s) == (State.RUNNING, 1.0)


def test_the_key_at_the_line_stops_only_where_no_sensor_will() -> None:
    both = pressed(TO_A_LINE, 1.0, 6.0)
    assert (both.state, both.hand.line_s) == (State.RUNNING, 6.0)
    assert pressed(both, 9.0).hand.stop_s == 9.0
    alone = pressed(TO_A_LINE, 1.0, 6.0, hand_only=True)
    assert (alone.state, alone.hand.line_s, alone.stop_s) == (State.STOPPED, 6.0, 6.0)


@pytest.mark.parametrize("course", [pressed(ARMED, 1.0), pressed(ARMED, 1.0, 13.0), pressed(TO_A_LINE, 1.0, 6.0)])
def test_what_was_undone_never_was(course: Course) -> None:
    before = course.undone(hand_only=False)
    times = (before.hand.line_s, before.hand.stop_s, before.stop_s, before.stopped_by)
    assert times == (None, None, None, None)
    assert before.state is (State.ARMED if course.hand.stop_s is None and course.hand.line_s is None else State.RUNNING)


def test_a_hand_may_stop_what_the_sensor_has_stopped() -> None:
    course = pressed(ARMED, 1.0).stopped(12.8, Source.SENSOR)
    assert pressed(course, 13.0).hand.stop_s == 13.0
    assert pressed(course, 13.0, 14.0).hand.stop_s == 13.0


def test_an_end_before_the_cue_has_no_time() -> None:
    course = ARMED.ended(5.0)
    assert (course.state, course.hand.stop_s, course.stopped_by) == (State.STOPPED, None, None)
