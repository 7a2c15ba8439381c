"""An event that the therapist moves: what hangs on it follows, nothing else does, and the note says what was found."""

from __future__ import annotations

import math

import pytest

from teststation.model import (
    Analysis,
    Event,
    Measure,
    Placement,
    Quality,
    Reason,
    Status,
    TestName,
    TeststationError,
)
from teststation.tests.base import around
from teststation.tests.correcting import PLACED_S, with_moved
from teststation.tests.durations import GUG, timed

CUE_S = 4.5
MOMENTS = {
    "movement_onset": 5.0,
    "seat_off": 5.8,
    "standing": 6.5,
    "turn_1_start": 10.0,
    "turn_1_end": 12.0,
    "turn_2_start": 16.0,
    "turn_2_end": 18.0,
    "sit_onset": 17.5,
    "seated": 20.0,
}


def analysis(test: TestName, events: tuple[Event, ...], measures: tuple[Measure, ...]) -> Analysis:
    return Analysis(
        test=test,
        placement=Placement.LOWER_BACK,
        status=Status.COMPLETE,
        quality=Quality(100.0, notes=(Reason("gaps", {"seconds": 0.2}),)),
        events=events,
        measures=measures,
    )


def seconds(name: str, value: float) -> Measure:
    return Measure(name, value, "s", around(value, 0.1))


def gug() -> Analysis:
    measures = [seconds(name, MOMENTS[end] - MOMENTS[start]) for name, start, end in GUG]
    measures += [seconds("duration_from_cue", MOMENTS["seated"] - CUE_S), Measure("steps", 14.0, "1", (12.0, 16.0))]
    return analysis(TestName.GUG, tuple(Event(n, t, around(t, 0.1)) for n, t in MOMENTS.items()), tuple(measures))


def chair_stands(first: int = 2, rises: int = 5) -> Analysis:
    """Five stands, the first of which is not the first rise of the recording."""
    events = []
    for k in range(1, first + rises):
        for name, after_s in (("stand_onset", 0.0), ("standing", 1.2), ("seat_on", 2.5)):
            events.append(Event(name, 3.0 * k + after_s + 0.01 * k * k, around(3.0 * k + after_s, 0.1), repetition=k))
    at = {(e.name, e.repetition): e.time_s for e in events}
    last = first + rises - 1
    measures = (
        seconds("duration_5", at["seat_on", last] - at["stand_onset", first]),
        seconds("duration_5_from_cue", at["seat_on", last] - CUE_S),
        seconds("duration_5_standing", at["standing", last] - at["stand_onset", first]),
        seconds("sit_to_stand_duration", 1.2),
    )
    return analysis(TestName.TCS, tuple(events), measures)


def walk() -> Analysis:
    found = {"gait_start": 3.0, "initial_contact": 3.6, "gait_end": 9.0}
    events = tuple(Event(name, at_s, around(at_s, 0.1)) for name, at_s in found.items())
    measures = (seconds("duration", 6.0), seconds("crossing_time", 4.0), Measure("speed", 1.1, "m/s", (1.0, 1.2)))
    return analysis(TestName.GAIT, events, measures)


def changed(before: Analysis, after: Analysis) -> dict[str, float]:
    """Give by how much each measure differs that does."""
    return {
        m.name: round(now.value - m.value, 6)
        for m, now in zip(before.measures, after.measures, strict=True)
        if now.value != m.value
    }


def test_what_ends_with_the_event_follows_it_and_nothing_else_does() -> None:
    after = with_moved(gug(), {("seated", None): 20.3})
    assert changed(gug(), after) == {"duration": 0.3, "stand_to_sit_duration": 0.3, "duration_from_cue": 0.3}
    assert changed(gug(), with_moved(gug(), {("turn_1_start", None): 9.8})) == {
        "walk_out_duration": -0.2,
        "turn_1_duration": 0.2,
    }


def test_two_ends_of_one_time_may_both_be_moved() -> None:
    after = with_moved(gug(), {("movement_onset", None): 4.9, ("seated", None): 20.3})
    moved = after.measure("duration")
    assert moved is not None
    assert moved.value == pytest.approx(15.4)
    assert moved.interval[1] - moved.value == pytest.approx(math.hypot(0.1, PLACED_S * math.sqrt(2)))


def test_a_moved_event_is_less_certain_and_says_where_it_was() -> None:
    after = with_moved(gug(), {("seated", None): 20.3})
    seated, duration = after.event("seated"), after.measure("duration")
    assert seated is not None
    assert duration is not None
    assert seated.interval_s == pytest.approx((20.3 - PLACED_S, 20.3 + PLACED_S))
    assert duration.interval[0] == pytest.approx(15.3 - math.hypot(0.1, PLACED_S))
    note = Reason("event_moved", {"event": "seated", "seconds": 0.3, "direction": "moved_later", "from_s": 20.0})
    assert after.quality.notes == (*gug().quality.notes, note)


def test_an_event_that_is_put_where_it_was_changes_nothing() -> None:
    assert with_moved(gug(), {("seated", None): 20.0}) == gug()


def test_no_part_lasts_less_than_nothing() -> None:
    with pytest.raises(TeststationError, match="moved_too_far"):
        with_moved(gug(), {("turn_1_end", None): 9.9})


@pytest.mark.parametrize("first", [1, 2])
def test_a_chair_stand_is_timed_from_its_own_first_to_its_own_last(first: int) -> None:
    before, last = chair_stands(first), first + 4
    assert changed(before, with_moved(before, {("seat_on", last): 30.0})).keys() == {
        "duration_5",
        "duration_5_from_cue",
    }
    assert changed(before, with_moved(before, {("standing", last): 3.0 * last + 1.5})).keys() == {"duration_5_standing"}
    onset_s = 3.0 * first
    assert changed(before, with_moved(before, {("stand_onset", first): onset_s})).keys() == {
        "duration_5",
        "duration_5_standing",
    }
    assert [(event.name, event.repetition) for event in timed(before)] == [
        ("stand_onset", first),
        ("standing", last),
        ("seat_on", last),
    ]


def test_a_lower_bound_hangs_on_no_event() -> None:
    bound = analysis(
        TestName.TCS,
        (Event("stand_onset", 3.0, (2.9, 3.1), repetition=1),),
        (Measure("duration_5", 9.0, "s", (8.9, 9.1), at_least=True),),
    )
    assert timed(bound) == ()


def test_the_speed_follows_the_time_to_the_line() -> None:
    after = with_moved(walk(), {("gait_start", None): 3.4})
    speed = after.measure("speed")
    assert speed is not None
    assert changed(walk(), after) == {"duration": -0.4, "crossing_time": -0.4, "speed": pytest.approx(0.122222)}
    assert speed.interval[0] < speed.value < speed.interval[1]
    assert [event.name for event in timed(walk())] == ["gait_start", "gait_end"]
