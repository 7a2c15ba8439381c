"""Times by hand: what is typed, what is pressed, and how sure that is."""

import numpy as np
import pytest

from teststation.model import Event, HandTimes, Measure, Outcome, Source, TestName, TeststationError
from teststation.sensors.key_check import KeyDelay
from teststation.sensors.keyboard import crossing, hand_measures, parse_stopwatch, with_key_cue
from teststation.tests.base import Options


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("12,4", 12.4), ("12.4", 12.4), (" 9 ", 9.0), ("1:02,3", 62.3), ("0:09.87", 9.87), ("22,40 s", 22.4), ("8S", 8.0)],
)
def test_a_typed_time_is_read_with_comma_and_point(text: str, seconds: float) -> None:
    assert parse_stopwatch(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text",
    ["", "s", "-3", "+3", "twaalf", "12,4,5", "1.234,5", "1:60,0", "1:2", "1:002", "1e1", "12 4", ",5", "nan", "٣"],
)
def test_nonsense_is_refused_with_the_text_that_was_typed(text: str) -> None:
    with pytest.raises(TeststationError) as error:
        parse_stopwatch(text)
    assert error.value.reason.code == "stopwatch_not_a_time"
    assert error.value.reason.params["text"] == text


@pytest.mark.parametrize("text", ["0", "0,9", "10:00,1", "999"])
def test_a_time_that_no_test_takes_is_refused(text: str) -> None:
    with pytest.raises(TeststationError) as error:
        parse_stopwatch(text)
    assert error.value.reason.code == "stopwatch_out_of_range"


def test_cue_to_stop_is_sure_to_half_a_second() -> None:
    (measure,) = hand_measures(TestName.GUG, HandTimes(cue_s=100.0, stop_s=112.5), Outcome.DONE, Options())
    assert (measure.name, measure.value, measure.source) == ("duration_from_cue", 12.5, Source.KEY)
    assert measure.interval == pytest.approx((12.0, 13.0), abs=0.02)
    assert not measure.at_least


def test_keys_and_stopwatch_are_kept_beside_each_other() -> None:
    hand = HandTimes(cue_s=0.0, stop_s=14.2, stopwatch_s=14.0)
    key, stopwatch = hand_measures(TestName.TCS, hand, Outcome.DONE, Options(stands=5))
    assert (key.name, stopwatch.name) == ("duration_5_from_cue", "duration_5_from_cue")
    assert (stopwatch.value, stopwatch.interval, stopwatch.source) == (14.0, (13.5, 14.5), Source.STOPWATCH)


def test_a_stand_by_time_has_nothing_for_the_hand_to_time() -> None:
    hand = HandTimes(cue_s=0.0, stop_s=30.0)
    assert hand_measures(TestName.TCS, hand, Outcome.DONE, Options(seconds=30.0)) == ()


@pytest.mark.parametrize("outcome", [Outcome.STOPPED, Outcome.FELL, Outcome.UNSAFE, Outcome.UNABLE])
def test_a_trial_that_was_broken_off_took_at_least_so_long(outcome: Outcome) -> None:
    (measure,) = hand_measures(TestName.GUG, HandTimes(cue_s=0.0, stop_s=34.0), outcome, Options())
    assert measure.at_least


def test_a_walk_that_was_broken_off_before_the_line_has_no_speed() -> None:
    measures = hand_measures(TestName.GAIT, HandTimes(cue_s=0.0, stop_s=9.0), Outcome.STOPPED, Options())
    assert [(m.name, m.at_least) for m in measures] == [("crossing_time", True)]


def test_without_a_cue_or_a_stop_the_hand_says_nothing() -> None:
    assert hand_measures(TestName.GUG, HandTimes(stop_s=10.0), Outcome.DONE, Options()) == ()
    assert hand_measures(TestName.GUG, HandTimes(cue_s=10.0), Outcome.DONE, Options()) == ()


def test_the_line_gives_time_and_speed_and_the_wait_after_the_word_is_in_the_interval() -> None:
    time, speed = hand_measures(TestName.GAIT, HandTimes(cue_s=0.0, line_s=5.0), Outcome.DONE, Options(course_m=4.572))
    assert (time.name, speed.name, speed.unit) == ("crossing_time", "speed", "m/s")
    assert time.interval == pytest.approx((3.5, 5.5), abs=0.02)
    assert speed.value == pytest.approx(4.572 / 5.0)
    assert speed.interval == pytest.approx((4.572 / 5.5, 4.572 / 3.5), abs=0.01)


def test_sensor_start_and_key_at_the_line_share_their_errors() -> None:
    started = Event("gait_start", 2.0, (1.7, 2.1))
    time, speed = crossing(started, 6.0, 4.0)
    assert (time.value, time.source) == (4.0, Source.SENSOR_AND_KEY)
    assert time.value - time.interval[0] == pytest.approx((0.45**2 + 0.1**2) ** 0.5)
    assert time.interval[1] - time.value == pytest.approx((0.45**2 + 0.3**2) ** 0.5)
    assert speed.value == pytest.approx(1.0)
    assert crossing(started, 1.9, 4.0) == ()


def test_a_cue_by_key_makes_the_sensors_time_less_sure() -> None:
    measure = with_key_cue(Measure("duration_from_cue", 10.0, "s", (9.9, 10.15)))
    assert measure.source is Source.SENSOR_AND_KEY
    assert measure.interval == pytest.approx((10 - (0.1**2 + 0.2**2) ** 0.5, 10.25))


DELAY = KeyDelay(offset_s=0.06, spread_s=0.02, presses=3)


def test_a_measured_delay_widens_what_keys_time() -> None:
    hand = HandTimes(cue_s=100.0, stop_s=112.5)
    (plain,) = hand_measures(TestName.GUG, hand, Outcome.DONE, Options())
    (wider,) = hand_measures(TestName.GUG, hand, Outcome.DONE, Options(), DELAY)
    assert wider.value == plain.value
    assert np.ptp(wider.interval) / 2 == pytest.approx(np.hypot(np.ptp(plain.interval) / 2, 2**0.5 * DELAY.alone_s))


def test_against_the_sensor_the_offset_counts_too() -> None:
    measure = Measure("duration_from_cue", 10.0, "s", (10.0, 10.0))
    assert with_key_cue(measure, DELAY).interval[1] == pytest.approx(10.0 + np.hypot(0.2, DELAY.against_sensor_s))
    started = Event("gait_start", 2.0, (2.0, 2.0))
    time, _ = crossing(started, 6.0, 4.0, DELAY)
    assert time.interval[1] == pytest.approx(4.0 + np.hypot(0.45, DELAY.against_sensor_s))
