"""What a station that was killed left: found, analysed, looked over, kept or thrown away."""

from __future__ import annotations

import pytest

from station.scripted import INFO
from station.trials import Bench, Inline, analysis
from teststation.model import Analysis, Measure, Outcome, Reason, Source, Status, Trial, Visit
from teststation.sensors.calibration import Calibration
from teststation.station import Analyst, LeftTrial, left_visits
from teststation.station.resuming import INTERRUPTED
from teststation.store import Store
from teststation.tests.base import Options

HALF = analysis(status=Status.INCOMPLETE, measures=())


def left(store: Store, trial: Trial, found: Analysis | Exception = HALF) -> LeftTrial:
    """Take up a trial; the analysis finds what the test says."""
    taken = LeftTrial(trial, options=Options(), store=store, analyst=Analyst(lambda: Inline(found)))
    taken.analyse()
    return taken


@pytest.fixture
def running(bench: Bench) -> Trial:
    """What is kept of a trial that runs."""
    bench.play(6.0)
    bench.run.arm()
    bench.play(2.0)
    bench.go()
    bench.play(5.0)
    return as_kept(bench.store)


def as_kept(store: Store) -> Trial:
    """Give the one trial of the visit as it is after all that was asked."""
    store.retry().result()
    (visit,) = left_visits(store)
    (trial,) = visit.left
    return trial


def test_a_trial_that_runs_is_what_a_killed_station_leaves(store: Store, visit: Visit, running: Trial) -> None:
    (found,) = left_visits(store)
    assert (found.visit, found.client.code, found.over) == (visit, "K-001", ())
    assert found.left == (running,)
    assert running.hand.cue_s is not None


def test_it_is_analysed_and_kept_without_being_counted(store: Store, running: Trial) -> None:
    taken = left(store, running)
    assert taken.trial().analysis == HALF
    assert taken.trial().outcome_reason == INTERRUPTED
    assert store.trial(running.id) == running, "looking changes nothing: who says later finds it again"
    kept = taken.keep()
    assert (kept.outcome, kept.outcome_reason) == (Outcome.INVALID, INTERRUPTED)
    store.retry().result()
    assert store.trial(running.id) == kept
    assert store.unfinished() == []
    (visit,) = left_visits(store)
    assert (visit.over, visit.left) == ((kept,), ())


def test_it_counts_where_it_has_a_time(store: Store, running: Trial) -> None:
    kept = left(store, running, analysis()).keep()
    assert (kept.outcome, kept.headline_source) == (Outcome.DONE, Source.SENSOR_AND_KEY)
    assert kept.outcome_reason == INTERRUPTED


def test_a_stopwatch_makes_it_count(store: Store, running: Trial) -> None:
    taken = left(store, running)
    taken.type_stopwatch("21,4")
    assert taken.keep().measure("duration_from_cue", Source.STOPWATCH) is not None
    assert store.trial(running.id).outcome is Outcome.DONE


def test_it_can_be_thrown_away(store: Store, running: Trial) -> None:
    left(store, running).discard()
    (visit,) = left_visits(store)
    assert (visit.over, visit.left) == ((), ())
    assert store.audit(running.id)[-1].action == "discarded"


def test_an_analysis_that_fails_is_said(store: Store, running: Trial) -> None:
    taken = left(store, running, ValueError("a fault"))
    assert taken.trial().outcome_reason == Reason("analysis_failed")
    assert taken.recording() is not None


def test_it_is_put_right_by_what_was_known_of_the_sensor(store: Store, running: Trial) -> None:
    executor = Inline(HALF)
    known = Calibration(driver=INFO.driver, serial=INFO.serial, measured_at="2026-11-01", bias_rad_s=(0.5, 0.0, 0.0))
    taken = LeftTrial(running, options=Options(), store=store, analyst=Analyst(lambda: executor), calibration=known)
    taken.analyse()
    raw = taken.recording()
    assert raw is not None
    assert executor.recording is not None
    assert (executor.recording.angular_velocity[:, 0] == raw.angular_velocity[:, 0] - 0.5).all()


