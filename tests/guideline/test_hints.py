"""What a sensor points at, beside the therapist's tick."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from guideline.known_people import DUTCH
from teststation.analyse import analyse
from teststation.guideline.criteria import load_criteria
from teststation.guideline.hints import Halt, hints, load_hints
from teststation.i18n.texts import REASONS
from teststation.model import Analysis, Event, Measure, Placement, Quality, Status, TestName
from teststation.sensors.synthetic.motion import sample, segment
from teststation.sensors.synthetic.person import ADULT, BELT
from teststation.sensors.synthetic.script import Script


def walk(*step_times_s: float, turn: tuple[float, float] | None = None) -> Analysis:
    times = itertools.accumulate(step_times_s, initial=1.0)
    events = [Event("initial_contact", time, (time, time)) for time in times]
    if turn is not None:
        events += [Event("turn_start", turn[0], (0, 0)), Event("turn_end", turn[1], (0, 0))]
    return seen(TestName.GAIT, tuple(events))


def turning(angle_deg: float, duration_s: float, name: str = "turn_1") -> Analysis:
    events = (Event(f"{name}_start", 5.0, (5, 5)), Event(f"{name}_end", 5.0 + duration_s, (5, 5)))
    return seen(TestName.GUG, events, (Measure(f"{name}_angle", angle_deg, "deg", (0, 0)),))


def seen(test: TestName, events: tuple[Event, ...], measures: tuple[Measure, ...] = ()) -> Analysis:
    return Analysis(
        test=test,
        placement=Placement.LOWER_BACK,
        status=Status.COMPLETE,
        quality=Quality(100.0),
        events=events,
        measures=measures,
    )


def walked_with_a_stop(stop_s: float) -> Analysis:
    """Analyse a generated walk of two times three metres with a stop between."""
    script = Script(ADULT, 1, seated=False)
    script.wait(3.0)
    script.walk((("straight", 3.0),))
    script.wait(stop_s)
    script.walk((("straight", 3.0),))
    script.wait(6.0)
    return analyse(sample(segment(script, BELT, 1), BELT, "", 1, None), TestName.GAIT).analysis


def test_the_hints_are_read_and_point_at_factors() -> None:
    assert load_hints().off == ()
    halt, slow_turn = load_hints().entries.values()
    assert isinstance(halt, Halt)
    factors = {halt.factor, halt.factor_when_talking, slow_turn.factor}
    assert factors <= load_criteria().entries.keys()
    assert {"hint_halt", "hint_halt_talking", "hint_slow_turn"} <= REASONS.keys()


def test_even_steps_point_at_nothing() -> None:
    assert hints(walk(*[0.6] * 12)) == ()


@pytest.mark.parametrize(("longest_s", "count"), [(1.8, 0), (1.81, 1)])
def test_a_halt_is_longer_than_three_steps(longest_s: float, count: int) -> None:
    assert len(hints(walk(*[0.6] * 5, longest_s, *[0.6] * 5))) == count


def test_a_halt_points_at_halting_steps_and_while_talking_at_stopping() -> None:
    halting = walk(*[0.6] * 5, 2.0, *[0.6] * 3, 2.5, *[0.6] * 5)
    (hint,) = hints(halting)
    assert hint.factor == "p7-step-continuity"
    assert DUTCH.reason(hint.reason) == "Sensor: 2× stilgestaan tussen twee passen, hoogstens 2,5 s."
    (talking,) = hints(halting, talking=True)
    assert talking.factor == "p4-talking"


@pytest.mark.parametrize(("stop_s", "factors"), [(0.5, []), (2.0, ["p4-talking"]), (5.0, [])])
def test_of_a_recording_a_stop_is_seen_unless_it_is_so_long_that_it_ends_the_walk(
    stop_s: float, factors: list[str]
) -> None:
    assert [hint.factor for hint in hints(walked_with_a_stop(stop_s), talking=True)] == factors


@pytest.mark.parametrize(("before", "after", "count"), [(3, 3, 1), (1, 5, 0), (5, 1, 0)])
def test_a_pause_at_an_end_of_the_walk_is_no_halt(before: int, after: int, count: int) -> None:
    assert len(hints(walk(*[0.6] * before, 2.5, *[0.6] * after))) == count


def test_a_turn_is_no_halt() -> None:
    around = walk(*[0.6] * 5, 2.5, *[0.6] * 5, turn=(4.2, 6.0))
    assert hints(around) == ()
    elsewhere = walk(*[0.6] * 5, 2.5, *[0.6] * 5, turn=(7.0, 8.0))
    assert len(hints(elsewhere)) == 1


@pytest.mark.parametrize(("duration_s", "count"), [(3.0, 0), (3.01, 1)])
@pytest.mark.parametrize("name", ["turn_1", "turn_2", "turn"])
@pytest.mark.parametrize("direction", [1, -1])
def test_half_a_turn_in_more_than_three_seconds_is_slow(
    name: str, duration_s: float, count: int, direction: int
) -> None:
    assert [hint.factor for hint in hints(turning(180.0 * direction, duration_s, name))] == ["p8-turning"] * count


def test_the_slowest_turn_is_named() -> None:
    both = turning(178.0, 4.0)
    more = turning(-181.0, 5.0, "turn_2")
    (hint,) = hints(seen(TestName.GUG, both.events + more.events, both.measures + more.measures))
    assert DUTCH.reason(hint.reason) == "Sensor: langzame draai (181° in 5 s)."


def test_nothing_found_points_at_nothing() -> None:
    assert hints(seen(TestName.GAIT, ())) == ()


@pytest.mark.parametrize(
    ("broken", "says"), [("[jump]\nfactor = 'x'", "no such hint"), ("[slow-turn]\nspeed = 3", "speed")]
)
def test_a_broken_hint_is_off_and_says_why(tmp_path: Path, broken: str, says: str) -> None:
    (tmp_path / "hints.toml").write_text(broken, encoding="utf-8")
    table = load_hints(tmp_path)
    assert table.entries == {}
    assert says in str(table.off[0].reason.params["detail"])
