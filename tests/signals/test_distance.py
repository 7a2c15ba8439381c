"""A known length, shared out among steps."""

from __future__ import annotations

import numpy as np
import pytest

from teststation.signals.distance import crossing, step_lengths
from teststation.signals.steps import Contacts


def even(count: int, step_s: float = 0.5) -> Contacts:
    return Contacts(np.arange(1.0, count + 1.0) * np.float64(step_s), np.full(count, 0.045), None)


def test_lengths_come_to_the_known_way_and_the_last_foot_only_closes() -> None:
    lengths = step_lengths(even(11), 6.0)
    assert lengths.sum() == pytest.approx(6.0)
    assert lengths[2:-3] == pytest.approx(np.full(6, lengths[5]))
    assert lengths[-1] == 0.0


def test_people_start_and_stop_with_shorter_steps() -> None:
    lengths = step_lengths(even(11), 6.0)
    assert lengths[0] < lengths[1] < lengths[2]
    assert lengths[-2] < lengths[-3] < lengths[-4]
    assert lengths[0] == pytest.approx(lengths[-2])


def test_a_higher_bounce_is_a_longer_step_but_is_trusted_half() -> None:
    bounce = np.array([0.0, 0.03, 0.03, 0.0432, 0.03, 0.03, 0.02, 0.02])
    lengths = step_lengths(even(8), 4.0, bounce)
    assert lengths.sum() == pytest.approx(4.0)
    # 1.44 times the bounce is 1.2 times the step of a pendulum
    assert lengths[3] / lengths[2] == pytest.approx(np.sqrt(1.2))


def test_the_foot_that_lands_beyond_the_line_crosses_it_in_its_swing() -> None:
    contacts = even(11)
    crossed = crossing(0.1, contacts, step_lengths(contacts, 6.0), 4.572)
    assert crossed is not None
    # the eighth foot lands at 4.8 m at 4.0 s, and left 3.6 m at 3.6 s
    assert 3.6 < crossed.time_s < 4.0
    soonest_s, latest_s = crossed.interval_s
    assert soonest_s < crossed.time_s - 0.045
    assert crossed.time_s + 0.045 < latest_s


def test_where_a_foot_lands_just_beyond_the_line_the_other_may_be_the_first() -> None:
    contacts, lengths = even(11), np.append(np.full(10, 0.6), 0.0)
    crossed = crossing(0.1, contacts, lengths, 4.75)
    assert crossed is not None
    soonest_s, latest_s = crossed.interval_s
    assert latest_s - crossed.time_s > 0.2
    assert crossed.time_s - soonest_s < 0.1


def test_a_line_where_a_foot_lands_is_crossed_at_its_contact() -> None:
    contacts = even(11)
    crossed = crossing(0.1, contacts, np.append(np.full(10, 0.6), 0.0), 4.8)
    assert crossed is not None
    assert crossed.time_s == pytest.approx(4.0, abs=0.01)


def test_a_line_beyond_the_last_foot_is_not_crossed() -> None:
    contacts = even(11)
    assert crossing(0.1, contacts, step_lengths(contacts, 4.0), 4.572) is None


def test_a_longer_course_is_crossed_later() -> None:
    contacts = even(11)
    lengths = step_lengths(contacts, 6.0)
    found = [crossing(0.1, contacts, lengths, course) for course in (0.3, 1.0, 2.5, 4.0, 5.9)]
    times = [crossed.time_s for crossed in found if crossed is not None]
    assert len(times) == 5
    assert np.all(np.diff(times) > 0)
    assert times[0] > 0.1
