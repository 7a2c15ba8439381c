"""A trial from ready to done: states, keys, a sensor that comes and goes, and what is kept."""

from __future__ import annotations

import math
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Any

import msgspec
import numpy as np
import pytest

from station.scripted import INFO
from station.trials import DEVICE_START_S, Bench, Inline, ScriptedWatcher, analysis
from teststation.model import (
    Client,
    Event,
    Measure,
    Outcome,
    Reason,
    Recording,
    Source,
    Status,
    TestName,
    TeststationError,
    Visit,
)
from teststation.sensors.base import Battery, Connected, Ended, Gap, Lost, Notice, Silent
from teststation.sensors.calibration import Calibration
from teststation.sensors.key_check import KeyDelay
from teststation.sensors.keyboard import CUE_KEY_S
from teststation.station import Analyst, Link, State, left_visits, trial_run
from teststation.station.capture import PRE_BUFFER_S
from teststation.store import Store
from teststation.tests.base import Options, Sight, Sighting


def everything_is_written(store: Store) -> None:
    """Writes happen in order: once a later one is done, so are those before."""
    store.change_client(Client(code="K-001")).result()


def started(bench: Bench) -> None:
    bench.play(6.0)
    bench.run.arm()
    bench.play(2.0)
    bench.go()


def test_a_trial_goes_from_ready_to_done_and_is_kept(bench: Bench) -> None:
    assert bench.run.snapshot().state is State.READY
    started(bench)
    assert bench.run.snapshot().state is State.RUNNING
    assert bench.sensor is not None
    assert bench.sensor.cues == [bench.clock.now()]
    bench.play(12.0)
    bench.go()
    assert bench.run.snapshot().state is State.STOPPED
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.hand.duration_s == pytest.approx(12.0)
    assert trial.headline_source is Source.SENSOR_AND_KEY
    assert {m.source for m in trial.measures if m.name == "duration_from_cue"} == {Source.SENSOR_AND_KEY, Source.KEY}
    assert bench.store.trial(trial.id) == trial


def test_the_recording_begins_before_the_arming_and_knows_the_cue_on_the_sensors_clock(bench: Bench) -> None:
    started(bench)
    cue_device_s = bench.device_s
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    recording = bench.executor.recording
    assert trial is not None
    assert recording is not None
    assert recording.cue_s == pytest.approx(cue_device_s)
    before_arming_s = DEVICE_START_S + 6.0 - recording.time_s[0]
    assert before_arming_s == pytest.approx(PRE_BUFFER_S, abs=0.11)
    kept = bench.store.recording(trial.id)
    assert kept is not None
    assert kept.counted_off_s is None
    assert np.array_equal(kept.time_s, recording.time_s)
    assert kept.cue_s == recording.cue_s


def test_a_second_key_within_the_debounce_is_the_same_press(bench: Bench) -> None:
    started(bench)
    for _ in range(8):  # a key held down repeats
        bench.clock.time_s += 0.4
        bench.go()
    assert bench.run.snapshot().state is State.RUNNING


def test_the_watcher_stops_the_trial_and_a_late_key_is_still_the_hands_time(
    bench: Bench, watched: list[Sighting]
) -> None:
    watched += [
        Sighting(Sight.START, DEVICE_START_S + 8.7),
        Sighting(Sight.PHASE, DEVICE_START_S + 9.0, phase="walk_out"),
        Sighting(Sight.STOP, DEVICE_START_S + 18.0),
    ]
    started(bench)
    bench.play(1.5)
    snapshot = bench.run.snapshot()
    assert snapshot.phase == "walk_out"
    assert snapshot.moved_s == pytest.approx(0.7, abs=0.02)
    bench.play(8.6)
    snapshot = bench.run.snapshot()
    assert (snapshot.state, snapshot.stopped_by) == (State.STOPPED, Source.SENSOR)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.hand.duration_s == pytest.approx(10.1)


def test_a_later_start_takes_back_an_earlier_one(bench: Bench, watched: list[Sighting]) -> None:
    """Who fidgeted and came to rest again had not begun."""
    watched += [Sighting(Sight.START, DEVICE_START_S + 8.1), Sighting(Sight.START, DEVICE_START_S + 8.9)]
    started(bench)
    bench.play(0.5)
    assert bench.run.snapshot().moved_s == pytest.approx(0.1, abs=0.02)
    bench.play(1.0)
    assert bench.run.snapshot().moved_s == pytest.approx(0.9, abs=0.02)


