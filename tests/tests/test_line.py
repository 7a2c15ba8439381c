"""A key at the line, far from where a walk can have been."""

from __future__ import annotations

import pytest

from teststation.model import Event
from teststation.tests.line import line_fault, speed_fault

COURSE_M = 4.572
STARTED = Event("gait_start", 10.0, (9.9, 10.1))
ENDED = Event("gait_end", 17.0, (16.8, 17.2))


@pytest.mark.parametrize(
    ("line_s", "code"),
    [
        (9.0, "line_before_start"),
        (10.0, "line_before_start"),
        (11.4, "line_too_soon"),
        (17.6, "line_after_walk"),
    ],
)
def test_a_key_that_cannot_have_been_for_the_line_is_said_to_be_so(line_s: float, code: str) -> None:
    fault = line_fault(line_s, COURSE_M, STARTED, ENDED)
    assert fault is not None
    assert fault.code == code


def test_a_walk_of_minutes_is_no_walk() -> None:
    fault = line_fault(10.0 + 92.0, COURSE_M, STARTED, None)
    assert fault is not None
    assert (fault.code, fault.params) == ("line_too_late", {"speed": 0.05})


@pytest.mark.parametrize("line_s", [11.6, 15.0, 17.4])
def test_a_key_within_the_walk_is_believed(line_s: float) -> None:
    assert line_fault(line_s, COURSE_M, STARTED, ENDED) is None


def test_where_nothing_was_seen_nothing_is_wrong() -> None:
    assert line_fault(1.0, COURSE_M, None, None) is None


def test_speeds_that_people_walk_at() -> None:
    assert not any(speed_fault(6.0, 6.0 / speed) for speed in (0.06, 0.3, 1.5, 2.9))
    assert all(speed_fault(6.0, time_s) for time_s in (-1.0, 0.0, 1.9, 121.0))
