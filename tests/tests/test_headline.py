"""Which time is the headline, and what trials come to together."""

from __future__ import annotations

import math

import msgspec
import pytest

from teststation.model import (
    Analysis,
    Conditions,
    Measure,
    Outcome,
    Placement,
    Quality,
    Reason,
    Source,
    Status,
    TestName,
    Trial,
)
from teststation.tests.base import Options
from teststation.tests.headline import choose, mean_of, result_of

SENSOR = Measure("duration_from_cue", 12.0, "s", (11.9, 12.1), Source.SENSOR_AND_KEY)
ONSET = Measure("duration", 11.6, "s", (11.5, 11.7))
HAND = Measure("duration_from_cue", 12.3, "s", (12.1, 12.5), Source.KEY)
STOPWATCH = Measure("duration_from_cue", 12.2, "s", (11.7, 12.7), Source.STOPWATCH)


def analysis(*notes: str, status: Status = Status.COMPLETE) -> Analysis:
    quality = Quality(100.0, notes=tuple(Reason(note) for note in notes))
    return Analysis(test=TestName.GUG, placement=Placement.LOWER_BACK, status=status, quality=quality)


def trial(number: int, value: float | None, **changes: object) -> Trial:
    measures = () if value is None else (Measure("duration_from_cue", value, "s", (value - 0.3, value + 0.3)),)
    fields = {"headline_source": None if value is None else Source.SENSOR, "measures": measures} | changes
    return Trial(id=f"t{number}", visit="v", test=TestName.GUG, number=number, started_at="", **fields)  # type: ignore[arg-type]


def chosen(measures: list[Measure], found: Analysis | None) -> tuple[Measure | None, str | None]:
    headline, why = choose(TestName.GUG, Options(), measures, found)
    return headline, why.code if why else None


def test_the_sensor_from_the_cue_goes_first() -> None:
    assert chosen([ONSET, HAND, STOPWATCH, SENSOR], analysis()) == (SENSOR, "headline_sensor")


def test_outside_of_what_was_validated_the_hand_goes_first() -> None:
    found = analysis("outside_validated_range")
    assert chosen([SENSOR, ONSET, HAND], found) == (HAND, "headline_hand_unvalidated")
    assert chosen([SENSOR, ONSET], found) == (SENSOR, "headline_sensor_unvalidated")


def test_an_incomplete_signal_leaves_the_hand() -> None:
    found = analysis(status=Status.INCOMPLETE)
    assert chosen([HAND, STOPWATCH], found) == (HAND, "headline_hand_incomplete")
    assert chosen([STOPWATCH], None) == (STOPWATCH, "headline_hand_no_sensor")


def test_a_sensor_lower_bound_gives_way_to_a_hand_time() -> None:
    bound = Measure("duration", 8.0, "s", (8.0, 8.0), at_least=True)
    assert chosen([bound, HAND], analysis(status=Status.INCOMPLETE))[0] == HAND
    assert chosen([bound], analysis(status=Status.INCOMPLETE)) == (bound, "headline_lower_bound")


def test_nothing_timed_has_no_headline() -> None:
    assert chosen([], None) == (None, None)


def test_two_trials_are_averaged_and_their_errors_with_them() -> None:
    result = result_of(TestName.GUG, Options(), [trial(1, 19.9), trial(2, 20.3)])
    (headline,) = result.measures
    assert headline.value == pytest.approx(20.1)
    assert headline.interval == pytest.approx((20.1 - 0.3 / math.sqrt(2), 20.1 + 0.3 / math.sqrt(2)))
    assert (result.headline_rule, result.trial_values, result.trials) == ("mean", (19.9, 20.3), ("t1", "t2"))


@pytest.mark.parametrize("spoilt", [{"practice": True}, {"outcome": Outcome.INVALID}, {"outcome": Outcome.REFUSED}])
def test_one_valid_trial_is_the_single_time_labelled(spoilt: dict[str, object]) -> None:
    result = result_of(TestName.GUG, Options(), [trial(1, 15.0, **spoilt), trial(2, 20.3)])
    assert (result.measures[0].value, result.headline_rule, result.trials) == (20.3, "single", ("t2",))


@pytest.mark.parametrize("practice", [True, False])
def test_a_fall_stays_a_finding_beside_a_valid_time(practice: bool) -> None:
    fell = trial(2, None, outcome=Outcome.FELL, practice=practice)
    result = result_of(TestName.GUG, Options(), [trial(1, 15.0), fell])
    assert (result.outcome, result.measures[0].value) == (Outcome.FELL, 15.0)
    assert result_of(TestName.GUG, Options(), [fell]).outcome is Outcome.FELL


def test_an_attempt_that_was_stopped_keeps_its_lower_bound() -> None:
    bound = Measure("duration_from_cue", 34.0, "s", (34.0, 34.0), Source.KEY, at_least=True)
    stopped = trial(1, None, outcome=Outcome.STOPPED, measures=(bound,), headline_source=Source.KEY)
    result = result_of(TestName.GUG, Options(), [stopped])
    assert (result.outcome, result.measures) == (Outcome.STOPPED, (bound,))


@pytest.mark.parametrize(("done_s", "judged"), [(15.0, 34.0), (36.0, 36.0)])
def test_a_longer_time_that_was_broken_off_is_not_hidden_behind_a_better_one(done_s: float, judged: float) -> None:
    bound = Measure("duration_from_cue", 34.0, "s", (34.0, 34.0), Source.KEY, at_least=True)
    stopped = trial(2, None, outcome=Outcome.STOPPED, measures=(bound,), headline_source=Source.KEY)
    result = result_of(TestName.GUG, Options(), [trial(1, done_s), stopped])
    assert (result.outcome, result.measures[0].value) == (Outcome.STOPPED, judged)


def test_the_conditions_are_those_of_the_trials_used() -> None:
    aid = Conditions(walking_aid="rollator")
    assert result_of(TestName.GUG, Options(), [trial(1, 15.0, conditions=aid)]).conditions == aid


def test_a_mean_with_a_lower_bound_in_it_is_a_lower_bound() -> None:
    assert mean_of([SENSOR, Measure("duration_from_cue", 30.0, "s", (30.0, 30.0), at_least=True)]).at_least


@pytest.mark.parametrize("source", [Source.SENSOR_AND_KEY, Source.KEY])
def test_the_speed_beside_a_crossing_is_of_the_same_source(source: Source) -> None:
    speeds = {Source.SENSOR_AND_KEY: 1.1, Source.KEY: 1.2, Source.SENSOR: 0.9}
    measures = tuple(
        measure
        for timed_by, speed in speeds.items()
        for measure in (
            Measure("crossing_time", 4.572 / speed, "s", (3.0, 6.0), timed_by),
            Measure("speed", speed, "m/s", (0.8, 1.3), timed_by),
        )
    )
    walked = msgspec.structs.replace(trial(1, None, headline_source=source, measures=measures), test=TestName.GAIT)

    result = result_of(TestName.GAIT, Options(), [walked])

    assert {m.name: m.value for m in result.measures} == pytest.approx(
        {"crossing_time": 4.572 / speeds[source], "speed": speeds[source]}
    )
