"""The whole way on the reference recordings: replay, watch, stop, analyse, judge, keep – as the demo goes it."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from teststation.formats import read
from teststation.i18n import Translator
from teststation.model import Client, Finding, Sex, Source, Status, TestName, Trial, Verdict
from teststation.sensors.replay import Fault, PlayClock, Replay
from teststation.settings import calibration_folder
from teststation.station import Analyst, State, TrialRun, conclude
from teststation.store import temporary_store
from teststation.tests.base import Options

RECORDINGS = calibration_folder() / "recordings"
SPEED = 40.0


def played(
    name: str, *, line_s: float | None = None, faults: tuple[Fault, ...] = ()
) -> tuple[Trial, tuple[Finding, ...]]:
    """Run a trial on a recording as the demo does; the key at the line comes `line_s` after the cue."""
    recording = read(RECORDINGS / f"{name}.csv.gz")
    test = TestName(name.split("_", maxsplit=1)[0])
    options = Options(seconds=30.0 if name == "tcs_30_s" else None)
    client = Client(code="K-001", sex=Sex.FEMALE, height_cm=164.0, height_measured=True)
    clock = PlayClock()
    with temporary_store() as store, ThreadPoolExecutor(1) as executor:
        store.add_client(client).result()
        visit = store.begin_visit(client.code, age=82).result()
        run = TrialRun(
            visit, test, 1, options=options, sensor=Replay(recording, clock=clock, faults=faults),
            store=store, analyst=Analyst(lambda: executor), clock=clock,
        )  # fmt: skip
        run.connect()
        clock.speed = SPEED
        wait_for(run, clock, lambda: (run.tail(9.0)[0].size or 0) > 300)
        run.arm()
        run.go(clock.now())
        clock.speed = SPEED / 2
        if line_s is not None:
            wait_for(run, clock, lambda: (run.snapshot().elapsed_s or 0.0) >= line_s)
            run.go(clock.now())
        if faults:
            wait_for(run, clock, lambda: run.snapshot().stopped_by or (run.snapshot().elapsed_s or 0.0) >= 15.0)
            run.go(clock.now())  # the hand stops too, also when the sensor has just done so
        trial = run.wait(30.0)
        run.close()
        assert trial is not None
        assert store.trial(trial.id) == trial
        return trial, conclude(client, visit, [trial], options, store)[1]


def wait_for(run: TrialRun, clock: PlayClock, there: Any) -> None:
    """Poll as the screen does."""
    give_up_s = clock.now() + 120.0
    while not there():
        assert clock.now() < give_up_s
        assert run.snapshot().state is not State.DONE


def truth(name: str) -> dict[str, float]:
    return json.loads((RECORDINGS / f"{name}.json").read_text("utf-8"))["truth"]["measures"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("gug_rollator", "duration_from_cue"),
        ("gug_belt", "duration_from_cue"),
        ("gug_thigh", "duration_from_cue"),
        ("tcs_5", "duration_5_from_cue"),
        ("tcs_failed_attempt", "duration_5_from_cue"),
    ],
)
def test_the_watcher_stops_the_trial_and_the_time_is_that_of_the_recording(name: str, measure: str) -> None:
    trial, _ = played(name)
    assert trial.analysis is not None
    assert trial.analysis.status is Status.COMPLETE
    found = trial.measure(measure, Source.SENSOR_AND_KEY)
    assert found is not None
    assert found.contains(truth(name)[measure])
    # The cue falls on a sample of the recording: a hundredth of a second at the most.
    assert found.value == pytest.approx(truth(name)[measure], abs=0.35)
    assert trial.headline_source is Source.SENSOR_AND_KEY


def test_a_slow_walk_with_a_rollator_is_flagged_with_its_source() -> None:
    _, findings = played("gug_rollator")
    (kngf,) = [finding for finding in findings if finding.rule == "gug-kngf-20"]
    assert (kngf.verdict, kngf.close) == (Verdict.MET, False)
    assert "KNGF" in kngf.source
    assert "boven" in Translator("nl").reason(kngf.reason)


def test_a_walk_is_timed_from_the_first_foot_to_the_key_at_the_line() -> None:
    trial, findings = played("gait_slow", line_s=8.5)
    crossing = trial.measure("crossing_time", Source.SENSOR_AND_KEY)
    assert crossing is not None
    assert crossing.value == pytest.approx(truth("gait_slow")["crossing_time"], abs=1.5)
    (annex,) = [finding for finding in findings if finding.rule == "gait-kngf-annex4"]
    assert annex.verdict in (Verdict.MET, Verdict.NOT_MET)


def test_the_sensor_lost_in_mid_run_leaves_the_hands_time() -> None:
    trial, _ = played("gug_sensor_lost", faults=(Fault(at_s=8.0),))
    assert trial.headline_source is Source.KEY
    assert trial.hand.duration_s is not None
    assert trial.analysis is not None
    assert trial.analysis.status is Status.INCOMPLETE


@pytest.mark.parametrize(("from_s", "away_s"), [(3.0, 1.0), (3.0, 3.0), (6.5, 3.0), (11.0, 30.0)])
def test_a_sensor_out_of_range_for_a_while_leaves_one_trial_with_a_true_time(from_s: float, away_s: float) -> None:
    cue_s = read(RECORDINGS / "gug_belt.csv.gz").cue_s
    assert cue_s is not None
    trial, _ = played("gug_belt", faults=(Fault(cue_s + from_s, away_s),))
    assert trial.hand.duration_s is not None
    if trial.headline_source is Source.SENSOR_AND_KEY:
        # from the first movement: on a busy machine a sped-up replay hears the cue late
        seen = trial.measure("duration", Source.SENSOR)
        assert seen is not None
        assert seen.contains(truth("gug_belt")["duration"])
    else:
        assert trial.headline_source is Source.KEY
        assert trial.analysis is not None
        assert trial.analysis.status is Status.INCOMPLETE
    if away_s < 10.0:
        assert trial.analysis is not None
        assert trial.analysis.quality.largest_gap_s == pytest.approx(away_s, abs=0.1)


@pytest.mark.parametrize("path", sorted(RECORDINGS.glob("*.csv.gz")), ids=lambda path: path.name)
def test_every_recording_can_be_read(path: Path) -> None:
    assert read(path).cue_s is not None