def test_a_station_that_died_in_the_analysis_leaves_a_trial_too(store: Store, running: Trial) -> None:
    store.finish_recording(running.id).result()
    taken = left(store, as_kept(store), analysis())
    assert taken.keep().measure("duration") == Measure("duration", 11.5, "s", (11.4, 11.6))


def test_a_trial_by_hand_alone_is_left_too(store: Store, visit: Visit) -> None:
    bench = Bench(store, visit, sensor=False)
    bench.connect()
    bench.run.arm()
    bench.go()
    taken = left(store, as_kept(store))
    assert taken.recording() is None
    assert taken.keep().outcome is Outcome.INVALID


@pytest.mark.parametrize("stopped_before", [False, True])
def test_who_fell_before_the_station_died_is_one_who_fell(
    store: Store, bench: Bench, running: Trial, stopped_before: bool
) -> None:
    """Killed in the tail, when it had just been said; a hand may have stopped the time before."""
    if stopped_before:
        bench.go()
    bench.run.end(Outcome.FELL, Reason("ended_fell"), bench.clock.time_s)
    bench.close()
    kept = left(store, as_kept(store)).keep()
    assert (kept.id, kept.outcome, kept.outcome_reason) == (running.id, Outcome.FELL, Reason("ended_fell"))
    (bound,) = kept.measures
    assert bound.at_least
    assert bound.value == pytest.approx(5.0)
    store.retry().result()
    assert left_visits(store)[0].left == ()


def test_who_fell_with_no_sensor_is_left_until_the_time_is_known(store: Store, visit: Visit) -> None:
    bench = Bench(store, visit, sensor=False)
    bench.connect()
    bench.run.arm()
    bench.go()
    bench.play(5.0)
    bench.run.end(Outcome.FELL, Reason("ended_fell"), bench.clock.time_s)
    bench.close()
    kept = left(store, as_kept(store)).keep()
    assert kept.outcome is Outcome.FELL
    assert [bound.at_least for bound in kept.measures] == [True]
    store.retry().result()
    assert left_visits(store)[0].left == ()


def test_an_end_that_was_taken_back_is_none(store: Store, bench: Bench, running: Trial) -> None:
    bench.run.end(Outcome.FELL, Reason("ended_fell"), bench.clock.time_s)
    bench.play(1.0)
    bench.run.undo()
    again = as_kept(store)
    assert (again.outcome, again.outcome_reason, again.hand) == (Outcome.DONE, None, running.hand)
    bench.play(1.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert (trial.outcome, trial.outcome_reason) == (Outcome.DONE, None)


def test_what_came_to_its_end_is_not_left(store: Store, bench: Bench, running: Trial) -> None:
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    (visit,) = left_visits(store)
    assert (visit.over, visit.left) == ((trial,), ())


def test_a_visit_that_was_ended_is_left_no_more(store: Store, visit: Visit) -> None:
    newer = store.begin_visit("K-001").result()
    assert [found.visit for found in left_visits(store)] == [newer, visit]
    store.end_visit(visit.id).result()
    assert [found.visit for found in left_visits(store)] == [newer]


def test_a_recording_left_in_a_visit_that_was_ended_is_found(store: Store, visit: Visit, running: Trial) -> None:
    store.end_visit(visit.id).result()
    (found,) = left_visits(store)
    assert found.left == (running,)


def test_a_trial_that_was_armed_and_left_is_not_kept(store: Store, bench: Bench) -> None:
    bench.play(6.0)
    bench.run.arm()
    bench.play(2.0)
    bench.close()
    store.retry().result()
    (visit,) = left_visits(store)
    assert (visit.over, visit.left) == ((), ())
    bench.close()
    assert bench.run.snapshot().trouble is None


def test_a_window_that_is_closed_leaves_every_sample(store: Store, bench: Bench, running: Trial) -> None:
    before = store.recording(running.id)
    bench.close()
    store.retry().result()
    after = store.recording(running.id)
    assert before is not None
    assert after is not None
    assert bench.device_s == pytest.approx(after.time_s[-1], abs=0.011)
    assert len(after.time_s) >= len(before.time_s)
    assert as_kept(store) == running