def test_a_wrong_stop_is_undone_and_the_recording_goes_on(bench: Bench) -> None:
    started(bench)
    bench.play(5.0)
    bench.go()
    bench.play(1.0)
    bench.run.undo()
    assert bench.run.snapshot().state is State.RUNNING
    bench.play(5.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.hand.duration_s == pytest.approx(11.0)
    assert bench.executor.recording is not None
    assert np.diff(bench.executor.recording.time_s).max() < 0.011


def test_a_wrong_cue_is_undone(bench: Bench) -> None:
    started(bench)
    bench.play(1.0)
    bench.run.undo()
    snapshot = bench.run.snapshot()
    assert (snapshot.state, snapshot.elapsed_s) == (State.ARMED, None)


def test_the_sensor_lost_in_mid_run_leaves_the_hands_time(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_run, "TAIL_S", 0.05)
    bench.executor.outcome = analysis(
        status=Status.INCOMPLETE, measures=(Measure("duration", 4.0, "s", (4.0, 4.0), at_least=True),)
    )
    started(bench)
    bench.play(5.0)
    assert bench.sensor is not None
    bench.sensor.say(Lost(bench.clock.time_s))
    snapshot = bench.run.snapshot()
    assert (snapshot.state, snapshot.link, snapshot.hand_only) == (State.RUNNING, Link.LOST, True)
    bench.clock.time_s += 7.0
    bench.go()
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.headline_source is Source.KEY
    assert trial.headline_reason == Reason("headline_hand_incomplete")
    assert trial.measure("duration_from_cue", Source.KEY).value == pytest.approx(12.0)  # type: ignore[union-attr]


def test_a_sensor_that_comes_back_goes_on_with_the_same_recording(bench: Bench) -> None:
    started(bench)
    bench.play(3.0)
    bench.lose(2.0)
    bench.play(5.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert bench.executor.recording is not None
    assert np.diff(bench.executor.recording.time_s).max() == pytest.approx(2.0, abs=0.02)
    assert [type(e) for e in bench.store.link_events(trial.id)] == [Lost, Connected]


def test_a_sensor_lost_while_armed_is_waited_for_and_the_trial_is_the_same(bench: Bench) -> None:
    bench.play(6.0)
    bench.run.arm()
    bench.play(2.0)
    assert bench.sensor is not None
    bench.sensor.say(Silent(bench.clock.time_s))
    assert bench.run.snapshot().link is Link.SILENT
    assert not bench.run.snapshot().hand_only  # half a second is not yet a loss
    bench.sensor.say(Lost(bench.clock.time_s))
    snapshot = bench.run.snapshot()
    assert (snapshot.state, snapshot.link, snapshot.hand_only) == (State.ARMED, Link.LOST, True)
    bench.clock.time_s += 30.0
    bench.device_s += 30.0
    bench.sensor.say(Connected(bench.clock.time_s, INFO), Gap(bench.device_s - 30.0, bench.device_s))
    bench.play(2.0)
    snapshot = bench.run.snapshot()
    assert (snapshot.state, snapshot.link, snapshot.hand_only) == (State.ARMED, Link.STREAMING, False)
    bench.go()
    assert not bench.run.snapshot().lost_in_run
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.headline_source is Source.SENSOR_AND_KEY
    assert [type(e) for e in bench.store.link_events(trial.id)] == [Silent, Lost, Connected, Gap]


def test_that_times_were_counted_is_kept_for_whoever_analyses_it_again(bench: Bench) -> None:
    assert bench.sensor is not None
    bench.sensor.say(Connected(bench.clock.time_s, msgspec.structs.replace(INFO, counted_times=True)))
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert bench.executor.recording is not None
    off_s = bench.executor.recording.counted_off_s
    assert off_s is not None
    kept = bench.store.recording(trial.id)
    assert kept is not None
    assert kept.counted_off_s == pytest.approx(off_s, abs=1e-4)
    notices = [event.reason for event in bench.store.link_events(trial.id) if isinstance(event, Notice)]
    assert notices == [Reason("counted_times"), Reason("counted_times", {"seconds": kept.counted_off_s})]


def test_a_sensor_that_comes_back_times_again_beside_the_hand(bench: Bench, watched: list[Sighting]) -> None:
    watched.append(Sighting(Sight.STOP, DEVICE_START_S + 18.0))
    started(bench)
    bench.play(3.0)
    assert bench.sensor is not None
    bench.sensor.say(Silent(bench.clock.time_s), Lost(bench.clock.time_s))
    assert bench.run.snapshot().hand_only
    bench.clock.time_s += 2.0
    bench.device_s += 2.0
    bench.sensor.say(Connected(bench.clock.time_s, INFO))
    bench.play(2.0)
    snapshot = bench.run.snapshot()
    assert (snapshot.link, snapshot.hand_only, snapshot.lost_in_run) == (Link.STREAMING, False, True)
    bench.play(3.2)
    assert bench.run.snapshot().stopped_by is Source.SENSOR
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert {m.source for m in trial.measures if m.name == "duration_from_cue"} == {Source.SENSOR_AND_KEY, Source.KEY}


@pytest.mark.parametrize("when", [State.ARMED, State.RUNNING])
def test_a_sensor_that_is_switched_on_late_is_recorded_from_then_on(
    store: Store, visit: Visit, watched: list[Sighting], when: State
) -> None:
    bench = Bench(store, visit)
    bench.run.connect()
    bench.run.arm()
    assert bench.run.snapshot().link is Link.CONNECTING
    if when is State.RUNNING:
        bench.go()
    assert bench.run.snapshot().state is when
    assert bench.sensor is not None
    bench.sensor.say(Connected(bench.clock.time_s, INFO))
    bench.play(4.0)
    if when is State.ARMED:
        bench.go()
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    everything_is_written(store)
    kept = store.recording(trial.id)
    assert kept is not None
    assert trial.recording is not None
    assert len(kept.time_s) == pytest.approx(1900, abs=20)  # up to three seconds after the stop
    assert kept.cue_s == pytest.approx(DEVICE_START_S + (4.0 if when is State.ARMED else 0.0), abs=0.02)
    bench.close()


def test_a_clock_that_began_anew_in_mid_run_does_not_shift_the_cue(bench: Bench) -> None:
    """The link puts the new clock's time behind the old one's as well as it can: here it is 0.4 s off."""
    started(bench)
    cue_s = bench.device_s
    bench.play(3.0)
    bench.lose(2.0, device_s=2.4)
    bench.play(7.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert bench.executor.recording is not None
    assert bench.executor.recording.cue_s == pytest.approx(cue_s)
    assert trial.host_minus_device_s == pytest.approx(50.0 - DEVICE_START_S)


def test_the_charge_is_shown_as_it_was_last_said(bench: Bench) -> None:
    assert bench.sensor is not None
    bench.sensor.say(Battery(bench.clock.time_s, 14))
    assert bench.run.snapshot().battery == 14


def test_without_a_sensor_the_hand_times_alone(store: Store, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trial_run, "TAIL_S", 0.05)
    bench = Bench(store, visit, sensor=False)
    bench.run.connect()
    bench.run.arm()
    bench.go()
    bench.clock.time_s += 14.2
    bench.go()
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.headline_source is Source.KEY
    assert trial.measures[0].value == pytest.approx(14.2)
    assert store.trials(visit.id) == [trial]


def test_an_analysis_that_fails_leaves_the_hands_time_and_the_recording(bench: Bench) -> None:
    bench.executor.outcome = RuntimeError("a bug")
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.headline_source is Source.KEY
    assert trial.outcome_reason == Reason("analysis_failed")
    assert bench.store.recording(trial.id) is not None


def test_a_fall_ends_the_trial_with_a_lower_bound(bench: Bench) -> None:
    bench.executor.outcome = analysis(status=Status.INCOMPLETE, measures=())
    started(bench)
    bench.play(21.0)
    bench.run.end(Outcome.FELL, at_s=bench.clock.time_s)
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.outcome is Outcome.FELL
    (bound,) = trial.measures
    assert bound.at_least
    assert bound.value == pytest.approx(21.0)


@pytest.mark.parametrize("too_late_s", [1.0, 4.0])
def test_a_fall_said_after_the_sensor_stopped_is_a_fall(
    bench: Bench, watched: list[Sighting], too_late_s: float
) -> None:
    """Within the tail, and when the trial has been concluded: the person who fell sat still before it could be said."""
    watched.append(Sighting(Sight.STOP, DEVICE_START_S + 20.0, "seated"))
    started(bench)
    bench.play(14.0)
    fell_s = bench.clock.time_s
    bench.play(6.0 + too_late_s)
    assert bench.run.snapshot().stopped_by is Source.SENSOR
    if too_late_s > trial_run.TAIL_S:
        assert bench.run.wait(10.0) is not None
    bench.run.end(Outcome.FELL, Reason("ended_fell"), fell_s)
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert (trial.outcome, trial.outcome_reason) == (Outcome.FELL, Reason("ended_fell"))
    assert trial.hand.stop_s == fell_s
    everything_is_written(bench.store)
    assert bench.store.trial(trial.id).outcome is Outcome.FELL


def test_unable_before_the_start_is_a_trial_without_a_time(bench: Bench) -> None:
    bench.run.end(Outcome.UNABLE, Reason("cannot_rise"))
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert (trial.outcome, trial.measures) == (Outcome.UNABLE, ())
    assert bench.store.trial(trial.id) == trial


def test_the_gait_test_takes_the_line_and_then_stands_still(
    store: Store, visit: Visit, watched: list[Sighting]
) -> None:
    bench = Bench(store, visit, TestName.GAIT)
    bench.connect()
    bench.executor.outcome = analysis(
        test=TestName.GAIT,
        measures=(Measure("duration", 7.0, "s", (6.9, 7.1)),),
        events=(Event("gait_start", DEVICE_START_S + 8.5, (DEVICE_START_S + 8.4, DEVICE_START_S + 8.6)),),
    )
    watched.append(Sighting(Sight.STOP, DEVICE_START_S + 16.0))
    started(bench)
    bench.play(6.0)
    bench.go()
    assert bench.run.snapshot().state is State.RUNNING
    bench.play(3.0)
    assert bench.run.snapshot().stopped_by is Source.SENSOR
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    crossing = trial.measure("crossing_time", Source.SENSOR_AND_KEY)
    assert crossing is not None
    assert crossing.value == pytest.approx(5.5, abs=0.01)
    assert trial.headline_source is Source.SENSOR_AND_KEY
    bench.close()


def test_a_key_long_after_the_last_step_was_not_for_the_line(
    store: Store, visit: Visit, watched: list[Sighting]
) -> None:
    bench = Bench(store, visit, TestName.GAIT)
    bench.connect()
    at = DEVICE_START_S
    bench.executor.outcome = analysis(
        test=TestName.GAIT,
        measures=(Measure("crossing_time", 5.2, "s", (4.9, 5.5)),),
        events=(
            Event("gait_start", at + 8.5, (at + 8.4, at + 8.6)),
            Event("gait_end", at + 15.5, (at + 15.4, at + 15.6)),
        ),
    )
    watched.append(Sighting(Sight.STOP, at + 19.0))
    started(bench)
    bench.play(9.0)
    bench.go()
    bench.play(6.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.measure("crossing_time", Source.SENSOR_AND_KEY) is None
    assert trial.measure("crossing_time", Source.KEY) is None
    assert trial.hand.line_s is not None
    assert (trial.headline_source, trial.headline_reason) == (Source.SENSOR, Reason("line_after_walk"))
    bench.close()


@pytest.mark.parametrize(
    ("line_after_s", "reason"),
    [(0.9, Reason("line_before_start")), (2.0, Reason("line_too_soon", {"speed": 9.14}))],
)
def test_a_key_too_early_for_the_line_gives_no_time_and_says_why(
    store: Store, visit: Visit, watched: list[Sighting], line_after_s: float, reason: Reason
) -> None:
    bench = Bench(store, visit, TestName.GAIT)
    bench.connect()
    at = DEVICE_START_S
    bench.executor.outcome = analysis(
        test=TestName.GAIT,
        measures=(Measure("duration", 7.0, "s", (6.9, 7.1)),),
        events=(Event("gait_start", at + 9.5, (at + 9.4, at + 9.6)),),
    )
    watched.append(Sighting(Sight.STOP, at + 16.0))
    started(bench)
    bench.play(line_after_s)
    bench.go()
    bench.play(12.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert (trial.headline_source, trial.headline_reason) == (None, reason)
    assert [m.name for m in trial.measures] == ["duration"]
    timed = bench.run.type_stopwatch("5,2")
    assert (timed.headline_source, timed.headline_reason) == (Source.STOPWATCH, reason)
    bench.close()


def test_a_trial_knows_the_protocol_that_it_was_done_under(store: Store, visit: Visit) -> None:
    gait = Bench(store, visit, TestName.GAIT, sensor=False)
    gait.run.end(Outcome.REFUSED)
    assert gait.run.wait(10.0).conditions.course_m == Options().course_m  # type: ignore[union-attr]
    stands = Bench(store, visit, TestName.TCS, sensor=False)
    stands.run.end(Outcome.REFUSED)
    assert stands.run.wait(10.0).conditions.stands == Options().stands  # type: ignore[union-attr]


def test_a_recording_that_is_played_to_its_end_ends_the_trial(bench: Bench) -> None:
    started(bench)
    bench.play(12.0)
    assert bench.sensor is not None
    bench.sensor.say(Ended(bench.clock.time_s))
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert trial.headline_source is Source.SENSOR_AND_KEY


def test_a_stopwatch_time_is_a_third_source(bench: Bench) -> None:
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    assert bench.run.wait(10.0) is not None
    trial = bench.run.type_stopwatch("12,4")
    assert trial.measure("duration_from_cue", Source.STOPWATCH).value == pytest.approx(12.4)  # type: ignore[union-attr]
    assert trial.headline_source is Source.SENSOR_AND_KEY
    with pytest.raises(TeststationError):
        bench.run.type_stopwatch("twaalf")
    everything_is_written(bench.store)
    assert bench.store.trial(trial.id) == trial


def test_a_trial_can_be_made_invalid_and_stays_kept(bench: Bench) -> None:
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    assert bench.run.wait(10.0) is not None
    trial = bench.run.invalidate(Reason("spoken_to"))
    everything_is_written(bench.store)
    assert bench.store.trial(trial.id).outcome is Outcome.INVALID


def test_a_moved_event_is_kept_beside_where_it_was_found(bench: Bench) -> None:
    bench.executor.outcome = analysis(events=(Event("seated", 21.0, (20.9, 21.1)),))
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    before = bench.run.wait(10.0)
    assert before is not None
    assert before.analysis is not None
    bench.run.move({("seated", None): 22.0})
    trial = bench.run.move({("seated", None): 21.5})  # from where it was found, not from there
    now, was = (t.measure("duration_from_cue", Source.SENSOR_AND_KEY) for t in (trial, before))
    assert now is not None
    assert was is not None
    assert now.value == pytest.approx(was.value + 0.5)
    assert trial.headline_source is Source.SENSOR_AND_KEY
    assert bench.run.found() == before.analysis
    with pytest.raises(TeststationError):
        bench.run.move({("seated", None): 1.0})
    everything_is_written(bench.store)
    assert bench.store.trial(trial.id) == trial


def test_unable_can_be_said_afterwards_and_bounds_the_time(bench: Bench) -> None:
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    assert bench.run.wait(10.0) is not None
    trial = bench.run.end_as(Outcome.UNSAFE, Reason("ended_unsafe"))
    by_hand = trial.measure("duration_from_cue", Source.KEY)
    assert by_hand is not None
    assert by_hand.at_least
    everything_is_written(bench.store)
    assert bench.store.trial(trial.id) == trial


def test_the_plot_gets_the_newest_seconds(bench: Bench) -> None:
    bench.play(6.0)
    time_s, acceleration, _ = bench.run.tail(2.0)
    assert time_s[-1] == 0.0
    assert time_s[0] == pytest.approx(-2.0, abs=0.011)
    assert acceleration.shape == (len(time_s), 3)


def test_a_watcher_that_fails_costs_no_sample(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing:
        @staticmethod
        def watch(options: Options) -> ScriptedWatcher:
            return ScriptedWatcher(None)  # type: ignore[arg-type]

    monkeypatch.setattr(trial_run, "clinical_test", lambda _: Failing)
    started(bench)
    bench.play(12.0)
    assert bench.run.snapshot().link is Link.STREAMING
    bench.go()
    bench.play(4.0)
    assert bench.run.wait(10.0) is not None
    assert bench.executor.recording is not None
    assert np.diff(bench.executor.recording.time_s).max() < 0.011


def test_a_cue_before_the_first_sample_is_a_cue(bench: Bench) -> None:
    bench.run.arm()
    bench.clock.time_s += 1.0
    bench.go()
    bench.play(12.0)
    assert bench.run.snapshot().link is Link.STREAMING


def test_an_analyst_that_died_is_replaced() -> None:
    class Dying(Inline):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            raise BrokenProcessPool

    made = [Dying(analysis()), Inline(analysis())]
    analyst = Analyst(lambda: made.pop(0))
    recording = Recording(time_s=np.zeros(1), acceleration=np.zeros((1, 3)), angular_velocity=np.zeros((1, 3)))
    assert analyst.submit(recording, TestName.GUG, Options()).result() == analysis()


def test_a_station_that_is_left_in_an_analysis_keeps_the_trial(bench: Bench, store: Store) -> None:
    leaving = threading.Event()

    class Slow(ThreadPoolExecutor):
        def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
            return super().submit(lambda: leaving.wait(10.0) and analysis())

        def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
            leaving.set()
            super().shutdown(wait, cancel_futures=cancel_futures)

    executor = Slow(1)
    bench.executor.submit = executor.submit  # type: ignore[method-assign]
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    bench.run.close()
    Analyst(lambda: executor).close()
    everything_is_written(store)
    assert store.trial(bench.run.id).analysis == analysis()


def test_an_analysis_that_is_called_off_leaves_the_trial_for_the_next_start(bench: Bench, store: Store) -> None:
    def call_off(*_: Any) -> Future[Any]:
        future: Future[Any] = Future()
        assert future.cancel()
        return future

    bench.executor.submit = call_off  # type: ignore[method-assign]
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    bench.run.close()
    everything_is_written(store)
    assert bench.run.trial() is None
    ((left,),) = [visit.left for visit in left_visits(store)]
    assert (left.id, left.hand.stop_s is not None) == (bench.run.id, True)


def test_an_analysis_that_cannot_begin_leaves_the_hands_time(bench: Bench) -> None:
    def refuse(*_: Any) -> Future[Any]:
        raise RuntimeError("closing")

    bench.executor.submit = refuse  # type: ignore[method-assign]
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    assert (trial.headline_source, trial.outcome_reason) == (Source.KEY, Reason("analysis_failed"))


def test_a_calibration_is_put_to_use_in_the_analysis_and_not_in_what_is_kept(bench: Bench) -> None:
    delay = KeyDelay(offset_s=0.1, spread_s=0.01, presses=3)
    known = Calibration(
        driver=INFO.driver,
        serial=INFO.serial,
        measured_at="2026-11-23T00:00:00Z",
        bias_rad_s=(0.0, 0.1, 0.0),
        offset_m_s2=(0.5, 0.0, 0.0),
        scale=(1.0, 1.1, 1.0),
        key=delay,
    )
    assert bench.sensor is not None
    bench.sensor.say(Connected(bench.clock.time_s, msgspec.structs.replace(INFO, calibration=known)))
    started(bench)
    bench.play(12.0)
    bench.go()
    bench.play(4.0)
    trial = bench.run.wait(10.0)
    assert trial is not None
    raw = 9.81 / math.sqrt(3)
    analysed, kept = bench.executor.recording, bench.run.recording()
    assert analysed is not None
    assert kept is not None
    assert analysed.acceleration[0] == pytest.approx((raw - 0.5, raw * 1.1, raw))
    assert analysed.angular_velocity[0] == pytest.approx((0.0, -0.1, 0.0))
    assert kept.acceleration[0] == pytest.approx((raw, raw, raw))
    stored = bench.store.recording(trial.id)
    assert stored is not None
    assert stored.acceleration[0] == pytest.approx((raw, raw, raw))
    from_cue = trial.measure("duration_from_cue", Source.SENSOR_AND_KEY)
    assert from_cue is not None
    key_s = math.hypot(CUE_KEY_S, delay.against_sensor_s)
    assert from_cue.interval[1] - from_cue.value == pytest.approx(math.hypot(0.1, key_s))
