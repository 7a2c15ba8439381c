"""The chair stand of generated people, whose truth is known, and its live watcher."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from teststation.model import Analysis, Placement, Recording, Status
from teststation.sensors.synthetic import (
    ADULT,
    BELT,
    FAST,
    ON_THIGH,
    SLOW,
    Generated,
    Imu,
    Person,
    cannot_rise,
    chair_stands,
    draw_person,
    gait,
    sitting,
)
from teststation.tests.base import Options, Sight, Sighting
from teststation.tests.timed_chair_stand import analyse, watch

FIVE = Options()


def value(analysis: Analysis, name: str) -> float | None:
    measure = analysis.measure(name)
    return None if measure is None else measure.value


def cut(recording: Recording, until_s: float) -> Recording:
    k = int(np.searchsorted(recording.time_s, until_s))
    return msgspec.structs.replace(
        recording,
        time_s=recording.time_s[:k],
        acceleration=recording.acceleration[:k],
        angular_velocity=recording.angular_velocity[:k],
    )


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
@pytest.mark.parametrize("person", [ADULT, SLOW, FAST], ids=["adult", "slow", "fast"])
def test_five_stands(person: Person, imu: Imu) -> None:
    generated = chair_stands(person, imu, stands=5, seed=7)
    found = analyse(generated.recording, FIVE)
    assert found.status is Status.COMPLETE
    assert found.reasons == ()
    assert value(found, "repetitions") == 5
    assert value(found, "failed_attempts") == 0
    onset, last = generated.time_s("stand_onset", 1), generated.time_s("seat_on", 5)
    assert value(found, "duration_5") == pytest.approx(last - onset, abs=0.5 if imu is ON_THIGH else 0.25)
    cue_s = generated.recording.cue_s
    assert cue_s is not None
    assert value(found, "duration_5_from_cue") == pytest.approx(last - cue_s, abs=0.12)
    assert value(found, "duration_5_standing_from_cue") == pytest.approx(
        generated.time_s("standing", 5) - cue_s, abs=0.15
    )
    assert found.measure("duration_10") is None
    assert [e.repetition for e in found.events if e.name == "seat_off"] == [1, 2, 3, 4, 5]


def test_the_result_can_be_written() -> None:
    for imu in (BELT, ON_THIGH, Imu(placement=Placement.CHEST)):
        recording = chair_stands(ADULT, imu, stands=5, ends_standing=True, seed=1).recording
        for until_s in (float(recording.time_s[-1]), float(recording.time_s[-1]) - 3.0):
            found = analyse(cut(recording, until_s), FIVE)
            assert msgspec.json.decode(msgspec.json.encode(found), type=Analysis) == found


def test_ten_stands_hold_the_time_of_five() -> None:
    generated = chair_stands(ADULT, BELT, stands=10, seed=1)
    found = analyse(generated.recording, Options(stands=10))
    assert found.status is Status.COMPLETE
    assert value(found, "repetitions") == 10
    five, ten = value(found, "duration_5"), value(found, "duration_10")
    assert five is not None
    assert ten is not None
    assert five < ten


def test_by_time_a_rise_more_than_half_way_counts() -> None:
    generated = chair_stands(ADULT, BELT, seconds=30.0, seed=2)
    found = analyse(generated.recording, Options(seconds=30.0))
    assert value(found, "repetitions_30_s") == generated.truth.repetitions_30_s
    assert found.status is Status.COMPLETE


def test_five_stands_are_not_a_count_in_thirty_seconds() -> None:
    found = analyse(chair_stands(FAST, BELT, stands=5, seed=2).recording, FIVE)
    assert found.measure("repetitions_30_s") is None


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
def test_a_failed_rise_is_told_apart(imu: Imu) -> None:
    generated = chair_stands(ADULT, imu, stands=5, failed={3: 0.4}, seed=3)
    found = analyse(generated.recording, FIVE)
    assert value(found, "repetitions") == 5
    assert value(found, "failed_attempts") == 1
    assert [note.params["what"] for note in found.quality.notes] == ["retries"]


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
def test_it_may_begin_standing_and_end_upright(imu: Imu) -> None:
    generated = chair_stands(ADULT, imu, stands=3, begins_standing=True, ends_standing=True, seed=4)
    found = analyse(generated.recording, FIVE)
    assert value(found, "repetitions") == generated.truth.repetitions


def test_who_stops_half_way_has_a_lower_bound() -> None:
    generated = chair_stands(SLOW, BELT, stands=3, seed=5)
    found = analyse(generated.recording, FIVE)
    assert found.status is Status.INCOMPLETE
    assert [reason.code for reason in found.reasons] == ["fewer_stands"]
    bound = found.measure("duration_5")
    assert bound is not None
    assert bound.at_least
    assert bound.value > generated.time_s("seat_on", 3) - generated.time_s("stand_onset", 1) - 0.3


def test_a_recording_that_ends_in_the_fifth_stand_lacks_its_end() -> None:
    generated = chair_stands(ADULT, BELT, stands=5, seed=6)
    found = analyse(cut(generated.recording, generated.time_s("standing", 5) + 0.2), FIVE)
    assert found.status is Status.INCOMPLETE
    bound = found.measure("duration_5")
    assert bound is not None
    assert bound.at_least


def test_a_second_set_is_not_added_to_the_first() -> None:
    one = chair_stands(ADULT, BELT, stands=5, seed=8)
    first = analyse(one.recording, FIVE)
    time_s = one.recording.time_s
    period_s = float(np.median(np.diff(time_s)))
    pause = round(6.0 / period_s)
    twice = msgspec.structs.replace(
        one.recording,
        time_s=time_s[0] + np.arange(2 * len(time_s) + pause) * period_s,
        acceleration=np.vstack(
            [
                one.recording.acceleration,
                np.tile(one.recording.acceleration[-1], (pause, 1)),
                one.recording.acceleration,
            ]
        ),
        angular_velocity=np.vstack(
            [one.recording.angular_velocity, np.zeros((pause, 3)), one.recording.angular_velocity]
        ),
    )
    both = analyse(twice, FIVE)
    assert value(both, "repetitions") == 10
    assert value(both, "duration_5") == pytest.approx(value(first, "duration_5"), abs=0.05)
    assert both.measure("duration_10") is None


def test_nothing_of_the_test() -> None:
    for generated in (gait(ADULT, BELT, distance_m=6.0, seed=1), sitting(duration_s=15.0, seed=1)):
        found = analyse(generated.recording, FIVE)
        assert found.status is Status.UNUSABLE
        assert [reason.code for reason in found.reasons] == ["no_rise"]
        assert found.measures == ()


def test_a_gap_at_an_event_is_named() -> None:
    generated = chair_stands(ADULT, BELT, stands=5, seed=9)
    recording, at_s = generated.recording, generated.time_s("seat_on", 5)
    keep = np.abs(recording.time_s - at_s) > 0.15
    found = analyse(
        msgspec.structs.replace(
            recording,
            time_s=recording.time_s[keep],
            acceleration=recording.acceleration[keep],
            angular_velocity=recording.angular_velocity[keep],
        ),
        FIVE,
    )
    assert found.status is Status.INCOMPLETE
    assert "gap_at_event" in {reason.code for reason in found.reasons}


def watched(generated: Generated, options: Options) -> list[Sighting]:
    recording = generated.recording
    watcher = watch(msgspec.structs.replace(options, placement=recording.placement))
    seen: list[Sighting] = []
    for k in range(0, len(recording.time_s), 5):
        part = slice(k, k + 5)
        seen += watcher.feed(recording.time_s[part], recording.acceleration[part], recording.angular_velocity[part])
    return seen


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
@pytest.mark.parametrize("person", [ADULT, SLOW, FAST], ids=["adult", "slow", "fast"])
def test_the_watcher_sees_what_the_analysis_finds(person: Person, imu: Imu) -> None:
    generated = chair_stands(person, imu, stands=5, seed=7)
    seen = watched(generated, FIVE)
    assert seen[0].sight is Sight.START
    counted = [s for s in seen if s.sight is Sight.REPETITION]
    assert [s.count for s in counted] == [1, 2, 3, 4, 5]
    for k, sighting in enumerate(counted, start=1):
        assert generated.time_s("stand_onset", k) + 0.2 < sighting.time_s < generated.time_s("standing", k) + 0.5
    assert seen[-1].sight is Sight.STOP
    assert abs(seen[-1].time_s - generated.time_s("seat_on", 5)) < 1.0
    order = [s.phase for s in seen if s.sight is Sight.PHASE and s.phase in ("standing", "seated")]
    assert order == ["standing", "seated"] * 5


@pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])
def test_a_rise_is_counted_when_it_is_done(imu: Imu) -> None:
    late_s: list[float] = []
    for seed in range(4):
        generated = chair_stands(draw_person(seed), imu, stands=5, seed=seed)
        counted_s = [s.time_s for s in watched(generated, FIVE) if s.sight is Sight.REPETITION]
        late_s += [at_s - generated.time_s("standing", k) for k, at_s in enumerate(counted_s, start=1)]
    assert len(late_s) == 20
    assert np.mean(np.abs(late_s) < 0.5) > 0.8


def test_a_rise_that_falls_back_is_taken_back_and_does_not_end_the_test() -> None:
    for seed in (0, 9, 12):
        generated = chair_stands(draw_person(seed), BELT, stands=5, failed={2: 0.4}, seed=seed)
        seen = watched(generated, FIVE)
        assert [s.count for s in seen if s.sight is Sight.REPETITION][-1] == 5
        (stop,) = [s for s in seen if s.sight is Sight.STOP]
        assert abs(stop.time_s - generated.time_s("seat_on", 5)) < 1.0


def test_the_watcher_stops_a_test_by_time() -> None:
    generated = chair_stands(ADULT, BELT, seconds=30.0, seed=2)
    stop = [s for s in watched(generated, Options(seconds=30.0)) if s.sight is Sight.STOP]
    assert len(stop) == 1
    assert stop[0].time_s == pytest.approx(generated.time_s("stand_onset", 1) + 30.0, abs=0.6)


def test_the_watcher_does_not_take_a_fidget_for_a_rise() -> None:
    seen = watched(sitting(duration_s=20.0, seed=3), FIVE)
    assert not [s for s in seen if s.sight in (Sight.REPETITION, Sight.STOP)]


@pytest.mark.parametrize("height", [0.12, 0.16, 0.25, 0.5])
def test_failed_rises_at_the_thigh_are_counted_or_left_open(height: float) -> None:
    for seed in range(3):
        generated = chair_stands(SLOW, ON_THIGH, stands=5, failed={1: 0.4, 3: height}, seed=seed)
        found = analyse(generated.recording, FIVE)
        failed = found.measure("failed_attempts")
        assert value(found, "repetitions") == 5
        assert failed is not None
        assert failed.contains(2.0)
        assert {"what": "retries"} in [note.params for note in found.quality.notes]


def test_attempts_that_all_failed_are_no_stands() -> None:
    made = cannot_rise(SLOW, BELT, attempts=(0.45, 0.3))
    found = analyse(made.recording, Options())
    counts = {measure.name: measure.value for measure in found.measures}
    assert found.status is Status.INCOMPLETE
    assert counts == {"repetitions": 0.0, "failed_attempts": 2.0}
    assert [reason.code for reason in found.reasons] == ["fewer_stands"]
