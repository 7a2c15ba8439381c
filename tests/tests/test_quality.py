"""What is noted of a signal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import msgspec
import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from recordings import rocking
from teststation import formats
from teststation.model import Placement, Reason, Recording
from teststation.sensors.synthetic import ADULT, BELT, ON_THIGH, SLOW, Imu, chair_stands, gait, get_up_and_go
from teststation.signals.orientation import orient
from teststation.signals.prepare import prepare
from teststation.tests import get_up_and_go as gug
from teststation.tests.base import Options
from teststation.tests.quality import gap_touches, placed, quality

SHARED = Path(__file__).parents[3] / "shared" / "data"
WORN = pytest.mark.parametrize("imu", [BELT, ON_THIGH], ids=["belt", "thigh"])


def without(recording: Recording, start_s: float, end_s: float) -> Recording:
    kept = (recording.time_s <= start_s) | (recording.time_s >= end_s)
    return msgspec.structs.replace(
        recording,
        time_s=recording.time_s[kept],
        acceleration=recording.acceleration[kept],
        angular_velocity=recording.angular_velocity[kept],
    )


def codes(recording: Recording) -> list[str]:
    return [note.code for note in quality(prepare(recording)).notes]


def test_a_good_signal_has_nothing_to_note() -> None:
    found = quality(prepare(rocking()))
    assert (found.notes, found.lost_samples) == ((), 0)
    assert found.sampling_rate_hz == pytest.approx(100.0)
    assert found.largest_gap_s == pytest.approx(0.01)


def test_a_gap_is_noted_from_a_tenth_of_a_second_on() -> None:
    assert codes(without(rocking(), 2.0, 2.09)) == []
    found = quality(prepare(without(rocking(10.0), 2.0, 5.0)))
    assert found.notes == (Reason("gaps", {"seconds": 3.0}),)
    assert found.lost_samples == 299
    assert found.largest_gap_s == pytest.approx(3.0)


def worn(recording: Recording, placement: Placement | None = None) -> list[str]:
    """Give the codes of what is noted of how the sensor was worn."""
    placement = placement or recording.placement
    return [note.code for note in placed(recording, Options(placement=placement), orient(prepare(recording)))[1]]


def moved(recording: Recording, degrees: float, from_s: float, lasts_s: float = 0.5) -> Recording:
    """Turn the case about one of its own level axes, on the person who goes on."""
    since_s = np.clip((recording.time_s - recording.time_s[0] - from_s) / lasts_s, 0.0, 1.0)
    vector = np.zeros((len(since_s), 3))
    vector[:, 1] = np.radians(degrees) * since_s
    seen = Rotation.from_rotvec(vector).inv()
    turning = np.gradient(vector, recording.time_s, axis=0)
    return msgspec.structs.replace(
        recording,
        acceleration=seen.apply(recording.acceleration),
        angular_velocity=seen.apply(recording.angular_velocity) + turning,
    )


def test_a_sensor_at_the_end_of_its_range_is_noted_with_what_that_spoils() -> None:
    recording = rocking()
    slow = msgspec.structs.replace(recording, angular_velocity=np.clip(recording.angular_velocity, -0.2, 0.2))
    walked = gait(ADULT, BELT, seed=1).recording
    weak = msgspec.structs.replace(walked, acceleration=np.clip(walked.acceleration, -11.0, 11.0))
    (note,) = quality(prepare(slow)).notes
    assert (note.code, note.params["what"]) == ("clipped", "angles_less_sure")
    assert 1.0 < note.params["seconds"] < 4.0
    (note,) = quality(prepare(weak)).notes
    assert (note.code, note.params["what"]) == ("clipped", "heights_less_sure")


@WORN
@pytest.mark.parametrize("seed", range(4))
def test_a_sensor_that_is_worn_well_gives_no_note(imu: Imu, seed: int) -> None:
    turned = replace(imu, rotation_deg=(40.0 * seed, -25.0, 130.0 * seed))
    for person in (ADULT, SLOW):
        for made in (get_up_and_go, chair_stands, gait):
            recording = made(person, turned, seed=seed).recording
            samples = prepare(recording)
            assert worn(recording) == []
            assert quality(samples).notes == ()


@WORN
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("degrees", [-40.0, 60.0])
def test_a_sensor_that_slides_on_the_body_is_loose(imu: Imu, seed: int, degrees: float) -> None:
    made = get_up_and_go(ADULT, imu, seed=seed)
    assert "loose_sensor" in worn(moved(made.recording, degrees, made.time_s("turn_1_start")))


def test_a_loose_sensor_is_seen_in_a_walk_too() -> None:
    made = gait(ADULT, BELT, seed=4)
    middle_s = (made.time_s("gait_start") + made.time_s("gait_end")) / 2
    assert worn(moved(made.recording, 45.0, middle_s)) == ["loose_sensor"]


@WORN
@pytest.mark.parametrize("seed", range(3))
def test_a_sensor_that_is_taken_off_and_carried_is_noted(imu: Imu, seed: int) -> None:
    made = get_up_and_go(ADULT, imu, seed=seed)
    assert "sensor_handled" in worn(moved(made.recording, 150.0, made.time_s("standing") + 1.0))


@pytest.mark.parametrize("seed", range(4))
def test_a_sensor_at_another_place_than_said_is_noted(seed: int) -> None:
    belt, thigh = (get_up_and_go(ADULT, imu, seed=seed).recording for imu in (BELT, ON_THIGH))
    assert "placement_unlikely" in worn(belt, Placement.THIGH)
    assert "placement_unlikely" in worn(thigh, Placement.LOWER_BACK)
    assert worn(belt, Placement.CHEST) == []


def test_nothing_still_is_noted() -> None:
    recording = rocking(20.0)
    shaken = 0.4 * np.sin(2 * np.pi * 3.0 * recording.time_s)
    assert codes(msgspec.structs.replace(recording, angular_velocity=recording.angular_velocity + shaken[:, None])) == [
        "no_still_phase"
    ]


@WORN
def test_who_does_not_sit_down_again_has_not_returned(imu: Imu) -> None:
    stays = get_up_and_go(ADULT, imu, seed=2, until="turn_2", still_s=6.0).recording
    cut = get_up_and_go(ADULT, imu, seed=2, until="turn_2", still_s=1.0).recording
    sits = get_up_and_go(ADULT, imu, seed=2, still_s=6.0).recording
    noted = [
        "not_returned" in {note.code for note in gug.analyse(each, Options()).quality.notes}
        for each in (stays, cut, sits)
    ]
    assert noted == [True, False, False]


def test_a_gap_may_hide_the_sit() -> None:
    made = get_up_and_go(ADULT, BELT, seed=2, still_s=6.0)
    hidden = without(made.recording, made.time_s("turn_2_end") - 1.0, made.time_s("seated") + 0.5)
    assert "not_returned" not in {note.code for note in gug.analyse(hidden, Options()).quality.notes}


def test_few_samples_and_many_hours_are_noted() -> None:
    assert codes(rocking(rate_hz=25.0)) == ["slow_rate"]
    assert codes(rocking(seconds=7200.0, rate_hz=25.0)) == ["slow_rate", "long_recording"]


def test_the_tests_own_notes_come_last() -> None:
    own = Reason("outside_validated_range", {"what": "retries"})
    assert quality(prepare(rocking(rate_hz=25.0)), [own]).notes[-1] == own


@pytest.mark.parametrize(("time_s", "touched"), [(1.85, False), (1.95, True), (3.0, True), (5.05, True), (5.15, False)])
def test_a_gap_touches_what_lies_in_it_or_next_to_it(time_s: float, touched: bool) -> None:
    assert gap_touches(prepare(without(rocking(10.0), 2.0, 5.0)), time_s) is touched
    assert not gap_touches(prepare(rocking(10.0)), time_s)


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared recordings are not here")
def test_few_recordings_of_people_who_wear_a_sensor_well_are_doubted() -> None:
    doubts = {"loose_sensor", "sensor_handled", "placement_unlikely", "no_still_phase", "clipped"}
    paths = [
        path
        for folder in ("tug_pocket", "sisfall_chair", "voisard_10m_uturn", "marpino_5m")
        for path in sorted((SHARED / folder).glob("*.csv.gz"))[::5]
    ]
    doubted = 0
    for path in paths:
        recording = formats.read(path)
        doubted += bool(doubts & {*worn(recording), *codes(recording)})
    assert len(paths) > 70
    assert doubted / len(paths) <= 0.02
